"""One statement of a graph -> what it means, added to the scope."""

from __future__ import annotations

import ast
import builtins
from typing import Final

from grader.authoring import graph_literals as literals
from grader.authoring.expressions import apply, constant
from grader.authoring.scope import Scope
from grader.authoring.source import did_you_mean
from grader.domain.program import (
    Backward,
    Call,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Name,
    NoGrad,
    Operand,
    Raises,
    Statement,
    TakeGradient,
    flatten,
)
from grader.records import replace

_NOT_HERE: Final = {
    ast.For: "a loop",
    ast.While: "a loop",
    ast.If: "`if`",
    ast.FunctionDef: "`def`",
    ast.ClassDef: "`class`",
    ast.Import: "`import`",
    ast.ImportFrom: "`import`",
    ast.AugAssign: "an assignment such as `+=`",
    ast.AnnAssign: "a type",
    ast.Pass: "`pass`",
    ast.Assert: "`assert`",
    ast.Return: "`return`",
    ast.Try: "`try`",
}


def read_statement(node: ast.stmt, scope: Scope, call: Call) -> None:
    """Read one statement, and add what it means to the scope."""
    match node:
        case ast.Assign([ast.Name(target) as at], value):
            _assign(target, at, value, scope, call)
        case ast.Assign([ast.Tuple(elts)], value) if all(isinstance(e, ast.Name) for e in elts):
            names = [each for each in elts if isinstance(each, ast.Name)]
            targets = tuple(name.id for name in names)
            found = apply(value, targets, scope, call) if targets else None
            for name in names:
                scope.define(name.id, name)
            if found is not None:
                scope.statements.append(found)
        case ast.Expr(ast.Call() as value):
            _perform(value, scope)
        case ast.With() if node.lineno in scope.graph.raises:
            _raises(node, scope, call)
        case ast.With([ast.withitem(ast.Call(ast.Name("no_grad"), [], []), None)], body):
            outer, scope.statements = scope.statements, []
            for inner in body:
                read_statement(inner, scope, call)
            scope.statements = [*outer, NoGrad(tuple(scope.statements))]
        case ast.Delete(targets):
            for each in targets:
                if not isinstance(each, ast.Name):
                    scope.add("YS102", "only a name can be deleted", each)
                elif scope.use(each.id, each):
                    scope.deleted.add(each.id)
                    scope.statements.append(Delete(each.id))
        case _:
            _refuse(node, scope)


def _assign(target: str, name: ast.Name, value: ast.expr, scope: Scope, call: Call) -> None:
    found: Statement | None
    match value:
        case ast.Attribute(ast.Name(of) as at, "grad"):
            found = TakeGradient(target, of) if scope.use(of, at) else None
            if not any(isinstance(step, Backward) for step in flatten(tuple(scope.statements))):
                message = f"`{of}.grad` is taken before any backward()"
                help = "write the backward() above it, such as `y.backward(create_graph=True)`"
                scope.add("YS110", message, value, help)
        case ast.Call(ast.Attribute(ast.Name(of) as at, "detach"), [], []):
            found = Detach(target, of) if scope.use(of, at) else None
        case ast.Call(ast.Name("Variable"), _, _):
            found = _construct(target, value, scope)
        case _:
            found = apply(value, (target,), scope, call)
    scope.define(target, name)
    if found is not None:
        scope.statements.append(found)


def _perform(node: ast.Call, scope: Scope) -> None:
    """`y.backward(...)`, `backward(y, ...)`, `x.cleargrad()`."""
    match node:
        case ast.Call(ast.Attribute(ast.Name(of) as at, "cleargrad"), [], []):
            if scope.use(of, at):
                scope.statements.append(ClearGradient(of))
        case ast.Call(ast.Attribute(ast.Name() as at, "backward"), arguments, _):
            if arguments:
                upstream = ast.unparse(arguments[0])[:40]
                help = f"write `backward({at.id}, {upstream})`"
                scope.add("YS110", "`backward()` of a variable takes no upstream", node, help)
            else:
                _backward(node, at, None, scope)
        case ast.Call(ast.Name("backward"), [ast.Name() as at], _):
            _backward(node, at, None, scope)
        case ast.Call(ast.Name("backward"), [ast.Name() as at, upstream], _):
            _backward(node, at, upstream, scope)
        case ast.Call(ast.Name("backward")):
            help = "write `backward(y)`, or `backward(y, upstream)`"
            scope.add("YS110", "`backward` needs the name of a variable", node, help)
        case ast.Call(ast.Attribute(ast.Name(), method)):
            known = ("backward", "cleargrad")
            help = did_you_mean(method, known) or "on a line alone stand backward() and cleargrad()"
            scope.add("YS102", f"`.{method}(...)` is no step of a graph", node, help)
        case _:
            before = len(scope.faults)
            apply(node, ("y",), scope, Call.ANY)
            if len(scope.faults) == before:
                text = scope.graph.source(node)[:40]
                message = f"the result of `{text}` gets no name"
                scope.add("YS102", message, node, f"write `y = {text}`")


