"""Expressions of a graph -> nodes. `add(square(a), b)` becomes two, the inner one named first."""

from __future__ import annotations

import ast
from typing import Final

from grader.authoring import graph_literals as literals
from grader.authoring.options import options_of, signature
from grader.authoring.scope import Scope
from grader.authoring.source import did_you_mean
from grader.domain.array import Array
from grader.domain.program import Apply, Call, Constant, Name, Operand, Option
from grader.domain.vocabulary import OPERATORS, VOCABULARY, Function

_BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}


def apply(node: ast.expr, targets: tuple[str, ...], scope: Scope, call: Call) -> Apply | None:
    """The node that an expression is; calls within it are added to the scope's statements.

    None, and faults, where the expression is none.
    """
    found = _function_of(node, scope)
    if found is None:
        return None
    function, arguments, options = found
    operands = [_operand(each, targets[0], scope, call) for each in arguments]
    _check_outputs(function, targets, node, scope)
    if call is Call.OPERATOR and not function.operator:
        message = f"`call: operator`, but `{function.name}` has no operator"
        scope.add("YS111", message, node, f"there are {' '.join(OPERATORS)}")
    if options is None or any(operand is None for operand in operands):
        return None
    kept = tuple(operand for operand in operands if operand is not None)
    if not any(isinstance(operand, Name) for operand in kept):
        help = "a function of numbers alone has no gradient; use a name from `inputs:`"
        scope.add("YS113", "no variable goes into this", node, help)
        return None
    return Apply(targets, function.name, kept, options, call)


def constant(node: ast.expr, scope: Scope) -> Array | None:
    """The array that a literal is; None where it is none, with a fault where it is a bad one."""
    try:
        return literals.array(node)
    except literals.NotLiteral as error:
        scope.add("YS116", str(error), node)
        return None


_Found = tuple[Function, list[ast.expr], tuple[Option, ...] | None]


def _function_of(node: ast.expr, scope: Scope) -> _Found | None:
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in _BINARY:
            name = OPERATORS[_BINARY[type(operator)]]
            return VOCABULARY[name], [left, right], ()
        case ast.UnaryOp(ast.USub(), operand):
            return VOCABULARY["neg"], [operand], ()
        case ast.Subscript(value, index):
            try:
                option = Option("index", literals.index_text(index))
            except literals.NotLiteral as error:
                scope.add("YS107", f"the index of getitem: {error}", index)
                return VOCABULARY["getitem"], [value], None
            return VOCABULARY["getitem"], [value], (option,)
        case ast.Call(ast.Name(name), arguments, keywords):
            return _call(node, name, arguments, keywords, scope)
        case _:
            _refuse(node, scope)
            return None


def _call(
    node: ast.Call,
    name: str,
    arguments: list[ast.expr],
    keywords: list[ast.keyword],
    scope: Scope,
) -> _Found | None:
    function = scope.words.get(name)
    if function is None:
        _unknown(name, node, scope)
        return None
    starred = [argument for argument in arguments if isinstance(argument, ast.Starred)]
    if starred:
        scope.add("YS102", "`*` is not part of the graph language", starred[0])
        return None
    operands, rest = arguments[: function.arity], arguments[function.arity :]
    if len(operands) < function.arity or (rest and not function.options):
        due = "1 operand" if function.arity == 1 else f"{function.arity} operands"
        message = f"`{name}` takes {due}, not {len(arguments)}"
        scope.add("YS106", message, node, f"write `{signature(function)}`")
        return None
    return function, operands, options_of(function, rest, keywords, node, scope)


def _operand(node: ast.expr, target: str, scope: Scope, call: Call) -> Operand | None:
    if isinstance(node, ast.Name):
        return Name(node.id) if scope.use(node.id, node) else None
    before = len(scope.faults)
    value = constant(node, scope)
    if value is not None:
        return Constant(value)
    if len(scope.faults) > before:
        return None
    inner = apply(node, (target,), scope, call)
    if inner is None:
        return None
    name = scope.part_of(target)
    scope.statements.append(Apply((name,), *_fields(inner)))
    return Name(name)


def _fields(node: Apply) -> tuple[str, tuple[Operand, ...], tuple[Option, ...], Call]:
    return node.function, node.operands, node.options, node.call


def _check_outputs(
    function: Function, targets: tuple[str, ...], node: ast.expr, scope: Scope
) -> None:
    if len(targets) != function.outputs:
        due = "1 result" if function.outputs == 1 else f"{function.outputs} results"
        message = f"`{function.name}` has {due}, and there {_names(len(targets))}"
        help = f"write `a, b = {function.name}(x)`" if function.outputs == 2 else ""
        scope.add("YS112", message, node, help)


def _names(count: int) -> str:
    return "is 1 name for it" if count == 1 else f"are {count} names for it"


def _unknown(name: str, node: ast.Call, scope: Scope) -> None:
    ours = [each.name for each in scope.words.values() if name in (*each.names, *each.classes)]
    if ours:
        help = f"it is called `{ours[0]}` here"
    elif name in ("Variable", "backward", "no_grad", "raises"):
        help = f"`{name}` cannot stand within an expression"
    else:
        help = did_you_mean(name, scope.words) or f"there are {', '.join(scope.words)}"
        if len(scope.words) == len(VOCABULARY) and not did_you_mean(name, scope.words):
            help += "; one of your own stands in a `functions.py` beside the assignment, and none is read there"
    scope.add("YS103", f"no function `{name}`", node.func, help)


def _refuse(node: ast.expr, scope: Scope) -> None:
    text = scope.graph.source(node)
    match node:
        case ast.Attribute(ast.Name(name), "grad"):
            help = f"name it first, on a line of its own: `g{name} = {name}.grad`"
        case ast.Call(ast.Attribute(value, method), arguments):
            module = isinstance(value, ast.Name) and value.id not in scope.known
            parts = arguments if module else [value, *arguments]
            call = f"{method}({', '.join(map(ast.unparse, parts))})"
            help = "there are no methods and modules here"
            help += f": write `{call}`" if method in scope.words and len(call) < 60 else ""
        case ast.Name(name):
            help = f"`{name}` is a variable already: use it under that name"
        case ast.Constant(str()):
            help = "a text can only stand in `Variable(...)`, within `raises(...)`"
        case ast.Constant() | ast.List():
            help = "give it a name under `inputs:`"
        case _:
            help = "there are functions, + - * / ** @, unary minus, indices and numbers"
    shown = text if len(text) <= 40 else text[:39] + "…"
    scope.add("YS102", f"`{shown}` is no step of a graph", node, help)
