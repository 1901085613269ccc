"""The layouts in which learning platforms give submissions, and the roster that names the students."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.classroom.folder import file_name
from grader.classroom.layouts import Found, find
from grader.classroom.roster import match, read_roster
from grader.errors import UsageError


def laid_out(root: Path, *names: str) -> Path:
    """Files of these names; a name that ends in a slash is a folder with a file in it."""
    for name in names:
        path = root / (f"{name}autodiff.py" if name.endswith("/") else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n", encoding="utf-8")
    return root


def ids(found: Found) -> list[str]:
    return [one.id for one in found.handed_in]


def test_a_plain_folder_has_a_submission_in_every_folder_code_file_and_archive(
    tmp_path: Path,
) -> None:
    found = find(laid_out(tmp_path, "ada/", "bob.ipynb", "eve.zip", "dan.tar.gz", "notes.pdf"))
    assert (found.layout, ids(found)) == ("plain", ["ada", "bob", "dan", "eve"])
    assert found.passed_over == ("notes.pdf",)


def test_moodle(tmp_path: Path) -> None:
    found = find(
        laid_out(
            tmp_path,
            "Ada Lovelace_4711_assignsubmission_file_/",
            "Zoë van der Berg_12_assignsubmission_file/",
            "Participant_13_assignsubmission_file_autodiff.py",
            "Two Files_14_assignsubmission_file_a.py",
            "Two Files_14_assignsubmission_file_b.py",
        )
    )
    assert (found.layout, ids(found)) == ("Moodle", ["12", "13", "14", "4711"])
    twelve, thirteen, fourteen, ada = found.handed_in
    assert twelve.student.name == "Zoë van der Berg"
    assert thirteen.student.name == ""
    assert thirteen.files[0][0] == "autodiff.py"
    assert [name for name, _ in fourteen.files] == ["a.py", "b.py"]
    assert "Participant 4711" in ada.student.keys


def test_canvas(tmp_path: Path) -> None:
    found = find(
        laid_out(
            tmp_path,
            "lovelaceada_17_1001_autodiff.py",
            "lovelaceada_17_1002_helpers-1.py",
            "hopper_LATE_18_1003_my_own_code.ipynb",
        )
    )
    assert (found.layout, ids(found)) == ("Canvas", ["17", "18"])
    ada, hopper = found.handed_in
    assert [name for name, _ in ada.files] == ["autodiff.py", "helpers.py"]
    assert (hopper.student.name, hopper.files[0][0]) == ("hopper", "my_own_code.ipynb")


def test_gradescope_with_a_group_and_somebody_unknown(tmp_path: Path) -> None:
    laid_out(tmp_path, "submission_1/", "submission_2/")
    (tmp_path / "submission_metadata.yml").write_text(
        "submission_1:\n"
        "  :submitters:\n"
        "  - :name: Ada Lovelace\n    :sid: '0042'\n    :email: ada@example.org\n"
        "  - :name: Bob\n    :sid: ''\n    :email: bob@example.org\n"
        "  :created_at: 2026-01-02 03:04:05.678 Z\n",
        encoding="utf-8",
    )
    found = find(tmp_path)
    one, two = found.handed_in
    assert found.layout == "Gradescope export"
    assert [student.id for student in one.members] == ["0042", "bob@example.org"]
    assert two.student.id == "submission_2"


def test_github_classroom_clones_lose_what_all_names_begin_with(tmp_path: Path) -> None:
    laid_out(tmp_path, "home-work-1-ada/", "home-work-1-adam-smith/", "home-work-1-bob/")
    for clone in tmp_path.iterdir():
        (clone / ".git").mkdir()
    found = find(tmp_path)
    assert (found.layout, ids(found)) == ("GitHub Classroom", ["ada", "adam-smith", "bob"])


def test_nbgrader_takes_the_assignment_of_that_name(tmp_path: Path) -> None:
    laid_out(tmp_path, "submitted/ada/backprop/", "submitted/bob/backprop/", "submitted/bob/ps1/")
    found = find(tmp_path, assignment="backprop")
    assert (found.layout, ids(found)) == ("nbgrader", ["ada", "bob"])
    with pytest.raises(UsageError, match="several assignments: backprop, ps1"):
        find(tmp_path, assignment="other")


def test_ids_name_files_and_are_never_the_same_file(tmp_path: Path) -> None:
    long = "x" * 90
    found = find(laid_out(tmp_path, "Ada.py", "ada.ipynb", "ada.zip", "ada~2.py", f"{long}.py"))
    folded = [id.casefold() for id in ids(found)]
    assert len(set(folded)) == 5
    assert max(map(len, folded)) <= 64


def test_ids_can_be_written_and_name_files_whatever_their_letters(tmp_path: Path) -> None:
    foreign = os.fsdecode("李明".encode("gbk"))
    found = find(laid_out(tmp_path, "😀" * 40 + "/", "（" * 60 + "a/", foreign + "/"))
    for one in found.handed_in:
        assert len(file_name(one.id).encode()) <= 200
        "".join((one.id, *one.student.keys)).encode("utf-8")
    assert "\\xc0\\xee\\xc3\\xf7" in ids(found)
    found = find(laid_out(tmp_path / "moodle", foreign + "_12_assignsubmission_file_a.py"))
    assert found.handed_in[0].student.name == "\\xc0\\xee\\xc3\\xf7"


def test_the_folder_of_the_results_is_no_submission(tmp_path: Path) -> None:
    laid_out(tmp_path, "ada/", "graded/")
    assert ids(find(tmp_path, without=tmp_path / "graded")) == ["ada"]


def test_a_link_to_itself_is_passed_over_and_no_trouble(tmp_path: Path) -> None:
    laid_out(tmp_path, "ada.py")
    (tmp_path / "loop").symlink_to("loop")
    found = find(tmp_path, without=tmp_path / "graded")
    assert (ids(found), found.passed_over) == (["ada"], ("loop",))


@pytest.mark.parametrize("root", ["", "submitted/"])
def test_one_folder_that_may_not_be_looked_into_does_not_stop_a_class(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out(tmp_path, f"{root}ada/backprop/a.py", f"{root}bob/backprop/a.py")
    locked = tmp_path / root / "bob"

    def locking(call: str, inside: Callable[[Path], bool]) -> None:
        real = getattr(os, call)

        def refuse(path: Any, *arguments: Any, **options: Any) -> Any:
            if not isinstance(path, int) and inside(Path(os.fspath(path))):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *arguments, **options)

        monkeypatch.setattr(os, call, refuse)

    # Root may look into every folder, so that it has to be refused.
    locking("listdir", lambda path: path == locked)
    locking("scandir", lambda path: path == locked)
    locking("stat", lambda path: locked in path.parents)
    assert ids(find(tmp_path, assignment="backprop")) == ["ada", "bob"]


def test_what_is_no_folder_or_holds_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unpack it first"):
        find(tmp_path / "all.zip")
    with pytest.raises(UsageError, match="holds no submission"):
        find(tmp_path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_roster_names_the_students_whatever_a_platform_calls_them(
    tmp_path: Path, separator: str
) -> None:
    submissions = laid_out(
        tmp_path / "all", "lovelaceada_17_1_a.py", "hopper_18_2_a.py", "stranger_19_3_a.py"
    )
    rows = [
        ["Student ID", "First name", "Last name", "E-mail address", "ID"],
        ["s1", "Ada", "Lovelace", "ada@example.org", "17"],
        ["s2", "Grace", "Hopper", "", "18"],
        ["s3", "Emmy", "Noether", "", "20"],
    ]
    roster = tmp_path / "roster.csv"
    text = "\ufeff" + "\r\n".join(separator.join(row) for row in rows)
    roster.write_text(text.replace("Student ID", "SIS User ID"), encoding="utf-8")
    matched = match(find(submissions).handed_in, read_roster(roster))
    named = {one.id: (one.student.id, one.student.name) for one in matched.handed_in}
    assert named == {
        "17": ("17", "Ada Lovelace"),
        "18": ("18", "Grace Hopper"),
        "19": ("19", "stranger"),
    }
    assert [student.name for student in matched.missing] == ["Emmy Noether"]
    assert matched.unknown == ("19",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("colour,shape\nred,round\n", "no column names a student"),
        ("id,name\na,A\na,B\n", ":3: a stands there twice"),
        ("id,name\n,A\n", ":2: the student has no id"),
    ],
)
def test_a_roster_that_cannot_be_used_says_where(tmp_path: Path, text: str, said: str) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_roster(roster)
