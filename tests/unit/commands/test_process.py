"""The command as a process: what it starts first of all, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader import __main__ as process

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["version"], 0),
        (["run", "--unknown"], 2),
        (["run", "missing", "-a", "missing"], 2),
        ([], 2),
    ],
)
def test_it_ends_with_the_status_of_the_command_and_all_that_it_printed(
    arguments: list[str], status: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == status
    assert (done.stderr if status else done.stdout).endswith("\n")
    assert "Traceback" not in done.stderr


def test_only_what_grades_one_submission_starts_a_guest_first_of_all() -> None:
    assert process._grades(["run", "submission"])
    assert not process._grades(["run", "--help"])
    assert not process._grades(["class", "submissions"])
    assert not process._grades([])
