"""The handout holds what is shown, and nothing else; the instructor's copy holds everything."""

import zipfile
from pathlib import Path

import pytest

from grader.authoring import load_assignment
from grader.domain.assignment import Reveal
from grader.errors import UsageError
from grader.packing import as_zip, handout, instructors_copy, pack
from grader.shipped import assignments_folder

SHIPPED = sorted(file.parent for file in assignments_folder().glob("*/assignment.yaml"))
TEXT = """\
title: T    # a title
cases:
  # the first
  - case: shown
    title: Everybody sees this
    concept: rule
    inputs: {x: 3}
    graph: |
      y = square(x)
    needs: [secret-one, shown-too]   # both

  # ---- what follows checks aliasing
  - case: secret-one
    title: Nobody sees that
    concept: rule
    hidden: true
    inputs: {x: 0.7310585}
    graph: |
      y = exp(square(x))
    expect: {x.grad: 2.4947}
    hint: ["A hidden hint."]

  # still shown
  - case: shown-too
    concept: rule
    inputs: {x: 5}
    graph: y = square(x)

  - case: secret-two
    concept: rule
    reveal: verdict
    inputs: {x: 0.9051483}
    graph: y = sin(cos(x))
# the end
time_limit: 3
"""
HIDDEN = ("secret", "aliasing", "Nobody", "0.7310585", "2.4947", "0.9051483", "exp", "sin", "hint")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "homework"
    for name, text in {
        "assignment.yaml": TEXT,
        "README.md": "Build it.",
        "graph.svg": "<svg/>",
        "starter/autodiff.py": "TODO = 1\n",
        "solution/autodiff.py": "answer = 42\n",
        "solutions/wrong/lost/autodiff.py": "lost = 42\n",
        ".git/config": "private = 42\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_nothing_hidden_is_in_the_handout(folder: Path) -> None:
    files = handout(folder)
    assert set(files) == {
        "homework/assignment.yaml",
        "homework/README.md",
        "homework/graph.svg",
        "homework/starter/autodiff.py",
    }
    whole = b"\n".join(files.values()).decode()
    for text in (*HIDDEN, "42"):
        assert text not in whole, text


def test_what_is_shown_stays_as_it_was_written(folder: Path) -> None:
    text = handout(folder)["homework/assignment.yaml"].decode()
    assert text == (
        "title: T    # a title\ncases:\n  # the first\n  - case: shown\n"
        "    title: Everybody sees this\n    concept: rule\n    inputs: {x: 3}\n    graph: |\n"
        "      y = square(x)\n    needs: [shown-too]   # both\n\n  # still shown\n"
        "  - case: shown-too\n    concept: rule\n    inputs: {x: 5}\n    graph: y = square(x)\n"
        "# the end\ntime_limit: 3\n"
    )


def test_a_text_that_tells_of_a_hidden_case_is_refused(folder: Path) -> None:
    (folder / "README.md").write_text("Beware of secret-one.")
    with pytest.raises(UsageError, match="hidden case `secret-one` says 'secret-one'"):
        handout(folder)


def test_an_assignment_of_hidden_cases_cannot_be_handed_out(folder: Path) -> None:
    text = TEXT.replace("inputs: {x: 3}", "hidden: true\n    inputs: {x: 3}")
    text = text.replace("inputs: {x: 5}", "hidden: true\n    inputs: {x: 5}")
    (folder / "assignment.yaml").write_text(text)
    with pytest.raises(UsageError, match="every case of 'homework' is hidden"):
        handout(folder)


def test_the_instructors_copy_holds_everything_but_what_is_private(folder: Path) -> None:
    files = instructors_copy(folder)
    assert files["homework/assignment.yaml"].decode() == TEXT
    assert "homework/solutions/wrong/lost/autodiff.py" in files
    assert not any(".git" in name for name in files)


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert as_zip(handout(folder)) == as_zip(handout(folder))
    written = pack(folder, tmp_path / "dist")
    assert [path.name for path in written] == ["homework-handout.zip", "homework-instructor.zip"]
    assert zipfile.ZipFile(written[0]).testzip() is None


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_no_shipped_handout_holds_a_hidden_value_or_text(folder: Path) -> None:
    assignment = load_assignment(folder)
    whole = "\n".join(data.decode("utf-8", "replace") for data in handout(folder).values())
    shown = [case for case in assignment.cases if not case.hidden and case.reveal is Reveal.FULL]
    known = {case.graph for case in shown} | {hint for case in shown for hint in case.hints}
    for case in assignment.cases:
        if case in shown:
            continue
        assert case.id not in whole
        for text in (case.title, case.graph, *case.hints):
            assert any(text in each for each in known) or text not in whole, text
