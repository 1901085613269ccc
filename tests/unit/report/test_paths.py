"""Where a gradient comes from: what the table of paths says, on graphs whose answers are known by hand."""

import math
from itertools import pairwise

import pytest

from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import Apply, Backward, Constant, Input, Name, Program
from grader.domain.transcript import Missing
from grader.domain.verdict import Outcome, Verdict
from grader.records import replace
from grader.report.copies import summed
from grader.report.model import CaseReport
from grader.report.page_paths import paths_of, paths_part
from grader.report.paths import MAX_PATHS, origin
from grader.report.slopes import SLOPES
from tests.unit.report.samples import (
    ARRAYS,
    ARRAYS_ANSWER,
    SECOND_ORDER,
    completed,
    filmed,
    gradient,
    no_sum,
    node,
    value,
)


def case(*statements, **inputs):
    given = tuple(Input(name, Array.of(number)) for name, number in inputs.items())
    return Case("c", "", "rule", "...", Program(given, statements, (value("y"), gradient("x"))))


def reported(one, observed, expected, first="x"):
    verdict = Verdict("c", Outcome.FAILED, 0.0, 1.0, first_divergent=(first,))
    return CaseReport(one, verdict, observed, expected)


SHORTCUT = case(node("a", "square", "x"), node("y", "mul", "a", "x"), Backward("y"), x=3.0)


def shortcut(found):
    due = completed(x=3.0, a=9.0, y=27.0, x__grad=27.0, a__grad=3.0)
    return reported(SHORTCUT, completed(x=3.0, a=9.0, y=27.0, x__grad=found), due)


def test_each_path_has_its_factors_and_what_it_brings():
    found = origin(shortcut(9.0), "x")
    assert found.count == 2
    ways = [[(hop.function, hop.position, hop.operand) for hop in row.hops] for row in found.rows]
    assert ways == [[("mul", 0, "a"), ("square", 0, "x")], [("mul", 1, "x")]]
    assert [[hop.factor for hop in row.hops] for row in found.rows] == [[3.0, 6.0], [9.0]]
    assert [[hop.rule for hop in row.hops] for row in found.rows] == [["x", "2·x"], ["a"]]
    assert [row.brings for row in found.rows] == [18.0, 9.0]


def test_what_arrived_is_told_where_the_numbers_tell_it():
    part = paths_part(shortcut(9.0))
    assert [row.lost for row in part.rows] == [True, False]
    assert part.rows[0].stations == (("y", "mul ①"), ("a", "square"), ("x", ""))
    assert part.rows[0].factors == "(x = 3) × (2·x = 6)"
    assert (part.total, part.yours) == ("18 + 9 = 27", "9")
    assert part.remark == "Your 9 is this sum without no. 1."


def test_what_is_no_sum_of_paths_is_not_explained_by_them():
    part = paths_part(shortcut(10.0))
    assert [row.lost for row in part.rows] == [False, False]
    assert part.remark == ""


def test_equal_contributions_are_not_told_apart():
    part = paths_part(filmed().cases[1])
    assert part.title == "Where the gradient of a comes from"
    assert [row.lost for row in part.rows] == [False, False]
    assert (part.total, part.yours) == ("8 + 8 = 16", "8")
    assert part.remark == "Your 8 is what 1 of the 2 brings alone."


def test_a_gradient_that_is_missing_has_its_paths_too():
    part = paths_part(shortcut(Missing()))
    assert (part.total, part.yours) == ("18 + 9 = 27", "None")


def test_a_given_upstream_is_the_first_factor():
    one = case(node("y", "square", "x"), Backward("y", Constant(Array.of(10.0))), x=3.0)
    due = completed(x=3.0, y=9.0, x__grad=60.0, y__grad=10.0)
    part = paths_part(reported(one, completed(x=3.0, y=9.0, x__grad=6.0), due))
    assert part.rows[0].factors == "10 × (2·x = 6)"
    assert part.total == "60"


def test_too_many_paths_are_told_by_the_uses_of_the_variable():
    """Four doublings: 16 paths, and two uses of x."""
    names = ["x", "a", "b", "c", "y"]
    nodes = [node(target, "add", name, name) for name, target in pairwise(names)]
    values = {name: 3.0 * 2**n for n, name in enumerate(names)}
    grads = {f"{name}__grad": 16.0 / 2**n for n, name in enumerate(names)}
    due = completed(**values, **grads)
    wrong = completed(**values, x__grad=8.0)
    found = origin(reported(case(*nodes, Backward("y"), x=3.0), wrong, due), "x")
    assert found.count == 16 > MAX_PATHS
    assert found.uses
    assert [(row.seed, row.brings) for row in found.rows] == [(8.0, 8.0), (8.0, 8.0)]
    part = paths_part(reported(case(*nodes, Backward("y"), x=3.0), wrong, due))
    assert part.heading == "use"
    assert part.intro.startswith("16 paths lead from y back to x, too many to write out.")


