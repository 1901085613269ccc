"""The text under `graph:` as a syntax tree, each node of which knows its place in the file."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Final

from grader.authoring.nodes import Scalar
from grader.authoring.source import Faults, Span
from grader.parsing import parsed
from grader.records import dataclass

MAX_LETTERS: Final = 20_000
MAX_BRACKETS: Final = 50
MAX_DEPTH: Final = 150

# `raises(TypeError): statement` is not Python; with `with  ` for `raises` it is, letter by letter.
_RAISES = re.compile(r"^([ \t]*)raises(?=[ \t]*\(\s*[\w.]*\s*\)[ \t]*:)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GraphText:
    """A text, and the places of its lines within a scalar of the YAML file."""

    scalar: Scalar
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    raises: frozenset[int]

    def span(self, node: ast.AST) -> Span:
        """Where an expression or statement stands in the file, up to the end of its line."""
        line = getattr(node, "lineno", 1)
        start = self.offset(line, getattr(node, "col_offset", 0))
        last = getattr(node, "end_lineno", None) or line
        end = self.offset(last, getattr(node, "end_col_offset", None) or 0)
        if last > line:
            end = self.starts[line - 1] + len(self.lines[line - 1])
        return self.scalar.within(start, max(end, start + 1))

    def offset(self, line: int, column: int) -> int:
        """The character of the text at a line and a column that is counted in bytes of UTF-8."""
        encoded = self.lines[line - 1].encode()[:column]
        return self.starts[line - 1] + len(encoded.decode(errors="ignore"))

    def source(self, node: ast.AST) -> str:
        """The text of an expression, on one line."""
        whole = ast.get_source_segment("\n".join(self.lines), node) or ""
        return " ".join(whole.split())


def parse_graph(scalar: Scalar, faults: Faults) -> tuple[GraphText, list[ast.stmt]] | None:
    """The statements of a graph; None, and a fault, where the text is not Python."""
    text = scalar.text
    lines = tuple(text.split("\n"))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    raises = frozenset(text.count("\n", 0, match.start(1)) + 1 for match in _RAISES.finditer(text))
    graph = GraphText(scalar, lines, tuple(starts), raises)
    if len(text) > MAX_LETTERS:
        faults.add("YS115", f"the graph is longer than {MAX_LETTERS:,} letters", scalar.span)
        return None
    if (deep := _too_deep(text)) is not None:
        span = scalar.within(deep, deep + 1)
        faults.add("YS115", f"brackets are nested more than {MAX_BRACKETS} deep", span)
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = parsed(_RAISES.sub(r"\1with  ", text))
    except SyntaxError as error:
        _report(error, graph, faults)
        return None
    except (ValueError, RecursionError, MemoryError):
        faults.add("YS115", "the graph is nested too deeply", scalar.span)
        return None
    for node in _deep_nodes(module.body):
        faults.add("YS115", "the graph is nested too deeply", graph.span(node), "name its parts")
        return None
    return graph, module.body


def _report(error: SyntaxError, graph: GraphText, faults: Faults) -> None:
    line = min(max(error.lineno or 1, 1), len(graph.lines))
    start = graph.starts[line - 1] + max((error.offset or 1) - 1, 0)
    start = min(start, graph.starts[line - 1] + len(graph.lines[line - 1]))
    end = start + 1
    if error.end_lineno == error.lineno and error.end_offset and error.offset:
        end = start + max(1, error.end_offset - error.offset)
    reason = error.msg
    help = "write one statement a line, such as `y = add(square(a), b)`"
    if isinstance(error, IndentationError):
        text = graph.lines[line - 1]
        start = graph.starts[line - 1] + len(text) - len(text.lstrip())
        end = start + 1
        help = "statements begin in one column; only `with no_grad():` moves others in"
    if re.match(r"\s*graph\b", graph.lines[line - 1]):
        help = "the text begins after `graph:`"
    span = graph.scalar.within(start, end)
    faults.add("YS101", f"the graph is not Python: {reason}", span, help)


def _deep_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Expressions and statements that only recursion without end could read."""
    waiting: list[tuple[ast.AST, int]] = [(statement, 0) for statement in body]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            yield node
        else:
            waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _too_deep(text: str) -> int | None:
    depth = 0
    for index, letter in enumerate(text):
        if letter in "([{":
            depth += 1
            if depth > MAX_BRACKETS:
                return index
        elif letter in ")]}":
            depth -= 1
    return None
