"""The top-level statements of a source, with what is not Python set apart.

A broken statement costs itself, not the file: what stands before and after it is kept. A class with
a fault inside is broken as a whole, since half a class would be judged for what it never was.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from types import CodeType
from typing import TypeAlias

from grader.guest.notebook_commands import without_commands
from grader.guest.notebooks import Cell
from grader.guest.running import IgnoredWarnings, compiled, future_flags
from grader.guest.sources import Source
from grader.records import dataclass

BROKEN_LIMIT = 100
CLASS = re.compile(r"class[ \t]+(\w+)[ \t]*[(:]", re.ASCII)
IMPORTS = re.compile(r"(?:import|from)\b")
CONTINUES = re.compile(r"[)\]}]|(?:else|elif|except|finally)\b")


class Statement:
    """A top-level statement on lines `first` to `last`, decorators included.

    One that was cut out comes with its `text` and its `code`, and has a tree once somebody asks for it.
    """

    def __init__(self, first: int, last: int, node: ast.stmt | None = None, text: str = "") -> None:
        self.first = first
        self.last = last
        self.text = text
        self.code: CodeType | None = None
        self.flags = 0
        self._node = node

    @property
    def node(self) -> ast.stmt:
        if self._node is None:
            with IgnoredWarnings():
                self._node = ast.parse(self.padded).body[0]
        return self._node

    @property
    def padded(self) -> str:
        """Its text, on the lines where it stands."""
        return "\n" * (self.first - 1) + self.text

    @property
    def is_import(self) -> bool:
        if self.text:
            return IMPORTS.match(self.text) is not None
        return isinstance(self.node, (ast.Import, ast.ImportFrom))

    @property
    def class_name(self) -> str:
        """Of the class that it defines, or nothing."""
        if self.text and (found := CLASS.match(self.text)):
            return found[1]
        if self.text and not self.text.startswith(("class", "@")):
            return ""
        return self.node.name if isinstance(self.node, ast.ClassDef) else ""

    @property
    def future(self) -> int:
        """The flags that it switches on for the statements that follow."""
        return 0 if self.text and "__future__" not in self.text else future_flags(self.node)

    def compile(self, filename: str, flags: int) -> None:
        """Have its code ready. Raises whatever compiling it raises."""
        if self.code is None and self.text:
            self.code = compile(self.padded, filename, "exec", flags, dont_inherit=True)
        else:
            self.code = self.code_for(filename, flags)
        self.flags = flags

    def code_for(self, filename: str, flags: int) -> CodeType:
        """Raises whatever compiling it raises."""
        if self.code is not None and self.flags == flags:
            return self.code
        return compiled(self.node, filename, flags)


@dataclass(frozen=True, slots=True)
class Broken:
    """Lines `first` to `last` are not Python; `line` is where that shows."""

    first: int
    last: int
    line: int
    why: str


ReadCell: TypeAlias = Callable[[list[str], Cell, list[str]], list[Statement | Broken]]


@dataclass(frozen=True, slots=True)
class Parsed:
    parts: tuple[Statement | Broken, ...]
    notes: tuple[str, ...] = ()

    @property
    def body(self) -> list[ast.stmt]:
        return [part.node for part in self.parts if isinstance(part, Statement)]


def parse(source: Source, read: ReadCell | None = None) -> Parsed:
    """The statements of every cell in order. Raises nothing for whatever the text holds.

    `read` gives those of one cell, and adds to the notes; by default by its tree.
    """
    read = read or parse_cell
    lines = source.lines
    parts: list[Statement | Broken] = []
    notes: list[str] = []
    for cell in source.cells:
        found = read(lines, cell, notes)
        parts += without_output(found, lines) if source.kind == "notebook text" else found
    return Parsed(tuple(parts), tuple(notes))


def parse_cell(lines: list[str], cell: Cell, notes: list[str]) -> list[Statement | Broken]:
    whole = attempt(lines, cell.first, cell.last)
    if isinstance(whole, ast.Module):
        return statements_of(whole)
    changed, dropped = without_commands(lines[cell.first - 1 : cell.last])
    for number, command in dropped:
        place = f"{cell.label}, line {number}" if cell.label else f"Line {number}"
        notes.append(f"{place}: `{command[:60]}` is for the notebook, and was passed over.")
    working = [*lines[: cell.first - 1], *changed]
    return parse_block(working, cell.first, cell.last)


def parse_block(lines: list[str], start: int, last: int) -> list[Statement | Broken]:
    """What parses between two lines, and what does not, in order."""
    found: list[Statement | Broken] = []
    starts = starts_of_statements(lines, start, last)
    for _ in range(BROKEN_LIMIT):
        if start > last:
            return found
        whole = attempt(lines, start, last)
        if isinstance(whole, ast.Module):
            return [*found, *statements_of(whole)]
        fault = whole
        head = last_start(starts, fault.line, start)
        while head > start:
            before = attempt(lines, start, head - 1)
            if isinstance(before, ast.Module):
                found += statements_of(before)
                break
            fault = before
            head = last_start(starts, min(fault.line, head - 1), start)
        after = next((line for line in starts if line > head), last + 1)
        found.append(Broken(head, after - 1, min(max(fault.line, head), after - 1), fault.why))
        start = after
    return [*found, Broken(start, last, start, "too much of it is not Python")]


def attempt(lines: list[str], first: int, last: int) -> ast.Module | Broken:
    """The tree of some lines, which keep their numbers, or what is wrong with them."""
    text = "\n" * (first - 1) + "\n".join(lines[first - 1 : last]) + "\n"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        line = error.lineno if error.lineno and first <= error.lineno <= last else last
        hint = ", a space copied from a web page" if "U+00A0" in error.msg else ""
        return Broken(first, last, line, f"{type(error).__name__}: {error.msg}{hint}")
    except (RecursionError, MemoryError):
        return Broken(first, last, first, "it is nested too deeply")
    except ValueError as error:
        return Broken(first, last, first, f"ValueError: {error}")


def statements_of(tree: ast.Module) -> list[Statement | Broken]:
    return [
        Statement(min([node.lineno, *decorator_lines(node)]), node.end_lineno or node.lineno, node)
        for node in tree.body
    ]


def decorator_lines(node: ast.stmt) -> list[int]:
    return [decorator.lineno for decorator in getattr(node, "decorator_list", ())]


def starts_of_statements(lines: list[str], first: int, last: int) -> list[int]:
    """Lines on which a top-level statement may begin: not indented, and no continuation."""
    starts = []
    decorated = False
    for number in range(first, last + 1):
        line = lines[number - 1]
        if not line.strip() or line[0].isspace() or line[0] == "#" or CONTINUES.match(line):
            continue
        if not decorated:
            starts.append(number)
        decorated = line[0] == "@"
    return starts


def last_start(starts: list[int], line: int, least: int) -> int:
    return max((start for start in starts if least <= start <= line), default=least)


def without_output(parts: list[Statement | Broken], lines: list[str]) -> list[Statement | Broken]:
    """Leave out what a text export printed under a cell: values, or text that is not Python.

    Only what follows a blank line at the end of a cell can be output, and only what could do
    nothing if it were code.
    """
    end = len(parts)
    while end > 1 and may_be_output(parts[end - 1]):
        end -= 1
    tail = parts[end:]
    while tail and not follows_blank(tail[0].first, lines):
        tail = tail[1:]
    kept = parts[: len(parts) - len(tail)]
    broken = [part for part in tail if isinstance(part, Broken)]
    if broken:
        kept.append(Broken(tail[0].first, tail[-1].last, broken[0].line, "it is text, not code"))
    return kept


def may_be_output(part: Statement | Broken) -> bool:
    if isinstance(part, Broken):
        return True
    if isinstance(part.node, ast.AnnAssign):
        return part.node.value is None
    return isinstance(part.node, ast.Expr) and not any(
        isinstance(node, (ast.Call, ast.Await, ast.NamedExpr)) for node in ast.walk(part.node)
    )


def follows_blank(line: int, lines: list[str]) -> bool:
    return line >= 2 and not lines[line - 2].strip()
