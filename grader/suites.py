"""Students as testers: what is handed in is a YAML of cases, and it is graded by what they notice.

The yardstick are the known misconceptions that the assignment's own cases notice. Each of them is built into
the reference, and is worth a point where some case of the student's does not pass then. A case with a wrong
expectation counts for nothing: a test that fails the right implementation tests nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Final

from grader.answers import Store, answers_for
from grader.domain.assignment import Assignment, Case, Reveal
from grader.domain.misconception import Misconception, Prediction
from grader.domain.program import Program
from grader.domain.submission import Loading, SourceFile, Submission
from grader.domain.transcript import Completed, NotOffered, Transcript
from grader.domain.verdict import Outcome, Status, Verdict
from grader.errors import AuthoringError, SubmissionError
from grader.guest.sources import read_source
from grader.judging.compare import compare
from grader.predictions import Oracle, concerns
from grader.records import dataclass, replace
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport
from grader.sandbox import Guest, read_submission
from grader.version import __version__

ENDINGS: Final = (".yaml", ".yml")
MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Suite:
    """A student's cases, as far as they count, and what is to be said of the others."""

    file: str
    cases: tuple[Case, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    line: int = 0
    text: str = ""


def grade_suite(
    path: Path,
    asked: Assignment,
    catalogue: Sequence[Misconception],
    guest: Guest,
    store: Store,
    *,
    entry: str = "",
    seed: int = 0,
    notify: Callable[[str], None] = lambda message: None,
) -> Report:
    """Grade a YAML of cases by the misconceptions that they notice.

    Each misconception is a case of the report: passed where it is noticed. Those that are not stay hidden,
    with no more than their concept told.
    """
    answers = answers_for(asked, guest, store)
    oracle = Oracle(asked, answers, catalogue, guest, store, notify)
    used = {name for case in asked.cases for name in case.program.functions()}
    known = [one for one in catalogue if concerns(one, used)]
    oracle.forecast(known)
    yardstick = [one for one in known if _is_noticed(one, oracle)]
    handed_in, suite = _read(path, entry, asked, seed)
    suite, right = _that_count(suite, asked, guest, store)
    noticed: Mapping[str, Prediction] = {}
    if suite.cases:
        own = replace(asked, cases=suite.cases)
        judge = Oracle(own, right, catalogue, guest, store, notify)
        judge.forecast(yardstick)
        found = ((entry.id, judge.predict((entry.id,))) for entry in yardstick)
        noticed = {id: each for id, each in found if each is not None and each.departures}
    parts = [_part(entry, noticed.get(entry.id), suite, right) for entry in yardstick]
    return Report(
        grader_version=__version__,
        assignment=replace(asked, cases=tuple(part.case for part in parts)),
        seed=seed,
        status=Status.UNGRADABLE if suite.error else Status.GRADED,
        submission=SubmissionReport(
            handed_in.id,
            handed_in.kind,
            tuple(map(_quotable, handed_in.files)),
            _loading(suite, noticed),
        ),
        sandbox=_sandbox(guest),
        cases=tuple(parts),
    )


def _is_noticed(entry: Misconception, oracle: Oracle) -> bool:
    prediction = oracle.predict((entry.id,))
    return prediction is not None and bool(prediction.departures)


def _part(
    entry: Misconception,
    prediction: Prediction | None,
    suite: Suite,
    right: Mapping[str, Transcript],
) -> CaseReport:
    """A misconception as a case: with the smallest of the student's cases that notices it, if one does."""
    if prediction is None:
        case = Case(
            entry.id,
            entry.title,
            entry.concept,
            "",
            Program((), (), ()),
            hidden=True,
            reveal=Reveal.VERDICT,
        )
        nothing = Transcript(Completed())
        return CaseReport(case, Verdict(entry.id, Outcome.FAILED, 0.0, 1.0), nothing, nothing)
    known = {case.id: case for case in suite.cases}
    ids = [departure.case for departure in prediction.departures]
    least = min((known[id] for id in ids), key=_size)
    case = replace(
        least, id=entry.id, title=f"{entry.title} ({least.id})", concept=entry.concept, points=1.0
    )
    answer = right[least.id]
    return CaseReport(case, Verdict(entry.id, Outcome.PASSED, 1.0, 1.0), answer, answer)


def _size(case: Case) -> int:
    return sum(1 for _ in case.program.applications())


def _loading(suite: Suite, noticed: Mapping[str, Prediction]) -> Loading:
    by_case = {
        case.id: [id for id, found in noticed.items() if found.departure(case.id) is not None]
        for case in suite.cases
    }
    notes = [
        f"case `{case}` notices {_named(ids)}" if ids else f"case `{case}` notices nothing known"
        for case, ids in by_case.items()
    ]
    functions = sum(map(_size, suite.cases))
    if suite.cases:
        notes.append(
            f"{_counted(len(noticed), 'misconception')} noticed by {_counted(len(suite.cases), 'case')} "
            f"with {_counted(functions, 'function')}; among equals, the smaller suite is the better one"
        )
    return Loading(
        suite.file,
        kind="cases",
        notes=(*suite.notes, *notes),
        error=suite.error,
        error_file=suite.file if suite.error else "",
        error_line=suite.line,
        error_text=suite.text,
    )


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count != 1 else ''}"


