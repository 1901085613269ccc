"""Statements of a program written as Python, in the names that a submission has for functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.domain.array import Array
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
    Raises,
    Statement,
    TakeGradient,
)
from grader.domain.vocabulary import entry_of
from grader.records import dataclass, field
from grader.report import numbers


@dataclass(frozen=True, slots=True)
class Spelling:
    """How things are written. Without `calls`, as a teacher writes them.

    `calls` maps a function of the vocabulary to how it is called: `add()`, `Add()(...)`,
    `Add()([...])`, `+`, `-x`, `.exp()`, `** 2`. `variable` is the student's variable class;
    with `arrays` its data are numpy arrays. `clear` is how a gradient is cleared: `.cleargrad()`.
    """

    calls: Mapping[str, str] = field(default_factory=dict)
    variable: str = "Variable"
    arrays: bool = True
    clear: str = ".cleargrad()"

    def lines(self, statement: Statement) -> Iterator[str]:
        """A statement as one or more lines of Python."""
        match statement:
            case Apply(targets):
                yield f"{', '.join(targets)} = {self.call(statement)}"
            case Backward(of, upstream, create_graph, retain_grad):
                if upstream is not None:
                    yield f"{of}.grad = {self._upstream(upstream)}"
                options = {"retain_grad": retain_grad, "create_graph": create_graph}
                asked = ", ".join(f"{name}=True" for name, wanted in options.items() if wanted)
                yield f"{of}.backward({asked})"
            case ClearGradient(of):
                yield f"{of}{self.clear}"
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
                *before, last = self.lines(inner)
                yield from before
                yield f"raises({error}): {last}"

    def leaf(self, value: Array) -> str:
        """A variable that starts with a number."""
        return f"{self.variable}({self.array(value)})"

    def array(self, value: Array) -> str:
        text = _literal(value)
        if not self.arrays:
            return text
        dtype = "" if value.dtype == "float64" else f", dtype={value.dtype!r}"
        return f"np.array({text}{dtype})"

    def call(self, node: Apply) -> str:
        """The right-hand side of an assignment."""
        entry = entry_of(node.function)
        how = self.calls.get(node.function, f"{node.function}()")
        operands = [self._operand(operand) for operand in node.operands]
        options = [_option(option.name, option.value) for option in node.options]
        if how == entry.operator == "-x":
            return f"-{operands[0]}"
        if how == entry.operator == "[]" or (node.function == "getitem" and not self.calls):
            return f"{operands[0]}[{node.options[0].value}]"
        if how == entry.operator:
            return f" {how} ".join(operands)
        if how.startswith("**"):
            return f"{operands[0]} {how}"
        if how.startswith("."):
            return f"{operands[0]}{how.removesuffix('()')}({', '.join(operands[1:] + options)})"
        if how.endswith("()([...])"):
            return f"{how.removesuffix('()([...])')}({', '.join(options)})([{', '.join(operands)}])"
        if how.endswith("()(...)"):
            return f"{how.removesuffix('()(...)')}({', '.join(options)})({', '.join(operands)})"
        return f"{how.removesuffix('()')}({', '.join(operands + options)})"

    def _operand(self, operand: Operand) -> str:
        match operand:
            case Name(name):
                return name
            case Constant(value):
                return _literal(value) if value.shape == () else f"np.array({_literal(value)})"

    def _upstream(self, operand: Operand) -> str:
        match operand:
            case Name(name):
                return f"{name}.data"
            case Constant(value):
                return self.array(value)


def _option(name: str, value: object) -> str:
    return f"np.s_[{value}]" if name == "index" else f"{name}={value!r}"


def _literal(value: Array) -> str:
    """As Python reads it back. Floats keep their point, so that no rule for integers is tried."""
    text = numbers.every(value, _float if value.dtype.startswith("float") else numbers.exact)
    return text.replace("nan", 'float("nan")').replace("inf", 'float("inf")')


def _float(value: float) -> str:
    return repr(value + 0.0)
