"""What the camera sees, whatever style a submission is written in; and that it costs no right number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from grader.authoring import load_assignment
from grader.domain.array import Array
from grader.domain.assignment import Assignment
from grader.domain.film import Film, Step
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Missing, Observation, Transcript
from grader.guest.camera import MAX_STEPS, MAX_WRITES
from grader.sandbox import Guest

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
CORPUS = Path(__file__).parents[2] / "submissions"


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as guest:
        yield guest


class Studio:
    """Films a case of an assignment on a submission, and performs it once without."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest

    def __call__(
        self, source: str | Path, case: str, assignment: str = "backprop"
    ) -> tuple[Film, Transcript, Transcript]:
        asked = _loaded(assignment)
        program = asked.case(case).program
        done = self.guest.perform(
            _submission(source),
            [(program, 2.0), (program, 2.0)],
            dialect=asked.dialect,
            requires=asked.requires,
            filmed=1,
        )
        assert not done.loading.error
        assert len(done.films) == 1
        film = done.films[0]
        assert film is not None
        return film, *done.transcripts


@pytest.fixture(scope="module")
def studio(guest: Guest) -> Studio:
    return Studio(guest)


@cache
def _loaded(assignment: str) -> Assignment:
    return load_assignment(ASSIGNMENTS / assignment)


def _submission(source: str | Path) -> Submission:
    if isinstance(source, str):
        return Submission("a", "file", (SourceFile("a.py", dedent(source).encode()),))
    files = sorted(path for path in source.rglob("*") if path.is_file())
    return Submission(
        source.name,
        "folder",
        tuple(SourceFile(str(path.relative_to(source)), path.read_bytes()) for path in files),
    )


def _number(found: Observation) -> float | None:
    if isinstance(found, Missing):
        return None
    assert isinstance(found, Array)
    return found.values[0]


def _writes(film: Film, variable: str) -> list[tuple[float | None, float | None]]:
    return [
        (_number(write.before), _number(write.after))
        for step in film.steps
        for write in step.writes
        if write.variable == variable
    ]


def _asked(film: Film) -> list[tuple[str, tuple[str, ...]]]:
    return [(step.function, step.targets) for step in film.steps if step.function]


def _step(film: Film, target: str) -> Step:
    return next(step for step in film.steps if step.function and target in step.targets)


RIGHT = {
    "right_single_file": "backprop",
    "right_package": "backprop",
    "right_closures": "backprop",
    "right_methods": "backprop",
    "right_keyed_gradients": "backprop",
    "right_slots_and_heap": "backprop",
    "right_gradients_are_variables": "backprop",
    "right_notebook": "backprop",
    "right_class_takes_a_list": "backprop",
    "learner_export": "backprop",
    "value_right": "micrograd",
    "value_notebook": "micrograd",
}


@pytest.mark.parametrize(("name", "assignment"), RIGHT.items())
def test_every_style_is_seen(name: str, assignment: str, studio: Studio) -> None:
    """Who was asked, with what, and that both shares of `a` were written: in any style alike."""
    case = "diamond" if assignment == "backprop" else "shortcut"
    film, filmed, plain = studio(CORPUS / name / "submission", case, assignment)
    assert filmed == plain
    assert film.unseen == ()
    asked = _asked(film)
    assert len(asked) == len(set(asked)) == (4 if case == "diamond" else 3)
    assert asked[0][1] == ("y",)
    assert asked[-1] == (("square" if case == "diamond" else "mul"), ("a",))
    total = 16.0 if case == "diamond" else 9.0
    assert _number(_step(film, "a").upstream[0]) == pytest.approx(total)
    assert _writes(film, "a")[-1][0] in (None, total) or _writes(film, "a")[-1][1] == total
    assert all(write.place for step in film.steps for write in step.writes)


OVERWRITING = """
import numpy as np

class Variable:
    def __init__(self, data):
        self.data, self.grad, self.creator = data, None, None
    def backward(self):
        self.grad = np.ones_like(self.data)
        waiting = [self.creator]
        while waiting:
            f = waiting.pop(0)
            for x, gx in zip(f.inputs, f.backward(f.output.grad)):
                x.grad = gx
                if x.creator is not None and x.creator not in waiting:
                    waiting.append(x.creator)

class Function:
    def __call__(self, *inputs):
        self.inputs = inputs
        self.output = Variable(self.forward(*(x.data for x in inputs)))
        self.output.creator = self
        return self.output

class Add(Function):
    def forward(self, a, b):
        return a + b
    def backward(self, gy):
        return gy, gy

class Square(Function):
    def forward(self, x):
        return x ** 2
    def backward(self, gy):
        gx = 2 * self.inputs[0].data * gy
        return (gx,)

def add(a, b):
    return Add()(a, b)

def square(x):
    return Square()(x)
"""
LINE_OF_THE_WRITE = 13


