"""Where in a YAML file each character of a scalar's value was written."""

from __future__ import annotations

import re
from functools import lru_cache

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_FOLD = re.compile(r"[ \t]*(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))*[ \t]*")
_BREAK = re.compile(r"\r\n|\n|\r")
_ESCAPED_BREAK = re.compile(r"\\(?:\r\n|\n|\r)[ \t]*")
_ESCAPES = {"x": 4, "u": 6, "U": 10}


@lru_cache(maxsize=64)
def positions(value: str, raw: str, style: str) -> tuple[int, ...]:
    """For each character of `value`, and for its end, the offset in `raw`, the text as written."""
    skipped = _PROPERTIES.match(raw) if raw[:1] in "&!" and raw else None
    begin = skipped.end() if skipped else 0
    if style == "|":
        return _literal(value, raw, begin)
    if style == ">":
        return _folded_block(value, raw, begin)
    return _folded(value, raw, begin + 1 if style else begin, style)


def _literal(value: str, raw: str, begin: int) -> tuple[int, ...]:
    """Lines of a `|` block stand one under another, each moved in by the same amount."""
    starts = _lines(raw, begin)
    lines = value.split("\n")
    indent = _indent(value, raw, starts)
    offsets: list[int] = []
    for number, line in enumerate(lines):
        start = starts[number] if number < len(starts) else len(raw)
        first = start + (indent if line else 0)
        offsets.extend(min(first + index, len(raw)) for index in range(len(line) + 1))
    return tuple(offsets)


def _folded_block(value: str, raw: str, begin: int) -> tuple[int, ...]:
    """In a `>` block a line break is a space, or one of several newlines."""
    starts = _lines(raw, begin)
    indent = _indent(value, raw, starts)
    fold = re.compile(rf"(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))* {{0,{indent}}}")
    offsets: list[int] = []
    at = starts[0] if value.startswith("\n") else starts[0] + indent
    index = 0
    while index < len(value):
        break_ = fold.match(raw, at) if value[index] in " \n" else None
        if break_:
            rest = value[index:]
            taken = max(1, len(rest) - len(rest.lstrip("\n")))
            offsets.extend([at] * taken)
            at = break_.end()
        else:
            taken = 1
            offsets.append(min(at, len(raw)))
            at += 1
        index += taken
    offsets.append(min(at, len(raw)))
    return tuple(offsets)


def _lines(raw: str, begin: int) -> list[int]:
    """Where the lines of a block begin, those below its header."""
    starts = [match.end() for match in _BREAK.finditer(raw, begin)]
    return starts or [len(raw)]


def _indent(value: str, raw: str, starts: list[int]) -> int:
    """How far a block is moved in: what stands before its first line that is not empty."""
    first = next((line for line in value.split("\n") if line), "")
    word = first.split(" ")[0] or first
    for start in starts:
        line = _BREAK.split(raw[start:], maxsplit=1)[0]
        if line.strip():
            return max(0, line.find(word))
    return 0


def _folded(value: str, raw: str, begin: int, style: str) -> tuple[int, ...]:
    """Walks value and raw text side by side: folded lines, doubled quotes and escapes included."""
    offsets: list[int] = []
    at, index = begin, 0
    while index < len(value):
        if style == '"':
            while hidden := _ESCAPED_BREAK.match(raw, at):
                at = hidden.end()
        fold = _FOLD.match(raw, at) if value[index] in " \n" else None
        if fold:
            breaks = len(_BREAK.findall(fold.group()))
            taken = min(max(1, breaks - 1), len(value) - index)
            offsets.extend([at] * taken)
            index += taken
            at = fold.end()
            continue
        offsets.append(min(at, len(raw)))
        if style == '"' and raw[at : at + 1] == "\\":
            at += _ESCAPES.get(raw[at + 1 : at + 2], 2)
        elif style == "'" and raw[at : at + 2] == "''":
            at += 2
        else:
            at += 1
        index += 1
    offsets.append(min(at, len(raw)))
    return tuple(offsets)
