"""Cases: what is asked and expected, inputs, variants, and what is said for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.domain.array import Array
from grader.domain.assignment import Assignment, Convention, Requirement, Reveal, Tolerance
from grader.domain.codec import dumps, loads
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import Count, Flag, Missing, Reading
from tests.unit.authoring.writing import case, faults, load, with_case

GRADIENT = Quantity(Aspect.GRADIENT, "x")


def asked(folder: Path, graph: str, *, inputs: str = "{x: 2.0}", more: str = "") -> list[str]:
    found = case(folder, graph, inputs=inputs, more=more)
    return [str(quantity) for quantity in found.program.quantities]


@pytest.mark.parametrize(
    ("graph", "inputs", "more", "quantities"),
    [
        ("a = -x\ny = add(a, a)", "{x: 2}", "", ["y", "x.grad"]),
        ("a = -x\ny = square(x)", "{x: 2}", "", ["a", "y", "x.grad"]),
        ("y = x * z", "{x: 2, z: 3}", "", ["y", "x.grad", "z.grad"]),
        ("y = x * z", "{x: 2, z: 3}", "backward: false", ["y"]),
        ("y = -x\nbackward(y, g)", "{x: 2, g: 3}", "", ["y", "x.grad"]),
        ("a, b = split(x)\ny = -a", "{x: [1, 2]}", "", ["b", "y", "x.grad"]),
        ("y = -x\ny.backward()\ngx = x.grad", "{x: 2}", "", ["y", "gx", "x.grad"]),
        ("y = -x\nz = -y\ndel z", "{x: 2}", "", ["x.grad"]),
        ("with no_grad():\n  y = -x", "{x: 2}", "", ["y"]),
        ("raises(TypeError): add(x, x)", "{x: 2}", "", []),
        ("a = -x\ny = -a", "{x: 2}", "check: [a.grad, y]", ["a.grad", "y"]),
        ("a = -x\ny = -a", "{x: 2}", "check: a.grad", ["a.grad"]),
        ("a = -x\ny = -a", "{x: 2}", "expect: {a.grad: -1, y: 2}", ["y", "x.grad", "a.grad"]),
        ("y = square(-x)", "{x: 2}", "check: [y1.grad]", ["y1.grad"]),
        (
            "y = -x\ndel y",
            "{x: 2}",
            "check: [released(y), x.grad is None, x.creator is None, x.generation, x]",
            ["released(y)", "x.grad is None", "x.creator is None", "x.generation", "x"],
        ),
    ],
)
def test_what_a_case_asks(
    graph: str, inputs: str, more: str, quantities: list[str], tmp_path: Path
) -> None:
    assert asked(tmp_path, graph, inputs=inputs, more=more) == quantities


def test_of_a_deleted_variable_only_its_release_can_be_asked(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, with_case("y = -x\ndel y", more="check: [y.grad]"))
    assert (found.code, found.line, found.column) == ("YS507", 9, 13)
    assert found.message == "`y` is deleted by the graph: nothing can be read from it"
    assert found.help == "only `released(y)` can be asked then"


def test_answers_are_read_by_their_quantity(tmp_path: Path) -> None:
    more = (
        "expect: {y: [1, 2], x.grad: null, y.generation: 1, y.creator is None: false, "
        "released(y): true, x.grad is None: true}"
    )
    found = case(tmp_path, "y = -x", inputs="{x: [1, 2]}", more=more)
    assert [reading.found for reading in found.literals] == [
        Array.of([1, 2]),
        Missing(),
        Count(1),
        Flag(False),
        Flag(True),
        Flag(True),
    ]


def test_a_case_says_everything_about_itself(tmp_path: Path) -> None:
    more = (
        "title: Both branches\npoints: 2.5\nhidden: true\nreveal: actual\n"
        "hint: [look here, '  apply the rule\\n']\ntolerance: {absolute: 1e-3}\ntime_limit: 5\n"
        "accept:\n  - {as: starts afresh, x.grad: 108}"
    )
    found = case(tmp_path, "y = square(x)\n", more=more)
    assert (found.id, found.title, found.concept) == ("c", "Both branches", "rule")
    assert (found.points, found.hidden, found.reveal) == (2.5, True, Reveal.ACTUAL)
    assert found.hints == ("look here", "apply the rule\\n")
    assert found.tolerance == Tolerance(absolute=1e-3)
    assert found.time_limit == 5.0
    assert found.conventions == (Convention("starts afresh", (Reading(GRADIENT, Array.of(108)),)),)
    assert found.graph == "y = square(x)"
    assert (found.file, found.line) == (str(tmp_path / "assignment.yaml"), 3)


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    found = case(tmp_path, "y = square(x)", more="hint: look")
    assert (found.title, found.points, found.hidden, found.reveal) == ("c", 1.0, False, Reveal.FULL)
    assert (found.hints, found.tolerance, found.time_limit) == (("look",), Tolerance(), 2.0)
    assert case(tmp_path, "y = -x", more="hidden: true").reveal is Reveal.VERDICT


def test_an_assignment_says_things_for_all_its_cases(tmp_path: Path) -> None:
    text = (
        "title: T\nsummary: >\n  Two\n  lines.\ndialect: value\n"
        "requires: [Function, Variable: [Tensor, Var], add: []]\n"
        "tolerance: 1e-6\ntime_limit: 3\ncases:\n"
        "  - {case: a, concept: rule, inputs: {x: 1}, graph: y = -x}\n"
        "  - {case: b, concept: rule, inputs: {x: 1}, graph: y = -x, tolerance: {relative: 0},\n"
        "     time_limit: 1, needs: a}\n"
    )
    found = load(tmp_path / "hw1", text)
    assert (found.id, found.title, found.summary) == ("hw1", "T", "Two lines.")
    assert found.dialect == "value"
    assert found.requires == (
        Requirement("Function"),
        Requirement("Variable", ("Tensor", "Var")),
        Requirement("add"),
    )
    a, b = found.cases
    assert (a.tolerance, a.time_limit, a.needs) == (Tolerance(1e-6, 1e-6), 3.0, ())
    assert (b.tolerance, b.time_limit, b.needs) == (Tolerance(0.0, 1e-6), 1.0, ("a",))


def test_inputs_are_literals_of_any_shape_and_dtype(tmp_path: Path) -> None:
    inputs = (
        "{a: 2, b: [1, -1e-3], c: [[1, 2], [3, 4]], d: {value: [1, 2], dtype: int64}, "
        "e: {value: 0.1, dtype: float32}, f: [], g: {value: 3}}"
    )
    graph = "y = a + b + c + d + e + f + g"
    found = {each.name: each.value for each in case(tmp_path, graph, inputs=inputs).program.inputs}
    assert found["a"] == Array.of(2.0)
    assert found["b"] == Array.of([1, -1e-3])
    assert found["c"] == Array.of([[1, 2], [3, 4]])
    assert found["d"] == Array.of([1, 2], "int64")
    assert found["e"].dtype == "float32"
    assert found["e"].values == (0.10000000149011612,)
    assert found["f"].shape == (0,)
    assert found["g"] == Array.of(3.0)


def sample(folder: Path, form: str, *, seed: int = 0, id: str = "c") -> Array:
    text = with_case("y = -x", inputs=f"{{x: {form}}}").replace("case: c", f"case: {id}")
    return load(folder, text, seed).cases[0].program.inputs[0].value


def test_samples_have_the_shape_that_is_asked(tmp_path: Path) -> None:
    assert sample(tmp_path, "{normal: []}").shape == ()
    assert sample(tmp_path, "{normal: [2, 3], seed: 1}").shape == (2, 3)
    drawn = sample(tmp_path, "{uniform: [200], low: 0.5, high: 2}")
    assert all(0.5 <= value <= 2 for value in drawn.values)
    assert len(set(drawn.values)) == 200
    whole = sample(tmp_path, "{uniform: [50], low: -9, high: 9, dtype: int64}")
    assert whole.dtype == "int64"
    assert all(value.is_integer() for value in whole.values)
    assert set(sample(tmp_path, "{normal: [50], dtype: bool}").values) == {0.0, 1.0}


def test_a_sample_is_decided_by_run_case_input_and_its_own_seed(tmp_path: Path) -> None:
    first = sample(tmp_path, "{normal: [2]}")
    assert sample(tmp_path, "{normal: [2]}") == first
    others = [
        sample(tmp_path, "{normal: [2]}", seed=1),
        sample(tmp_path, "{normal: [2]}", id="d"),
        sample(tmp_path, "{normal: [2], seed: 1}"),
    ]
    assert len({array.data for array in (first, *others)}) == 4
    assert first.values == pytest.approx((1.908875492533616, 0.6659452696192251), rel=1e-12)


def test_variants_share_the_points_and_what_the_case_says(tmp_path: Path) -> None:
    more = (
        "title: Squares\npoints: 3\nexpect: {y.generation: 1}\nvariants:\n"
        "  - {inputs: {x: 3}, expect: {y: 9}, title: a number}\n"
        "  - {inputs: {x: [1, 2]}, expect: {y: [1, 4]}, accept: [{as: k, x.grad: 1}]}\n"
        "  - {}"
    )
    found = load(tmp_path, with_case("y = square(x)", more=more)).cases
    assert [each.id for each in found] == ["c/1", "c/2", "c/3"]
    assert [each.title for each in found] == ["Squares: a number", "Squares (2)", "Squares (3)"]
    assert [each.points for each in found] == [1.0, 1.0, 1.0]
    assert [len(each.literals) for each in found] == [2, 2, 1]
    assert [each.program.inputs[0].value.shape for each in found] == [(), (2,), ()]
    assert [len(each.conventions) for each in found] == [0, 1, 0]


def test_each_variant_draws_its_own_sample(tmp_path: Path) -> None:
    text = with_case("y = -x", inputs="{x: {normal: []}}", more="variants: [{}, {}]")
    one, other = load(tmp_path, text).cases
    assert one.program.inputs != other.program.inputs


def test_every_variant_gives_every_input(tmp_path: Path) -> None:
    more = "variants:\n  - inputs: {x: 1, z: 2}\n  - inputs: {x: 1}"
    (found,) = faults(tmp_path, with_case("y = x * z", inputs="{}", more=more))
    assert (found.code, found.line, found.column) == ("YS510", 10, 9)
    assert found.message == "variant 2 of case `c` gives `z` no value"


def test_to_need_a_case_with_variants_is_to_need_them_all(tmp_path: Path) -> None:
    text = with_case("y = -x", more="variants: [{}, {}]\nneeds: [b]") + (
        "  - {case: d, concept: rule, inputs: {x: 1}, graph: y = -x, needs: [c, c/1]}\n"
        "  - {case: e, concept: rule, inputs: {x: 1}, graph: y = -x, needs: c/2}\n"
        "  - {case: b, concept: rule, inputs: {x: 1}, graph: y = -x}\n"
    )
    found = {each.id: each.needs for each in load(tmp_path, text).cases}
    assert found == {
        "c/1": ("b",),
        "c/2": ("b",),
        "d": ("c/1", "c/2"),
        "e": ("c/2",),
        "b": (),
    }


def test_a_ring_of_needs_is_told_once(tmp_path: Path) -> None:
    lines = [
        f"  - {{case: {id}, concept: rule, inputs: {{x: 1}}, graph: y = -x, needs: [{needs}]}}\n"
        for id, needs in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
    ]
    (found,) = faults(tmp_path, "title: T\ncases:\n" + "".join(lines))
    assert found.message == "these cases wait for each other: a -> b -> c -> a"
    assert (found.code, found.line, found.help) == ("YS403", 5, "leave one of these needs out")


def test_an_assignment_survives_the_codec(tmp_path: Path) -> None:
    graph = (
        "y = sum(x[0, 1:3] @ x, axis=(0, 1)) ** 2\ny.backward(create_graph=True)\ngx = x.grad\n"
        'raises(TypeError): Variable("a")\nwith no_grad():\n  w = reshape(y, (1, 1))\ndel w\n'
        "v = Variable([[1, 2], [3, None]])"
    )
    more = "expect: {x.grad: null, y.generation: 4}\nhint: [a, b]\naccept: [{as: k, x.grad: 1}]"
    text = with_case(graph, inputs="{x: {normal: [2, 3]}}", more=more)
    found = load(tmp_path, text)
    assert loads(Assignment, dumps(found)) == found
