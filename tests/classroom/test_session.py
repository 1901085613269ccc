"""A class is graded once: resumed, scored anew, never doubled, and every submission has a result."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from grader.classroom import session
from grader.classroom.session import Choice, ClassSummary, grade_class
from grader.classroom.worker import Worker
from grader.errors import GraderFault, UsageError
from grader.sandbox import Guest
from tests.classroom.comparing import comparable
from tests.classroom.conftest import ASSIGNMENT, RIGHT


def graded(submissions: Path, assignment: Path, **options: Any) -> ClassSummary:
    out = submissions.parent / "out"
    return grade_class(submissions, out, assignment, workers=2, **options)


def results(submissions: Path) -> dict[str, Any]:
    folder = submissions.parent / "out" / "results"
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def scores(submissions: Path) -> dict[str, Any]:
    return {id: (one["status"], one["score"]) for id, one in sorted(results(submissions).items())}


def test_everybody_has_a_result_a_report_and_a_line(submissions: Path, assignment: Path) -> None:
    (submissions / "dan").mkdir()  # nothing in it
    summary = graded(submissions, assignment)
    assert (summary.total, summary.graded, summary.faults) == (4, 4, ())
    assert scores(submissions) == {
        "ada": ("graded", 10),
        "bob": ("graded", 7),
        "dan": ("ungradable", 0),
        "eve": ("ungradable", 0),
    }
    out = submissions.parent / "out"
    assert {path.stem for path in (out / "reports").iterdir()} == set(scores(submissions))
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["score"], row["case twice"]) for row in rows] == [
        ("ada", "10", "3"),
        ("bob", "7", "0"),
        ("dan", "0", "0"),
        ("eve", "0", "0"),
    ]
    assert "<html" in (out / "class.html").read_text("utf-8")


def test_names_in_another_encoding_and_long_ones_cost_nobody_a_grade(
    submissions: Path, assignment: Path
) -> None:
    """As an archive from a machine with another language leaves them, and with letters that take a dozen."""
    names = ["李明".encode("gbk"), ("😀" * 40).encode(), ("（一）" * 20).encode()]
    for name in names:
        folder = Path(os.fsdecode(os.fsencode(submissions) + b"/" + name))
        folder.mkdir()
        (folder / os.fsdecode("自动.py".encode("gbk"))).write_text(RIGHT)
    alone = Path(os.fsdecode(os.fsencode(submissions) + "/王.py".encode("gbk")))
    alone.write_text(RIGHT)
    summary = graded(submissions, assignment)
    assert (summary.total, summary.graded, summary.faults) == (7, 7, ())
    assert [one["score"] for one in results(submissions).values()].count(10) == 5
    with (submissions.parent / "out" / "grades.csv").open(encoding="utf-8", newline="") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    assert ids >= {"\\xc0\\xee\\xc3\\xf7", "\\xcd\\xf5", "😀" * 40}
    assert graded(submissions, assignment).graded == 0


def test_reports_are_for_students_and_results_for_the_teacher(
    submissions: Path, assignment: Path
) -> None:
    graded(submissions, assignment)
    page = (submissions.parent / "out" / "reports" / "bob.html").read_text("utf-8")
    assert "What nobody may read" not in page
    assert "What nobody may read" in json.dumps(results(submissions)["bob"])


def test_nothing_is_done_twice(submissions: Path, assignment: Path) -> None:
    graded(submissions, assignment)
    before = {path: path.stat().st_mtime_ns for path in submissions.parent.glob("out/*/*")}
    summary = graded(submissions, assignment)
    assert (summary.graded, summary.scored, summary.kept) == (0, 0, 3)
    assert {p: p.stat().st_mtime_ns for p in submissions.parent.glob("out/*/*")} == before


def test_what_changed_is_graded_again_and_the_attempt_is_remembered(
    submissions: Path, assignment: Path
) -> None:
    graded(submissions, assignment)
    (submissions / "bob.py").write_text(RIGHT, encoding="utf-8")
    summary = graded(submissions, assignment)
    assert (summary.graded, summary.kept) == (1, 2)
    assert results(submissions)["bob"]["score"] == 10
    assert results(submissions)["bob"]["record"]["attempts"] == [7]


@pytest.mark.parametrize(
    ("before", "after", "bob"),
    [
        ("points: 3", "points: 30", 7),
        ("hidden: true", "hidden: false", 7),
        ("points: 3", "points: 3\n    tolerance: {absolute: 0.9, relative: 0.1}", 10),
    ],
    ids=["points", "visibility", "tolerance"],
)
def test_scores_change_without_running_anybodys_code(
    submissions: Path,
    assignment: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: str,
    after: str,
    bob: float,
) -> None:
    graded(submissions, assignment)
    text = ASSIGNMENT.replace(before, after)
    assert text != ASSIGNMENT
    (assignment / "assignment.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(Worker, "_observe", lambda *_: pytest.fail("a submission was run"))
    summary = graded(submissions, assignment)
    assert (summary.graded, summary.scored) == (0, 3)
    assert results(submissions)["bob"]["score"] == bob


def test_a_changed_question_is_asked(submissions: Path, assignment: Path) -> None:
    graded(submissions, assignment)
    text = ASSIGNMENT.replace("x: 3.0", "x: 4.0")
    (assignment / "assignment.yaml").write_text(text, encoding="utf-8")
    assert graded(submissions, assignment).graded == 3


def test_regrade_and_failed_choose(submissions: Path, assignment: Path) -> None:
    graded(submissions, assignment)
    assert graded(submissions, assignment, choice=Choice(regrade=True)).graded == 3
    assert graded(submissions, assignment, choice=Choice(failed=True)).graded == 1


@pytest.mark.parametrize("kind", ["results", "reports", "observed"])
def test_a_damaged_file_is_made_again(submissions: Path, assignment: Path, kind: str) -> None:
    graded(submissions, assignment)
    (victim,) = (submissions.parent / "out" / kind).glob("ada.*")
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2])
    graded(submissions, assignment)
    if kind == "results":
        assert json.loads(victim.read_bytes())["score"] == 10
    else:
        assert victim.read_bytes() == whole


def test_a_guest_that_dies_costs_a_retry_and_nobody_a_point(
    submissions: Path, assignment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform, killed = Guest.perform, []

    def dying(guest: Guest, submission: Any, *rest: Any, **options: Any) -> Any:
        if submission.id == "ada" and not killed:
            killed.append(guest)
            guest.kill()
        return perform(guest, submission, *rest, **options)

    monkeypatch.setattr(Guest, "perform", dying)
    summary = graded(submissions, assignment)
    assert killed
    assert summary.retried == ("ada",)
    assert summary.faults == ()
    assert results(submissions)["ada"]["score"] == 10
    assert "guest" in results(submissions)["ada"]["record"]["retried"]


def test_a_fault_of_ours_is_no_zero_and_is_tried_again(
    submissions: Path, assignment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Worker, "_observe", lambda *_: 1 / 0)
        summary = graded(submissions, assignment)
    assert sorted(summary.faults) == ["ada", "bob", "eve"]
    with pytest.raises(GraderFault, match="3 of 3"):
        session.require_faultless(summary)
    assert {status for status, _ in scores(submissions).values()} == {"grader fault"}
    grades = (submissions.parent / "out" / "grades.csv").read_text("utf-8").splitlines()
    assert grades[1].startswith("ada,,,ada,grader fault,,10,,")
    assert "ZeroDivisionError" in (submissions.parent / "out" / "faults" / "ada.txt").read_text()
    assert graded(submissions, assignment).graded == 3
    assert results(submissions)["ada"]["score"] == 10


def test_a_level_that_drops_stops_the_class(
    submissions: Path, assignment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = Worker._observe

    def dropping(worker: Worker, handed_in: Any, contents: Any) -> Any:
        if worker._level is not None and handed_in.id == "bob":
            worker._level += 1
            raise GraderFault("the guest is gone")
        return observe(worker, handed_in, contents)

    monkeypatch.setattr(Worker, "_observe", dropping)
    with pytest.raises(GraderFault, match="protects at level"):
        graded(submissions, assignment)
    assert "bob" not in results(submissions)


def test_only_one_process_grades_into_a_folder(submissions: Path, assignment: Path) -> None:
    from grader.classroom.folder import ClassFolder

    folder = ClassFolder(submissions.parent / "out")
    folder.make()
    with folder.locked(), pytest.raises(UsageError, match="another process"):
        graded(submissions, assignment)


def run(submissions: Path, assignment: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "grader", "class", str(submissions), "-a", str(assignment)]
    return subprocess.Popen(
        [*command, "-o", str(submissions.parent / "out"), "-j", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def many(submissions: Path, count: int) -> None:
    for number in range(count):
        (submissions / f"s{number:02}.py").write_text(f"# {number}\n{RIGHT}", encoding="utf-8")


def test_interrupted_it_says_how_to_go_on_and_goes_on(submissions: Path, assignment: Path) -> None:
    many(submissions, 40)
    process = run(submissions, assignment)
    while not results(submissions) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert b"the same command goes on" in out
    before = len(results(submissions))
    summary = graded(submissions, assignment)
    assert summary.kept == before
    assert summary.kept + summary.graded == 43


def test_killed_at_any_moment_it_ends_as_if_undisturbed(
    submissions: Path, assignment: Path, tmp_path: Path
) -> None:
    many(submissions, 30)
    for delay in (0.0, 0.05, 0.15, 0.3):
        process = run(submissions, assignment)
        before = len(results(submissions))
        while len(results(submissions)) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(delay)
        process.kill()
        process.communicate()
    graded(submissions, assignment)
    undisturbed = grade_class(submissions, tmp_path / "other", assignment, workers=2)
    assert undisturbed.graded == 33
    assert comparable(tmp_path / "out") == comparable(tmp_path / "other")


def test_the_page_of_the_class_is_made_again_where_it_lags_behind(
    submissions: Path, assignment: Path
) -> None:
    graded(submissions, assignment)
    out = submissions.parent / "out"
    whole = (out / "grades.csv").read_bytes()
    newest = max(path.stat().st_mtime_ns for path in (out / "results").iterdir())
    (out / "grades.csv").write_text("killed before it was written", encoding="utf-8")
    os.utime(out / "grades.csv", ns=(newest - 1, newest - 1))
    graded(submissions, assignment)
    assert (out / "grades.csv").read_bytes() == whole
    (submissions / "eve.py").unlink()
    graded(submissions, assignment)
    assert b"eve" not in (out / "grades.csv").read_bytes()


SUITES = """\
title: Find the mistakes
mode: cases
cases:
  - {case: sum, concept: accumulate, hidden: true, inputs: {x: 3, w: 5}, graph: "y = (x + w) + x"}
