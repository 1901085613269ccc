"""The line that chooses which function is undone next, read from the source around the line that undoes it.

A film shows where a function was undone too early; the mistake is where it was chosen. Nothing is run: where the
source does not say it plainly, there is no answer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

from grader.parsing import parsed


class Choice(StrEnum):
    """Where a mistake of order is to be looked for."""

    TAKEN = "taken"  # the next function is taken from those that wait
    PUT = "put"  # a function is put among them
    SORTED = "sorted"  # they are brought into their order
    KEY = "key"  # the number is made by which they are ordered


TAKING: Final = frozenset(
    {"pop", "popleft", "popitem", "get", "get_nowait", "heappop", "max", "min", "next"}
)
PUTTING: Final = frozenset(
    {"append", "appendleft", "add", "insert", "extend", "put", "push", "heappush"}
)
SORTING: Final = frozenset({"sort", "sorted", "heappush", "insort", "max", "min"})
ELSEWHERE: Final = {
    Choice.KEY: (Choice.KEY, Choice.SORTED, Choice.TAKEN),
    Choice.SORTED: (Choice.SORTED, Choice.TAKEN),
    Choice.PUT: (Choice.PUT, Choice.TAKEN),
    Choice.TAKEN: (Choice.TAKEN,),
}

Piece = tuple[int, str]
"""The number of its first line, and a text that is Python by itself: a file, or a cell of a notebook."""


def chosen(pieces: Sequence[Piece], line: int, choice: Choice, wrong: str) -> int | None:
    """The line that makes a choice for the walk that undoes a function on `line`, or None.

    Where it cannot be told, the next best: no key without a sort, no sort where nothing is sorted. Of several lines
    that make keys it is the one most like a line of `wrong`, the catalogue's own example.
    """
    try:
        return _chosen(pieces, line, choice, wrong)
    except RecursionError:  # an expression deeper than anybody writes
        return None


def _chosen(pieces: Sequence[Piece], line: int, choice: Choice, wrong: str) -> int | None:
    trees = [tree for piece in pieces if (tree := _parsed(piece))]
    walk = next((one for tree in trees if (one := _walk_at(tree, line))), None)
    if walk is None:
        return None
    found = {
        Choice.TAKEN: walk.taken,
        Choice.PUT: walk.put,
        Choice.SORTED: walk.sorted,
        Choice.KEY: _key(trees, walk.keys, wrong),
    }
    return next((found[one] for one in ELSEWHERE[choice] if found[one]), None)


class Walk:
    """A function with the loop in it that undoes functions."""

    def __init__(self, function: ast.AST, loop: ast.For | ast.While) -> None:
        self.function, self.loop = function, loop

    @cached_property
    def taken(self) -> int | None:
        if isinstance(self.loop, ast.For):
            return self.loop.lineno
        return self._taking.lineno if self._taking else None

    @cached_property
    def put(self) -> int | None:
        lines = [call.lineno for call in self._calls(PUTTING)]
        lines += [
            one.lineno
            for one in ast.walk(self.function)
            if isinstance(one, ast.AugAssign) and _text(one.target) == self._waiting
        ]
        return max(lines, default=None)  # the first one may only begin the walk

    @cached_property
    def sorted(self) -> int | None:
        return next((call.lineno for call in self._calls(SORTING)), None)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The attributes by which those that wait are ordered."""
        names = []
        for call in self._calls(SORTING):
            for one in ast.walk(call):
                if isinstance(one, ast.Attribute) and one is not call.func:
                    names.append(one.attr)
                elif isinstance(one, ast.Constant) and isinstance(one.value, str):
                    names.append(one.value)  # attrgetter("generation")
        return tuple(names)

    @cached_property
    def _taking(self) -> ast.Call | None:
        return next(
            (
                one
                for one in ast.walk(self.loop)
                if isinstance(one, ast.Call) and _named(one) in TAKING
            ),
            None,
        )

    @cached_property
    def _waiting(self) -> str:
        """Those that wait, as the source calls them; empty where they have no name."""
        found: ast.expr | None = self.loop.iter if isinstance(self.loop, ast.For) else None
        if self._taking and found is None:
            found = _handled(self._taking)
        while not isinstance(found, ast.Name | ast.Attribute | None):
            match found:
                case ast.Call(func=ast.Name("reversed" | "list" | "sorted"), args=[one, *_]):
                    found = one
                case ast.Subscript(value=one):
                    found = one
                case _:
                    found = None
        return _text(found) if found else ""

    def _calls(self, names: frozenset[str]) -> Iterator[ast.Call]:
        """The calls that do something of this kind to those that wait, in the order of their lines."""
        calls = [one for one in ast.walk(self.function) if isinstance(one, ast.Call)]
        for call in sorted(calls, key=lambda call: call.lineno):
            if _named(call) in names and self._waiting and _text(_handled(call)) == self._waiting:
                yield call


def _walk_at(tree: ast.Module, line: int) -> Walk | None:
    """The walk around a line: the outermost function and loop; what is inside goes over one function's inputs."""
    around = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.stmt) and one.lineno <= line <= (one.end_lineno or 0)
    ]
    functions = [one for one in around if isinstance(one, ast.FunctionDef)]
    loops = [one for one in around if isinstance(one, ast.For | ast.While)]
    return Walk(functions[0], loops[0]) if functions and loops else None


def _key(trees: Sequence[ast.Module], names: Sequence[str], wrong: str) -> int | None:
    """The line that gives one of these attributes its value, if that is no mere beginning."""
    from difflib import SequenceMatcher

    def likeness(made: ast.stmt) -> float:
        return max(SequenceMatcher(None, _text(made), one).ratio() for one in wrong.split("\n"))

    made = [
        one
        for tree in trees
        for one in ast.walk(tree)
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Attribute)
        and one.targets[0].attr in names
        and not isinstance(one.value, ast.Constant)
    ]
    return max(made, key=likeness).lineno if made else None


def _named(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def _handled(call: ast.Call) -> ast.expr | None:
    """What a call does something to: of `todo.pop()` and `heappop(todo)` it is `todo`."""
    if isinstance(call.func, ast.Attribute) and not _text(call.func.value).startswith("heapq"):
        return call.func.value
    return call.args[0] if call.args else None


def _text(node: ast.AST | None) -> str:
    return ast.unparse(node) if node else ""


def _parsed(piece: Piece) -> ast.Module | None:
    first, text = piece
    try:
        return ast.increment_lineno(parsed(text), first - 1)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
