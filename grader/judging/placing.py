"""The line of a diagnosis: where the case that shows it best first goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from grader.domain.diagnosis import Diagnosis, Place
from grader.domain.divergence import Divergence, Seam
from grader.domain.submission import Bound, CellLines
from grader.records import replace

# What a concept looks like where a walk first goes wrong: a broken order also shows as a lost sum.
_SHOWS_AS: Final[Mapping[str, tuple[Seam, ...]]] = {
    "rule": (Seam.RULE, Seam.SHAPE, Seam.FORWARD),
    "shape": (Seam.SHAPE, Seam.RULE, Seam.FORWARD),
    "accumulate": (Seam.ACCUMULATE,),
    "order": (Seam.ORDER,),
    "seed": (Seam.SEED,),
    "state": tuple(Seam),
    "second order": (Seam.SECOND_ORDER, Seam.STATE),
    "forward": (Seam.FORWARD,),
}


def placed(
    diagnosis: Diagnosis,
    applies_to: Sequence[str],
    divergences: Mapping[str, Divergence],
    secret: Iterable[str],
) -> Diagnosis:
    """A diagnosis with the line where it happens, and the case that shows it.

    Cases that it explains are asked in their order, those that are not `secret` first; one counts where it
    goes wrong in the seam, and for a rule in a function, that the diagnosis speaks of.
    """
    hidden = set(secret)
    explained = [id for id in diagnosis.explains if id in divergences]
    fitting = [id for id in explained if _fits(divergences[id], diagnosis.concept, applies_to)]
    ordered = sorted(fitting, key=lambda id: (id in hidden, divergences[id].place is None))
    if ordered:
        best = ordered[0]
        shown_by = "" if best in hidden else best
        return replace(diagnosis, place=divergences[best].place, shown_by=shown_by)
    return diagnosis


def _fits(found: Divergence, concept: str, applies_to: Sequence[str]) -> bool:
    if applies_to and found.function not in applies_to:
        return False
    return found.seam in _SHOWS_AS.get(concept, ())


def definition(
    function: str, bound: Iterable[Bound], cells: Iterable[CellLines], files: Mapping[str, str]
) -> Place | None:
    """Where a submission defines a function, by cell in a notebook; None where that is not known."""
    found = next((one for one in bound if one.name == function and one.line), None)
    if found is None:
        return None
    lines = files.get(found.file, "").split("\n")
    text = lines[found.line - 1].strip() if found.line <= len(lines) else ""
    for cell in cells:
        if cell.file == found.file and cell.label and cell.first <= found.line <= cell.last:
            return Place(found.file, found.line - cell.first + 1, text, cell.label)
    return Place(found.file, found.line, text)
