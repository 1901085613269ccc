"""The roster: a CSV file of who is in the class, and the names by which the submissions know them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from grader.classroom.model import HandedIn, Student
from grader.errors import UsageError

# Columns that name a student, the one that is used as the id first; in small letters, without blanks.
IDS: Final = (
    "id", "studentid", "student", "sid", "sisuserid", "identifier", "idnumber", "username",
    "login", "sisloginid", "email", "emailaddress", "githubusername", "github",
)  # fmt: skip
NAMES: Final = ("name", "fullname", "studentname")
PARTS: Final = (("firstname", "lastname"), ("givenname", "surname"), ("firstname", "surname"))
EMAILS: Final = ("email", "emailaddress", "sisemail")


@dataclass(frozen=True, slots=True)
class Matched:
    """The class by the roster. `missing` handed in nothing; `unknown` are submissions of nobody in it."""

    handed_in: tuple[HandedIn, ...]
    missing: tuple[Student, ...]
    unknown: tuple[str, ...]


def read_roster(path: Path) -> tuple[Student, ...]:
    """The students of a CSV file with a header line. Raises UsageError, with the line."""
    rows = read_csv(path)
    if not rows:
        raise UsageError(f"{path} is empty: a line of column names is due")
    columns = {"".join(c for c in name.lower() if c.isalnum()): i for i, name in enumerate(rows[0])}
    id_column = next((columns[name] for name in IDS if name in columns), None)
    if id_column is None:
        raise UsageError(
            f"{path}:1: no column names a student; one of these is due: {', '.join(IDS)}"
        )
    students: dict[str, Student] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row] + [""] * (len(rows[0]) - len(row))
        id = cells[id_column]
        if not any(cells):
            continue
        if not id:
            raise UsageError(f"{path}:{number}: the student has no {rows[0][id_column]}")
        if id in students:
            raise UsageError(f"{path}:{number}: {id} stands there twice")
        name = next((cells[columns[one]] for one in NAMES if one in columns), "")
        for first, last in PARTS:
            if not name and first in columns and last in columns:
                name = f"{cells[columns[first]]} {cells[columns[last]]}".strip()
        email = next((cells[columns[one]] for one in EMAILS if one in columns), "")
        students[id] = Student(id, name, email, tuple(dict.fromkeys(filter(None, cells))))
    return tuple(students.values())


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a CSV file, in UTF-8 or what old spreadsheets write, with commas, semicolons or tabs."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    text = decoded(data)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)))
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV file: {error}") from None


def decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def delimiter(text: str) -> str:
    """What separates the cells of the first line."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def match(handed_in: Sequence[HandedIn], roster: Sequence[Student]) -> Matched:
    """Who of the roster handed in what. Names of the roster go before those of the platform."""
    by_key: dict[str, Student | None] = {}
    for student in roster:
        for key in (*student.keys, student.name):
            folded = key.casefold()
            known = by_key.get(folded, student)
            by_key[folded] = student if known == student else None  # of two, nobody
    found, unknown, seen = [], [], set()
    for one in handed_in:
        members = tuple(_known(member, by_key) or member for member in one.members)
        seen |= {member.id for member in members}
        if members == one.members:
            unknown.append(one.id)
        found.append(replace(one, members=members))
    missing = tuple(student for student in roster if student.id not in seen)
    return Matched(tuple(found), missing, tuple(unknown))


def _known(member: Student, by_key: dict[str, Student | None]) -> Student | None:
    for key in (*member.keys, member.id, member.email, member.name):
        student = by_key.get(key.casefold()) if key else None
        if student is not None:
            keys = tuple(dict.fromkeys((*student.keys, *member.keys)))
            return replace(student, name=student.name or member.name, keys=keys)
    return None
