"""Faults as text: what is wrong, where, the lines themselves with a caret, and what helps."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from grader.domain.safe_text import safe, safe_line
from grader.errors import Fault

MAX_CELLS: Final = 160
_TAB: Final = 4
_LINES_BEFORE: Final = 2


def render_faults(faults: Iterable[Fault]) -> str:
    """All faults, one under another, with a line that counts them where there are several."""
    every = tuple(faults)
    blocks = ["\n".join(_block(fault)) for fault in every]
    if len(every) > 1:
        files = len({fault.file for fault in every})
        blocks.append(_counted(every) + (f" in {files} files" if files > 1 else ""))
    return "\n\n".join(blocks)


def _counted(faults: tuple[Fault, ...]) -> str:
    errors = sum(fault.severity == "error" for fault in faults)
    warnings = len(faults) - errors
    parts = [
        f"{count} {word}" + "s" * (count != 1)
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return " and ".join(parts)


def cells(text: str) -> int:
    """How many cells of a terminal a text fills: wide characters two, combining ones none."""
    return sum(_width(letter) for letter in text)


def _block(fault: Fault) -> Iterator[str]:
    yield f"{fault.severity}[{fault.code}]: {safe(fault.message)}"
    margin = " " * len(str(fault.line))
    yield f"{margin}--> {safe_line(fault.place)}"
    if fault.text:
        yield f"{margin} |"
        for number, line in _before(fault):
            yield f"{number:>{len(margin)}} | {_cut(_expanded(line))}".rstrip()
        line, caret = _marked(fault)
        yield f"{fault.line} | {line}"
        yield f"{margin} | {caret}"
    yield f"{margin} |"
    if fault.help:
        yield f"{margin} = help: {safe(fault.help)}"
    yield f"{margin} = explain: grader explain {fault.code}"


def _before(fault: Fault) -> list[tuple[int, str]]:
    """The lines above, from the file, if it still holds the line that the fault speaks of."""
    try:
        lines = Path(fault.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        return []
    if not 0 < fault.line <= len(lines) or lines[fault.line - 1] != fault.text:
        return []
    first = max(1, fault.line - _LINES_BEFORE)
    return [(number, lines[number - 1]) for number in range(first, fault.line)]


def _marked(fault: Fault) -> tuple[str, str]:
    """The line and, under it, carets; a long line is cut so that the caret stays in sight."""
    before = _expanded(fault.text[: fault.column - 1])
    whole = _expanded(fault.text)
    marked = whole[len(before) : len(_expanded(fault.text[: fault.column - 1 + fault.width]))]
    if cells(before) + cells(marked) > MAX_CELLS:
        keep = max(0, len(before) - MAX_CELLS // 4)
        whole, before = "…" + whole[keep:], "…" + before[keep:]
    room = max(1, MAX_CELLS - cells(before))
    return _cut(whole), " " * cells(before) + "^" * max(1, min(cells(marked), room))


def _cut(line: str) -> str:
    if cells(line) <= MAX_CELLS:
        return line
    while cells(line) >= MAX_CELLS:
        line = line[: -max(1, (cells(line) - MAX_CELLS) // 2)]
    return line + "…"


def _expanded(text: str) -> str:
    """Tabs as spaces up to the next stop, and what cannot be printed as a sign that can."""
    written: list[str] = []
    column = 0
    for letter in text:
        if letter == "\t":
            letter = " " * (_TAB - column % _TAB)
        elif not letter.isprintable():
            letter = "\N{REPLACEMENT CHARACTER}"
        written.append(letter)
        column += cells(letter)
    return "".join(written)


def _width(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
