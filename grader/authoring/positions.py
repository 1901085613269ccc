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
        header = _BREAK.search(raw, begin)
        begin = header.end() if header else len(raw)
        while raw[begin : begin + 1] in (" ", "\t"):
            begin += 1
    elif style:
        begin += 1
    return _folded(value, raw, begin, style)


def _literal(value: str, raw: str, begin: int) -> tuple[int, ...]:
    """Lines of a `|` block stand one under another, each moved in by the same amount."""
    header = _BREAK.search(raw, begin)
    body = header.end() if header else len(raw)
    starts = [body, *(match.end() for match in _BREAK.finditer(raw, body))]
    lines = value.split("\n")
    indent = 0
    for start, line in zip(starts, lines, strict=False):
        if line:
            indent = max(0, raw.find(line, start) - start)
            break
    offsets: list[int] = []
    for number, line in enumerate(lines):
        start = starts[number] if number < len(starts) else len(raw)
        first = start + (indent if line else 0)
        offsets.extend(min(first + index, len(raw)) for index in range(len(line) + 1))
    return tuple(offsets)


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
            width = max(1, breaks if style == ">" and value[index] == "\n" else breaks - 1)
            taken = min(width, len(value) - index)
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