def test_a_number_overwritten_with_itself_is_seen(studio: Studio) -> None:
    film, _, _ = studio(OVERWRITING, "diamond")
    assert _writes(film, "a") == [(None, 8.0), (8.0, 8.0)]
    second = film.steps[3].writes[0]
    assert second.place is not None
    assert (second.place.line, second.place.text) == (LINE_OF_THE_WRITE, "x.grad = gx")


def test_the_very_same_object_written_twice_is_seen(studio: Studio) -> None:
    film, _, _ = studio(OVERWRITING, "x-plus-x")
    assert _writes(film, "x") == [(None, 1.0), (1.0, 1.0)]


def test_a_rule_is_known_by_its_line_and_not_by_a_bare_return(studio: Studio) -> None:
    film, _, _ = studio(OVERWRITING, "square-alone")
    step = _step(film, "y")
    assert step.place is not None
    assert step.place.text == "gx = 2 * self.inputs[0].data * gy"
    assert [_number(one) for one in (*step.upstream, *step.downstream)] == [1.0, 6.0]


@pytest.mark.parametrize(
    "change",
    [
        "x.grad += gx",
        "np.add(x.grad, gx, out=x.grad)",
        "x.grad[...] = x.grad + gx",
        "x.__dict__['grad'] = x.grad + gx",
        "object.__setattr__(x, 'grad', x.grad + gx)",
        "vars(x).update(grad=x.grad + gx)",
        "setattr(x, 'grad', x.grad + gx)",
    ],
)
def test_whatever_way_a_gradient_changes_the_line_is_seen(change: str, studio: Studio) -> None:
    source = OVERWRITING.replace(
        "                x.grad = gx\n",
        "                if x.grad is None: x.grad = np.array(gx)\n"
        f"                else:\n                    {change}\n",
    )
    film, filmed, plain = studio(source, "x-plus-x")
    assert filmed == plain
    assert _writes(film, "x") == [(None, 1.0), (1.0, 2.0)]
    last = film.steps[-1].writes[-1]
    assert last.place is not None
    assert last.place.text == change
    assert last.in_place is (change[:7] in ("x.grad ", "np.add(", "x.grad["))


def test_a_shared_array_shows_in_every_variable_that_shares_it(studio: Studio) -> None:
    source = CORPUS / "inplace_alias_book" / "submission"
    film, _, _ = studio(source, "x-thrice")
    changed = [write.variable for write in film.steps[-1].writes]
    assert changed == ["x", "y1", "y", "x", "y1", "y"]
    assert all(write.in_place for write in film.steps[-1].writes)


def test_gradients_in_a_dictionary_are_handed_out_in_a_step_of_their_own(studio: Studio) -> None:
    film, _, _ = studio(CORPUS / "right_keyed_gradients" / "submission", "diamond")
    last = film.steps[-1]
    assert (last.function, last.targets) == ("", ())
    assert {write.variable for write in last.writes} == {"x", "a", "y", "y1", "y2"}
    assert [_number(write.after) for write in _step(film, "y1").writes] == [16.0]


def test_recursion_keeps_every_write_with_the_function_that_caused_it(studio: Studio) -> None:
    film, _, _ = studio(CORPUS / "recursive_paths" / "submission", "diamond")
    assert [step.targets for step in film.steps if step.function] == [
        ("y",),
        ("y1",),
        ("a",),
        ("y2",),
        ("a",),
    ]
    assert [write.variable for write in film.steps[1].writes] == ["y1", "y2"]


def test_functions_that_the_submission_uses_by_itself_have_no_target(studio: Studio) -> None:
    film, _, _ = studio(CORPUS / "value_right" / "submission", "quotient", "micrograd")
    assert _asked(film) == [("div", ("y",)), ("pow", ())]


def test_slopes_without_functions_are_said_to_be_unseen(studio: Studio) -> None:
    film, _, _ = studio(CORPUS / "value_on_a_tape" / "submission", "shortcut", "micrograd")
    assert film.unseen == ("film.unseen.functions",)
    assert _writes(film, "x") == [(0.0, 36.0)]


