"""What kind of failure it is, and at which function: what must stay the same while a graph is made smaller."""

from __future__ import annotations

from enum import StrEnum

from grader.domain.assignment import Case
from grader.domain.program import Name
from grader.domain.transcript import Crashed, Transcript
from grader.domain.verdict import FindingKind, Outcome
from grader.judging.compare import agree
from grader.judging.verdicts import judge
from grader.records import dataclass


class Direction(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class Seam:
    """A failure as far as it can be told without a name: its outcome, the exception or the kinds of findings,
    and the functions at which a difference begins."""

    outcome: Outcome
    error: str
    kinds: frozenset[FindingKind]
    direction: Direction
    functions: frozenset[str]

    def same_as(self, other: Seam) -> bool:
        """Whether two failures may well be one: all alike, and a function in common where any is known."""
        mine = (self.outcome, self.error, self.kinds, self.direction)
        if mine != (other.outcome, other.error, other.kinds, other.direction):
            return False
        return bool(self.functions & other.functions) or not (self.functions or other.functions)


def seam(case: Case, observed: Transcript, expected: Transcript) -> Seam | None:
    """Where a failure begins, or None where the case does not fail."""
    verdict = judge(case, observed, expected)
    if verdict.outcome not in (Outcome.FAILED, Outcome.CRASHED):
        return None
    error = observed.ending.type if isinstance(observed.ending, Crashed) else ""
    first = verdict.first_divergent
    forward = any(_value_differs(case, name, observed, expected) for name in first)
    functions = frozenset(
        node.function
        for node in case.program.applications()
        for name in first
        if (name in node.targets if forward else Name(name) in node.operands)
    )
    return Seam(
        verdict.outcome,
        error,
        frozenset(finding.kind for finding in verdict.findings),
        Direction.FORWARD if forward else Direction.BACKWARD,
        functions,
    )


def _value_differs(case: Case, name: str, observed: Transcript, expected: Transcript) -> bool:
    left, right = observed.primal(name), expected.primal(name)
    return left is not None and right is not None and not agree(left, right, case.tolerance)
