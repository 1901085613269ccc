"""What a use of a variable owes to its gradient, and what arrived of it."""

from __future__ import annotations

from enum import StrEnum

from grader.domain.array import Array
from grader.records import dataclass


class ContributionWord(StrEnum):
    """How what arrived differs from what is due. `unknown`: the submission's numbers do not tell."""

    RIGHT = "right"
    LOST = "lost"
    DOUBLED = "doubled"
    SCALED = "scaled"
    SWAPPED = "swapped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One edge of the graph: the function that computed `target` used `operand` in `position`.

    `due` is what the edge brings to the gradient of `operand`; `arrived` what it brought in the
    submission, or None where that cannot be told.
    """

    target: str
    position: int
    operand: str
    due: Array
    arrived: Array | None
    word: ContributionWord
