"""The dialect that `grader/README.md` shows as an example speaks to an engine of its family."""

import re
from pathlib import Path

import pytest

from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import Completed, NotAttempted
from grader.guest.binding import Binding
from grader.guest.perform import perform
from tests.unit.authoring.writing import program_of

README = Path(__file__).parents[3] / "grader" / "README.md"
ENGINE = """
class Node:
    def __init__(self, value, parents=()):
        self.value, self.parents, self.adjoint = value, parents, 0.0

    def __add__(self, other):
        return Node(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Node(self.value * other.value, ((self, other.value), (other, self.value)))


def backpropagate(node, upstream=1.0):
    node.adjoint += upstream
    for parent, slope in node.parents:
        backpropagate(parent, upstream * slope)
"""


@pytest.fixture
def dialect():
    (block,) = re.findall(
        r"## A new dialect.*?```python\n(.*?)```", README.read_text("utf-8"), re.S
    )
    shown: dict = {}
    exec(compile(block, "the example", "exec"), shown)
    engine: dict = {"__name__": "engine"}
    exec(compile(ENGINE, "engine.py", "exec"), engine)
    return shown["Tape"](Binding([engine], engine["Node"], ""))


def test_values_and_gradients_are_read(dialect) -> None:
    program = program_of("y = x * x + x", "{x: 3}")
    found = perform(program, dialect, lambda error: ())
    assert found.ending == Completed()
    assert [found.reading(q).nested() for q in program.quantities] == [12.0, 7.0]


def test_clearing_is_its_own(dialect) -> None:
    graph = "y = x * x\ny.backward()\nx.cleargrad()\nz = x + x\nz.backward()"
    found = perform(program_of(graph, "{x: 3}"), dialect, lambda error: ())
    assert found.reading(Quantity(Aspect.GRADIENT, "x")).nested() == 2.0


@pytest.mark.parametrize("graph", ["y = x * x\nbackward(y, 2.5)", "y = exp(x)"])
def test_what_the_family_does_not_have_is_not_attempted(dialect, graph: str) -> None:
    found = perform(program_of(graph, "{x: 3}"), dialect, lambda error: ())
    assert isinstance(found.ending, NotAttempted)
