"""The archive for Gradescope, unpacked and run as Gradescope would, in a tree like `/autograder`."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from grader.commands.settings import load_command
from grader.platforms.gradescope_run import over_the_limit
from grader.platforms.gradescope_zip import Settings
from tests.classroom.conftest import OVERWRITES, RIGHT
from tests.unit.export.schemas import GRADESCOPE


def pack(assignment: Path, target: Path, *options: str) -> bytes:
    arguments = [str(assignment), "--gradescope", "-o", str(target), *options]
    done = CliRunner().invoke(load_command("pack"), arguments)
    assert done.exit_code == 0, done.output
    return target.read_bytes()


class Autograder:
    """`/autograder`, somewhere else: unpacked and built as the platform does."""

    def __init__(self, root: Path, archive: bytes) -> None:
        self.root = root
        source = root / "source"
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            for info in packed.infolist():
                path = Path(packed.extract(info, source))
                path.chmod(info.external_attr >> 16 & 0o777)
        (root / "run_autograder").write_bytes((source / "run_autograder").read_bytes())
        (root / "run_autograder").chmod(0o755)
        (root / "submission").mkdir()
        self.run(source / "setup.sh")

    def run(self, script: Path) -> subprocess.CompletedProcess[str]:
        """Without network, and without anything of the checkout within reach."""
        environment = {"PATH": os.environ["PATH"], "GRADER_PYTHON": sys.executable, "HOME": "/"}
        wall = ["unshare", "--net", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*wall, str(script)],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert script.name != "setup.sh" or done.returncode == 0, done.stderr
        return done

    def grade(self, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
        (self.root / "submission" / "autodiff.py").write_text(text, encoding="utf-8")
        if metadata is not None:
            file = self.root / "submission_metadata.json"
            file.write_text(json.dumps(metadata), encoding="utf-8")
        self.done = self.run(self.root / "run_autograder")
        read = json.loads((self.root / "results" / "results.json").read_bytes())
        Draft202012Validator(GRADESCOPE).validate(read)
        return read


@pytest.fixture
def autograder(tmp_path: Path, assignment: Path) -> Autograder:
    archive = pack(assignment, tmp_path / "upload.zip", "--limit", "2/24")
    root = tmp_path / "autograder"
    root.mkdir()
    tmp_path.chmod(0o755)
    for (
        folder
    ) in tmp_path.parents:  # pytest's folders are closed to the user that submissions run as
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    return Autograder(root, archive)


def test_the_archive_has_the_scripts_at_its_root_and_no_solution(
    tmp_path: Path, assignment: Path
) -> None:
    first = pack(assignment, tmp_path / "a.zip")
    assert pack(assignment, tmp_path / "b.zip") == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in packed.infolist()}
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755
    assert not [name for name in modes if "solution" in name or name.endswith(".pyc")]
    assert "assignments/small/assignment.yaml" in modes


def test_submissions_are_graded_in_the_container(autograder: Autograder) -> None:
    right = autograder.grade(RIGHT)
    assert autograder.done.returncode == 0, autograder.done.stdout + autograder.done.stderr
    assert (right["score"], [test["status"] for test in right["tests"]]) == (10, ["passed"] * 3)
    assert right["extra_data"]["sandbox_level"] >= 2
    assert "protection: level" in autograder.done.stdout

    wrong = autograder.grade(OVERWRITES, {"created_at": "2026-03-01T10:00:00.000000-08:00"})
    assert wrong["score"] == 7
    assert "What nobody may read" not in json.dumps(wrong)
    assert sum(test["max_score"] for test in wrong["tests"]) == 10

    broken = autograder.grade("class Variable(:\n")
    assert (broken["score"], len(broken["tests"])) == (0, 3)
    assert "SyntaxError" in broken["output"] or "syntax" in broken["output"].lower()

    previous = [
        {"submission_time": "2026-03-01T09:00:00.000000-08:00", "score": "4.0"},
        {"submission_time": "2026-03-01T09:30:00.000000-08:00", "score": "7.0"},
    ]
    above = {"created_at": "2026-03-01T10:00:00.000000-08:00", "previous_submissions": previous}
    refused = autograder.grade(RIGHT, above)
    assert refused["score"] == 7
    assert "2026-03-02 09:00" in refused["output"]


def test_what_does_not_finish_says_so(autograder: Autograder) -> None:
    (autograder.root / "grader-package" / "assignments" / "small" / "assignment.yaml").unlink()
    read = autograder.grade(RIGHT)
    assert autograder.done.returncode == 1
    assert "did not finish" in read["output"]
    assert read["extra_data"]["status"] == "grader fault"


def test_answers_are_closed_to_everybody_but_the_grader(autograder: Autograder) -> None:
    for name in (
        "source",
        "grader-cache",
        "grader-package/assignments",
        "grader-package/grader/_data",
    ):
        assert (autograder.root / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize(
    ("previous", "refused"),
    [
        ([], False),
        ([("2026-03-01T09:00:00Z", False)], False),
        ([("2026-03-01T09:00:00Z", False), ("2026-03-01T09:30:00Z", False)], True),
        ([("2026-03-01T09:00:00Z", False), ("2026-03-01T09:30:00Z", True)], False),
        ([("2026-02-28T09:00:00Z", False), ("2026-03-01T09:30:00Z", False)], False),
        ([("2026-03-01T09:00:00Z", False), ("2026-03-01T11:30:00Z", False)], False),
        ([("nonsense", False), ("2026-03-01T09:30:00Z", False)], False),
    ],
)
def test_the_limit_counts_back_from_when_it_was_handed_in(
    previous: list[tuple[str, bool]], refused: bool
) -> None:
    metadata = {
        "created_at": "2026-03-01T10:00:00Z",
        "previous_submissions": [
            {"submission_time": time, "score": 3, "autograder_error": error}
            for time, error in previous
        ],
    }
    settings = Settings("a", "A", 10.0, limit=2, limit_hours=24.0)
    assert (over_the_limit(metadata, settings) is not None) == refused
    assert over_the_limit(metadata, Settings("a", "A", 10.0)) is None


@pytest.mark.parametrize("limit", ["5", "0/24", "5/0", "many/24"])
def test_a_limit_that_is_none_is_refused(limit: str, assignment: Path) -> None:
    done = CliRunner().invoke(
        load_command("pack"), [str(assignment), "--gradescope", "--limit", limit]
    )
    assert done.exit_code == 2
    assert "5/24" in done.output
