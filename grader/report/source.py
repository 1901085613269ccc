"""Lines of the submission: quoted around the one that matters, and once more, with anchors, below the cases."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from grader.domain.diagnosis import Place
from grader.domain.safe_text import safe_line
from grader.domain.submission import CellLines
from grader.domain.transcript import Frame
from grader.records import dataclass
from grader.report.highlight import highlighted
from grader.report.model import SubmissionReport

CONTEXT: Final = 2
WIDTH: Final = 160
TAB: Final = "    "


@dataclass(frozen=True, slots=True)
class Reference:
    """A line by its name, and where `excerpts` shows it (empty where it cannot be found)."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A numbered line. `marked` is the one that matters; `anchor` is where links to it lead."""

    number: int
    text: Markup
    marked: bool
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one file, or of one cell of it, that follow each other."""

    title: str
    lines: tuple[SourceLine, ...]


def quote(submission: SubmissionReport, place: Place | None) -> tuple[SourceLine, ...]:
    """The lines around one of the submission, or only its own text where it cannot be found."""
    if place is None or not place.line:
        return ()
    block = _block(submission, place)
    if block is None:
        text = Markup(escape(safe_line(place.text, WIDTH)))
        return (SourceLine(place.line, text, marked=True),) if place.text else ()
    number = block.first + place.line - 1
    first, last = max(block.first, number - CONTEXT), min(block.last, number + CONTEXT)
    return _lines(submission, block, first, last, (number,))


def reference(submission: SubmissionReport, place: Place) -> Reference:
    """The name of a line, short, with the anchor at which it stands below the cases."""
    block = _block(submission, place)
    anchor = _anchor(submission, block.file, block.first + place.line - 1) if block else ""
    return Reference(f"{place.cell or place.file}:{place.line}", anchor)


def place_of(frame: Frame) -> Place:
    return Place(frame.file, frame.line, frame.text, frame.cell)


def excerpts(submission: SubmissionReport, places: Iterable[Place]) -> tuple[Excerpt, ...]:
    """All these lines and those around them, each once, in the order of the files."""
    wanted: dict[CellLines, set[int]] = {}
    for place in places:
        block = _block(submission, place)
        if block:
            wanted.setdefault(block, set()).add(block.first + place.line - 1)
    files = [path for path, _ in submission.files]
    found = []
    for block in sorted(wanted, key=lambda one: (files.index(one.file), one.first)):
        for first, last, marked in _runs(block, sorted(wanted[block])):
            title = f"{block.file}, {block.label}" if block.label else block.file
            found.append(Excerpt(title, _lines(submission, block, first, last, marked, named=True)))
    return tuple(found)


def _block(submission: SubmissionReport, place: Place) -> CellLines | None:
    """The file, or the cell of it, in which a line is counted."""
    text = next((text for path, text in submission.files if path == place.file), "")
    if not text:
        return None
    if place.cell:
        cells = (one for one in submission.cells if one.file == place.file)
        block = next((one for one in cells if one.label == place.cell), None)
    else:
        block = CellLines(place.file, "", 1, _length(text))
    return block if block and 1 <= place.line <= block.last - block.first + 1 else None


def _runs(block: CellLines, numbers: list[int]) -> list[tuple[int, int, tuple[int, ...]]]:
    """First and last line of each stretch that holds some of the lines, and which."""
    runs: list[tuple[int, int, tuple[int, ...]]] = []
    for number in numbers:
        first, last = max(block.first, number - CONTEXT), min(block.last, number + CONTEXT)
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], last, (*runs[-1][2], number))
        else:
            runs.append((first, last, (number,)))
    return runs


def _lines(
    submission: SubmissionReport,
    block: CellLines,
    first: int,
    last: int,
    marked: tuple[int, ...],
    *,
    named: bool = False,
) -> tuple[SourceLine, ...]:
    text = next(text for path, text in submission.files if path == block.file)
    lines = highlighted(_shown(text), first, last)
    return tuple(
        SourceLine(
            number - block.first + 1,
            line,
            number in marked,
            _anchor(submission, block.file, number) if named else "",
        )
        for number, line in enumerate(lines, first)
    )


def _anchor(submission: SubmissionReport, file: str, number: int) -> str:
    files = [path for path, _ in submission.files]
    which = files.index(file)
    return f"L{number}" if which == 0 else f"L{number}-{which + 1}"


@lru_cache(maxsize=8)
def _length(text: str) -> int:
    return text.count("\n") + 1


@lru_cache(maxsize=8)
def _shown(text: str) -> str:
    """As many lines, each as it is shown."""
    lines = (line.rstrip().replace("\t", TAB) for line in text.split("\n"))
    return "\n".join(safe_line(line, WIDTH) for line in lines)
