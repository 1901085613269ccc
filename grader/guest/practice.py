"""What a process does for the first time costs it more than all later times: here it is done before any fork.

Python rewrites code as it is executed, and fills tables. What is practised on computes nothing: whoever looks
through the memory of a child finds no answer there.
"""

from __future__ import annotations

from typing import Any, Final

from grader.domain import codec, terse
from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.submission import Bound, Loading
from grader.guest.binding import Binding
from grader.guest.dialects import DIALECTS
from grader.guest.perform import answer

ENOUGH: Final = 4  # for each dialect: Python rewrites a function once it was called eight times
PROGRAM: Final = Program(
    (Input("x", Array.of([1.0, 2.0])), Input("w", Array.of(1.0))),
    (
        Apply(("y",), "square", (Name("x"),)),
        Apply(("z",), "add", (Name("y"), Name("w"))),
        Backward("z"),
    ),
    (Quantity(Aspect.VALUE, "z"), Quantity(Aspect.GRADIENT, "x")),
)


class Hollow:
    """A variable of which nothing depends on anything."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.grad = data

    def backward(self) -> None:
        pass


def first(variable: Hollow, *others: Hollow) -> Hollow:
    """Stands for every function."""
    return Hollow(variable.data)


def practise() -> list[bytes]:
    """Answer a program as a child does, and say what loading showed. The answers."""
    scope = {"__name__": __name__, "square": first, "add": first}
    message = terse.dumps(Program, PROGRAM)
    codec.dumps(Loading("", bound=(Bound("", "", "", 0),)))
    return [
        answer(terse.loads(Program, message), kind(Binding((scope,), Hollow, "")), lambda error: ())
        for kind in DIALECTS.values()
        for _ in range(ENOUGH)
    ]
