"""The flag stands where the walk located the fault, in the picture and in words."""

import pytest

from grader.domain.divergence import Deed, Seam
from grader.domain.film import Film
from grader.domain.transcript import Crashed
from grader.domain.verdict import Outcome
from grader.records import replace
from grader.report.drawing import draw
from grader.report.flag import flag
from grader.report.model import Report
from grader.report.page import page
from grader.report.sharing import sharers
from grader.report.states import State, conditions
from tests.unit.report.samples import filmed, step


def with_divergence(deed: Deed, **changes: object) -> Report:
    """The filmed diamond, where something else has happened."""
    known = filmed()
    diamond = known.cases[1]
    assert diamond.divergence
    divergence = replace(diamond.divergence, deed=deed, seam=Seam.ORDER, target="a", **changes)
    verdict = replace(diamond.verdict, first_divergent=("x",))
    changed = replace(diamond, divergence=divergence, verdict=verdict)
    return replace(known, cases=(known.cases[0], changed, known.cases[2]), diagnoses=())


@pytest.mark.parametrize("deed", [Deed.TOO_EARLY, Deed.TOO_OFTEN, Deed.NEVER_ASKED])
def test_a_function_asked_at_the_wrong_time_is_flagged_itself(deed):
    report = with_divergence(deed)
    diamond = report.cases[1]
    assert flag(diamond).names == ("a",)
    told = conditions(diamond)
    assert State.FIRST not in [one.state for one in told]
    assert next(one.state for one in told if one.name == "x") is State.LATER
    shape = next(s for s in draw(diamond, told).shapes if s.mark == "f-a")
    assert (shape.state, shape.word) == (State.FIRST, deed.value)
    part = next(one for one in page(report).strip if one.id == "diamond")
    assert part.first == (
        "First wrong, walking backward from the output: the backward of square (for a). "
        "Wrong only because of it: x."
    )


def test_the_function_at_which_the_walk_crashed_is_flagged_though_nothing_is_compared():
    report = with_divergence(Deed.CRASHED)
    diamond = report.cases[1]
    ending = Crashed("AttributeError", "no such thing", -1)
    crashed = replace(
        diamond,
        verdict=replace(diamond.verdict, outcome=Outcome.CRASHED, first_divergent=(), findings=()),
        observed=replace(diamond.observed, ending=ending),
    )
    told = conditions(crashed)
    assert {one.state for one in told} == {State.UNKNOWN}
    shape = next(s for s in draw(crashed, told).shapes if s.mark == "f-a")
    assert (shape.state, shape.word) == (State.FIRST, "stopped here")


def test_where_no_function_was_asked_a_crash_has_no_flag():
    diamond = with_divergence(Deed.CRASHED, function="").cases[1]
    assert flag(replace(diamond, verdict=replace(diamond.verdict, first_divergent=()))).names == ()


def test_an_inner_gradient_that_was_not_kept_is_flagged_where_it_went_wrong():
    diamond = with_divergence(Deed.WRONG_SHARE).cases[1]
    assert flag(diamond).variables == ("a",)
    told = {one.name: one.state for one in conditions(diamond)}
    assert (told["a"], told["x"]) == (State.FIRST, State.LATER)


def test_without_a_closer_look_the_first_wrong_gradient_is_flagged():
    diamond = replace(with_divergence(Deed.WRONG_SHARE).cases[1], divergence=None)
    assert flag(diamond).variables == ("x",)


def shared() -> Report:
    """One array in the gradients of b and x, changed in place by a single line."""
    report = with_divergence(Deed.SHARED, variable="x", waits_for=())
    diamond = report.cases[1]
    film = Film(
        (
            step("", "", 1.0, ("y", None, 1.0)),
            step("add", "y", 1.0, ("b", None, 1.0), ("x", None, 1.0)),
            step("square", "a", 1.0, ("x.", 1.0, 2.0), ("b.", 1.0, 2.0), ("c.", 1.0, 5.0)),
        ),
        agrees=True,
    )
    diamond = replace(diamond, film=film)
    return replace(report, cases=(report.cases[0], diamond, report.cases[2]))


def test_gradients_that_are_one_array_are_drawn_as_one():
    report = shared()
    diamond = report.cases[1]
    assert sharers(diamond) == ("x", "b"), "c changed too, to something else"
    drawing = draw(diamond, conditions(diamond))
    noted = [s.name for s in drawing.shapes if any(x.text == "one array: x, b" for x in s.lines)]
    assert noted == ["x", "b"]
    assert drawing.labels == (), "what arrived was right: the array was changed later"
    part = next(one for one in page(report).strip if one.id == "diamond")
    assert "The gradients of x, b are one and the same array" in part.first


def test_an_array_of_one_gradient_alone_is_not_called_shared():
    diamond = with_divergence(Deed.SHARED).cases[1]
    assert sharers(diamond) == ()
    assert sharers(replace(diamond, film=None)) == ()
