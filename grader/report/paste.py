"""A case as lines to paste into the student's own notebook, in the student's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
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
)
from grader.domain.submission import Loading
from grader.domain.vocabulary import VOCABULARY
from grader.report import numbers


def paste_lines(case: Case, loading: Loading, dialect: str) -> str:
    """Python that performs the case with what the submission defines, and prints what is asked."""
    found = {bound.name: bound.found_as for bound in loading.bound}
    variable = found.get("Variable") or found.get("Value") or _default_class(dialect)
    writer = _Writer(found, variable, arrays=dialect != "value")
    lines = [f"{given.name} = {writer.leaf(given.value)}" for given in case.program.inputs]
    for statement in case.program.statements:
        lines += writer.lines(statement)
    lines += _prints(case)
    return "\n".join(lines)


def _default_class(dialect: str) -> str:
    return "Value" if dialect == "value" else "Variable"


def _prints(case: Case) -> Iterator[str]:
    for quantity in case.program.quantities:
        match quantity.aspect:
            case Aspect.VALUE:
                yield f"print({quantity.of}.data)"
            case Aspect.RELEASED:
                continue
            case _:
                yield f"print({quantity})"


class _Writer:
    """Writes statements as a student would, with the names that were found."""

    def __init__(self, found: Mapping[str, str], variable: str, *, arrays: bool) -> None:
        self.found = found
        self.variable = variable
        self.arrays = arrays

    def leaf(self, value: Array) -> str:
        return f"{self.variable}({self.array(value)})"

    def array(self, value: Array) -> str:
        text = numbers.full(value)
        if not self.arrays:
            return text
        dtype = "" if value.dtype == "float64" else f", dtype={value.dtype!r}"
        return f"np.array({text}{dtype})"

    def lines(self, statement: Statement) -> Iterator[str]:
        match statement:
            case Apply(targets):
                yield f"{', '.join(targets)} = {self.call(statement)}"
            case Backward(of, upstream, create_graph, retain_grad):
                if upstream is not None:
                    yield f"{of}.grad = {self.upstream(upstream)}"
                flags = {"retain_grad": retain_grad, "create_graph": create_graph}
                yield f"{of}.backward({', '.join(f'{k}=True' for k, on in flags.items() if on)})"
            case ClearGradient(of):
                yield f"{of}.cleargrad()" if self.arrays else f"{of}.grad = 0"
            case TakeGradient(target, of):
                yield f"{target} = {of}.grad"
            case Detach(target, of):
                yield f"{target} = {of}.detach()"
            case Delete(name):
                yield f"del {name}"
            case Construct(target, literal):
                yield f"{target} = {self.variable}({literal!r})"
            case NoGrad(body):
                yield "with no_grad():"
                for inner in body:
                    yield from (f"    {line}" for line in self.lines(inner))
            case Raises(error, inner):
                yield f"# must raise {error}:"
                yield from self.lines(inner)

    def call(self, node: Apply) -> str:
        spelt = self.found.get(node.function, f"{node.function}()")
        operands = [self.operand(operand) for operand in node.operands]
        options = [f"{option.name}={option.value!r}" for option in node.options]
        operator = VOCABULARY[node.function].operator
        if spelt == operator and operator == "-x":
            return f"-{operands[0]}"
        if spelt == operator and operator == "[]":
            return f"{operands[0]}[{node.options[0].value}]"
        if spelt == operator:
            return f" {operator} ".join(operands)
        if spelt.startswith("** "):
            return f"{operands[0]} {spelt}"
        if spelt.startswith("."):
            return f"{operands[0]}{spelt[:-1]}{', '.join(operands[1:] + options)})"
        if spelt.endswith("()([...])"):
            return f"{spelt.removesuffix('([...])')}([{', '.join(operands)}])"
        if spelt.endswith("()(...)"):
            return f"{spelt.removesuffix('()(...)')}({', '.join(options)})({', '.join(operands)})"
        return f"{spelt.removesuffix('()')}({', '.join(operands + options)})"

    def operand(self, operand: Operand) -> str:
        match operand:
            case Name(name):
                return name
            case Constant(value):
                return numbers.full(value)

    def upstream(self, operand: Operand) -> str:
        match operand:
            case Name(name):
                return f"{name}.data"
            case Constant(value):
                return self.array(value)
