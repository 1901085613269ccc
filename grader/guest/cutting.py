"""The statements of cells that are Python throughout, each compiled from its own lines.

Most cells, and most files, are just that. Their trees are never asked for, and to have Python build them for us
and take them apart again costs more than all else that is done to load a submission. Whatever is out of the
ordinary is left to `statements`, and what is cut is what would have been found there.
"""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from grader.guest.notebooks import Cell
from grader.guest.running import IgnoredWarnings
from grader.guest.sources import Source
from grader.guest.statements import (
    Broken,
    Parsed,
    Statement,
    parse,
    parse_cell,
    starts_of_statements,
    statements_of,
)

LINES_IN_QUOTES = 60
# Each piece is compiled below as many empty lines as there are lines above it.
LINES_TO_PASS = 1_000_000
# Statements that may hold a semicolon: what follows it is theirs.
COMPOUND = re.compile(r"(?:class|def|async|if|for|while|with|try)\b|@")
# One text between its quotes and nothing else.
DOCSTRING = re.compile(r'[rR]?"""(?:(?!""").)*"""\s*', re.DOTALL)


def cut(source: Source, filename: str) -> Parsed:
    """The same as `parse` gives, with the code of statements where it was as simple as that."""
    return parse(source, Cutter(filename).cell)


class Cutter:
    """Cuts one cell after the other. `flags` are what the future has switched on so far."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.flags = 0
        self.passed = 0

    def cell(self, lines: list[str], cell: Cell, notes: list[str]) -> list[Statement | Broken]:
        before = self.flags
        try:
            with IgnoredWarnings():
                return self.pieces(lines, cell.first, cell.last)
        except Exception:  # whatever is wrong with the text, it is found and said by others
            found = parse_cell(lines, cell, notes)
        self.flags = before
        for part in found:
            self.flags |= part.future if isinstance(part, Statement) else 0
        return found

    def pieces(self, lines: list[str], top: int, last: int) -> list[Statement | Broken]:
        """Raises where the lines are anything but statements, each one beginning a line.

        A piece that compiles begins and ends where statements do: one that begins within quotes or brackets, or
        ends there, is no Python.
        """
        starts = starts_of_statements(lines, top, last)
        found: list[Statement | Broken] = []
        first = 0
        self.passed += len(starts) * last
        if self.passed > LINES_TO_PASS:
            raise ValueError("it is too long")
        only_comments(lines[top - 1 : starts[0] - 1 if starts else last])
        for start, end in pairwise([*starts, last + 1]):
            quoted = first > 0  # the piece before ended within quotes
            first = first or start
            text = "\n".join(lines[first - 1 : end - 1]) + "\n"
            if start - first > LINES_IN_QUOTES:
                raise ValueError("it may be within quotes for long")
            if end <= last and text.startswith('"""') and text.count('"""') == 1:
                continue  # a text that does not end here: no need to have Python say so
            part = Statement(first, end - 1, text=text)
            try:
                self.flags |= part.future
                part.compile(self.filename, self.flags)
            except SyntaxError as error:
                if end > last or "unterminated triple-quoted" not in error.msg:
                    raise
                continue
            semicolon = ";" in text and not COMPOUND.match(text) and not DOCSTRING.fullmatch(text)
            if semicolon or "\f" in text or (quoted and "\n@" in text):
                found += self.told_apart(part)
            else:
                found.append(part)
            first = 0
        return found

    def told_apart(self, part: Statement) -> list[Statement | Broken]:
        """The statements in a piece that may be several."""
        several = statements_of(ast.parse(part.padded))
        if len(several) == 1:
            return [part]
        for one in several:
            self.flags |= one.future if isinstance(one, Statement) else 0
        return several


def only_comments(lines: list[str]) -> None:
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            raise ValueError("it begins within something")
