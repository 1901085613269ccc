"""What is said at length of a code."""

from __future__ import annotations

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class CodeText:
    """What a code means. `wrong` and `right` are pieces of an assignment file."""

    title: str
    text: str
    wrong: str
    right: str
