"""What needs no escape: numerical differentiation, answers looked up, others' engines. Flagged, never punished."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import grader
from grader.answers import Store, answers_for
from grader.domain.program import Aspect, Quantity
from grader.domain.twin import UPSTREAM, original, twins
from grader.records import replace
from grader.report.projection import for_student
from grader.report.results import to_json
from grader.sandbox import Guest
from grader.shipped import assignments_folder, reference_file
from tests.attacks.attack import ENGINE

# Walks the graph forward again and again; never asks a function for its backward.
NUMERICAL = """
import numpy as np

class Variable:
    def __init__(self, data):
        self.data, self.grad, self.creator = np.asarray(data), None, None
    def leaves(self):
        if self.creator is None:
            return [self]
        return [leaf for x in self.creator.inputs for leaf in x.leaves()]
    def again(self, moved, data):
        if self is moved:
            return data
        if self.creator is None:
            return self.data
        return self.creator.forward(*(x.again(moved, data) for x in self.creator.inputs))
    def backward(self):
        for leaf in {id(leaf): leaf for leaf in self.leaves()}.values():
            leaf.grad = GRADIENT

class Function:
    def __call__(self, *inputs):
        self.inputs = inputs
        y = Variable(self.forward(*(x.data for x in inputs)))
        y.creator = self
        return y

class Square(Function):
    def forward(self, x):
        return x ** 2
    def backward(self, gy):
        return 2 * self.inputs[0].data * gy

class Add(Function):
    def forward(self, a, b):
        return a + b
    def backward(self, gy):
        return gy, gy

def square(x):
    return Square()(x)

def add(a, b):
    return Add()(a, b)
"""

CHEATS = {
    "complex step": "self.again(leaf, leaf.data + 1e-30j).imag / 1e-30",
    "central differences": "(self.again(leaf, leaf.data + 1e-6) - self.again(leaf, leaf.data - 1e-6)) / 2e-6",
}

CASES = ("square-alone", "add-alone", "chain-two")


def _graded(source: str, guest: Guest, folder: Path) -> grader.Report:
    file = folder / "autodiff.py"
    file.write_text(source)
    return grader.grade(file, assignments_folder() / "backprop", cases=CASES, guest=guest)


@pytest.mark.parametrize("cheat", CHEATS)
def test_numerical_differentiation_is_flagged(cheat: str, guest: Guest, tmp_path: Path) -> None:
    report = _graded(NUMERICAL.replace("GRADIENT", CHEATS[cheat]), guest, tmp_path)
    assert [flag.kind for flag in report.flags] == ["numerical differentiation"]
    assert "backward" in report.flags[0].reason


def test_a_flag_costs_no_point_and_is_not_shown_to_students(guest: Guest, tmp_path: Path) -> None:
    report = _graded(NUMERICAL.replace("GRADIENT", CHEATS["complex step"]), guest, tmp_path)
    assert report.score == report.max_score
    assert json.loads(to_json(report))["flags"]
    assert json.loads(to_json(for_student(report)))["flags"] == []


@pytest.mark.parametrize(
    "change",
    [
        ("", ""),
        ("2 * self.inputs[0].data * gy", "self.inputs[0].data * gy"),
        ("self.grad = np.ones_like(self.data)", "self.grad = 2 * np.ones_like(self.data)"),
        ("x.grad = gx if x.grad is None else x.grad + gx", "x.grad = gx"),
        ("class Function:", "class Fun:"),
    ],
)
def test_honest_engines_are_not_flagged_not_even_wrong_ones(
    change: tuple[str, str], guest: Guest, tmp_path: Path
) -> None:
    source = ENGINE.replace(*change)
    if change[1] == "class Fun:":
        source = source.replace("(Function)", "(Fun)")
    assert _graded(source, guest, tmp_path).flags == ()


def test_the_reference_is_not_flagged(guest: Guest) -> None:
    report = grader.grade(
        reference_file(), assignments_folder() / "backprop", cases=CASES, guest=guest
    )
    assert report.flags == ()


KEYED = """
import numpy as np

