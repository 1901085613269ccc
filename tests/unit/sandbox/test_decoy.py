"""Numerical differentiation is noticed without any tolerance, flagged, and never costs a point."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import grader
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
