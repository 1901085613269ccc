"""The report as data: everything that any format may show, and nothing computed by a template."""

from __future__ import annotations

from typing import Final

from grader.domain.assignment import Assignment, Case
from grader.domain.contribution import Contribution
from grader.domain.diagnosis import Diagnosis, Flag, Smallest
from grader.domain.divergence import Divergence
from grader.domain.film import Film
from grader.domain.language import ENGLISH
from grader.domain.submission import CellLines, Loading
from grader.domain.transcript import NotOffered, Transcript
from grader.domain.verdict import Outcome, Status, Verdict
from grader.records import dataclass

SCHEMA_VERSION: Final = 1
WITHHELD: Final = NotOffered("not shown")  # stands where a projection took an expected answer away


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A case, what was said of it, and the two transcripts that met.

    `film` and `right_film` are the backward passes of the submission and of the reference, recorded
    where the case did not pass. `contributions` are the edges into the first wrong variables;
    `consequences` the variables that are wrong only because of those; `divergence` says what
    happened there. `side` says which pass is at fault, by finite differences of the submission's own
    forward pass: `forward`, `backward`, `forward only` (its gradients are right for what it
    computes), or empty where that was not asked.
    """

    case: Case
    verdict: Verdict
    observed: Transcript
    expected: Transcript
    film: Film | None = None
    right_film: Film | None = None
    contributions: tuple[Contribution, ...] = ()
    consequences: tuple[str, ...] = ()
    side: str = ""
    divergence: Divergence | None = None


@dataclass(frozen=True, slots=True)
class SandboxReport:
    """The protection that was in force while the submission ran."""

    level: int
    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """What was handed in. `files` holds (path, text) of the sources, for quoting lines; `cells` are theirs."""

    id: str
    kind: str
    files: tuple[tuple[str, str], ...]
    loading: Loading
    cells: tuple[CellLines, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One graded submission.

    `smallest` is the smallest graph that still fails, shrunk from a case that nothing known explains.
    `withheld` counts the cases that a projection left out altogether, points included. `laps` are the
    stages of grading and their seconds, for the instructor's page alone: all else is the same in every run.
    """

    grader_version: str
    assignment: Assignment
    seed: int
    status: Status
    submission: SubmissionReport
    sandbox: SandboxReport
    cases: tuple[CaseReport, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    flags: tuple[Flag, ...] = ()
    output: str = ""
    withheld: int = 0
    language: str = ENGLISH
    laps: tuple[tuple[str, float], ...] = ()
    smallest: Smallest | None = None

    @property
    def score(self) -> float:
        return sum(case.verdict.points for case in self.cases)

    @property
    def max_score(self) -> float:
        return sum(case.verdict.max_points for case in self.cases)

    @property
    def all_passed(self) -> bool:
        return self.status is Status.GRADED and all(
            case.verdict.outcome is Outcome.PASSED for case in self.cases
        )
