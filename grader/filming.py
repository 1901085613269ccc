"""A closer look at what did not pass: its backward passes on film, and the slopes of its forward pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    Store,
    content_key,
    reference_submission,
)
from grader.domain.assignment import Assignment, Case
from grader.domain.film import Film
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.spelling import spelled
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Completed, Reading, TimedOut, Transcript
from grader.domain.verdict import DIAGNOSED, Outcome, Verdict
from grader.judging.compare import agree
from grader.judging.slopes import Question, question, slopes
from grader.records import dataclass, replace
from grader.sandbox import Guest, Performance

MAX_FILMED: Final = 24
MAX_ENDLESS: Final = 2
MAX_ALONE: Final = 3
MAX_MOVED: Final = 64  # displaced programs for one submission
SECONDS: Final = 1.5
LIMITS: Final = Limits(total_seconds=20.0)


@dataclass(frozen=True, slots=True)
class Closer:
    """What a closer look at one case showed."""

    film: Film | None
    slopes: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Films:
    """Of the reference: one film a program."""

    films: tuple[Film | None, ...]


def look_closer(
    submission: Submission,
    assignment: Assignment,
    verdicts: Sequence[Verdict],
    observed: Mapping[str, Transcript],
    guest: Guest,
) -> Mapping[str, Closer]:
    """Film the cases that did not pass, and move their inputs a little, in one process.

    Nothing is performed where everything passed. What is filmed counts only where it gave the same
    numbers; the few that do not, because of what another case left behind, are filmed again alone.
    """
    cases = _worth_filming(assignment, verdicts, observed)
    asked: dict[str, Question] = {}
    moved = 0
    for case in cases:
        one = question(case, observed[case.id])
        if one is not None and moved + len(one.programs) <= MAX_MOVED:
            asked[case.id] = one
            moved += len(one.programs)
    questions = list(asked.values())
    done = _displaced(submission, assignment, cases, questions, guest)
    if done is None:
        return {}
    films = _agreeing(cases, done, observed)
    answers = iter(done.transcripts[len(cases) :])
    found = {
        one.case.id: slopes(one, [next(answers) for _ in one.programs], observed[one.case.id])
        for one in questions
    }
    again = [case for case in cases if _can_agree(case, films, observed)][:MAX_ALONE]
    if again:
        retried = _perform(
            submission, assignment, [c.program for c in again], len(again), guest, alone=True
        )
        films |= _agreeing(again, retried, observed) if not retried.loading.error else {}
    return {case.id: Closer(films.get(case.id), found.get(case.id, ())) for case in cases}


def _displaced(
    submission: Submission,
    assignment: Assignment,
    cases: Sequence[Case],
    questions: Sequence[Question],
    guest: Guest,
) -> Performance | None:
    """Cases filmed, and after them performed with other inputs; None where there are none, or nothing loads now."""
    if not cases:
        return None
    programs = [case.program for case in cases]
    moved = [program for one in questions for program in one.programs]
    done = _perform(submission, assignment, [*programs, *moved], len(programs), guest)
    return None if done.loading.error else done


def right_films(
    cases: Sequence[Case],
    guest: Guest,
    store: Store,
    functions: Sequence[SourceFile] = (),
) -> Mapping[str, Film]:
    """The reference's own backward passes of these cases, kept by content."""
    kept = kept_films(cases, store, functions)
    if kept is None or len(kept.films) != len(cases):
        reference = reference_submission(functions)
        programs = tuple(case.program for case in cases)
        done = guest.perform(
            reference,
            [(program, 30.0) for program in programs],
            dialect=REFERENCE_DIALECT,
            requires=REFERENCE_REQUIRES,
            filmed=len(programs),
        )
        films = done.films or (None,) * len(cases)
        kept = Films(tuple(film and replace(film, agrees=True) for film in films))
        store.put(_key(cases, functions), kept)
    found = zip(cases, kept.films, strict=True)
    return {case.id: film for case, film in found if film is not None}


def kept_films(
    cases: Sequence[Case], store: Store, functions: Sequence[SourceFile] = ()
) -> Films | None:
    """The reference's backward passes of these cases, if they were filmed before."""
    return store.get(Films, _key(cases, functions))


def _key(cases: Sequence[Case], functions: Sequence[SourceFile]) -> str:
    reference = reference_submission(functions).files[0].data
    return content_key("films", reference, *(spelled(case.program) for case in cases))


def _worth_filming(
    assignment: Assignment, verdicts: Sequence[Verdict], observed: Mapping[str, Transcript]
) -> list[Case]:
    chosen, endless = [], 0
    for verdict in verdicts:
        case = assignment.case(verdict.case)
        if verdict.outcome not in DIAGNOSED or not case.program.backwards():
            continue
        if isinstance(observed[case.id].ending, TimedOut):
            endless += 1
            if endless > MAX_ENDLESS:
                continue
        elif verdict.outcome is Outcome.TIMED_OUT:
            continue  # given up: it was never performed
        chosen.append(case)
    return chosen[:MAX_FILMED]


def _perform(
    submission: Submission,
    assignment: Assignment,
    programs: Sequence[Program],
    filmed: int,
    guest: Guest,
    *,
    alone: bool = False,
) -> Performance:
    return guest.perform(
        submission,
        [(program, SECONDS) for program in programs],
        dialect=assignment.dialect,
        requires=assignment.requires,
        alone=alone,
        filmed=filmed,
        limits=LIMITS,
    )


def _agreeing(
    cases: Sequence[Case], done: Performance, observed: Mapping[str, Transcript]
) -> dict[str, Film]:
    return {
        case.id: replace(film, agrees=_same(case, transcript, observed[case.id]))
        for case, transcript, film in zip(cases, done.transcripts, done.films, strict=False)
        if film is not None
    }


def _can_agree(case: Case, films: Mapping[str, Film], observed: Mapping[str, Transcript]) -> bool:
    film = films.get(case.id)
    return isinstance(observed[case.id].ending, Completed) and (film is None or not film.agrees)


def _same(case: Case, filmed: Transcript, plain: Transcript) -> bool:
    """Whether a performance with recording is the same answer as the one without."""
    if isinstance(plain.ending, TimedOut):
        return not isinstance(filmed.ending, Completed)
    if type(filmed.ending) is not type(plain.ending):
        return False
    pairs = [(filmed.primal(one.quantity.of), one.found) for one in plain.primals]
    pairs += [(filmed.reading(one.quantity), one.found) for one in plain.readings]
    return all(left == right or agree(left, right, case.tolerance) for left, right in pairs)
