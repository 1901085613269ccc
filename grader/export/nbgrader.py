"""The table that `nbgrader export` writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from grader.export.cells import table
from grader.export.model import Results, Student, has_grade

HEADER: Final = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip


def render(results: Results) -> str:
    """CSV. A submission that is missing counts 0.0, as there; a fault of the grader's has no score."""
    return table(_rows(results))


def _rows(results: Results) -> Iterator[list[Any]]:
    yield list(HEADER)
    whole = 0.0
    for student, document in results.lines():
        whole = float(document["max_score"])
        score = float(document["score"]) if has_grade(document) else None
        yield _row(results.assignment, student, score, whole)
    for student in results.missing:
        yield _row(results.assignment, student, 0.0, whole)


def _row(assignment: str, student: Student, score: float | None, whole: float) -> list[Any]:
    first, _, last = student["name"].rpartition(" ")
    penalty = None if score is None else 0.0
    return [
        *(assignment, None, None, student["id"], last, first, student["email"]),
        *(score, penalty, score, whole),
    ]
