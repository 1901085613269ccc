"""What programs make use of, and what else can be done with their graph."""

import pytest

from grader.checking.features import features, within
from grader.checking.forms import forms
from grader.checking.writing import case_text
from grader.domain.assignment import Case
from grader.domain.transcript import Completed, Transcript
from grader.domain.writing import graph_text
from tests.unit.authoring.writing import load, program_of


@pytest.mark.parametrize(
    ("graph", "inputs", "found"),
    [
        ("y = square(x)", "{x: 3}", set()),
        ("y = square(x)", "{x: [3, 5]}", {"arrays"}),
        ("y = x * w", "{x: [3, 5], w: 2}", {"arrays", "broadcast"}),
        ("a = x * x\ny = a * w", "{x: [3, 5], w: 2}", {"arrays", "broadcast"}),
        ("y = 1 - x", "{x: 3}", {"numbers"}),
        ("y = x ** 3", "{x: 3}", set()),
        ("y = square(x)\nbackward(y, 2.5)", "{x: 3}", {"upstream"}),
        ("y = square(x)\ny.backward()\ny.backward()", "{x: 3}", {"several backward"}),
        ("y = square(x)\ny.backward()\nx.cleargrad()", "{x: 3}", {"cleargrad"}),
        ("with no_grad():\n    a = square(x)\ny = a * x", "{x: 3}", {"no_grad"}),
        ("a, b = split(x)\ny = a * b", "{x: [1, 2, 3, 4]}", {"arrays", "several outputs"}),
        ("y = x[0] * x[1]", "{x: {value: [1, 2], dtype: int64}}", {"arrays", "integers"}),
    ],
)
def test_features_are_read_off_a_program(graph: str, inputs: str, found: set[str]) -> None:
    assert features(program_of(graph, inputs)) == found


def test_a_program_is_within_means_that_hold_all_it_uses() -> None:
    program = program_of("y = 1 - x", "{x: 3}")
    assert within(program, ["sub"], frozenset({"numbers"}))
    assert not within(program, ["sub"], frozenset())
    assert not within(program, ["add"], frozenset({"numbers"}))


@pytest.mark.parametrize(
    ("feature", "graphs"),
    [
        ("several backward", ["y = square(x)\ny.backward()\ny.backward()\n"]),
        (
            "cleargrad",
            ["y = square(x)\ny.backward()\nx.cleargrad()\ny2 = square(x)\ny2.backward()\n"],
        ),
        (
            "no_grad",
            [
                "with no_grad():\n    y = square(x)\n",
                "with no_grad():\n    y = square(x)\ny2 = square(x)\n",
            ],
        ),
        ("released", ["y = square(x)\ny.backward()\ndel y\n"]),
        (
            "create_graph",
            [
                "y = square(x)\ny.backward(create_graph=True)\n"
                "gx = x.grad\nx.cleargrad()\ngx.backward()\n"
            ],
        ),
    ],
)
def test_a_graph_is_put_to_every_allowed_use(feature: str, graphs: list[str]) -> None:
    plain, *found = forms(program_of("y = square(x)", "{x: 3}"), frozenset({feature}))
    assert graph_text(plain) == "y = square(x)\n"
    assert [graph_text(each) for each in found] == graphs
    assert all(feature in features(each) for each in found)


def test_a_value_is_cut_off_where_something_is_left_to_differentiate() -> None:
    allowed = frozenset({"detach"})
    _, cut = forms(program_of("a = square(x)\ny = a * x", "{x: 3}"), allowed)
    assert graph_text(cut) == "a = square(x)\nd = a.detach()\ny = d * x\n"
    assert len(list(forms(program_of("y = square(square(x))", "{x: 3}"), allowed))) == 1


def test_a_case_that_is_written_is_read_as_the_same_program(tmp_path) -> None:
    allowed = frozenset(
        {"several backward", "cleargrad", "no_grad", "released", "create_graph", "inner gradients"}
    )
    for number, program in enumerate(
        forms(program_of("y = x * w", "{x: [3, -1.5], w: 5}"), allowed)
    ):
        case = Case(f"c{number}", "A title: with a colon", "rule", "", program)
        text = "title: T\ncases:\n" + case_text(case, Transcript(Completed()))
        (found,) = load(tmp_path / str(number), text).cases
        assert found.program == program
        assert found.title == case.title
