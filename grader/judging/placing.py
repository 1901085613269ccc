"""The line of a diagnosis: where the case that shows it best first goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from grader.domain.diagnosis import Diagnosis, Place
from grader.domain.divergence import Divergence, Seam
from grader.domain.misconception import Misconception
from grader.domain.submission import Bound, CellLines
from grader.judging.choices import Choice, chosen
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


def at_fault(
    place: Place | None,
    entry: Misconception,
    bound: Iterable[Bound],
    cells: Sequence[CellLines],
    files: Mapping[str, str],
) -> Place | None:
    """The line that an entry blames, where the source says it plainly; else the one that a film shows."""
    if entry.line not in list(Choice):
        return (entry.line and definition(entry.line, bound, cells, files)) or place
    if place is None:
        return None
    own = [one for one in cells if one.file == place.file and one.label]
    text = files.get(place.file, "")
    lines = text.split("\n")
    pieces = [(one.first, "\n".join(lines[one.first - 1 : one.last])) for one in own]
    first = next((one.first for one in own if one.label == place.cell), 1)
    found = chosen(pieces or [(1, text)], first + place.line - 1, Choice(entry.line), entry.wrong)
    return _place(place.file, found, cells, files) if found else place


def definition(
    function: str, bound: Iterable[Bound], cells: Iterable[CellLines], files: Mapping[str, str]
) -> Place | None:
    """Where a submission defines a function, by cell in a notebook; None where that is not known."""
    found = next((one for one in bound if one.name == function and one.line > 0), None)
    return _place(found.file, found.line, cells, files) if found else None


def _place(file: str, line: int, cells: Iterable[CellLines], files: Mapping[str, str]) -> Place:
    """A line of a file as its owner finds it: in a notebook, by cell."""
    lines = files.get(file, "").split("\n")
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    for cell in cells:
        if cell.file == file and cell.label and cell.first <= line <= cell.last:
            return Place(file, line - cell.first + 1, text, cell.label)
    return Place(file, line, text)
