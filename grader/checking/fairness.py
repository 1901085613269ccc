"""Is an assignment fair? The starter earns nothing, the solution everything, wrong solutions what they should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from grader.answers import content_key
from grader.authoring.expected import EXPECT, Expected, read_expected
from grader.authoring.source import Faults
from grader.checking.model import Trial
from grader.domain import codec
from grader.domain.assignment import Assignment, Case, Mode
from grader.domain.misconception import Edit
from grader.domain.submission import Submission
from grader.domain.verdict import Outcome
from grader.errors import Fault, GraderError
from grader.observing import observe
from grader.predictions import LAST_FIRST, MIRROR, Oracle, mutant
from grader.records import dataclass
from grader.rehearsals import Changed
from grader.report.model import Report
from grader.sandbox import Guest, read_submission
from grader.scoring import score
from grader.suites import grade_suite

STARTER, SOLUTION, WRONG = "starter", "solution", "solutions/wrong"
FAILED: Final = frozenset(
    {
        Outcome.FAILED,
        Outcome.CRASHED,
        Outcome.TIMED_OUT,
        Outcome.OUT_OF_MEMORY,
        Outcome.NO_RESULT,
        Outcome.SKIPPED,  # no points, for what it needs is failed
    }
)
# Orders in which functions of one generation may be undone as well: by the names of their classes, forward and
# backward, which is nobody's habit in particular.
BY_NAME: Final = (
    Edit(
        'functions.sort(key=attrgetter("generation"), reverse=True)',
        "functions.sort(key=lambda f: (f.generation, type(f).__name__), reverse=True)",
    ),
)
BY_NAME_FORWARD: Final = (
    Edit(
        'functions.sort(key=attrgetter("generation"), reverse=True)',
        "functions.sort(key=lambda f: (-f.generation, type(f).__name__))",
    ),
)
LEGAL_ORDERS: Final[Mapping[str, tuple[Edit, ...]]] = {
    "the one found last first": LAST_FIRST,
    "inputs visited from the last to the first": MIRROR,
    "one generation in alphabetical order": BY_NAME_FORWARD,
    "one generation against the alphabet": BY_NAME,
}


@dataclass(frozen=True, slots=True)
class Fairness:
    trials: tuple[Trial, ...]
    faults: tuple[Fault, ...]


def fairness(oracle: Oracle, folder: Path, guest: Guest) -> Fairness:
    """Grade what comes with the assignment in `folder`, and the reference in other legal orders."""
    trials: list[Trial] = []
    faults = list(_legal_orders(oracle))
    if (path := folder / STARTER).exists():
        trials.append(trial := _trial(path, STARTER, oracle, guest))
        faults += _starter(trial, oracle.assignment, path)
    if (path := folder / SOLUTION).exists():
        trials.append(trial := _trial(path, SOLUTION, oracle, guest))
        faults += _solution(trial, path)
    for path in wrong_solutions(folder):
        expected, unread = _expected(path)
        faults += unread
        if expected is None:
            continue
        trials.append(trial := _trial(path, path.name, oracle, guest, kind="wrong"))
        faults += _wrong(trial, expected, oracle, path / EXPECT)
    return Fairness(tuple(trials), tuple(faults))


def wrong_solutions(folder: Path) -> tuple[Path, ...]:
    """The folders of wrong solutions, by name."""
    return tuple(sorted(path for path in (folder / WRONG).glob("*") if path.is_dir()))


def _trial(path: Path, name: str, oracle: Oracle, guest: Guest, kind: str = "") -> Trial:
    """What a submission earns, kept by content. One that cannot be loaded earns nothing, and fails nothing."""
    if oracle.assignment.mode is Mode.CASES:
        return _trial_of_cases(path, kind or name, name, oracle, guest)
    handed_in = read_submission(path, entry="")
    files = (part for file in handed_in.files for part in (file.path, file.data))
    key = content_key("trial", kind, name, codec.dumps(oracle.assignment), *files)
    kept = oracle.store.get(Trial, key)
    if kept is None:
        report = _graded(handed_in, oracle, guest)
        kept = Trial(
            kind or name,
            name,
            report.score,
            report.max_score,
            tuple(c.case.id for c in report.cases if c.verdict.outcome in FAILED),
            _told(report),
        )
        oracle.store.put(key, kept)
    return kept


def _told(report: Report) -> tuple[str, ...]:
    """The misconceptions that a report offers; where several explain the same, all of them."""
    offered = ((one.id, *one.alternatives) for one in report.diagnoses)
    return tuple(dict.fromkeys(id for ids in offered for id in ids))


def _trial_of_cases(path: Path, kind: str, name: str, oracle: Oracle, guest: Guest) -> Trial:
    """What a suite of cases earns; it fails nothing, and is told nothing."""
    catalogue = tuple(oracle.catalogue.values())
    report = grade_suite(path, oracle.assignment, catalogue, guest, oracle.store)
    return Trial(kind, name, report.score, report.max_score)


def _graded(handed_in: Submission, oracle: Oracle, guest: Guest) -> Report:
    answers = oracle.rehearsals.answers
    observed = observe(handed_in, oracle.assignment, answers, guest, 0)
    return score(observed, oracle.assignment, answers, lambda: oracle)


def _starter(trial: Trial, assignment: Assignment, path: Path) -> Iterator[Fault]:
    if trial.score > 0:
        yield _fault(
            "YS701",
            f"the starter earns {trial.score:g} of {trial.max_score:g} points as it is",
            path,
            "give cases that it passes no points, or leave more of it to be written",
        )


def _solution(trial: Trial, path: Path) -> Iterator[Fault]:
    if trial.score < trial.max_score:
        failed = ", ".join(f"`{id}`" for id in trial.failed) or "some cases are not attempted"
        yield _fault(
            "YS702",
            f"the solution earns {trial.score:g} of {trial.max_score:g} points: {failed}",
            path,
            "either the solution or the case is wrong",
        )


def _wrong(trial: Trial, expected: Expected, oracle: Oracle, file: Path) -> Iterator[Fault]:
    known = {case.id for case in oracle.assignment.cases}
    for id in expected.fails:
        if id not in known:
            yield _fault("YS703", f"there is no case `{id}`", file)
        elif id not in trial.failed:
            yield _fault("YS703", f"`{trial.name}` does not fail `{id}`", file)
    if not expected.fails and not trial.failed:
        yield _fault("YS703", f"`{trial.name}` fails no case", file)
    codes = {entry.code: entry.id for entry in oracle.catalogue.values()}
    due = codes.get(expected.diagnosis, expected.diagnosis)
    if due and due not in trial.diagnoses:
        found = ", ".join(f"`{id}`" for id in trial.diagnoses) or "nothing"
        yield _fault("YS704", f"`{trial.name}` is diagnosed as {found}, not as `{due}`", file)


def _expected(path: Path) -> tuple[Expected | None, tuple[Fault, ...]]:
    file = path / EXPECT
    faults = Faults()
    try:
        return read_expected(file, faults), tuple(faults)
    except GraderError as error:
        return None, (_fault("YS705", str(error), file),)


def _legal_orders(oracle: Oracle) -> Iterator[Fault]:
    """Every case must pass for the reference in any legal order."""
    ids = [case.id for case in oracle.assignment.cases]
    for title, order in LEGAL_ORDERS.items():
        made = mutant((), order, oracle.assignment.functions)
        assert made is not None
        changed = Changed(made.files[0].data, alone=False)
        oracle.rehearsals.learn([changed], ids)
        for id in oracle.rehearsals.failing(changed, ids):
            yield _order_fault(oracle.assignment.case(id), title)


def _order_fault(case: Case, title: str) -> Fault:
    return Fault(
        "YS706",
        f"case `{case.id}` fails a right submission that undoes functions in another legal order: {title}",
        case.file,
        case.line,
        1,
        help="ask for nothing that depends on the order, or widen the tolerance",
    )


def _fault(code: str, message: str, path: Path, help: str = "") -> Fault:
    return Fault(code, message, str(path), 1, 1, help=help)
