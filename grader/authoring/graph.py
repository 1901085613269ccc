"""The `graph:` text -> statements of a program, by the syntax tree alone: nothing is evaluated.

What is meant is in the nouns of `grader.domain.program`. A nested call becomes a node of its own,
named after the variable it is a part of: in `y = add(square(a), square(b))` the squares are `y1`
and `y2`. A name has one value: giving it a second one is a fault, because neither a report nor
`x.grad` could say which of the two is meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Final

from grader.authoring.graph_text import parse_graph
from grader.authoring.nodes import Scalar
from grader.authoring.scope import Scope
from grader.authoring.source import Faults
from grader.authoring.statements import read_statement
from grader.domain.program import (
    Apply,
    Backward,
    Call,
    Construct,
    Detach,
    NoGrad,
    Raises,
    Statement,
    flatten,
)
from grader.domain.vocabulary import VOCABULARY, Function
from grader.records import dataclass

MAX_STATEMENTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph that was read: its statements, its names in order, and which of them are gone.

    `unused` are inputs that no statement mentions, `missing` names that are mentioned and are not
    there. `wrong` says that faults were added, `unread` that nothing is known of its names.
    """

    statements: tuple[Statement, ...]
    names: tuple[str, ...]
    deleted: frozenset[str]
    unused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    wrong: bool = False
    unread: bool = False


NO_GRAPH: Final = Graph((), (), frozenset(), wrong=True, unread=True)


def read_graph(
    text: Scalar,
    inputs: Iterable[str],
    faults: Faults,
    words: Mapping[str, Function] = VOCABULARY,
    *,
    backward: bool,
    call: Call,
) -> Graph:
    """Read a graph of the functions `words`. With `backward`, one of the last name is added where it has none."""
    before = len(faults)
    given = tuple(inputs)
    parsed = parse_graph(text, faults)
    if parsed is None:
        return NO_GRAPH
    graph, body = parsed
    scope = Scope(graph, given, faults, words)
    scope.expect_names(body)
    for statement in body:
        read_statement(statement, scope, call)
    if not body:
        faults.add("YS101", "the graph has no statement", text.span)
    statements = tuple(scope.statements)
    if sum(1 for _ in flatten(statements)) > MAX_STATEMENTS:
        faults.add("YS115", f"the graph has more than {MAX_STATEMENTS:,} steps", text.span)
    _check_backward(body, scope, backward)
    if backward and len(faults) == before:
        statements += _implied_backward(statements, scope)
    unused = tuple(name for name in given if name not in scope.written)
    wrong = len(faults) > before
    return Graph(
        statements,
        tuple(scope.known),
        frozenset(scope.deleted),
        unused,
        tuple(scope.missing),
        wrong,
    )


def _check_backward(body: list[ast.stmt], scope: Scope, backward: bool) -> None:
    if backward:
        return
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Call(ast.Attribute(_, "backward")) | ast.Call(ast.Name("backward")):
                    message = "the case says `backward: false`, and the graph calls backward"
                    scope.add("YS110", message, node, "leave one of the two away")


def _implied_backward(statements: tuple[Statement, ...], scope: Scope) -> tuple[Statement, ...]:
    """`backward()` of the last node that is made with a history and still there."""
    steps = list(flatten(statements))
    if any(isinstance(step, Backward | Raises) for step in steps):
        return ()
    for statement in reversed(statements):
        match statement:
            case Apply(targets) if targets[-1] not in scope.deleted:
                return (Backward(targets[-1]),)
            case NoGrad() | Construct() | Detach():
                return ()
    return ()
