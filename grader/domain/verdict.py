"""What is said of a submission."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from grader.domain.assignment import Tolerance
from grader.domain.program import Quantity
from grader.domain.transcript import Observation
from grader.records import dataclass


class Outcome(StrEnum):
    """Of a case."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    NO_RESULT = "no result"
    NOT_ATTEMPTED = "not attempted"
    SKIPPED = "skipped"
    GRADER_FAULT = "grader fault"


# What says something about the mistake behind it, and is looked at closely.
DIAGNOSED: Final = (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT)


class Status(StrEnum):
    """Of a submission."""

    GRADED = "graded"
    UNGRADABLE = "ungradable"
    GRADER_FAULT = "grader fault"


class FindingKind(StrEnum):
    """In what way an observation departs from the expected one."""

    VALUE = "value"
    SHAPE = "shape"
    DTYPE = "dtype"
    MISSING = "missing gradient"
    UNEXPECTED = "unexpected gradient"
    NOT_FINITE = "not finite"
    NOT_A_NUMBER = "not a number"
    NOT_OFFERED = "not offered"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Finding:
    """One quantity that differs."""

    quantity: Quantity
    kind: FindingKind
    observed: Observation
    expected: Observation
    tolerance: Tolerance


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one case. `first_divergent` are the first wrong variables, walking backward.

    `convention` names the legal convention that was recognised, if it is not the reference's own.
    `waits_for` names the cases that must pass before a skipped one counts.
    """

    case: str
    outcome: Outcome
    points: float
    max_points: float
    findings: tuple[Finding, ...] = ()
    first_divergent: tuple[str, ...] = ()
    convention: str = ""
    waits_for: tuple[str, ...] = ()
