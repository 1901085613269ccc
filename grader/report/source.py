"""Lines of the submission, quoted around the one that matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.records import dataclass
from grader.report.safe_text import safe_line

CONTEXT: Final = 2
WIDTH: Final = 160


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A numbered line. `marked` is the one that matters."""

    number: int
    text: str
    marked: bool


def quote(
    files: Sequence[tuple[str, str]], file: str, line: int, cell: str, text: str
) -> tuple[SourceLine, ...]:
    """The lines around `line` of `file`, or only its own `text` where lines count within a cell."""
    source = next((content for path, content in files if path == file), "")
    if cell or not file.endswith(".py"):
        return (SourceLine(line, safe_line(text, WIDTH), marked=True),) if text and line else ()
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return ()
    first, last = max(1, line - CONTEXT), min(len(lines), line + CONTEXT)
    return tuple(
        SourceLine(
            number, safe_line(lines[number - 1].rstrip().expandtabs(4), WIDTH), number == line
        )
        for number in range(first, last + 1)
    )
