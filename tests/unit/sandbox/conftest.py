"""One warm guest for the tests of this folder, and the smallest thing to ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.domain.array import Array
from grader.domain.assignment import Requirement
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.protocol import Limits
from grader.domain.submission import SourceFile, Submission
from grader.sandbox import Guest, Performance

ENGINE = """
import os, sys
class Variable:
    def __init__(self, data):
        self.data, self.grad = data, None
    def backward(self):
        self.x.grad = 2 * self.x.data
def square(x):
    y = Variable(x.data ** 2)
    y.x = x
    return y
"""

Perform = Callable[..., Performance]


@pytest.fixture(scope="session")
def guest() -> Iterator[Guest]:
    with Guest() as started:
        yield started


@pytest.fixture
def program() -> Program:
    """`y = square(x); y.backward()` at 3."""
    return Program(
        (Input("x", Array.of(3.0)),),
        (Apply(("y",), "square", (Name("x"),)), Backward("y")),
        (Quantity(Aspect.GRADIENT, "x"),),
    )


@pytest.fixture
def perform(guest: Guest, program: Program) -> Perform:
    """Have a source performed: the engine above, with `source` after it."""

    def run(
        source: str = "", *, times: int = 1, engine: str = ENGINE, **options: object
    ) -> Performance:
        file = SourceFile("a.py", f"{engine}\n{source}".encode())
        limits = Limits(load_seconds=5, total_seconds=15, memory_bytes=1 << 30)
        return guest.perform(
            Submission("a", "file", (file,)),
            [(program, 1.0)] * times,
            dialect="variable-function",
            requires=(Requirement("Variable"),),
            **{"limits": limits, **options},  # type: ignore[arg-type]
        )

    return run