def _that_count(
    suite: Suite, asked: Assignment, guest: Guest, store: Store
) -> tuple[Suite, Mapping[str, Transcript]]:
    """The suite without the cases that the right implementation fails, and its answers to the others.

    Tolerances, conventions, needs and limits are the assignment's: a case cannot notice more by asking for
    more digits than there are.
    """
    if not suite.cases:
        return suite, {}
    tolerance = asked.cases[0].tolerance if asked.cases else suite.cases[0].tolerance
    cases = tuple(
        replace(case, tolerance=tolerance, conventions=(), needs=(), time_limit=2.0, hidden=False)
        for case in suite.cases
    )
    answers = answers_for(replace(asked, cases=cases), guest, store)
    complaints = {case.id: _complaint(case, answers[case.id]) for case in cases}
    kept = tuple(case for case in cases if not complaints[case.id])
    notes = (f"case `{id}` does not count: {said}" for id, said in complaints.items() if said)
    return replace(suite, cases=kept, notes=(*suite.notes, *notes)), answers


def _complaint(case: Case, answer: Transcript) -> str:
    """Why a case is no test, or nothing."""
    if not isinstance(answer.ending, Completed):
        return "the right implementation cannot perform it"
    for quantity in case.program.quantities:
        if isinstance(answer.reading(quantity), NotOffered):
            return f"nobody answers `{quantity}`"
    for literal in case.literals:
        found = answer.reading(literal.quantity) or answer.primal(literal.quantity.of)
        if compare(literal.quantity, found, literal.found, case.tolerance) is not None:
            return f"what it expects of `{literal.quantity}` is not what the right implementation answers"
    return ""


def _read(path: Path, entry: str, asked: Assignment, seed: int) -> tuple[Submission, Suite]:
    """What was handed in, and its cases; never more than a student's YAML may hold."""
    try:
        handed_in = read_submission(path, entry=entry)
        file = _the_file(handed_in)
    except SubmissionError as error:
        nothing = Submission(path.resolve().name, "", ())
        said = f"{error}: {error.help}" if error.help else str(error)
        return nothing, Suite("", error=said)
    return handed_in, _suite(file, seed, asked.functions)


def _suite(file: SourceFile, seed: int, functions: tuple[SourceFile, ...]) -> Suite:
    from grader.authoring.suites import load_suite  # pydantic, yaml: only where there is one

    with TemporaryDirectory() as folder:
        copy = Path(folder) / "cases.yaml"
        copy.write_bytes(file.data)
        try:
            return Suite(file.path, load_suite(copy, seed, functions))
        except AuthoringError as error:
            first, *more = error.faults
            rest = f" (and {_counted(len(more), 'mistake')} more)" if more else ""
            help = f"; {first.help}" if first.help else ""
            return Suite(
                file.path,
                error=f"{first.code}: {first.message}{help}{rest}".replace(str(copy), file.path),
                line=first.line,
                text=first.text[:200],
            )


def _the_file(handed_in: Submission) -> SourceFile:
    """The one YAML file, or the one that was asked for. Raises SubmissionError."""
    files = [file for file in handed_in.files if PurePath(file.path).suffix.lower() in ENDINGS]
    if handed_in.entry:
        files = [file for file in files if file.path == handed_in.entry]
    if len(files) == 1:
        return files[0]
    if files:
        listed = ", ".join(file.path for file in files)
        raise SubmissionError(f"there are several YAML files: {listed}", help="name one by --entry")
    raise SubmissionError("no YAML file of cases was handed in", help="hand in a file cases.yaml")


def _quotable(file: SourceFile) -> tuple[str, str]:
    try:
        return file.path, read_source(file.path, file.data).text
    except SubmissionError:
        return file.path, ""


def _sandbox(guest: Guest) -> SandboxReport:
    held = guest.protection
    return SandboxReport(held.level, held.layers, held.missing)
