"""`grade()`: the only place where all stages meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from fnmatch import fnmatchcase
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from grader.answers import Store, answers_for, content_key
from grader.authoring.files import content_of
from grader.domain.assignment import Assignment, Mode
from grader.domain.observed import Observed
from grader.domain.transcript import Transcript
from grader.errors import NoCaseSelected, SubmissionError, UsageError, did_you_mean
from grader.observing import Begun, observe, unreadable
from grader.records import replace
from grader.report.language import chosen_language
from grader.report.laps import Laps
from grader.report.model import Report
from grader.sandbox import REQUIRED_LEVEL, Guest, read_submission
from grader.scoring import score
from grader.shipped import assignments_folder

if TYPE_CHECKING:
    from grader.domain.misconception import Misconception
    from grader.predictions import Oracle


def grade(
    submission: str | PathLike[str],
    assignment: str | PathLike[str],
    *,
    entry: str = "",
    cases: tuple[str, ...] = (),
    seed: int = 0,
    accept_level: int = REQUIRED_LEVEL,
    guest: Guest | None = None,
    store: Store | None = None,
    notify: Callable[[str], None] = lambda message: None,
    language: str = "",
    begun: Begun | None = None,
) -> Report:
    """Grade one submission.

    `submission` is a file or folder; `assignment` a folder with `assignment.yaml`, or that file.
    `entry` names the file of the submission to start from; `cases` are patterns that select some
    cases; `seed` decides the sampled inputs. Less protection than `accept_level` is refused with a
    GraderFault that says what is missing. A `guest` that is given is used, by its own level, and left open.
    `notify` is told, in a sentence, what takes long. `language` is the one that the report speaks; where
    none is asked for, see `chosen_language`. What was `begun` to choose the assignment is not done again.

    Raises AuthoringError, UsageError, NoCaseSelected and GraderFault. A submission that cannot be read or
    loaded is a report with status `ungradable`.
    """
    submission, assignment = Path(submission), Path(assignment)
    store, laps = store or Store.default(), Laps()
    # Started first: it imports numpy meanwhile.
    with nullcontext(guest) if guest else Guest(accept_level=accept_level) as guest:
        asked = select(compiled(assignment, store, seed), cases)
        spoken = chosen_language(language, asked.language)
        if asked.mode is Mode.CASES:
            from grader.suites import grade_suite  # few assignments ask for cases

            report = grade_suite(
                submission,
                asked,
                catalogue(store),
                guest,
                store,
                entry=entry,
                seed=seed,
                notify=notify,
            )
            return replace(report, language=spoken)
        answers = answers_for(asked, guest, store)
        laps.lap("answers")

        @cache
        def oracle() -> Oracle:
            from grader.predictions import Oracle  # only where something is wrong

            return Oracle(asked, answers, catalogue(store), guest, store, notify)

        observed = observe_at(
            submission,
            asked,
            answers,
            guest,
            entry=entry,
            seed=seed,
            oracle=oracle,
            begun=begun,
            meanwhile=lambda: _expect_mistakes(oracle()),
        )
        laps.lap("observe")
        # A guest that broke can perform no mistakes either; what is judged is told all the same.
        report = score(observed, asked, answers, None if observed.faults else oracle)
        laps.lap("score")
    return replace(report, language=spoken, laps=laps.taken)


def observe_at(
    path: Path,
    asked: Assignment,
    answers: Mapping[str, Transcript],
    guest: Guest,
    *,
    entry: str = "",
    seed: int = 0,
    oracle: Callable[[], Oracle] | None = None,
    once: bool = False,
    begun: Begun | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Observed:
    """What the submission at a path does, even if that is nothing, for no file of it can be read."""
    try:
        handed_in = read_submission(path, entry=entry)
    except SubmissionError as error:
        return unreadable(path.resolve().name, error, guest, seed)
    return observe(
        handed_in,
        asked,
        answers,
        guest,
        seed,
        oracle,
        once=once,
        begun=begun,
        meanwhile=meanwhile,
    )


def _expect_mistakes(oracle: Oracle) -> None:
    """Have at hand what is asked for only where something is wrong."""
    from grader import inquiring  # noqa: F401
    from grader.judging import divergence, placing, slopes  # noqa: F401
    from grader.report import highlight, page_paths  # noqa: F401

    oracle.open()
    highlight.load()


def compiled(path: Path, store: Store, seed: int) -> Assignment:
    """The assignment at `path`, from the store where its files have not changed."""
    key = content_key("assignment", str(seed), content_of(path))
    kept = store.get(Assignment, key)
    if kept is None:
        from grader.authoring import load_assignment  # pydantic, yaml: only after a change

        kept = load_assignment(path, seed)
        store.put(key, kept)
    return kept


def compiled_of_code(path: Path, store: Store, seed: int) -> Assignment:
    """The assignment at `path`, to which code is handed in. Raises UsageError where it is cases."""
    asked = compiled(path, store, seed)
    if asked.mode is Mode.CASES:
        raise UsageError(
            f"cases are handed in to {asked.id!r} (`mode: cases`): `grader run` and `grader class` grade them"
        )
    return asked


def catalogue(store: Store) -> tuple[Misconception, ...]:
    """The known misconceptions, from the store where their files have not changed."""
    from grader.domain.misconception import Catalogue

    folder = assignments_folder() / "misconceptions"
    files = sorted(folder.glob("*.yaml"))
    key = content_key("catalogue", *(file.read_bytes() for file in files))
    kept = store.get(Catalogue, key)
    if kept is None:
        from grader.authoring.catalogue import load_catalogue

        kept = Catalogue(load_catalogue(folder))
        store.put(key, kept)
    return kept.entries


def select(assignment: Assignment, patterns: Sequence[str]) -> Assignment:
    """The assignment with the cases whose id (or id without variant) matches one of the patterns.

    Hidden cases cannot be picked, and are not named: to grade one alone would tell what it asks.
    """
    if not patterns:
        return assignment
    visible = tuple(case for case in assignment.cases if not case.hidden)
    chosen = tuple(
        case
        for case in visible
        if any(
            fnmatchcase(name, p) for p in patterns for name in (case.id, case.id.partition("/")[0])
        )
    )
    if not chosen:
        raise NoCaseSelected(
            f"no case of {assignment.id!r} matches {', '.join(map(repr, patterns))}"
            + did_you_mean(patterns[0], [case.id for case in visible])
        )
    return replace(assignment, cases=chosen)
