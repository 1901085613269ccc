"""What `import grader` offers, used as a script would."""

from __future__ import annotations

import pytest

import grader
from grader.errors import UsageError
from grader.sandbox import Guest
from grader.shipped import assignments_folder

ASSIGNMENT = assignments_folder() / "backprop"


def test_paths_may_be_plain_text() -> None:
    with Guest() as guest:
        report = grader.grade(
            str(ASSIGNMENT / "solution"), str(ASSIGNMENT), cases=("x-plus-x",), guest=guest
        )
    assert report.score == report.max_score > 0
    assert grader.load_assignment(str(ASSIGNMENT)) == grader.load_assignment(ASSIGNMENT)


def test_what_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(UsageError, match="nowhere"):
        grader.load_assignment("nowhere")
    with Guest() as guest, pytest.raises(UsageError, match=r"nowhere\.py"):
        grader.grade("nowhere.py", ASSIGNMENT, guest=guest)


def test_every_name_that_is_offered_is_there() -> None:
    assert all(getattr(grader, name) for name in grader.__all__)
    with pytest.raises(AttributeError, match="'graed'"):
        _ = grader.graed  # type: ignore[attr-defined]
