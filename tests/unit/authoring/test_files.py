"""Which files there are, `extends`, and the key under which a compiled assignment is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.authoring import load_assignment
from grader.authoring.files import assignment_files, content_of
from grader.errors import AuthoringError, UsageError
from tests.unit.authoring.writing import in_a_file

CASE = "  - {{case: {id}, concept: rule, inputs: {{x: {{normal: []}}}}, graph: y = {graph}}}\n"


def write(folder: Path, *ids: str, head: str = "", graph: str = "-x") -> Path:
    cases = "".join(CASE.format(id=id, graph=graph) for id in ids)
    in_a_file(folder, f"title: {folder.name}\n{head}cases:\n{cases}")
    return folder


def test_a_folder_and_its_file_are_the_same_assignment(tmp_path: Path) -> None:
    folder = write(tmp_path / "hw", "a")
    assert load_assignment(folder) == load_assignment(folder / "assignment.yaml")
    other = folder / "quiz.yaml"
    other.write_bytes((folder / "assignment.yaml").read_bytes())
    assert load_assignment(other).id == "quiz"


def test_a_path_that_is_not_there_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^there is no assignment at .*nowhere$"):
        load_assignment(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"^the folder .* holds no assignment\.yaml$"):
        load_assignment(tmp_path)


def test_an_extended_assignment_comes_first(tmp_path: Path) -> None:
    head = "requires: [Variable]\ndialect: value\ntime_limit: 5\ntolerance: 1e-3\n"
    write(tmp_path / "one", "a", "b", head=head)
    write(
        tmp_path / "two", "c", head="extends: ../one  # the week before\nrequires: [{Sum: [S]}]\n"
    )
    found = load_assignment(tmp_path / "two")
    assert [case.id for case in found.cases] == ["a", "b", "c"]
    assert [each.name for each in found.requires] == ["Variable", "Sum"]
    assert (found.id, found.title, found.dialect) == ("two", "two", "value")
    assert found.cases[2].time_limit == 5.0
    assert found.cases[2].tolerance.relative == 1e-3
    assert found.cases[0].program == load_assignment(tmp_path / "one").cases[0].program


def test_faults_of_all_files_are_told_at_once_under_the_names_as_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "one", "a", graph="sqare(x)")
    write(tmp_path / "two", "a", head="extends: '../one'\n", graph="cosh(x)")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AuthoringError) as raised:
        load_assignment(Path("two"))
    assert [(fault.code, fault.place) for fault in raised.value.faults] == [
        ("YS103", f"{Path('one/assignment.yaml')}:3:68"),
        ("YS401", f"{Path('two/assignment.yaml')}:4:12"),
        ("YS103", f"{Path('two/assignment.yaml')}:4:68"),
    ]
    help = raised.value.faults[1].help
    assert help == f"the first one is at {Path('one/assignment.yaml')}:3:12"


def test_assignments_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "one", "a", head="extends: ../two\n")
    write(tmp_path / "two", "b", head="extends: ../three\n")
    write(tmp_path / "three", "c", head="extends: ../one\n")
    with pytest.raises(AuthoringError) as raised:
        load_assignment(tmp_path / "one")
    (fault,) = raised.value.faults
    assert fault.message == "`../one` extends this assignment in turn"
    assert fault.file == str(tmp_path / "three" / "assignment.yaml")
    assert [file.parent.name for file in assignment_files(tmp_path / "one")] == [
        "one",
        "two",
        "three",
    ]


def test_the_key_changes_with_every_file_that_matters(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "a")
    two = write(tmp_path / "two", "b", head="extends: ../one\n")
    before = content_of(two)
    assert content_of(two) == before
    assert content_of(two / "assignment.yaml") == before
    write(one, "a", "more")
    assert content_of(two) != before
    before = content_of(two)
    write(two, "b", head="extends: ../one\n# a remark\n")
    assert content_of(two) != before


@pytest.mark.parametrize(
    "line", ["extends: ../one", "extends: '../one'", 'extends: "../one"', "extends:   ../one # x"]
)
def test_the_files_are_found_without_reading_yaml(line: str, tmp_path: Path) -> None:
    write(tmp_path / "one", "a")
    write(tmp_path / "two", "b", head=f"{line}\n")
    assert len(assignment_files(tmp_path / "two")) == 2
    assert len(load_assignment(tmp_path / "two").cases) == 2


@pytest.mark.parametrize(
    "head",
    [
        "'extends': ../one\n",
        "extends : ../one\n",
        "extends:\n  ../one\n",
        'extends: "..\\u002Fone"\n',
        "summary: &p ../one\nextends: *p\n",
    ],
)
def test_an_extends_that_would_be_overlooked_is_refused(head: str, tmp_path: Path) -> None:
    write(tmp_path / "one", "a")
    write(tmp_path / "two", "b", head=head)
    with pytest.raises(AuthoringError) as raised:
        load_assignment(tmp_path / "two")
    assert [fault.code for fault in raised.value.faults] == ["YS406"]


def test_the_key_needs_neither_yaml_nor_pydantic(tmp_path: Path) -> None:
    folder = write(tmp_path / "hw", "a")
    program = (
        "import sys; from pathlib import Path; from grader.authoring.files import content_of; "
        f"content_of(Path({str(folder)!r})); import grader.authoring; "
        "print([m for m in ('yaml', 'pydantic', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_loading_needs_no_numpy(tmp_path: Path) -> None:
    folder = write(tmp_path / "hw", "a")
    program = (
        "import sys; from pathlib import Path; from grader.authoring import load_assignment; "
        f"load_assignment(Path({str(folder)!r})); print('numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