def _backward(node: ast.Call, at: ast.Name, upstream: ast.expr | None, scope: Scope) -> None:
    flags = {"create_graph": False, "retain_grad": False}
    for keyword in node.keywords:
        value = getattr(keyword.value, "value", None)
        if keyword.arg not in flags:
            help = did_you_mean(keyword.arg or "**", flags) or f"there are {' and '.join(flags)}"
            scope.add("YS107", f"`backward` has no option `{keyword.arg or '**'}`", keyword, help)
        elif not isinstance(value, bool):
            message = f"the {keyword.arg} of backward must be True or False"
            scope.add("YS107", message, keyword.value)
        else:
            flags[keyword.arg] = value
    given: Operand | None = None
    usable = scope.use(at.id, at)
    if isinstance(upstream, ast.Name):
        usable = scope.use(upstream.id, upstream) and usable
        given = Name(upstream.id)
    elif upstream is not None:
        before = len(scope.faults)
        value = constant(upstream, scope)
        if value is None and len(scope.faults) == before:
            help = "name it first; an upstream is a name, a number or a list of numbers"
            scope.add("YS110", "this is no upstream", upstream, help)
        usable = usable and value is not None
        given = Constant(replace(value, dtype="float64")) if value is not None else None
    if usable:
        scope.statements.append(Backward(at.id, given, **flags))


def _construct(target: str, node: ast.Call, scope: Scope) -> Construct | None:
    if len(node.args) != 1 or node.keywords:
        scope.add("YS106", "`Variable` takes 1 literal here", node, "such as `Variable(2.0)`")
        return None
    try:
        return Construct(target, literals.literal(node.args[0]))
    except literals.NotLiteral as error:
        scope.add("YS116", f"`Variable` takes a literal here: {error}", node.args[0])
        return None


def _raises(node: ast.With, scope: Scope, call: Call) -> None:
    """`raises(TypeError): statement`. A name that the statement gives does not exist later."""
    item = node.items[0].context_expr
    error = item.id if isinstance(item, ast.Name) else scope.graph.source(item)
    known = getattr(builtins, error, None)
    if not (isinstance(known, type) and issubclass(known, Exception)):
        names = [name for name, value in vars(builtins).items() if _is_error(value)]
        help = did_you_mean(error, names) or "name one of Python's own, such as TypeError"
        scope.add("YS117", f"no exception `{error}`", item, help)
    if len(node.body) != 1:
        message = f"`raises` holds one statement, not {len(node.body)}"
        scope.add("YS117", message, node.body[1], "what is accepted stands above it")
    outer, scope.statements = scope.statements, []
    known_before, deleted_before = dict(scope.known), set(scope.deleted)
    inner = node.body[0]
    before = len(scope.faults)
    if isinstance(inner, ast.Expr) and _is_value(inner.value):
        target = scope.part_of("refused")
        del scope.known[target]
        _assign(target, ast.Name(target), inner.value, scope, call)
    else:
        read_statement(inner, scope, call)
    steps, scope.statements = scope.statements, outer
    scope.known, scope.deleted = known_before, deleted_before
    if len(steps) == 1 and not isinstance(steps[0], NoGrad | Raises):
        scope.statements.append(Raises(error, steps[0]))
    elif len(scope.faults) == before:
        help = "name the inner calls on lines of their own, above it"
        scope.add("YS117", "`raises` holds one step of the graph", inner, help)


def _is_value(node: ast.expr) -> bool:
    """Whether an expression on a line alone is meant for its value, not for what it does."""
    match node:
        case ast.Call(ast.Attribute(_, "backward" | "cleargrad")) | ast.Call(ast.Name("backward")):
            return False
        case _:
            return True


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Exception)


def _refuse(node: ast.stmt, scope: Scope) -> None:
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        name = node.target.id
        operator = ast.unparse(node).split("=")[0].split()[-1]
        right = ast.unparse(node.value)[:40]
        help = f"write `{name}2 = {name} {operator} {right}`"
    elif isinstance(node, ast.With):
        help = "there are `with no_grad():` and `raises(TypeError):`"
    elif isinstance(node, ast.Expr):
        help = f"write `y = {scope.graph.source(node.value)[:40]}`"
    else:
        help = "write one step a line, such as `y = add(square(a), b)`"
    what = _NOT_HERE.get(type(node), f"`{scope.graph.source(node)[:40]}`")
    scope.add("YS102", f"{what} is not part of the graph language", node, help)
