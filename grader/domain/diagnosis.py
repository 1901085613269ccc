"""What was misunderstood, as far as the evidence goes."""

from __future__ import annotations

from enum import StrEnum

from grader.domain.assignment import Case
from grader.domain.transcript import Transcript
from grader.records import dataclass


class Confidence(StrEnum):
    """`certain`: nothing else known explains it. `likely`: few observations speak. `tied`: see alternatives."""

    CERTAIN = "certain"
    LIKELY = "likely"
    TIED = "tied"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the submission, as `Frame` counts it."""

    file: str
    line: int
    text: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Smallest:
    """A graph that no teacher wrote, and what the submission and the reference answered to it."""

    case: Case
    observed: Transcript
    expected: Transcript


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One misconception that explains wrong numbers.

    `explains` names the cases whose every wrong number it reproduces; `alternatives` the
    misconceptions that would explain the same; `counterfactual_score` is the score with this one
    mistake mended, or None where it cannot be told. `observations` counts the answers that are evidence:
    those that are wrong in just this way, and those of graphs performed to decide. `smallest` is the smallest
    graph found on which the mistake shows, `smallest_graph` its text; `decided_by` the graph whose answer ruled out
    `ruled_out`. `place` is the line where it happens in case `shown_by`, whose divergence says how.
    """

    id: str
    code: str
    concept: str
    title: str
    message: str
    hints: tuple[str, ...] = ()
    place: Place | None = None
    explains: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    confidence: Confidence = Confidence.LIKELY
    smallest_graph: str = ""
    counterfactual_score: float | None = None
    observations: int = 0
    smallest: Smallest | None = None
    decided_by: Smallest | None = None
    ruled_out: tuple[str, ...] = ()
    shown_by: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something for the instructor to look at. Never costs a point."""

    kind: str
    reason: str
