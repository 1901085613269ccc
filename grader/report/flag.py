"""Where the flag of a case stands: at the first thing that went wrong, as far as that was located."""

from __future__ import annotations

from typing import Final

from grader.domain.divergence import Deed, Divergence
from grader.records import dataclass
from grader.report.model import CaseReport
from grader.report.walk import variables

# A function was asked at the wrong time: its output may well end with the right gradient.
_UNTIMELY: Final = (Deed.TOO_EARLY, Deed.TOO_OFTEN, Deed.NEVER_ASKED)
_ELSEWHERE: Final = (Deed.LEFT_OVER, Deed.ENDLESS, Deed.CRASHED)


@dataclass(frozen=True, slots=True)
class Flag:
    """At variables, or at the function that computed `target`: asked at the wrong time, or where it crashed."""

    variables: tuple[str, ...]
    untimely: Divergence | None = None

    @property
    def target(self) -> str:
        return self.untimely.target if self.untimely else ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.target,) if self.target else self.variables


def flag(report: CaseReport) -> Flag:
    """At the first wrong variable of those whose gradients were kept, unless a closer look located it better."""
    found, first = report.divergence, report.verdict.first_divergent
    if found is not None and found.deed is Deed.CRASHED and found.target and found.function:
        return Flag((), found)
    if found is None or found.deed in _ELSEWHERE or not first:
        return Flag(first)
    if found.deed in _UNTIMELY and found.target and found.function:
        return Flag((), found)
    if found.variable in first or found.variable not in variables(report.case.program):
        return Flag(first)
    if found.deed is Deed.SHARED and not _is_wrong(report, found.variable):
        return Flag(
            first
        )  # what was changed in place is right, and another that is the same array is not
    return Flag((found.variable,))


def _is_wrong(report: CaseReport, name: str) -> bool:
    return any(one.quantity.of == name for one in report.verdict.findings)
