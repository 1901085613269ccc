"""Finite differences: an opinion on gradients that needs no derivative rule.

The witness asks an implementation only for forward values, at inputs moved a little up and down. It
says what the gradients *of that forward pass* are: of the reference's, to check a teacher's case; of a
student's own, to tell a wrong forward pass from a wrong backward pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Input,
    Name,
    NoGrad,
    Program,
    Quantity,
    Raises,
    Statement,
    TakeGradient,
)
from grader.domain.transcript import Transcript
from grader.records import dataclass, replace

STEP = 1e-5
TOLERANCE = Tolerance(relative=2e-5, absolute=1e-7)


@dataclass(frozen=True, slots=True)
class Displacement:
    """One element of one input, moved by `step`."""

    input: str
    element: int
    step: float


def displacements(program: Program) -> tuple[Displacement, ...]:
    """Every element of every input, moved up and then down."""
    return tuple(
        Displacement(given.name, element, sign * STEP * max(1.0, abs(value)))
        for given in program.inputs
        for element, value in enumerate(given.value.values)
        for sign in (1.0, -1.0)
    )


def displaced(program: Program, by: Displacement, at_rest: Transcript) -> Program:
    """The program to perform for one displacement.

    What the program cuts from the graph (`detach`, `no_grad`) is held at its value `at_rest`, so
    that the differences see what `backward()` may see.
    """
    inputs = tuple(
        Input(given.name, _moved(given.value, by) if given.name == by.input else _real(given.value))
        for given in program.inputs
    )
    held: list[Input] = []
    statements = tuple(_held(program.statements, at_rest, held))
    asked = tuple(Quantity(Aspect.VALUE, step.of) for step in program.backwards())
    return Program((*inputs, *held), statements, asked)


def gradients(
    program: Program,
    moves: Sequence[Displacement],
    moved: Sequence[Transcript],
    at_rest: Transcript,
) -> Mapping[str, Array]:
    """The gradient that each input is owed when the program has run, by central differences.

    Every `backward()` since the last `cleargrad()` of an input adds its share. Inputs for which a value
    is missing (a program that crashed, say) are left out.
    """
    found: dict[str, Array] = {}
    for given in program.inputs:
        total = [0.0] * given.value.size
        for step in _counted(program, given.name):
            shares = _shares(step, given, moves, moved, at_rest)
            if shares is None:
                break
            total = [sum(pair) for pair in zip(total, shares, strict=True)]
        else:
            found[given.name] = replace(given.value, dtype="float64").with_values(total)
    return found


def _shares(
    step: Backward,
    given: Input,
    moves: Sequence[Displacement],
    moved: Sequence[Transcript],
    at_rest: Transcript,
) -> list[float] | None:
    """What one `backward()` owes each element of an input."""
    at = {
        (m.element, m.step > 0): (m, t)
        for m, t in zip(moves, moved, strict=True)
        if m.input == given.name
    }
    shares = []
    for element in range(given.value.size):
        up, above = at[element, True]
        down, below = at[element, False]
        asked = Quantity(Aspect.VALUE, step.of)
        high, low = (t.primal(step.of) or t.reading(asked) for t in (above, below))
        if not (isinstance(high, Array) and isinstance(low, Array) and high.shape == low.shape):
            return None
        weights = _weights(step, high, at_rest)
        if weights is None:
            return None
        difference = sum(
            weight * (right - left)
            for weight, right, left in zip(weights, high.values, low.values, strict=True)
        )
        shares.append(difference / (up.step - down.step))
    return shares


def _weights(step: Backward, output: Array, at_rest: Transcript) -> Sequence[float] | None:
    match step.upstream:
        case None:
            return [1.0] * output.size
        case Constant(value):
            found: object = value
        case Name(name):
            found = at_rest.primal(name)
    if not isinstance(found, Array) or found.size not in (1, output.size):
        return None
    return found.values * output.size if found.size == 1 else found.values


def _counted(program: Program, name: str) -> Iterator[Backward]:
    """The backward passes whose share the gradient of `name` still holds at the end."""
    counted: list[Backward] = []
    for statement in program.statements:
        match statement:
            case Backward():
                counted.append(statement)
            case ClearGradient(of) if of == name:
                counted.clear()
    yield from counted


def _held(
    statements: Sequence[Statement], at_rest: Transcript, held: list[Input]
) -> Iterator[Statement]:
    def hold(name: str) -> None:
        value = at_rest.primal(name)
        if isinstance(value, Array):
            held.append(Input(name, _real(value)))

    for statement in statements:
        match statement:
            case Detach(target):
                hold(target)
            case NoGrad(body):
                for inner in body:
                    match inner:
                        case Apply(targets):
                            for target in targets:
                                hold(target)
                        case Detach(target) | TakeGradient(target) | Construct(target):
                            hold(target)
            case Raises() | Delete():  # its value is asked for at the end
                continue
            case _:
                yield statement


def _real(value: Array) -> Array:
    return replace(value, dtype="float64")


def _moved(value: Array, by: Displacement) -> Array:
    values = list(value.values)
    values[by.element] += by.step
    return _real(value).with_values(values)
