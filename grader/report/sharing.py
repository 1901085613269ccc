"""Gradients that are one and the same array: what is written into one of them shows in all."""

from __future__ import annotations

from grader.domain.divergence import Deed
from grader.report.model import CaseReport


def sharers(report: CaseReport) -> tuple[str, ...]:
    """The variables whose gradients changed together where the walk found an array that is shared.

    In the order of the film; empty where nothing is shared, or fewer than two of them have a name.
    """
    found = report.divergence
    if found is None or found.deed is not Deed.SHARED or report.film is None:
        return ()
    names: dict[str, None] = {}
    for step in report.film.steps:
        for place in dict.fromkeys(write.place for write in step.writes if write.in_place):
            together = [w for w in step.writes if w.in_place and w.place == place and w.variable]
            changed = {write.variable: write.after for write in together}
            if found.variable in changed:
                same = changed[found.variable]
                names |= dict.fromkeys(name for name, after in changed.items() if after == same)
    return tuple(names) if len(names) > 1 else ()
