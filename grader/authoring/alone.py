"""A graph that stands in no file: typed in a notebook, or on a command line."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping
from typing import Final

from grader.authoring.graph import read_graph
from grader.authoring.nodes import Scalar
from grader.authoring.quantities import default_quantities
from grader.authoring.source import Faults, Source, Span
from grader.domain.array import Array, Nested
from grader.domain.program import Call, Input, Program
from grader.errors import AuthoringError
from grader.parsing import parsed

FILE: Final = "graph"


def read_program(
    text: str, inputs: Mapping[str, Array], find: Callable[[str], Array | None]
) -> tuple[str, Program]:
    """The program that a graph describes, as `graph:` of a case does, and the text of the graph alone.

    Numbers that are given a name in the text (`x = 3.0`) are inputs, as those in `inputs` are. Where
    another name is used that is not computed, `find` may know its value. Raises AuthoringError with all
    faults, placed in the text.
    """
    text, literals = _without_literals(text)
    given = {**literals, **inputs}
    for name in _free_names(text):
        if name not in given and (value := find(name)) is not None:
            given[name] = value
    source = Source.of(FILE, text)
    faults = Faults()
    scalar = BareText(source.span(0, len(text)), 1, text, text, "")
    graph = read_graph(scalar, given, faults, backward=True, call=Call.ANY)
    if faults:
        raise AuthoringError(tuple(faults))
    used = tuple(Input(name, value) for name, value in given.items() if name not in graph.unused)
    quantities = default_quantities(used, graph.statements, graph.names)
    return text, Program(used, graph.statements, quantities)


class BareText(Scalar):
    """A text that is written as it is meant, and stands in no YAML."""

    def within(self, start: int, end: int) -> Span:
        return self.span.source.span(start, max(end, start + 1))


def _without_literals(text: str) -> tuple[str, dict[str, Array]]:
    """The text without the statements that give a number a name, and these numbers."""
    try:
        statements = parsed(text).body
    except (SyntaxError, ValueError, RecursionError):
        return text, {}
    literals: dict[str, Array] = {}
    kept = []
    for statement in statements:
        match statement:
            case ast.Assign([ast.Name(name)], value) if (found := _number(value)) is not None:
                literals[name] = found
            case _:
                kept.append(ast.get_source_segment(text, statement) or "")
    return ("\n".join(kept) if literals or ";" in text else text.strip("\n")), literals


def _number(node: ast.expr) -> Array | None:
    """A number, or nested lists of them, written out."""
    try:
        return Array.of(_floats(ast.literal_eval(node)))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _floats(value: object) -> Nested:
    if isinstance(value, bool) or not isinstance(value, int | float | list | tuple):
        raise TypeError("neither a number nor a list")
    return float(value) if isinstance(value, int | float) else [_floats(each) for each in value]


def _free_names(text: str) -> tuple[str, ...]:
    """The names that a text reads before it gives them a value, functions left out."""
    try:
        module = parsed(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()  # said with its place by whoever reads the graph
    called = {id(node.func) for node in ast.walk(module) if isinstance(node, ast.Call)}
    made: set[str] = set()
    free: dict[str, None] = {}
    for statement in module.body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        for node in names:
            if isinstance(node.ctx, ast.Load) and id(node) not in called and node.id not in made:
                free[node.id] = None
        made |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return tuple(name for name in free if not hasattr(builtins, name))