def test_each_backward_begins_with_its_seed(studio: Studio) -> None:
    film, _, _ = studio(OVERWRITING, "backward-twice")
    seeds = [step.targets for step in film.steps if not step.function]
    assert seeds == [("y",), ("y",)]


def test_a_notebook_is_quoted_by_cell_and_line(studio: Studio) -> None:
    film, _, _ = studio(CORPUS / "overwrite_learner_draft" / "submission", "diamond")
    place = film.steps[-1].writes[0].place
    assert place is not None
    assert (place.cell, place.line, place.text) == ("In [13]", 63, "x.grad = gx")


# What wants to disturb the recording.


def test_a_class_that_refuses_every_write_is_recorded_until_it_raises(studio: Studio) -> None:
    source = OVERWRITING + dedent(
        """
        def refuse(self, name, value):
            if name == "grad" and value is not None and value.item() == 8.0:
                raise AttributeError("no eights")
            object.__setattr__(self, name, value)
        Variable.__setattr__ = refuse
        """
    )
    film, filmed, plain = studio(source, "diamond")
    assert filmed.ending == plain.ending
    assert _writes(film, "y1") == [(None, 1.0)]
    assert _writes(film, "a") == []


def test_the_own_setattr_of_a_class_goes_on_working(studio: Studio) -> None:
    source = OVERWRITING + dedent(
        """
        def doubled(self, name, value):
            object.__setattr__(self, name, value * 2 if name == "grad" and value is not None else value)
        Variable.__setattr__ = doubled
        """
    )
    film, filmed, plain = studio(source, "square-alone")
    assert filmed == plain
    assert _writes(film, "x") == [(None, 24.0)]


def test_endless_gradients_are_cut_and_said_to_be(studio: Studio) -> None:
    source = OVERWRITING.replace(
        "                x.grad = gx\n",
        "                for _ in range(5000):\n                    x.grad = gx * (_ + 1)\n",
    )
    film, filmed, plain = studio(source, "square-alone")
    assert filmed == plain
    assert "film.unseen.cut" in film.unseen
    assert sum(len(step.writes) for step in film.steps) == MAX_WRITES


def test_a_walk_without_end_is_broken_off_and_its_first_steps_are_kept(studio: Studio) -> None:
    source = OVERWRITING.replace("f = waiting.pop(0)", "f = waiting[0]")
    film, filmed, plain = studio(source, "diamond")
    assert filmed.ending != plain.ending
    assert len(film.steps) == MAX_STEPS
    assert "film.unseen.cut" in film.unseen


def test_a_huge_gradient_is_named_and_not_carried(studio: Studio) -> None:
    source = OVERWRITING.replace("x.grad = gx\n", "x.grad = np.zeros(100_000)\n")
    film, _, _ = studio(source, "square-alone")
    assert str(film.steps[1].writes[0].after) == (
        "NotANumber(type='array', text='of shape (100000,)')"
    )


def test_a_property_that_raises_hides_its_gradient_and_nothing_else(studio: Studio) -> None:
    source = OVERWRITING + dedent(
        """
        calls = []
        def read(self):
            calls.append(1)
            if len(calls) > 3:
                raise RuntimeError("no more")
            return self.__dict__.get("kept")
        def keep(self, value):
            self.__dict__["kept"] = value
        Variable.grad = property(read, keep)
        """
    )
    film, _, _ = studio(source, "square-alone")
    assert film.steps[0].targets == ("y",)


def test_a_submission_that_traces_itself_is_left_alone(studio: Studio) -> None:
    source = OVERWRITING.replace(
        "        waiting = [self.creator]\n",
        "        import sys; sys.settrace(lambda *_: None)\n        waiting = [self.creator]\n",
    )
    film, filmed, plain = studio(source, "diamond")
    assert filmed == plain
    assert "film.unseen.traced" in film.unseen


def test_recording_leaves_the_class_as_it_was(studio: Studio) -> None:
    source = OVERWRITING + dedent(
        """
        first = Variable.__setattr__
        _square = square
        def square(x):
            if Variable.__setattr__ is not first:
                raise RuntimeError("the hook is still there")
            return _square(x)
        """
    )
    _, filmed, plain = studio(source, "two-graphs")
    assert filmed == plain