class Variable:
    def __init__(self, data):
        self.data, self.grad, self.how = np.asarray(data), None, None
    def leaves(self):
        return [self] if self.how is None else [leaf for x in self.how[1] for leaf in x.leaves()]
    def text(self):
        return "x" if self.how is None else f"{self.how[0]}({','.join(x.text() for x in self.how[1])})"
    def backward(self):
        leaves = self.leaves()
        key = (self.text(), *(leaf.data.tobytes() for leaf in leaves))
        for leaf, found in zip(leaves, TABLE.get(key, [0.0] * len(leaves))):
            leaf.grad = np.asarray(found)

def made(name, value, *inputs):
    y = Variable(value)
    y.how = (name, inputs)
    return y

def square(x):
    return made("square", x.data ** 2, x)

def add(a, b):
    return made("add", a.data + b.data, a, b)

TABLE = ANSWERS
"""


def _table(ids: tuple[str, ...], guest: Guest) -> str:
    """Right gradients by graph and inputs, as somebody might write them down who has seen the cases."""
    assignment = grader.load_assignment(assignments_folder() / "backprop")
    asked = replace(assignment, cases=tuple(assignment.case(id) for id in ids))
    right = answers_for(asked, guest, Store(None))
    entries = []
    for case in asked.cases:
        texts, leaves = {given.name: "x" for given in case.program.inputs}, {}
        leaves = {given.name: [given.name] for given in case.program.inputs}
        for node in case.program.applications():
            (target,), names = node.targets, [operand.name for operand in node.operands]
            texts[target] = f"{node.function}({','.join(texts[name] for name in names)})"
            leaves[target] = [leaf for name in names for leaf in leaves[name]]
        values = {given.name: given.value for given in case.program.inputs}
        key = (texts[target], *(values[leaf].data for leaf in leaves[target]))
        gradients = [
            right[case.id].reading(Quantity(Aspect.GRADIENT, leaf)).nested()
            for leaf in leaves[target]
        ]
        entries.append(f"{key!r}: {gradients!r}")
    return "{" + ", ".join(entries) + "}"


def test_answers_that_are_looked_up_are_flagged(guest: Guest, tmp_path: Path) -> None:
    source = KEYED.replace("ANSWERS", _table(CASES, guest))
    report = _graded(source, guest, tmp_path)
    assert report.score == report.max_score
    assert [flag.kind for flag in report.flags] == ["answers keyed by inputs"]
    assert all(id in report.flags[0].reason for id in CASES)


def test_twins_are_told_to_nobody(guest: Guest, tmp_path: Path) -> None:
    report = _graded(KEYED.replace("ANSWERS", _table(CASES, guest)), guest, tmp_path)
    assert "~" not in to_json(for_student(report))
    assert {one.case.id for one in report.cases} == set(CASES)


def test_twins_follow_the_seed_and_keep_signs() -> None:
    backprop = assignments_folder() / "backprop"
    first, again, other = (grader.load_assignment(backprop, seed) for seed in (1, 1, 2))
    assert twins(first) == twins(again)
    assert [one.program for one in twins(first)] != [one.program for one in twins(other)]
    assert 4 <= len(twins(first)) <= 6
    assert twins(first) is twins(first)
    for twin in twins(first):
        case = first.case(original(twin))
        for old, new in zip(case.program.inputs, twin.program.inputs, strict=True):
            assert old.value.shape == new.value.shape
            for a, b in zip(old.value.values, new.value.values, strict=True):
                assert a != b
                assert a * b > 0 or a == 0


def test_some_twins_scale_the_upstream_gradient_and_every_gradient_with_it(guest: Guest) -> None:
    assignment = grader.load_assignment(assignments_folder() / "backprop")
    cases = {twin.id: assignment.case(original(twin)) for twin in twins(assignment)}
    scaled = [
        twin
        for twin in twins(assignment)
        if twin.program.statements != cases[twin.id].program.statements
    ]
    assert len(scaled) == 2
    plain = [
        replace(twin, program=replace(twin.program, statements=cases[twin.id].program.statements))
        for twin in scaled
    ]
    answers = answers_for(assignment, guest, Store(None))
    unscaled = answers_for(replace(assignment, cases=tuple(plain)), guest, Store(None))
    for twin in scaled:
        for given in twin.program.inputs:
            gradient = Quantity(Aspect.GRADIENT, given.name)
            one, other = (each[twin.id].reading(gradient) for each in (unscaled, answers))
            assert other.values[0] == pytest.approx(UPSTREAM.value.values[0] * one.values[0])


def test_a_new_dialect_has_twins_too() -> None:
    assignment = grader.load_assignment(assignments_folder() / "backprop")
    made = twins(replace(assignment, dialect="one that joins later"))
    assert [one.id for one in made] == [one.id for one in twins(assignment)]
    for twin in made:
        assert twin.program.statements == assignment.case(original(twin)).program.statements


def test_an_engine_that_ignores_the_upstream_gradient_is_wrong_and_not_suspicious(
    guest: Guest, tmp_path: Path
) -> None:
    file = tmp_path / "autodiff.py"
    file.write_text(
        ENGINE.replace("        if self.grad is None:\n            self", "        self", 1)
    )
    report = grader.grade(file, assignments_folder() / "backprop", guest=guest)
    assert report.score < report.max_score
    assert report.flags == ()


def test_some_twins_exchange_the_numbers_of_two_inputs() -> None:
    assignment = grader.load_assignment(assignments_folder() / "micrograd")
    product = next(twin for twin in twins(assignment) if original(twin) == "sum")
    old = [given.value.values[0] for given in assignment.case("sum").program.inputs]
    a, b = (given.value.values[0] for given in product.program.inputs)
    assert abs(a - old[1]) < 0.45 * abs(old[1])
    assert abs(b - old[0]) < 0.45 * abs(old[0])


AGAIN = (
    ENGINE.replace("    def backward(self):", "    def backward(self):\n        again(self)", 1)
    + """
