"""Cases are added as text: what a person wrote stays as it is."""

from pathlib import Path

import pytest

from grader.authoring.source import Source
from grader.checking.fixing import add_cases, with_cases
from grader.errors import UsageError
from tests.unit.authoring.writing import in_a_file, load

NEW = "  - case: new\n    title: New\n    concept: rule\n    inputs: {x: 3}\n    graph: |\n      y = square(x)\n"
OLD = "case: old\n    concept: rule\n    inputs: {x: 3}   # three\n    graph: |\n      y = square(x)\n"


def added(text: str) -> str:
    return with_cases(Source.of("f", text), [NEW])


def test_a_case_comes_below_the_last_one_and_above_what_follows(tmp_path: Path) -> None:
    text = f"# a comment\ntitle: T\ncases:\n  - {OLD}\n# another\ntime_limit: 2\n"
    found = added(text)
    assert found == f"# a comment\ntitle: T\ncases:\n  - {OLD}\n{NEW}\n# another\ntime_limit: 2\n"
    assert [case.id for case in load(tmp_path, found).cases] == ["old", "new"]


def test_it_is_moved_in_as_far_as_its_neighbours(tmp_path: Path) -> None:
    flush = (
        "title: T\ncases:\n- case: old\n  concept: rule\n  inputs: {x: 3}\n  graph: y = square(x)"
    )
    found = added(flush)
    assert "\n- case: new\n  title: New\n" in found
    assert [case.id for case in load(tmp_path, found).cases] == ["old", "new"]


def test_line_breaks_are_those_of_the_file() -> None:
    found = added(f"title: T\ncases:\n  - {OLD}".replace("\n", "\r\n"))
    assert found.count("\n") == found.count("\r\n") > 10


@pytest.mark.parametrize(
    "text", ["title: T\n", "title: T\ncases: []\n", "title: T\ncases: [{case: c}]\n"]
)
def test_where_there_is_no_list_to_add_to_that_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        added(text)


def test_a_file_that_would_be_wrong_afterwards_is_left_as_it_was(tmp_path: Path) -> None:
    file = in_a_file(tmp_path, f"title: T\ncases:\n  - {OLD}")
    before = file.read_bytes()
    with pytest.raises(UsageError, match="left as it is"):
        add_cases(file, [NEW.replace("case: new", "case: old")])
    assert file.read_bytes() == before
    add_cases(file, [NEW])
    assert file.read_text() == before.decode() + "\n" + NEW