"""
TWICE = "- {case: twice, concept: accumulate, inputs: {x: 3}, graph: y = x + x}\n"
ONCE = "- {case: once, concept: rule, inputs: {x: 3}, graph: y = square(x)}\n"


def test_a_class_of_testers_is_graded_by_what_their_cases_notice(tmp_path: Path) -> None:
    handed_in = tmp_path / "suites"
    (handed_in / "ada").mkdir(parents=True)
    (handed_in / "ada" / "mine.yml").write_text(TWICE)
    (handed_in / "bob.yaml").write_text(ONCE)
    (handed_in / "dan.yaml").write_bytes(b"\xff\xfe")
    (handed_in / "eve.py").write_text("x = 1")
    asked = tmp_path / "find"
    asked.mkdir()
    (asked / "assignment.yaml").write_text(SUITES)
    summary = graded(handed_in, asked)
    assert (summary.total, summary.graded, summary.faults) == (4, 4, ())
    found = scores(handed_in)
    assert found["ada"][0] == found["bob"][0] == "graded"
    assert found["ada"][1] > found["bob"][1]
    assert (found["dan"], found["eve"]) == (("ungradable", 0), ("ungradable", 0))
    out = tmp_path / "out"
    document = results(handed_in)["ada"]
    assert any("`twice` notices" in note for note in document["submission"]["loading"]["notes"])
    about = json.loads((out / "class.json").read_text("utf-8"))
    assert about["assignment"]["max_score"] == document["max_score"] > 1
    with closing(sqlite3.connect(out / "gradebook.sqlite")) as gradebook:
        rows = dict(gradebook.execute("select id, score from submissions"))
    assert rows["ada"] == found["ada"][1]
    assert "bob" in (out / "class.html").read_text("utf-8")
    page = (out / "reports" / "bob.html").read_text("utf-8")
    assert "y = (x + w) + x" not in page
    # Other points: scored from what is stored, the suites included.
    (asked / "assignment.yaml").write_text(SUITES.replace("title: Find", "title: Find all"))
    again = graded(handed_in, asked)
    assert (again.graded, again.scored) == (0, 4)
    assert scores(handed_in) == found