def test_arrays_say_that_their_factors_are_not_written_out():
    found = origin(no_sum().cases[0], "w")
    assert found.rows == ()
    assert paths_of(found).intro.startswith("The values here are arrays")


def test_what_was_copied_and_not_added_up_is_said_with_its_sum():
    part = paths_part(no_sum().cases[0])
    assert part.intro == (
        "w has the shape () (one number). For y = mul(…), which has the shape (3,), numpy copied it: "
        "broadcasting. Each copy is one more use of w. Every use sends back a gradient, and they add "
        "up to 0."
    )
    assert part.remark == (
        "Your [1, 2, -3] (3,) holds one gradient per copy. Added up they are 0: only the sum is missing."
    )


@pytest.mark.parametrize(
    ("large", "small", "sums"),
    [
        ([1.0, -10.0, 0.5], 5.0, -8.5),
        ([[1.0, 2.0], [3.0, 4.0]], [7.0, 7.0], [4.0, 6.0]),
        ([[1.0, 2.0], [3.0, 4.0]], [[7.0], [7.0]], [[3.0], [7.0]]),
        ([[[1.0, 2.0]], [[3.0, 4.0]]], [[0.0, 0.0]], [[4.0, 6.0]]),
        ([1.0, 2.0, 3.0], [7.0, 7.0], None),
        (1.0, [7.0], None),
    ],
)
def test_copies_are_added_up_to_the_shape_of_what_was_copied(large, small, sums):
    found = summed(Array.of(large), Array.of(small))
    assert found == (None if sums is None else Array.of(sums))


@pytest.mark.parametrize("name", ["y", "nowhere"])
def test_the_output_and_what_is_not_there_have_no_paths(name):
    assert origin(shortcut(9.0), name) is None


def test_a_program_that_is_more_than_one_graph_is_left_alone():
    due = completed(x=2.0, y=8.0, x__grad=300.0)
    assert origin(reported(SECOND_ORDER, due, due), "x") is None


def test_a_wrong_value_comes_before_any_gradient():
    due = completed(x=3.0, a=9.0, y=27.0, x__grad=27.0, a__grad=3.0)
    wrong = completed(x=3.0, a=6.0, y=18.0, x__grad=9.0)
    assert paths_part(reported(SHORTCUT, wrong, due, first="a")) is None


def test_rows_that_do_not_lead_to_the_expected_gradient_are_not_shown():
    due = completed(x=3.0, a=9.0, y=27.0, x__grad=5.0)
    found = origin(reported(SHORTCUT, completed(x=3.0, a=9.0, y=27.0, x__grad=1.0), due), "x")
    assert found.rows == ()


FUNCTIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": lambda a, b: a**b,
    "square": lambda a: a * a,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "relu": lambda a: max(a, 0.0),
    "abs": abs,
    "maximum": max,
}


@pytest.mark.parametrize("function", SLOPES)
def test_slopes_are_those_of_the_functions(function):
    compute = FUNCTIONS.get(function, lambda a: a)
    given = (0.7, 1.9)[: len(SLOPES[function])]
    for position, (rule, slope) in enumerate(SLOPES[function]):
        moved = [
            compute(*(value + step * (n == position) for n, value in enumerate(given)))
            for step in (1e-6, -1e-6)
        ]
        assert slope(*given) == pytest.approx((moved[0] - moved[1]) / 2e-6, abs=1e-6)
        assert rule.format(*"ab")


def test_a_vector_is_no_scalar():
    report = CaseReport(
        ARRAYS, Verdict("arrays", Outcome.FAILED, 0.0, 1.0), ARRAYS_ANSWER, ARRAYS_ANSWER
    )
    assert origin(report, "x").rows == ()
    assert origin(replace(report, expected=completed()), "x") is None


def test_a_constant_is_no_path():
    one = Case(
        "c",
        "",
        "rule",
        "y = x * 2",
        Program(
            (Input("x", Array.of(3.0)),),
            (Apply(("y",), "mul", (Name("x"), Constant(Array.of(2.0)))), Backward("y")),
            (gradient("x"),),
        ),
    )
    due = completed(x=3.0, y=6.0, x__grad=2.0)
    (row,) = origin(reported(one, due, due), "x").rows
    assert [(hop.rule, hop.factor) for hop in row.hops] == [("2", 2.0)]