def again(y):
    if y.creator is not None:
        y.creator.forward(*(x.data for x in y.creator.inputs))
        for x in y.creator.inputs:
            again(x)
"""
)


def test_a_forward_that_runs_again_is_told_apart_from_numerical_differentiation(
    guest: Guest, tmp_path: Path
) -> None:
    report = _graded(AGAIN, guest, tmp_path)
    assert [flag.kind for flag in report.flags] == ["forward run again"]
    assert "2 times" in report.flags[0].reason


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("import torch", ["another engine is imported"]),
        ("    from jax import grad", ["another engine is imported"]),
        ("import autograd.numpy as anp", ["another engine is imported"]),
        ("import numpy as torch", []),
        ("# import torch", []),
        ("import torchlight", []),
        ("import my_torch", []),
    ],
)
def test_engines_of_others_are_named(
    line: str, named: list[str], guest: Guest, tmp_path: Path
) -> None:
    report = _graded(
        f"{ENGINE}\ntry:\n    pass\n{line}\n"
        if line[0] != " "
        else f"{ENGINE}\ntry:\n{line}\nexcept ImportError:\n    pass\n",
        guest,
        tmp_path,
    )
    assert [flag.kind for flag in report.flags] == named
    assert report.score == report.max_score


def test_a_file_of_ones_own_is_no_engine_of_others(guest: Guest, tmp_path: Path) -> None:
    (tmp_path / "autograd.py").write_text(ENGINE)
    (tmp_path / "main.py").write_text("from autograd import *\n")
    report = grader.grade(tmp_path, assignments_folder() / "backprop", cases=CASES, guest=guest)
    assert report.flags == ()
