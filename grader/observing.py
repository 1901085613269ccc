"""`observe()`: everything that needs the submission's own code, once. Nothing is scored here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from grader.domain import decoy
from grader.domain.assignment import Assignment, Case
from grader.domain.observed import Experiment, Observed, Performed
from grader.domain.submission import CellLines, Loading, Submission
from grader.domain.transcript import GivenUp, NoResult, NotAttempted, Transcript
from grader.domain.twin import twins
from grader.domain.verdict import DIAGNOSED, Outcome, Verdict
from grader.errors import GraderFault, SubmissionError
from grader.judging.verdicts import judge, settle
from grader.records import dataclass, replace
from grader.remembered import Remembered
from grader.sandbox import Guest, Performance, fitted
from grader.whereabouts import placed, quotable

if TYPE_CHECKING:
    from grader.predictions import Oracle

SETTLED: Final = (Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.SKIPPED, Outcome.GRADER_FAULT)
MAX_QUOTABLE: Final = 400_000
KILLED: Final = NoResult("signal SIGKILL")
TOGETHER: Final = 0.25
"""Of a case's time limit, while cases share a process: what does not end in it gets all of it, alone."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An assignment of which a submission has performed all cases already, before anything is known of answers."""

    assignment: Assignment
    performance: Performance


def observe(
    submission: Submission,
    assignment: Assignment,
    answers: Mapping[str, Transcript],
    guest: Guest,
    seed: int = 0,
    oracle: Callable[[], Oracle] | None = None,
    *,
    once: bool = False,
    closely: bool = True,
    begun: Begun | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Observed:
    """Perform all cases on the submission; what did not pass again, each case alone.

    So nothing that one case leaves behind ever costs or earns a point in another. `answers` decide
    only what is performed again, and how large an array may be kept. With an `oracle`, which is asked only
    where something failed, experiments follow. What is performed only `once` may be wrong because of another
    case: such a verdict is provisional, and one that says right is not. What did not pass is looked at more
    `closely`, which says more of it and changes no verdict. What is `begun` with this assignment goes on. Where
    something has to be performed again, what comes `meanwhile` is called while the guest is at it.
    """
    if begun and begun.assignment is assignment:
        together = begun.performance
    else:
        together = perform(submission, assignment, assignment.cases, guest)
    performed: tuple[Performed, ...] = ()
    if not together.loading.error:
        performed = _together(assignment, together, answers)
        if not once:
            guest.meanwhile = meanwhile
            performed = _in_doubt_alone(submission, assignment, performed, answers, guest)
            guest.meanwhile = None  # where nothing was performed again, nothing is to be prepared
        # What failed was performed again.
        if closely and any(one.alone for one in performed):
            performed = _looked_closer(submission, assignment, performed, answers, guest)
    experiments: tuple[Experiment, ...] = ()
    if oracle and (failed := _failed(assignment, performed, answers)):
        from grader.inquiring import inquire  # nothing of it where all is right

        with suppress(GraderFault):  # the cases are judged without it
            experiments = inquire(submission, assignment, failed, answers, oracle(), guest)
    # Whatever else is to be performed on the submission is performed here, while a guest is at hand,
    # and stored as one more field of Observed.
    held = guest.protection
    sources = tuple(map(quotable, submission.files))
    return Observed(
        submission=submission.id,
        kind=submission.kind,
        files=tuple((source.path, source.text[:MAX_QUOTABLE]) for source in sources),
        seed=seed,
        level=held.level,
        layers=held.layers,
        missing=held.missing,
        loading=together.loading,
        performed=performed,
        decoy=together.decoy,
        twins=tuple(
            Performed(twin.id, fitted(found, answers[twin.id]))
            for twin, found in zip(twins(assignment), together.twins, strict=False)
        ),
        experiments=experiments,
        output=together.output,
        cells=tuple(
            CellLines(source.path, cell.label, cell.first, cell.last)
            for source in sources
            for cell in source.cells
            if cell.label
        ),
    )


def _failed(
    assignment: Assignment, performed: Sequence[Performed], answers: Mapping[str, Transcript]
) -> Mapping[str, Transcript]:
    """Every transcript that counts, if any of them is a failure; else none."""
    transcripts = {one.case: one.decisive for one in performed}
    verdicts = _judged(assignment, transcripts, answers).values()
    return transcripts if any(verdict.outcome in DIAGNOSED for verdict in verdicts) else {}


def _judged(
    assignment: Assignment, transcripts: Mapping[str, Transcript], answers: Mapping[str, Transcript]
) -> dict[str, Verdict]:
    """What became of each case, by itself."""
    return {
        case.id: judge(case, transcripts[case.id], answers[case.id])
        for case in assignment.cases
        if case.id in transcripts
    }


def unreadable(id: str, why: SubmissionError, guest: Guest, seed: int = 0) -> Observed:
    """What is known of something of which no file could be read."""
    held = guest.protection
    loading = Loading("", error=why.told)
    return Observed(id, "", (), seed, held.level, held.layers, held.missing, loading)


def perform(
    submission: Submission,
    assignment: Assignment,
    cases: Sequence[Case],
    guest: Guest,
    *,
    alone: bool = False,
) -> Performance:
    """Perform cases in one process as long as it lives, or each `alone` in its own.

    A case has its whole time limit only alone: few need it, and who needs it is performed again.
    """
    ordered = _in_order(cases)
    share = 1.0 if alone else TOGETHER
    tasks = [(case.program, share * case.time_limit) for case in ordered]
    if not alone:
        others = [(twin.program, share * twin.time_limit) for twin in twins(assignment)]
        tasks += [*((program, decoy.SECONDS) for program in decoy.PROGRAMS), *others]
    done = guest.perform(
        submission,
        tasks,
        dialect=assignment.dialect,
        requires=assignment.requires,
        alone=alone,
    )
    if done.loading.error:
        return done
    sources = cache(lambda: {file.path: quotable(file) for file in submission.files})
    transcripts = (placed(transcript, sources) for transcript in done.transcripts)
    found = dict(zip((case.id for case in ordered), transcripts, strict=False))
    besides = done.transcripts[len(ordered) :]
    return replace(
        done,
        transcripts=tuple(found[case.id] for case in cases),
        decoy=decoy.answered(besides[: len(decoy.PROGRAMS)]),
        twins=besides[len(decoy.PROGRAMS) :],
    )


def _in_order(cases: Sequence[Case]) -> list[Case]:
    """Secret cases come last: what a submission learns from them reaches no text that is shown."""
    return sorted(cases, key=lambda case: case.is_secret)


def _together(
    assignment: Assignment, together: Performance, answers: Mapping[str, Transcript]
) -> tuple[Performed, ...]:
    """What one process answered to all cases."""
    defined = {bound.name for bound in together.loading.bound}
    return tuple(
        Performed(case.id, _not_attempted(case, defined) or fitted(transcript, answers[case.id]))
        for case, transcript in zip(assignment.cases, together.transcripts, strict=True)
    )


def _in_doubt_alone(
    submission: Submission,
    assignment: Assignment,
    performed: tuple[Performed, ...],
    answers: Mapping[str, Transcript],
    guest: Guest,
) -> tuple[Performed, ...]:
    """The same, with what did not pass performed again, each case alone.

    So is one that passed. Where it passes no more, points were owed to what other cases left behind, and all that
    passed is performed alone.
    """
    first = {one.case: one.decisive for one in performed}
    alone: dict[str, Transcript] = {}

    def perform_alone(cases: Sequence[Case], *, again: bool = True) -> None:
        done = perform(submission, assignment, cases, guest, alone=True)
        if done.loading.error:
            # It loaded before: what was seen then stands, and is not asked about again.
            alone.update((case.id, first[case.id]) for case in cases)
            return
        for case, transcript in zip(cases, done.transcripts, strict=True):
            alone[case.id] = fitted(transcript, answers[case.id])
        # By whom is not known: where the machine is short of memory, it may have been hit by chance.
        killed = [case for case in cases if alone[case.id].ending == KILLED]
        if killed and again:
            perform_alone(killed, again=False)

    sample: Case | None = None
    while again := _in_doubt(assignment, first | alone, answers, alone.keys()):
        if not alone:
            sample = _sample(assignment, first, answers, again)
            again = [sample, *again] if sample else again
        perform_alone(again)
    if sample and _passes(sample, alone[sample.id], answers):
        del alone[sample.id]
    elif sample:
        passed = [case for case in assignment.cases if _passes(case, first[case.id], answers)]
        perform_alone([case for case in passed if case.id not in alone])
    return tuple(
        Performed(case.id, first[case.id], alone.get(case.id)) for case in assignment.cases
    )


def _sample(
    assignment: Assignment,
    first: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    doubtful: Sequence[Case],
) -> Case | None:
    """The case that passed last with a function that is used where something is in doubt."""
    functions = {name for case in doubtful for name in case.program.functions()}
    for case in reversed(_in_order(assignment.cases)):
        uses = functions.intersection(case.program.functions())
        if uses and _passes(case, first[case.id], answers):
            return case
    return None


def _passes(case: Case, observed: Transcript, answers: Mapping[str, Transcript]) -> bool:
    return judge(case, observed, answers[case.id]).outcome is Outcome.PASSED


def _looked_closer(
    submission: Submission,
    assignment: Assignment,
    performed: tuple[Performed, ...],
    answers: Mapping[str, Transcript],
    guest: Guest,
) -> tuple[Performed, ...]:
    """The same, with films and slopes of what did not pass."""
    decisive = {one.case: one.decisive for one in performed}
    verdicts = settle(assignment, _judged(assignment, decisive, answers))
    if all(verdict.outcome not in DIAGNOSED for verdict in verdicts):
        return performed
    from grader.filming import look_closer

    closer = look_closer(submission, assignment, verdicts, decisive, guest)
    return tuple(
        replace(one, film=seen.film, slopes=seen.slopes) if (seen := closer.get(one.case)) else one
        for one in performed
    )


_FUNCTIONS: Final[Remembered[tuple[str, ...]]] = Remembered()


def _not_attempted(case: Case, defined: Set[str]) -> Transcript | None:
    """The transcript of a case that uses what the submission does not define."""
    program = case.program
    functions = _FUNCTIONS.get((program,), program.functions)
    absent = next((name for name in functions if name not in defined), "")
    return Transcript(NotAttempted(absent)) if absent else None


def _in_doubt(
    assignment: Assignment,
    transcripts: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    tried: Set[str],
) -> list[Case]:
    """What did not pass and waits for nothing; first what was given up because of others."""
    verdicts: Sequence[Verdict] = settle(assignment, _judged(assignment, transcripts, answers))
    doubtful = [
        assignment.case(verdict.case)
        for verdict in verdicts
        if verdict.outcome not in SETTLED and verdict.case not in tried
    ]
    return sorted(doubtful, key=lambda case: not isinstance(transcripts[case.id].ending, GivenUp))
