"""Every format is read back by a reader that is not ours, and says what the results say."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from junitparser import JUnitXml

from grader.commands import export as command
from grader.commands.settings import load_command
from grader.export.formats import CLASS_FORMATS, FORMATS, RESULT_FORMATS
from grader.export.model import Document, Results, for_student, what_differs
from grader.report import results
from grader.report.projection import for_student as shown_to_student
from tests.unit.export.schemas import CHECK50, CLASSROOM, GRADESCOPE
from tests.unit.report.samples import SAMPLES


def document(name: str, *members: tuple[str, str, str]) -> dict[str, Any]:
    """A sample as a class keeps it: the teacher's, with what differs for the student."""
    report = SAMPLES[name]()
    found = results.results(report)
    found["for_student"] = what_differs(found, results.results(shown_to_student(report)))
    found["students"] = [
        {"id": id, "name": who, "email": email, "keys": [id, email]} for id, who, email in members
    ] or [{"id": name, "name": "", "email": "", "keys": [name]}]
    found["record"] = {"attempts": []}
    return json.loads(json.dumps(found))  # as it comes from a file


def a_class() -> Results:
    documents = [
        document("overwritten", ("u1", "Ada Lovelace", "ada@example.org")),
        document("hidden", ("u2", "=HYPERLINK(1)", "+x@example.org"), ("u3", "@cmd, Bob", "")),
        document("ungradable", ("u4", 'Quote "Q" Man', "")),
    ]
    missing = ({"id": "u9", "name": "Emmy Noether", "email": "", "keys": ["u9"]},)
    return Results("backprop", "Back, propagation", lambda: documents, missing)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_students_document_is_kept_beside_the_teachers(name: str) -> None:
    students = json.loads(json.dumps(results.results(shown_to_student(SAMPLES[name]()))))
    made = for_student(document(name))
    assert {key: made[key] for key in students} == students


def cases(kind: str) -> list[Any]:
    return [pytest.param(document(name), id=f"{kind}-{name}") for name in SAMPLES]


@pytest.mark.parametrize("found", cases("gradescope"))
def test_gradescope(found: Document) -> None:
    written = RESULT_FORMATS["gradescope"][0](found)
    assert "\r" not in written
    read = json.loads(written)
    Draft202012Validator(GRADESCOPE).validate(read)
    assert read["score"] == found["score"]
    assert sum(test["max_score"] for test in read["tests"]) == found["max_score"]
    assert sum(test["score"] for test in read["tests"]) == found["score"]


def test_gradescope_shows_of_a_hidden_case_its_verdict_alone() -> None:
    written = RESULT_FORMATS["gradescope"][0](document("hidden"))
    for secret in ("SECRET", "secret-1", "123.456", "yours 32"):
        assert secret not in written
    read = json.loads(written)
    assert {test["visibility"] for test in read["tests"]} == {"visible"}


def test_gradescope_hides_what_is_left_out_and_says_the_visible_total() -> None:
    read = json.loads(RESULT_FORMATS["gradescope"][0](document("reveals")))
    hidden = [test for test in read["tests"] if test["visibility"] == "hidden"]
    assert [test["name"] for test in hidden] == ["Reveals none"]
    assert read["output"].endswith("0 of 9 points in the cases that are shown.")


@pytest.mark.parametrize("found", cases("check50"))
def test_check50(found: Document) -> None:
    read = json.loads(RESULT_FORMATS["check50"][0](found))
    Draft202012Validator(CHECK50).validate(read)
    if "results" in read:
        shown = for_student(found)
        passed = {case["id"] for case in shown["cases"] if case["outcome"] == "passed"}
        assert {one["name"] for one in read["results"] if one["passed"]} == passed
        assert all((one["cause"] is None) == (one["passed"] is True) for one in read["results"])
    else:
        assert found["status"] == "ungradable"
    assert "SECRET" not in json.dumps(read)


@pytest.mark.parametrize("found", cases("classroom"))
def test_github_classroom(found: Document) -> None:
    name, _, text = RESULT_FORMATS["github-classroom"][0](found).strip().partition("=")
    assert name == "result"
    read = json.loads(base64.b64decode(text, validate=True))
    Draft202012Validator(CLASSROOM).validate(read)
    shown = for_student(found)
    assert read["max_score"] == shown["max_score"]
    assert sum(test["score"] for test in read["tests"]) == shown["score"]
    assert "SECRET" not in json.dumps(read)


