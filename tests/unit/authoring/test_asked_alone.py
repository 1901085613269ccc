"""What an assignment asks for, without its cases being read."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring import load_asked, load_assignment
from grader.errors import AuthoringError
from grader.shipped import assignments_folder

SHIPPED = sorted(file.parent for file in assignments_folder().glob("*/assignment.yaml"))
CASE = "{case: one, concept: forward, inputs: {x: 3}, graph: y = square(x), backward: false}"


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_same_as_with_the_cases(folder: Path) -> None:
    whole = load_assignment(folder)
    assert load_asked(folder) == (whole.dialect, whole.requires)


@pytest.mark.parametrize(
    "text",
    [
        f"title: a\ncases:\n- {CASE}\nrequires: [Variable]\n",
        f"cases: [\n{CASE}\n]\n# the end\nrequires:\n- Variable\ntitle: a\n",
        f'title: a\n"cases": [{CASE}]\nrequires: [Variable]\n',
        f"title: a\nrequires: [Variable]\ncases: [{CASE}\n]",
        f'title: "a\ncases: b\nis it"\nrequires: [Variable]\ncases: [{CASE}]\n',
    ],
)
def test_wherever_the_cases_stand(tmp_path: Path, text: str) -> None:
    file = tmp_path / "assignment.yaml"
    file.write_text(text, encoding="utf-8")
    assert [one.name for one in load_asked(file)[1]] == ["Variable"]


def test_what_is_wrong_beside_the_cases_is_told(tmp_path: Path) -> None:
    file = tmp_path / "assignment.yaml"
    file.write_text(f"titel: a\nrequires: [Variable]\ncases: [{CASE}]\n", encoding="utf-8")
    with pytest.raises(AuthoringError):
        load_asked(file)
