"""Which assignment is taken where none is named."""

from pathlib import Path

import pytest

from grader.answers import Store
from grader.course import choose, first, names
from grader.domain.submission import SourceFile, Submission
from grader.errors import UsageError
from grader.sandbox import Guest
from grader.shipped import assignments_folder

HERE = Path(__file__).parents[1] / "submissions"
BEGINNER = "class Variable:\n    def __init__(self, data):\n        self.data = data\n"
SQUARE = "def square(x):\n    return Variable(x.data ** 2)\n"
FUNCTION = "class Function:\n    pass\n"


@pytest.fixture(scope="module")
def guest():
    with Guest() as guest:
        yield guest


@pytest.fixture
def course(tmp_path):
    """Three assignments that ask for more and more."""

    def asks(name, requires):
        (tmp_path / name).mkdir()
        (tmp_path / name / "assignment.yaml").write_text(
            f"title: {name}\nrequires: {requires}\ncases:\n"
            "- {case: one, concept: forward, inputs: {x: 3}, graph: y = square(x),"
            " backward: false}\n",
            encoding="utf-8",
        )

    asks("first", "[Variable]")
    asks("second", "[Variable, square]")
    asks("third", "[Variable, Function, square]")
    (tmp_path / "course.yaml").write_text("[first, second, third]", encoding="utf-8")
    return tmp_path


def submission(text):
    return Submission("a.py", "file", (SourceFile("a.py", text.encode()),))


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (BEGINNER, "first"),
        (BEGINNER + SQUARE, "second"),
        (BEGINNER + SQUARE + FUNCTION, "third"),
        (BEGINNER.replace("Variable", "Tensor"), None),
        ("x = 1\n", None),
    ],
)
def test_the_furthest_whose_requirements_are_met(course, guest, text, taken):
    found, _ = choose(submission(text), course, guest, Store(None), None)
    assert found == (course / taken if taken else None)


def test_where_none_fits_the_course_begins_anew(course):
    assert first(course, Store(None)) == course / "first"


def test_the_shipped_course_lists_every_assignment():
    there = {file.parent.name for file in assignments_folder().glob("*/assignment.yaml")}
    assert set(names(assignments_folder(), Store(None))) == there


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[frist]", "there is no assignment 'frist'. Did you mean 'first'?"),
        ("first: 1", "a list of assignments is due"),
        ("[first", "course.yaml: while parsing a flow sequence"),
    ],
)
def test_a_course_file_that_is_not_right(course, text, said):
    (course / "course.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"course\.yaml") as refused:
        names(course, Store(None))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("name", "taken"), [("value_right", "micrograd"), ("overwrite_learner_draft", "backprop")]
)
def test_families_are_told_apart(name, taken, guest):
    from grader.sandbox import read_submission

    handed_in = read_submission(HERE / name / "submission")
    found, _ = choose(handed_in, assignments_folder(), guest, Store(None), None)
    assert found is not None
    if taken == "micrograd":
        assert found.name == taken
    else:
        assert found.name != "micrograd"


@pytest.mark.parametrize("name", ["learner_export", "value_right", "syntax_error_at_the_top"])
def test_what_is_begun_on_the_way_is_what_would_be_performed(name, guest):
    from grader.grading import compiled
    from grader.observing import perform
    from grader.sandbox import read_submission

    handed_in, store = read_submission(HERE / name / "submission"), Store(None)
    chosen, begun = choose(handed_in, assignments_folder(), guest, store, 1)
    assert begun is not None
    assert begun.assignment is compiled(assignments_folder() / begun.assignment.id, store, 1)
    again = perform(handed_in, begun.assignment, guest)
    assert begun.performance.loading == again.loading
    assert len(begun.performance.transcripts) == len(again.transcripts)
    assert choose(handed_in, assignments_folder(), guest, store, None)[0] == chosen
    assert chosen is None or chosen.name == begun.assignment.id


def test_nothing_is_begun_where_no_assignment_is_likely(guest):
    handed_in = submission("x = 1\n")
    assert choose(handed_in, assignments_folder(), guest, Store(None), 0) == (None, None)
