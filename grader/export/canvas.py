"""Canvas: the gradebook that a teacher exported, with one column filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from grader.errors import UsageError, did_you_mean
from grader.export.filling import Table, as_number, take_apart
from grader.export.model import Document, Filled, Results, Sheet, Student, has_grade

KEYS: Final = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
LAST_STUDENT_COLUMN: Final = "Section"
POSSIBLE: Final = "points possible"
KEPT: Final = ("EX", "N/A")  # excused, not assigned: a teacher's word


def fill(sheet: Sheet, results: Results, column: str) -> Filled:
    """The gradebook with the grades of this assignment, and nothing else touched.

    `column` is the title of an assignment, or its id; without, the title of ours is looked for. Grades are
    scaled to the points that are possible in Canvas. Raises UsageError where the column is not clear.
    """
    table = take_apart(sheet.name, sheet.data)
    target = _target(table, column or results.title, bool(column))
    rows = _students(table)
    possible = next(
        (
            as_number(table.at(row, target))
            for row in range(1, len(table.cells))
            if table.at(row, 0).casefold() == POSSIBLE
        ),
        None,
    )
    changes: dict[tuple[int, int], str] = {}
    unknown, excused, scaled = [], [], ""
    for student, document in results.lines():
        row = _row(rows, student)
        if row is None or target >= len(table.cells[row]):
            unknown.append(student["name"] or student["id"])
        elif table.at(row, target) in KEPT:
            excused.append(student["name"] or student["id"])
        elif has_grade(document):
            changes[row, target] = _grade(table, document, possible)
            if possible and possible != document["max_score"]:
                scaled = f"grades are scaled from {document['max_score']:g} to {possible:g} points"
    notes = [scaled] if scaled else []
    if unknown:
        notes.append(f"not in {sheet.name}: {', '.join(unknown)}")
    if excused:
        notes.append(f"left as they are, excused or not assigned: {', '.join(excused)}")
    return Filled(table.filled(changes), tuple(notes))


def _grade(table: Table, document: Document, possible: float | None) -> str:
    score, whole = document["score"], document["max_score"]
    grade = score * possible / whole if possible and whole else score
    text = f"{grade:.2f}"
    return text.replace(".", ",") if table.separator == ";" else text


def _target(table: Table, wanted: str, asked: bool) -> int:
    """The column of an assignment, by its title or the id in parentheses behind it."""
    section = table.column(LAST_STUDENT_COLUMN)
    if table.column("Student") is None or table.column("ID") is None or section is None:
        raise UsageError(
            f"{table.name} is no gradebook of Canvas: columns Student, ID and Section are due"
        )
    titles = {}
    for place, name in enumerate(table.cells[0][section + 1 :], section + 1):
        match = re.fullmatch(r"(.*?)\s*\((\d+)\)", name.strip(), re.DOTALL)
        if match:
            titles[place] = match.groups()
    found = [
        place for place, both in titles.items() if wanted.casefold() in map(str.casefold, both)
    ]
    if len(found) == 1:
        return found[0]
    known = [title for title, _ in titles.values()]
    what = "more than one" if found else "no"
    raise UsageError(
        f"{table.name} has {what} assignment {wanted!r}{did_you_mean(wanted, known)}"
        + ("" if asked else ". Name it with --column")
    )


def _students(table: Table) -> Mapping[str, int]:
    """Row by every name that a student has in the file; names that two share are nobody's."""
    rows: dict[str, int] = {}
    shared = set()
    columns = [column for name in KEYS if (column := table.column(name)) is not None]
    for row in range(1, len(table.cells)):
        if table.at(row, 0).casefold() == POSSIBLE:
            continue
        keys = {table.at(row, column).casefold() for column in (*columns, table.column("Student"))}
        for key in keys - {""}:
            if key in rows:
                shared.add(key)
            rows[key] = row
    return {key: row for key, row in rows.items() if key not in shared}


def _row(rows: Mapping[str, int], student: Student) -> int | None:
    keys = [student["id"], *student["keys"], student["email"], student["name"]]
    return next((rows[key.casefold()] for key in keys if key.casefold() in rows), None)
