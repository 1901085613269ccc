"""Python in colours: each line of a source as markup, with a class for each kind of word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

MAX_LINES: Final = 4_000  # of larger files the lines are shown without colours

BLOCK: Final = re.compile(r"\n(?=(?:@|async def |class |def ))")

# Pygments' kinds, by the beginning of their names -> class of the style sheet.
CLASSES: Final = {
    "Comment": "hc",
    "Keyword": "hk",
    "Operator.Word": "hk",
    "Literal.String": "hs",
    "Literal.Number": "hn",
    "Name.Function": "hf",
    "Name.Class": "hf",
    "Name.Decorator": "hf",
}


def highlighted(source: str, first: int, last: int) -> tuple[Markup, ...]:
    """Some lines of a source, cut at newlines only. What is not asked for is not read as Python."""
    if source.count("\n") > MAX_LINES:
        return tuple(map(escape, source.split("\n")[first - 1 : last]))
    found: list[Markup] = []
    before = 0
    for block in _blocks(source):
        behind = before + block.count("\n") + 1
        if first <= behind and before < last:
            found += _highlighted(block)[max(0, first - 1 - before) : last - before]
        before = behind
    return tuple(found)


def load() -> None:
    """Have ready what takes longer than to colour a file."""
    _highlighted("")


def _blocks(source: str) -> Iterator[str]:
    """Pieces that have their colours each by itself: a class or function at the margin begins one.

    What many students of a class were given, or one save leaves as it was, is coloured once. A piece that may end
    within a string goes on.
    """
    held = ""
    for piece in BLOCK.split(source):
        held = f"{held}\n{piece}" if held else piece
        if not any(held.count(quotes) % 2 for quotes in ('"""', "'''")):
            yield held
            held = ""
    if held:
        yield held


@lru_cache(maxsize=512)
def _highlighted(source: str) -> tuple[Markup, ...]:
    from pygments.lexers.python import PythonLexer  # only where a line is quoted

    lines: list[list[str]] = [[]]
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        name = _class(str(kind))
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if part:
                shown = escape(part)
                lines[-1].append(f'<span class="{name}">{shown}</span>' if name else shown)
    return tuple(Markup("".join(line)) for line in lines)


@lru_cache(maxsize=256)
def _class(kind: str) -> str:
    name = kind.removeprefix("Token.")
    return next((CLASSES[start] for start in CLASSES if name.startswith(start)), "")
