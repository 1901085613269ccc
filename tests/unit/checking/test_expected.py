"""`expect.yaml` of a wrong solution: every mistake with its place."""

from pathlib import Path

import pytest

from grader.authoring.expected import Expected, read_expected
from grader.authoring.source import Faults
from grader.errors import UsageError


def read(text: str, folder: Path) -> tuple[Expected | None, list[tuple[str, int, int, str]]]:
    file = folder / "expect.yaml"
    file.write_text(text)
    faults = Faults()
    found = read_expected(file, faults)
    return found, [(f.code, f.line, f.column, f.message) for f in faults]


def test_cases_and_a_diagnosis_are_read(tmp_path: Path) -> None:
    found, faults = read("fails: [a, b]\ndiagnosis: AD401\n", tmp_path)
    assert (found, faults) == (Expected(("a", "b"), "AD401"), [])
    assert read("fails: a\n", tmp_path)[0] == Expected(("a",))


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "message"),
    [
        ("fail: [a]", "YS201", 1, 1, "the file has no key `fail`"),
        ("fails: [1]", "YS203", 1, 9, "`fails` must be text, not the number 1"),
        ("fails: [a]\ndiagnosis: [b]", "YS203", 2, 12, "`diagnosis` must be text, not a list"),
        ("- a", "YS203", 1, 1, "the file must be a mapping, not a list"),
        ("fails: [a", "YS002", 1, 8, None),
    ],
)
def test_what_is_wrong_is_placed(
    text: str, code: str, line: int, column: int, message: str | None, tmp_path: Path
) -> None:
    ((*place, said),) = read(text, tmp_path)[1]
    assert place[:2] == [code, line]
    assert message is None or (place[2], said) == (column, message)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_expected(tmp_path / "expect.yaml", Faults())
