"""The statements of a text that is Python throughout, each compiled from its own lines.

Most submissions are just that. Their trees are never asked for, and to have Python build them for us and take
them apart again costs more than all else that is done to load a submission. Whatever is out of the ordinary is
left to `statements.parse`, and what is cut is what it would have found.
"""

from __future__ import annotations

import re
from itertools import pairwise

from grader.guest.running import ignored_warnings
from grader.guest.sources import Source
from grader.guest.statements import Parsed, Statement, starts_of_statements

LINES_IN_QUOTES = 60
LINES_TO_PASS = (
    1_000_000  # each piece is compiled below as many empty lines as there are lines above it
)
# Statements that may hold a semicolon: what follows it is theirs.
COMPOUND = re.compile(r"(?:class|def|async|if|for|while|with|try)\b|@")


def cut(source: Source, filename: str) -> Parsed | None:
    """The statements of a plain file, each with its code, or None where that is not so simple."""
    if source.kind != "python" or "\f" in source.text:
        return None
    with ignored_warnings():
        try:
            return Parsed(tuple(_statements(source.lines, filename)))
        except Exception:  # whatever is wrong with the text, it is said elsewhere
            return None


def _statements(lines: list[str], filename: str) -> list[Statement]:
    """Raises where the lines are anything but statements, each one beginning a line.

    A piece that compiles begins and ends where statements do: one that begins within quotes or brackets, or
    ends there, is no Python.
    """
    starts = starts_of_statements(lines, 1, len(lines))
    found: list[Statement] = []
    flags = first = 0
    if len(starts) * len(lines) > LINES_TO_PASS:
        raise ValueError("it is too long")
    _only_comments(lines[: starts[0] - 1] if starts else lines)
    for start, end in pairwise([*starts, len(lines) + 1]):
        quoted = first > 0  # the last piece ended within quotes
        first = first or start
        if start - first > LINES_IN_QUOTES:
            raise ValueError("too much of it may be within quotes")
        text = "\n".join(lines[first - 1 : end - 1]) + "\n"
        if (";" in text and not COMPOUND.match(text)) or (quoted and "\n@" in text):
            raise ValueError("several statements may be in one")
        statement = Statement(first, end - 1, text=text)
        padded = "\n" * (first - 1) + text
        try:
            flags |= statement.future
            statement.code = compile(padded, filename, "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            if end > len(lines) or "unterminated triple-quoted" not in error.msg:
                raise
            continue
        statement.flags = flags
        found.append(statement)
        first = 0
    return found


def _only_comments(lines: list[str]) -> None:
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            raise ValueError("it begins within something")
