"""Moodle: the grading worksheet that a teacher downloaded, filled; or a table for the gradebook's import."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.errors import UsageError
from grader.export.cells import table as csv_table
from grader.export.filling import Table, as_number, take_apart
from grader.export.model import (
    Document,
    Filled,
    Results,
    Sheet,
    Student,
    for_student,
    has_grade,
    told,
)

LOCKED: Final = ("no",)


def render(results: Results) -> str:
    """CSV for the import of Moodle's gradebook: user keys, grade and feedback. Nobody who is missing."""
    return csv_table(_rows(results))


def _rows(results: Results) -> Iterator[list[Any]]:
    item = results.title or results.assignment
    yield ["username", "idnumber", "email", item, f"{item} feedback"]
    for student, document in results.lines():
        if has_grade(document):
            feedback = told(for_student(document))
            yield [student["id"], student["id"], student["email"], document["score"], feedback]


@dataclass(frozen=True, slots=True)
class _Columns:
    identifier: int
    grade: int
    maximum: int
    feedback: int | None
    locked: int | None
    keys: tuple[int, ...]


def fill(sheet: Sheet, results: Results, column: str) -> Filled:
    """The worksheet with grades and feedback comments, and nothing else touched.

    Grades are scaled to the worksheet's maximum. `column` names the column of the grades where it is
    not recognised. Raises UsageError where it is none.
    """
    table = take_apart(sheet.name, sheet.data)
    columns = _columns(table, column)
    rows = _students(table, columns)
    changes: dict[tuple[int, int], str] = {}
    unknown, locked, scaled = [], [], ""
    for student, document in results.lines():
        row = _row(rows, student)
        if row is None or columns.grade >= len(table.cells[row]):
            unknown.append(student["name"] or student["id"])
        elif table.at(row, columns.locked).casefold() in LOCKED:
            locked.append(student["name"] or student["id"])
        elif has_grade(document):
            maximum = table.at(row, columns.maximum)
            changes[row, columns.grade] = _grade(document, maximum)
            if (whole := as_number(maximum)) and whole != document["max_score"]:
                scaled = f"grades are scaled from {document['max_score']:g} to {whole:g} points"
            if columns.feedback is not None and columns.feedback < len(table.cells[row]):
                feedback = html.escape(told(for_student(document)), quote=False)
                changes[row, columns.feedback] = feedback
    notes = [scaled] if scaled else []
    if unknown:
        notes.append(f"not in {sheet.name}: {', '.join(unknown)}")
    if locked:
        notes.append(f"left as they are, the grade cannot be changed: {', '.join(locked)}")
    return Filled(table.filled(changes), tuple(notes))


def _grade(document: Document, maximum: str) -> str:
    score, whole, most = document["score"], document["max_score"], as_number(maximum)
    grade = f"{score * most / whole if most and whole else score:.2f}"
    return grade.replace(".", ",") if re.fullmatch(r"\d+,\d+", maximum) else grade


def _columns(table: Table, column: str) -> _Columns:
    """Where things stand. Headers are translated, so that what the cells hold decides where names do not.

    The identifier ends in a number and comes first; the maximum is the same number in every row, and the
    grade stands before it; feedback comments come last.
    """
    rows = range(1, len(table.cells))
    if not rows or not all(re.search(r"\d+$", table.at(row, 0)) for row in rows):
        raise UsageError(
            f"{table.name} is no grading worksheet of Moodle: the first column is not "
            "`Participant 123`. Download it from the assignment (Grading action)"
        )
    maximum = table.column("Maximum Grade")
    if maximum is None:
        constant = [
            place
            for place in range(2, len(table.cells[0]))
            if as_number(table.at(1, place)) and len({table.at(row, place) for row in rows}) == 1
        ]
        before = [place for place in constant if _may_be_grades(table, place - 1)]
        maximum = before[0] if len(before) == 1 else None
    grade = table.column(column) if column else table.column("Grade")
    if column and grade is None:
        raise UsageError(f"{table.name} has no column {column!r}")
    if grade is None and maximum is not None:
        grade = maximum - 1
    if grade is None:
        raise UsageError(f"{table.name}: which column holds the grades? Name it with --column")
    feedback = table.column("Feedback comments")
    if feedback is None and table.column("Last modified (grade)") is None:
        last = len(table.cells[0]) - 1
        feedback = last if last > grade + 2 else None
    keys = [table.column("Email address"), table.column("ID number"), table.column("Full name")]
    return _Columns(
        identifier=0,
        grade=grade,
        maximum=grade + 1 if maximum is None else maximum,
        feedback=feedback,
        locked=table.column("Grade can be changed"),
        keys=tuple(key for key in keys if key is not None) or (1,),
    )


def _may_be_grades(table: Table, column: int) -> bool:
    """Whether a column holds numbers, or nothing yet."""
    cells = [table.at(row, column) for row in range(1, len(table.cells))]
    return all(cell in ("", "-") or as_number(cell) is not None for cell in cells)


def _students(table: Table, columns: _Columns) -> Mapping[str, int]:
    rows: dict[str, int] = {}
    shared = set()
    for row in range(1, len(table.cells)):
        number = re.search(r"(\d+)$", table.at(row, columns.identifier))
        keys = {table.at(row, column).casefold() for column in columns.keys}
        keys.add(f"participant {number[1]}" if number else "")
        for key in keys - {""}:
            if key in rows:
                shared.add(key)
            rows[key] = row
    return {key: row for key, row in rows.items() if key not in shared}


def _row(rows: Mapping[str, int], student: Student) -> int | None:
    keys = [*student["keys"], student["email"], student["id"], student["name"]]
    return next((rows[key.casefold()] for key in keys if key.casefold() in rows), None)
