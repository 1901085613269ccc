"""Arguments that are not differentiated: an axis, a shape, an index."""

from __future__ import annotations

import ast
from typing import Final

from grader.authoring.graph_literals import NotLiteral, index_text, literal
from grader.authoring.scope import Scope
from grader.authoring.source import did_you_mean
from grader.domain.program import Literal, Option
from grader.domain.vocabulary import Function

_REQUIRED: Final = frozenset({"shape", "index"})
_KINDS: Final = {
    "axis": "a whole number, a tuple of them or None",
    "axes": "a tuple of whole numbers or None",
    "keepdims": "True or False",
    "shape": "a tuple of whole numbers, such as `(2, 3)`",
}


def options_of(
    function: Function,
    rest: list[ast.expr],
    keywords: list[ast.keyword],
    node: ast.Call,
    scope: Scope,
) -> tuple[Option, ...] | None:
    """The options of a call in the order of the vocabulary; None, and faults, if one is wrong."""
    before = len(scope.faults)
    given: dict[str, ast.expr] = dict(zip(function.options, rest, strict=False))
    for extra in rest[len(function.options) :]:
        help = ""
        if "shape" in function.options or "axes" in function.options:
            help = f"put it in brackets: `{function.name}(x, (2, 3))`"
        scope.add("YS107", f"`{function.name}` has no further argument", extra, help)
    for keyword in keywords:
        name = keyword.arg or "**"
        if name not in function.options:
            help = did_you_mean(name, function.options)
            if not help:
                listed = ", ".join(f"`{option}`" for option in function.options)
                help = f"the options are {listed}" if listed else "it has no options"
            scope.add("YS107", f"`{function.name}` has no option `{name}`", keyword, help)
        elif name in given:
            scope.add("YS107", f"the option `{name}` is given twice", keyword)
        else:
            given[name] = keyword.value
    options = []
    for name in function.options:
        if name in given:
            value = _value(function, name, given[name], scope)
            options.append(Option(name, value))
        elif name in _REQUIRED and len(scope.faults) == before:
            example = f"{function.name}(x, (2, 3))" if name == "shape" else "x[0]"
            message = f"`{function.name}` needs its {name}"
            scope.add("YS107", message, node, f"write `{example}`")
    return tuple(options) if len(scope.faults) == before else None


def signature(function: Function) -> str:
    """How a function is written: `sum(x, axis=..., keepdims=...)`."""
    operands = "xyzw"[: function.arity]
    options = [f"{option}=..." for option in function.options]
    return f"{function.name}({', '.join([*operands, *options])})"


def _value(function: Function, name: str, node: ast.expr, scope: Scope) -> Literal:
    help = f"write `{signature(function)}`"
    try:
        if name == "index":
            return index_text(node)
        value = literal(node)
    except NotLiteral as error:
        scope.add("YS107", f"the {name} of {function.name}: {error}", node, help)
        return None
    if name == "shape" and type(value) is int:
        value = (value,)
    if not _fits(name, value):
        message = f"the {name} of {function.name} must be {_KINDS[name]}"
        scope.add("YS107", message, node)
    return value


def _fits(name: str, value: Literal) -> bool:
    whole = type(value) is int
    tuple_of_whole = isinstance(value, tuple) and all(type(item) is int for item in value)
    match name:
        case "axis":
            return value is None or whole or tuple_of_whole
        case "axes":
            return value is None or tuple_of_whole
        case "keepdims":
            return isinstance(value, bool)
        case _:
            return tuple_of_whole
