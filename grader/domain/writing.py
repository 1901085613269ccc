"""A program as a teacher would write it under `graph:`."""

from __future__ import annotations

from collections.abc import Iterator

from grader.domain.array import Array, Nested
from grader.domain.program import (
    Apply,
    Backward,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Name,
    NoGrad,
    Operand,
    Program,
    Raises,
    Statement,
    TakeGradient,
)
from grader.domain.vocabulary import entry_of


def graph_text(program: Program) -> str:
    """The statements, one a line; a last plain `backward()`, which is understood, is left out."""
    statements = program.statements
    if statements and len(program.backwards()) == 1:
        last = next(reversed(list(program.applications())), None)
        if last is not None and statements[-1] == Backward(last.targets[-1]):
            statements = statements[:-1]
    return "\n".join(line for statement in statements for line in _lines(statement)) + "\n"


def _lines(statement: Statement) -> Iterator[str]:
    match statement:
        case Apply(targets):
            yield f"{', '.join(targets)} = {_called(statement)}"
        case Backward(of, upstream, create_graph, retain_grad):
            options = ["create_graph=True"] * create_graph + ["retain_grad=True"] * retain_grad
            if upstream is None:
                yield f"{of}.backward({', '.join(options)})"
            else:
                yield f"backward({', '.join([of, _operand(upstream), *options])})"
        case ClearGradient(of):
            yield f"{of}.cleargrad()"
        case TakeGradient(target, of):
            yield f"{target} = {of}.grad"
        case Detach(target, of):
            yield f"{target} = {of}.detach()"
        case NoGrad(body):
            yield "with no_grad():"
            yield from (f"    {line}" for inner in body for line in _lines(inner))
        case Delete(name):
            yield f"del {name}"
        case Construct(target, literal):
            yield f"{target} = Variable({_literal(literal)})"
        case Raises(error, inner):
            yield from (f"raises({error}): {line}" for line in _lines(inner))


def _called(node: Apply) -> str:
    operands = [_operand(operand) for operand in node.operands]
    options = {option.name: option.value for option in node.options}
    operator = entry_of(node.function).operator
    match node.function:
        case "getitem":
            return f"{operands[0]}[{options['index']}]"
        case "neg":
            return f"-{operands[0]}"
        case _ if operator:
            return f" {operator} ".join(operands)
        case name:
            written = [f"{key}={_literal(value)}" for key, value in options.items()]
            return f"{name}({', '.join([*operands, *written])})"


def _operand(operand: Operand) -> str:
    match operand:
        case Name(name):
            return name
        case Constant(value):
            return number_text(value)


def number_text(value: Array) -> str:
    """A number, or nested lists of numbers, as short as they can be written."""
    return _nested(value.nested())


def _nested(value: Nested) -> str:
    if isinstance(value, int | float):
        return f"{value:.12g}"
    return f"[{', '.join(map(_nested, value))}]"


def _literal(value: object) -> str:
    return repr(value)
