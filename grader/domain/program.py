"""A graph program: a little straight-line computation with `backward()` in it, as data.

A program is said once, by a teacher, and everything else interprets it: the guest performs it on an
implementation, the report draws it, the judge walks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

from grader.domain.array import Array
from grader.records import dataclass

Scalar: TypeAlias = bool | int | float | str | None
Literal: TypeAlias = Scalar | tuple[Scalar, ...] | tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the program."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number (or array) written in the graph: no gradient is asked for it."""

    value: Array


Operand: TypeAlias = Name | Constant


@dataclass(frozen=True, slots=True)
class Option:
    """An argument of a function that is not differentiated: `axis=0`, a shape, an index.

    An index is kept as the text between the brackets (`0, 1:3`), which only the guest reads.
    """

    name: str
    value: Literal


class Call(StrEnum):
    """How a case insists that a function be called."""

    ANY = "any"
    FUNCTION = "function"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Apply:
    """`y = add(a, b)`: one node of the graph. Several targets where the function has several outputs."""

    targets: tuple[str, ...]
    function: str
    operands: tuple[Operand, ...]
    options: tuple[Option, ...] = ()
    call: Call = Call.ANY


@dataclass(frozen=True, slots=True)
class Backward:
    """`y.backward()`, from ones or from `upstream` (an array, or a variable of the program)."""

    of: str
    upstream: Operand | None = None
    create_graph: bool = False
    retain_grad: bool = False


@dataclass(frozen=True, slots=True)
class ClearGradient:
    """`x.cleargrad()`."""

    of: str


@dataclass(frozen=True, slots=True)
class TakeGradient:
    """`gx = x.grad`: the gradient, as it is now, becomes a variable."""

    target: str
    of: str


@dataclass(frozen=True, slots=True)
class Detach:
    """`d = x.detach()`: the same value, with no history."""

    target: str
    of: str


@dataclass(frozen=True, slots=True)
class NoGrad:
    """`with no_grad():` around some statements."""

    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """`del y`: the program lets go of a variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Construct:
    """`v = Variable(literal)`: the constructor itself is what the case is about."""

    target: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Raises:
    """`raises(TypeError): statement`: the statement must be refused with this exception."""

    error: str
    statement: Statement


Statement: TypeAlias = (
    Apply | Backward | ClearGradient | TakeGradient | Detach | NoGrad | Delete | Construct | Raises
)


class Aspect(StrEnum):
    """What can be asked of a variable once the program has run."""

    VALUE = "value"
    GRADIENT = "gradient"
    GENERATION = "generation"
    NO_CREATOR = "creator is None"
    NO_GRADIENT = "grad is None"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One question to a variable. Prints as a teacher writes it: `y`, `x.grad`, `released(y)`."""

    aspect: Aspect
    of: str

    def __str__(self) -> str:
        match self.aspect:
            case Aspect.VALUE:
                return self.of
            case Aspect.GRADIENT:
                return f"{self.of}.grad"
            case Aspect.RELEASED:
                return f"released({self.of})"
            case _:
                return f"{self.of}.{self.aspect.value}"


@dataclass(frozen=True, slots=True)
class Input:
    """A leaf of the program and the number it starts with."""

    name: str
    value: Array


@dataclass(frozen=True, slots=True)
class Program:
    """Inputs, statements in order, and the questions asked when the last one is done."""

    inputs: tuple[Input, ...]
    statements: tuple[Statement, ...]
    quantities: tuple[Quantity, ...]

    def applications(self) -> Iterator[Apply]:
        """The nodes of the graph, in the order in which they are computed."""
        return (step for step in flatten(self.statements) if isinstance(step, Apply))

    def functions(self) -> tuple[str, ...]:
        """The functions that the program needs, each once, in order of first use."""
        return tuple(dict.fromkeys(step.function for step in self.applications()))

    def backwards(self) -> tuple[Backward, ...]:
        return tuple(step for step in flatten(self.statements) if isinstance(step, Backward))


def variables(program: Program) -> tuple[str, ...]:
    """Every name that a program may bind, each once, inputs first."""
    names = [given.name for given in program.inputs]
    for statement in flatten(program.statements):
        match statement:
            case Apply(targets):
                names += targets
            case TakeGradient(target) | Detach(target) | Construct(target):
                names.append(target)
    return tuple(dict.fromkeys(names))


def flatten(statements: tuple[Statement, ...]) -> Iterator[Statement]:
    """All statements in order, those inside `with no_grad():` and `raises(...)` included."""
    for statement in statements:
        yield statement
        match statement:
            case NoGrad(body):
                yield from flatten(body)
            case Raises(_, inner):
                yield from flatten((inner,))
