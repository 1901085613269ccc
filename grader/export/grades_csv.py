"""The class as one table: a line for each student, a column for each case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.export.cells import table
from grader.export.model import Results, has_grade


def render(results: Results) -> str:
    """CSV in UTF-8, with a header line; points of each case, and no score where the grader is at fault."""
    return table(_rows(results))


def _rows(results: Results) -> Iterator[list[Any]]:
    cases: list[str] | None = None
    fixed = ["id", "name", "email", "submission", "status", "score", "max_score", "percent"]
    for student, document in results.lines():
        points = {case["id"]: case["points"] for case in document["cases"]}
        if cases is None:
            cases = list(points)
            yield [*fixed, "diagnoses", "flags", "message", *(f"case {id}" for id in cases)]
        graded = has_grade(document)
        score, whole = document["score"], document["max_score"]
        yield [
            student["id"],
            student["name"],
            student["email"],
            document["submission"]["id"],
            document["status"],
            score if graded else None,
            whole,
            round(100 * score / whole, 2) if graded and whole else None,
            " ".join(one["id"] for one in document["diagnoses"]),
            "; ".join(one["kind"] for one in document["flags"]),
            document["submission"]["loading"]["error"] or document["message"],
            *(points.get(id) if graded else None for id in cases),
        ]
    if cases is None:
        yield fixed
    for student in results.missing:
        yield [student["id"], student["name"], student["email"], "", "missing"]
