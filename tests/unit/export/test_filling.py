"""The file that a teacher downloaded gets grades, and keeps every other byte."""

from __future__ import annotations

import csv
import io

import pytest

from grader.errors import UsageError
from grader.export import canvas, moodle
from grader.export.filling import take_apart
from grader.export.model import Results, Sheet
from tests.unit.export.test_formats import document

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Warm-up (11),Back propagation (12),"
    "Final Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,10,20,(read only)\r\n"
    '"Lovelace, Ada",1,u1,ada,"A, ""first""",7.50,,\r\n'
    '"Hopper, Grace",2,u2,grace,A,,EX,\r\n'
    '"Noether, Emmy",3,u3,emmy,A,,3.00,88\r\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 7,Ada Lovelace,ada@example.org,"Submitted, late",,100.00,Yes,'
    '"Monday, 2 March 2026, 10:00 AM",-,\n'
    "Participant 8,Grace Hopper,grace@example.org,Submitted,55.00,100.00,No,-,-,Well done\n"
    'Participant 9,Emmy Noether,emmy@example.org,Submitted,,100.00,Yes,-,-,"two\nlines"\n'
)


def results(*members: tuple[str, str]) -> Results:
    documents = [document("overwritten", (id, name, "")) for id, name in members]
    return Results("backprop", "Back propagation", lambda: documents)


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_canvas_gets_one_column_scaled_and_nothing_else_is_touched() -> None:
    sheet = Sheet("grades.csv", CANVAS.encode())
    filled = canvas.fill(sheet, results(("u1", ""), ("grace", ""), ("u7", "Nobody")), "")
    assert filled.data.decode() == CANVAS.replace("7.50,,", "7.50,4.00,")
    assert filled.notes == (
        "grades are scaled from 5 to 20 points",
        "not in grades.csv: Nobody",
        "left as they are, excused or not assigned: grace",
    )
    before, after = read(sheet.data), read(filled.data)
    changed = [
        (r, c) for r, row in enumerate(before) for c, cell in enumerate(row) if after[r][c] != cell
    ]
    assert changed == [(3, 6)]
    assert after[3][6] == "4.00"


@pytest.mark.parametrize("column", ["Warm-up", "11", "warm-UP"])
def test_canvas_takes_another_column_by_title_or_id(column: str) -> None:
    sheet = Sheet("grades.csv", CANVAS.encode())
    filled = canvas.fill(sheet, results(("u3", "")), column)
    assert filled.data.decode() == CANVAS.replace("A,,3.00,88", "A,2.00,3.00,88")


def test_canvas_with_semicolons_gets_a_decimal_comma() -> None:
    text = "Student;ID;Section;Back propagation (12)\n    Points Possible;;;10,00\nAda;1;A;\n"
    filled = canvas.fill(Sheet("g.csv", text.encode("utf-8")), results(("1", "")), "")
    assert filled.data.decode().endswith("Ada;1;A;2,00\n")


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        (CANVAS, "Other", "has no assignment 'Other'.*Warm-up"),
        (CANVAS.replace("Warm-up (11)", "Back propagation (11)"), "", "more than one assignment"),
        ("a,b\n1,2\n", "", "no gradebook of Canvas"),
        ("nothing", "", "no CSV file with a line of column names"),
        ('Student,ID,Section,X (1)\n"open,1,2,\n', "", "never closed"),
    ],
)
def test_canvas_says_what_is_not_clear(text: str, column: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        canvas.fill(Sheet("grades.csv", text.encode()), results(("u1", "")), column)


def test_moodle_gets_grade_and_feedback_and_nothing_else_is_touched() -> None:
    sheet = Sheet("w.csv", MOODLE.encode())
    members = results(("Participant 7", ""), ("8", "Grace Hopper"), ("9", "Emmy Noether"))
    filled = moodle.fill(sheet, members, "")
    before, after = read(sheet.data), read(filled.data)
    changed = {
        (r, c): after[r][c]
        for r, row in enumerate(before)
        for c, cell in enumerate(row)
        if after[r][c] != cell
    }
    assert set(changed) == {(1, 4), (1, 9), (3, 4), (3, 9)}
    assert changed[1, 4] == changed[3, 4] == "20.00"
    assert "AD401" in changed[1, 9]
    assert "left as they are, the grade cannot be changed: Grace Hopper" in filled.notes
    assert filled.data.count(b"\r") == 0


def test_a_translated_worksheet_is_understood_by_what_stands_in_it() -> None:
    text = (
        "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert"
        " werden,Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar\n"
        'Teilnehmer/in7,Ada Lovelace,ada@example.org,Abgegeben,,"100,00",Ja,-,-,\n'
        'Teilnehmer/in8,Grace Hopper,grace@example.org,Abgegeben,,"100,00",Ja,-,-,\n'
    )
    filled = moodle.fill(Sheet("w.csv", text.encode()), results(("Participant 7", "")), "")
    row = read(filled.data)[1]
    assert row[4] == "20,00"
    assert "AD401" in row[9]
    assert read(filled.data)[2] == read(text.encode())[2]


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("Name,Note\nAda,1\n", "", "no grading worksheet"),
        (MOODLE, "Other", "no column 'Other'"),
        ("A,B,C\nParticipant 1,x,y\n", "", "which column holds the grades"),
    ],
)
def test_moodle_says_what_is_not_clear(text: str, column: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        moodle.fill(Sheet("w.csv", text.encode()), results(("7", "")), column)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_that_gets_nothing_is_the_same_bytes(encoding: str, end: str) -> None:
    data = end.join(["A;B", 'Zoë;"x;""y"""', "1;2", ""]).encode(encoding)
    assert take_apart("f.csv", data).filled({}) == data


def test_what_needs_quotes_gets_them() -> None:
    table = take_apart("f.csv", b"A,B\n1,2\n")
    filled = table.filled({(1, 1): 'say "a, b"'})
    assert read(filled)[1] == ["1", 'say "a, b"']
