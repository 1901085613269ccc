"""Is an assignment fair? The starter earns nothing, the solution everything, wrong solutions what they should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from grader.answers import content_key
from grader.authoring.expected import EXPECT, Expected, read_expected
from grader.authoring.source import Faults
from grader.checking.model import Trial
from grader.diagnosing import Suspicion, names, suspect
from grader.domain import codec
from grader.domain.assignment import Assignment, Case, Mode
from grader.domain.misconception import Edit
from grader.domain.transcript import Transcript
from grader.domain.verdict import DIAGNOSED, Outcome, Verdict
from grader.errors import Fault, GraderError, GraderFault
from grader.judging.diagnosis import Evidence, gather
from grader.observing import observe
from grader.predictions import LAST_FIRST, MIRROR, Oracle, mutant
from grader.records import dataclass
from grader.rehearsals import Changed
from grader.sandbox import Guest, read_submission
from grader.scoring import judged
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
        'found.sort(key=attrgetter("generation"), reverse=True)',
        "found.sort(key=lambda y: (y.generation, type(y.creator).__name__), reverse=True)",
    ),
)
BY_NAME_FORWARD: Final = (
    Edit(
        'found.sort(key=attrgetter("generation"), reverse=True)',
        "found.sort(key=lambda y: (-y.generation, type(y.creator).__name__))",
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
    expectations = {path: _expected(path) for path in wrong_solutions(folder)}
    asked = [
        (folder / kind, kind, kind) for kind in (STARTER, SOLUTION) if (folder / kind).exists()
    ]
    asked += [(path, "wrong", path.name) for path, (found, _) in expectations.items() if found]
    for (path, kind, _), trial in zip(asked, _trials(asked, oracle, guest), strict=True):
        trials.append(trial)
        match kind:
            case "starter":
                faults += _starter(trial, oracle.assignment, path)
            case "solution":
                faults += _solution(trial, path)
    for path, (expected, unread) in expectations.items():
        faults += unread
        if expected is not None:
            trial = next(one for one in trials if (one.kind, one.name) == ("wrong", path.name))
            faults += _wrong(trial, expected, oracle, path / EXPECT)
    return Fairness(tuple(trials), tuple(faults))


def wrong_solutions(folder: Path) -> tuple[Path, ...]:
    """The folders of wrong solutions, by name."""
    return tuple(sorted(path for path in (folder / WRONG).glob("*") if path.is_dir()))


def _trials(
    asked: Sequence[tuple[Path, str, str]], oracle: Oracle, guest: Guest
) -> tuple[Trial, ...]:
    """What submissions earn, each given by its folder, kind and name; kept by content.

    All are performed before any is diagnosed, for mistakes that are suspected in several are tried at once.
    """
    if oracle.assignment.mode is Mode.CASES:
        return tuple(_trial_of_cases(*one, oracle, guest) for one in asked)
    keys = [_key(*one, oracle) for one in asked]
    kept = [oracle.store.get(Trial, key) for key in keys]
    performed = {
        key: _performed(path, oracle, guest)
        for key, found, (path, _, _) in zip(keys, kept, asked, strict=True)
        if found is None
    }
    oracle.prepare(one.evidence for one in performed.values() if one.is_telling)
    for key, (_, kind, name) in zip(keys, asked, strict=True):
        if key in performed:
            oracle.store.put(key, _trial(kind, name, performed[key], oracle))
    return tuple(found for key in keys if (found := oracle.store.get(Trial, key)))


def _key(path: Path, kind: str, name: str, oracle: Oracle) -> str:
    files = read_submission(path, entry="").files
    parts = (part for file in files for part in (file.path, file.data))
    return content_key("trial", kind, name, codec.dumps(oracle.assignment), *parts)


@dataclass(frozen=True, slots=True)
class _Performed:
    """What a submission answered, and what became of each case."""

    verdicts: tuple[Verdict, ...]
    transcripts: Mapping[str, Transcript]
    evidence: Evidence

    @property
    def is_telling(self) -> bool:
        """Whether there is anything to diagnose, and to tell it by."""
        wrong = any(verdict.outcome in DIAGNOSED for verdict in self.verdicts)
        return wrong and bool(self.evidence.failed and self.evidence.passed)


def _performed(path: Path, oracle: Oracle, guest: Guest) -> _Performed:
    """Performed as far as a trial asks: nobody reads a report of it, so nothing is filmed."""
    assignment, answers = oracle.assignment, oracle.rehearsals.answers
    handed_in = read_submission(path, entry="")
    observed = observe(handed_in, assignment, answers, guest, 0, closely=False)
    if observed.faults:
        raise GraderFault(observed.faults[0])
    verdicts, transcripts = judged(observed, assignment, answers)
    return _Performed(verdicts, transcripts, gather(assignment, transcripts, answers))


def _trial(kind: str, name: str, done: _Performed, oracle: Oracle) -> Trial:
    """One that cannot be loaded earns nothing, and fails nothing."""
    found = None
    if done.is_telling:
        answers = oracle.rehearsals.answers
        found = suspect(oracle.assignment, done.transcripts, answers, oracle)
    return Trial(
        kind,
        name,
        sum(verdict.points for verdict in done.verdicts),
        sum(verdict.max_points for verdict in done.verdicts),
        tuple(verdict.case for verdict in done.verdicts if verdict.outcome in FAILED),
        _told(found),
    )


def _told(suspicion: Suspicion | None) -> tuple[str, ...]:
    """The misconceptions that a report would offer; where several explain the same, all of them."""
    if suspicion is None:
        return ()
    best, *tied = suspicion.matches
    offered = ((id, *map(names, tied)) for id in best.misconceptions)
    return tuple(dict.fromkeys(id for ids in offered for id in ids))


def _trial_of_cases(path: Path, kind: str, name: str, oracle: Oracle, guest: Guest) -> Trial:
    """What a suite of cases earns; it fails nothing, and is told nothing."""
    catalogue = tuple(oracle.catalogue.values())
    report = grade_suite(path, oracle.assignment, catalogue, guest, oracle.store)
    return Trial(kind, name, report.score, report.max_score)


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
