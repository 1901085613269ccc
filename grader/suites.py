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
from grader.domain.observed import Observed
from grader.domain.program import Program
from grader.domain.submission import Loading, SourceFile, Submission
from grader.domain.transcript import Completed, NotOffered, Transcript
from grader.domain.verdict import Outcome, Status, Verdict
from grader.errors import AuthoringError, SubmissionError
from grader.guest.sources import read_source
from grader.judging.compare import compare
from grader.predictions import Oracle, concerns
from grader.records import dataclass, replace
from grader.report.english import SENTENCES
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport
from grader.sandbox import Guest, read_submission
from grader.version import __version__

ENDINGS: Final = (".yaml", ".yml")
MOST_NAMED: Final = 8
ANY_BYTE: Final = "surrogateescape"  # what is no UTF-8 stays what it is


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
    try:
        observed = observe_suite(read_submission(path, entry=entry), guest, seed)
    except SubmissionError as error:
        nothing = Submission(path.resolve().name, "", ())
        observed = replace(observe_suite(nothing, guest, seed), loading=_refused(error))
    return score_suite(observed, asked, catalogue, guest, store, notify)


def observe_suite(handed_in: Submission, guest: Guest, seed: int = 0) -> Observed:
    """What is handed in where cases are asked for. Nothing of it is run, so that it can be scored at any time."""
    held = guest.protection
    try:
        loading = Loading(_the_file(handed_in).path, kind="cases")
    except SubmissionError as error:
        loading = _refused(error)
    return Observed(
        handed_in.id,
        handed_in.kind,
        tuple((file.path, file.data.decode("utf-8", ANY_BYTE)) for file in handed_in.files),
        seed,
        held.level,
        held.layers,
        held.missing,
        loading,
    )


def score_suite(
    observed: Observed,
    asked: Assignment,
    catalogue: Sequence[Misconception],
    guest: Guest,
    store: Store,
    notify: Callable[[str], None] = lambda message: None,
) -> Report:
    """The report on a YAML of cases, as `grade_suite` gives it."""
    due = yardstick(asked, catalogue, guest, store, notify)
    store = Store(None)  # a student decides how large these answers are: they are not kept
    files = tuple(SourceFile(path, text.encode("utf-8", ANY_BYTE)) for path, text in observed.files)
    suite, right = _that_count(_read(observed, files, asked), asked, guest, store)
    noticed: Mapping[str, Prediction] = {}
    if suite.cases:
        own = replace(asked, cases=suite.cases)
        judge = Oracle(own, right, catalogue, guest, store, notify)
        judge.forecast(due)
        found = ((entry.id, judge.predict((entry.id,))) for entry in due)
        noticed = {id: each for id, each in found if each is not None and each.departures}
    parts = [_part(entry, noticed.get(entry.id), suite, right) for entry in due]
    return Report(
        grader_version=__version__,
        assignment=replace(asked, cases=tuple(part.case for part in parts)),
        seed=observed.seed,
        status=Status.UNGRADABLE if suite.error else Status.GRADED,
        submission=SubmissionReport(
            observed.submission,
            observed.kind,
            tuple(map(_quotable, files)),
            _loading(suite, noticed),
        ),
        sandbox=SandboxReport(observed.level, observed.layers, observed.missing),
        cases=tuple(parts),
    )


def yardstick(
    asked: Assignment,
    catalogue: Sequence[Misconception],
    guest: Guest,
    store: Store,
    notify: Callable[[str], None] = lambda message: None,
) -> tuple[Misconception, ...]:
    """What there is to be noticed: the misconceptions that the assignment's own cases notice. Each is a point."""
    answers = answers_for(asked, guest, store)
    oracle = Oracle(asked, answers, catalogue, guest, store, notify)
    used = {name for case in asked.cases for name in case.program.functions()}
    known = [one for one in catalogue if concerns(one, used)]
    oracle.forecast(known)
    return tuple(one for one in known if _is_noticed(one, oracle))


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
        _said("notices", case=case, names=_named(ids)) if ids else _said("nothing", case=case)
        for case, ids in by_case.items()
    ]
    functions = sum(map(_size, suite.cases))
    if suite.cases:
        counts = {"noticed": len(noticed), "cases": len(suite.cases), "functions": functions}
        notes.append(_said("size", **counts))
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
    more = f", … (+{len(ids) - MOST_NAMED})" if len(ids) > MOST_NAMED else ""
    return ", ".join(ids[:MOST_NAMED]) + more


def _said(key: str, **values: object) -> str:
    """A sentence of ours in English, as `report.heard` knows it again to say it in other languages."""
    return SENTENCES[f"heard.suite.{key}"].format(**values)


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
    notes = (_said("uncounted", case=id, why=why) for id, why in complaints.items() if why)
    return replace(suite, cases=kept, notes=(*suite.notes, *notes)), answers


def _complaint(case: Case, answer: Transcript) -> str:
    """Why a case is no test, or nothing."""
    if not isinstance(answer.ending, Completed):
        return _said("why.impossible")
    for quantity in case.program.quantities:
        if isinstance(answer.reading(quantity), NotOffered):
            return _said("why.unanswered", quantity=quantity)
    for literal in case.literals:
        found = answer.reading(literal.quantity) or answer.primal(literal.quantity.of)
        if compare(literal.quantity, found, literal.found, case.tolerance) is not None:
            return _said("why.wrong", quantity=literal.quantity)
    return ""


def _read(observed: Observed, files: Sequence[SourceFile], asked: Assignment) -> Suite:
    """The cases that were handed in; never more than a student's YAML may hold."""
    if observed.loading.error:
        return Suite("", error=observed.loading.error)
    file = next(file for file in files if file.path == observed.loading.entry)
    return _suite(file, observed.seed, asked.functions)


def _refused(error: SubmissionError) -> Loading:
    return Loading("", kind="cases", error=error.told)


def _suite(file: SourceFile, seed: int, functions: tuple[SourceFile, ...]) -> Suite:
    from grader.authoring.suites import load_suite  # pydantic, yaml: only where there is one

    with TemporaryDirectory() as folder:
        copy = Path(folder) / "cases.yaml"
        copy.write_bytes(file.data)
        try:
            return Suite(file.path, load_suite(copy, seed, functions))
        except AuthoringError as error:
            first, *more = error.faults
            rest = f" (+{len(more)})" if more else ""
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
        raise SubmissionError(_said("several", files=listed))
    raise SubmissionError(_said("missing"))


def _quotable(file: SourceFile) -> tuple[str, str]:
    try:
        return file.path, read_source(file.path, file.data).text
    except SubmissionError:
        return file.path, ""
