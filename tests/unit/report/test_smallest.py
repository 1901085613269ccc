"""The smallest graph that shows a mistake, on the page."""

from grader.domain.transcript import Missing
from grader.records import replace
from grader.report import html
from grader.report.page_smallest import smallest_part
from tests.unit.report.samples import SMALLEST, completed, filmed, unexplained


def test_it_has_its_graph_its_inputs_what_is_wrong_and_a_picture():
    part = smallest_part(SMALLEST, "smallest")
    assert (part.graph, part.inputs) == ("y = add(x, x)", "x = 3")
    assert part.message == "Gradient of x: yours 1, expected 2 (half of it)."
    assert [(row.name, row.tone) for row in part.figure.rows] == [("x", "first"), ("y", "right")]
    assert smallest_part(None, "smallest") is None


def test_every_way_of_being_wrong_has_its_sentence():
    def told(**observed):
        return smallest_part(replace(SMALLEST, observed=completed(**observed)), "s").message

    assert told(x=3.0, y=6.0, x__grad=Missing()).startswith("Gradient of x is None, expected 2")
    assert told(x=3.0, y=6.0, x__grad=[2.0]).startswith("Gradient of x has another shape")
    assert told(x=3.0, y=9.0, x__grad=2.0) == "Value of y: yours 9, expected 6."
    none_due = replace(SMALLEST, expected=completed(x=3.0, y=6.0, x__grad=Missing()))
    assert smallest_part(none_due, "s").message == "Gradient of x is 1, expected None."


def test_a_wrong_value_is_the_first_thing_that_is_wrong():
    wrong = replace(SMALLEST, observed=completed(x=3.0, y=9.0, x__grad=1.0))
    tones = [row.tone for row in smallest_part(wrong, "s").figure.rows]
    assert tones == ["later", "first"]


def test_a_diagnosis_shows_it_folded_and_says_what_happened():
    page = html.render(filmed())
    assert "The smallest graph that shows it: <code>y = add(x, x)</code>" in page
    assert "With x = 3: Gradient of x: yours 1, expected 2 (half of it)." in page
    assert (
        "In “Both branches meet again”: The gradient of a was 8, and was overwritten with 8; "
        "the sum is 16." in page
    )
    assert "Wrong only because of it: x." in page


def test_a_failure_without_a_name_stands_by_itself():
    page = html.render(unexplained())
    assert "The smallest graph that still fails" in page
    assert "KeyError while y.backward() was running: &#39;&lt;/script&gt;&lt;b&gt;&#39;" in page


def test_arrays_are_compared_by_their_elements():
    wrong = completed(x=[1.0, 2.0], y=[2.0, 4.0], x__grad=[1.0, 2.0])
    due = completed(x=[1.0, 2.0], y=[2.0, 4.0], x__grad=[2.0, 2.0])
    part = smallest_part(replace(SMALLEST, observed=wrong, expected=due), "s")
    assert part.message.startswith("Gradient of x differs in 1 of 2 elements")
