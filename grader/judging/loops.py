"""The loop that does not end, read from the source around the lines that were executed when time was up.

Which line of a loop that is depends on the moment; where the loop begins does not.
"""

from __future__ import annotations

import ast

from grader.parsing import parsed

Piece = tuple[int, str]
"""The number of its first line, and a text that is Python by itself: a file, or a cell of a notebook."""


def loop_around(pieces: tuple[Piece, ...], line: int) -> int | None:
    """The first line of the outermost loop of a function in which a line is, or None.

    A loop that counts is left out: it ends.
    """
    for first, text in pieces:
        if first <= line <= first + text.count("\n"):
            try:
                return _loop(parsed(text), line - first + 1, first)
            except (SyntaxError, ValueError, RecursionError):
                return None
    return None


def _loop(tree: ast.AST, line: int, first: int) -> int | None:
    outermost: int | None = None
    node: ast.AST | None = tree
    while node is not None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                outermost = None
            case ast.While() | ast.For() if outermost is None and not _counts(node):
                outermost = node.lineno + first - 1
        node = next((one for one in ast.iter_child_nodes(node) if _holds(one, line)), None)
    return outermost


def _holds(node: ast.AST, line: int) -> bool:
    return isinstance(node, ast.stmt | ast.excepthandler | ast.match_case) and (
        _first(node) <= line <= _last(node)
    )


def _first(node: ast.AST) -> int:
    begins = [
        getattr(node, "lineno", 0),
        *(one.lineno for one in getattr(node, "decorator_list", ())),
    ]
    return min(begins) or min((one.lineno for one in getattr(node, "body", ())), default=0)


def _last(node: ast.AST) -> int:
    return getattr(node, "end_lineno", 0) or max(
        (one.end_lineno or 0 for one in getattr(node, "body", ())), default=0
    )


def _counts(node: ast.While | ast.For) -> bool:
    match node:
        case ast.For(iter=ast.Call(func=ast.Name("range"))):
            return True
    return False