def test_junit_has_a_suite_for_each_submission() -> None:
    read = JUnitXml.fromstring(CLASS_FORMATS["junit"](a_class()).encode())
    suites = list(read)
    assert [suite.name for suite in suites] == [
        one["submission"]["id"] for one in a_class().documents()
    ]
    for suite, found in zip(suites, a_class().documents(), strict=True):
        outcomes = [case["outcome"] for case in for_student(found)["cases"]]
        assert suite.failures == outcomes.count("failed")
        assert suite.tests == len(outcomes) + (found["status"] == "ungradable")
    assert read.tests == sum(suite.tests for suite in suites)
    assert "SECRET" not in CLASS_FORMATS["junit"](a_class())


def test_the_table_has_a_line_for_everybody_and_no_formula() -> None:
    rows = table(CLASS_FORMATS["csv"](a_class()))
    assert [row["id"] for row in rows] == ["u1", "u2", "u3", "u4", "u9"]
    assert [row["status"] for row in rows][-2:] == ["ungradable", "missing"]
    assert rows[0]["score"] == "1"
    assert rows[0]["percent"] == "20"
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    assert rows[2]["name"] == "'@cmd, Bob"
    assert rows[3]["name"] == 'Quote "Q" Man'
    for row in rows:
        for value in row.values():
            assert not (value or "").startswith(("=", "+", "-", "@", "\t", "\r")), value


def test_nbgrader_counts_a_missing_submission_as_nothing() -> None:
    rows = table(CLASS_FORMATS["nbgrader"](a_class()))
    assert list(rows[0])[:4] == ["assignment", "duedate", "timestamp", "student_id"]
    assert (rows[0]["first_name"], rows[0]["last_name"]) == ("Ada", "Lovelace")
    assert (rows[0]["raw_score"], rows[0]["score"], rows[0]["max_score"]) == ("1", "1", "5")
    assert (rows[-1]["student_id"], rows[-1]["score"]) == ("u9", "0")


def test_moodles_import_has_user_keys_grade_and_feedback() -> None:
    rows = table(CLASS_FORMATS["moodle"](a_class()))
    assert list(rows[0]) == [
        "username", "idnumber", "email", "Back, propagation", "Back, propagation feedback",
    ]  # fmt: skip
    assert rows[0]["Back, propagation"] == "1"
    assert "AD401" in rows[0]["Back, propagation feedback"]
    assert "u9" not in {row["username"] for row in rows}


def test_a_fault_of_ours_hands_on_no_grade() -> None:
    broken = {**document("overwritten"), "status": "grader fault"}
    found = Results("a", "A", lambda: [broken])
    assert table(CLASS_FORMATS["csv"](found))[0]["score"] == ""
    assert table(CLASS_FORMATS["nbgrader"](found))[0]["score"] == ""
    assert table(CLASS_FORMATS["moodle"](found)) == []


def run(*arguments: object) -> Any:
    return CliRunner().invoke(load_command("export"), list(map(str, arguments)))


def test_the_command_offers_every_format() -> None:
    assert set(command.FORMATS) == set(FORMATS)


@pytest.mark.parametrize("form", [*CLASS_FORMATS, *RESULT_FORMATS])
def test_one_result_is_exported_to_every_format(form: str, tmp_path: Path) -> None:
    source = tmp_path / "results.json"
    source.write_text(json.dumps(results.results(SAMPLES["overwritten"]())), encoding="utf-8")
    done = run(source, "--to", form)
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()
    assert run(source, "--to", form, "-o", tmp_path / "written").exit_code == 0
    assert (tmp_path / "written").read_text("utf-8") == done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "canvas"), "--into FILE"),
        (("--to", "csv", "--into", "x.csv"), "--into is for canvas and moodle"),
        (("--to", "moodle", "--into", "nowhere.csv"), "nowhere.csv cannot be read"),
    ],
)
def test_a_command_line_that_is_wrong_says_what_to_do(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    source = tmp_path / "results.json"
    source.write_text(json.dumps(document("overwritten")), encoding="utf-8")
    done = run(source, *arguments)
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    assert "is no results.json" in run(tmp_path / "other.json", "--to", "csv").output
    assert "holds no class.json" in run(tmp_path, "--to", "csv").output
