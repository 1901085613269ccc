"""What the drawing says of each variable."""

from dataclasses import replace

from grader.domain.transcript import Crashed, Missing, Transcript
from grader.report.drawing import Kind, draw
from grader.report.states import State, conditions
from grader.report.svg import svg
from tests.unit.report.samples import (
    DIAMOND,
    DIAMOND_ANSWER,
    SAMPLES,
    completed,
    every_state,
    hostile,
    long_programs,
    overwritten,
    readings,
    report,
    reveals,
    right,
)


def states(case):
    return {one.name: one.state for one in conditions(case)}


def drawn(case):
    return draw(case, conditions(case))


def test_everything_is_right_where_it_is():
    for case in right().cases:
        assert set(states(case).values()) == {State.RIGHT}


def test_the_first_wrong_variable_and_what_follows_from_it():
    found = states(overwritten().cases[1])
    assert found == {
        "x": State.LATER,
        "a": State.FIRST,
        "b": State.RIGHT,
        "c": State.RIGHT,
        "y": State.RIGHT,
    }
    a = next(one for one in conditions(overwritten().cases[1]) if one.name == "a")
    assert a.word == "first wrong"
    assert a.expected_gradient is not None


def test_inner_gradients_may_be_dropped_by_convention():
    dropped = completed(
        x=2.0, a=4.0, b=16.0, c=16.0, y=32.0,
        x__grad=64.0, a__grad=Missing(), b__grad=Missing(), c__grad=Missing(), y__grad=Missing(),
    )  # fmt: skip
    case = report((DIAMOND, dropped, DIAMOND_ANSWER)).cases[0]
    assert set(states(case).values()) == {State.RIGHT}
    assert [one.name for one in conditions(case) if one.dropped] == ["a", "b", "c", "y"]


def test_a_gradient_that_nobody_knows_is_not_called_right():
    unknown = completed(
        x=2.0, a=4.0, b=16.0, c=16.0, y=32.0, x__grad=64.0, a__grad=Missing(), y__grad=Missing()
    )
    wrong = replace(overwritten().cases[1], expected=unknown)
    wrong = replace(wrong, verdict=replace(wrong.verdict, first_divergent=("x",)), divergence=None)
    assert states(wrong)["a"] is State.NOT_COMPARED


def test_each_kind_of_wrong_gradient_has_its_word():
    words = [conditions(case)[0].word for case in every_state().cases[1:5]]
    assert words == [
        "first wrong, missing",
        "first wrong, not finite",
        "first wrong, wrong shape",
        "first wrong, wrong type",
    ]


def test_after_a_crash_nothing_is_called_right():
    crash = Transcript(Crashed("TypeError", "no", 1), *readings(x=2.0, a=4.0))
    case = report((DIAMOND, crash, DIAMOND_ANSWER)).cases[0]
    assert set(states(case).values()) == {State.UNKNOWN}
    stopped = [shape for shape in drawn(case).shapes if shape.kind is Kind.PILL and shape.word]
    assert [shape.word for shape in stopped] == ["stopped here"]


def test_what_may_not_be_shown_is_not_drawn():
    from grader.report.projection import for_student

    actual = for_student(reveals()).cases[1]
    assert all(one.expected_gradient is None for one in conditions(actual))


def test_a_gradient_taken_as_a_variable_is_linked_with_dots_and_stands_below():
    drawing = drawn(long_programs().cases[0])
    rows = {
        shape.name: node.row
        for shape, node in zip(drawing.shapes, drawing.layout.nodes, strict=True)
    }
    assert rows["gx"] > rows["y"] > rows["x"]
    assert len(drawing.dotted) == 2
    assert drawing.generations == ()


def test_every_statement_is_drawn_but_what_is_refused():
    drawing = drawn(long_programs().cases[1])
    names = [shape.name for shape in drawing.shapes]
    assert "u" not in names
    assert {"x", "0.5", "mul", "mean", "d", "split", "left", "right", "[0, 1:2]"} <= set(names)
    assert [shape.name for shape in drawing.shapes if shape.off] == ["mul"]
    assert any(line.text == "deleted" for shape in drawing.shapes for line in shape.lines)


def test_a_name_that_is_given_again_moves_on_to_a_new_card():
    from tests.unit.report.samples import node

    program = replace(DIAMOND.program, statements=(node("x", "square", "x"),))
    case = report((replace(DIAMOND, program=program), DIAMOND_ANSWER, DIAMOND_ANSWER)).cases[0]
    assert [shape.name for shape in drawn(case).shapes] == ["x", "square", "x"]


def test_rows_of_plain_graphs_are_numbered_as_generations():
    assert drawn(right().cases[1]).generations == (0, 2, 4, 6)


def test_a_repeated_input_is_two_arrows():
    from tests.unit.report.samples import node

    program = replace(DIAMOND.program, statements=(node("y", "add", "x", "x"),))
    case = report((replace(DIAMOND, program=program), DIAMOND_ANSWER, DIAMOND_ANSWER)).cases[0]
    assert svg(drawn(case), "g", "title").count("<path") == 3


def test_pictures_hold_classes_and_neither_colours_nor_styles():
    for sample in SAMPLES.values():
        for case in sample().cases:
            if case.observed.primals:
                picture = svg(drawn(case), "g", "<title>")
                assert "style" not in picture
                assert "#" not in picture
                assert "&lt;title&gt;" in picture


def test_hostile_names_are_escaped_in_the_picture():
    case = hostile().cases[0]
    nasty = "</script><img onerror=x>"
    program = replace(case.case.program, inputs=(replace(case.case.program.inputs[0], name=nasty),))
    program = replace(program, statements=())
    named = replace(case, case=replace(case.case, program=program, graph=nasty))
    assert "<img" not in svg(drawn(named), "g", nasty)
