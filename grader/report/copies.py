"""What broadcasting copied of a variable, and whether its gradient lacks only the sum over the copies."""

from __future__ import annotations

from typing import Final

from grader.domain.array import Array
from grader.domain.program import Name
from grader.domain.transcript import Observation
from grader.records import dataclass
from grader.report import numbers
from grader.report.differences import agree
from grader.report.model import CaseReport

COPYING: Final = ("add", "sub", "mul", "div", "pow", "maximum", "broadcast_to")


@dataclass(frozen=True, slots=True)
class Copied:
    """`function` made `target`, for which numpy copied a variable of shape `small` to shape `large`."""

    function: str
    target: str
    small: Array
    large: Array


def copied(report: CaseReport, name: str) -> Copied | None:
    """The first use of a variable for which it was copied."""
    small = report.expected.primal(name)
    for step in report.case.program.applications():
        if step.function not in COPYING or Name(name) not in step.operands:
            continue
        large = report.expected.primal(step.targets[0])
        if isinstance(small, Array) and isinstance(large, Array) and small.shape != large.shape:
            return Copied(step.function, step.targets[0], small, large)
    return None


def lacks_only_the_sum(report: CaseReport, found: Observation | None, due: Array) -> bool:
    """Whether a gradient in a larger shape is the expected one as soon as its copies are added up."""
    if not isinstance(found, Array) or found.shape == due.shape:
        return False
    return agree(summed(found, due), due, report.case.tolerance)


def summed(array: Array, like: Array) -> Array | None:
    """The array added up to the shape of another one, or None where that one cannot be broadcast to it."""
    lead = len(array.shape) - len(like.shape)
    lengths = array.shape[max(lead, 0) :]
    if lead < 0 or any(n not in (1, m) for n, m in zip(like.shape, lengths, strict=True)):
        return None
    sums = dict.fromkeys(numbers.indices(like.shape), 0.0)
    for index, value in zip(numbers.indices(array.shape), array.values, strict=True):
        at = zip(index[lead:], like.shape, strict=True)
        sums[tuple(0 if length == 1 else place for place, length in at)] += value
    return like.with_values(tuple(sums.values()))
