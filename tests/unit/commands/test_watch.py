"""`grader watch`, as somebody who saves sees it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SUBMISSIONS = ROOT / "tests" / "submissions"
RIGHT = (SUBMISSIONS / "learner_export" / "submission" / "notebook-export.txt").read_text("utf-8")
WRONG = (SUBMISSIONS / "overwrite_learner_draft" / "submission" / "notebook-export.txt").read_text(
    "utf-8"
)


@pytest.fixture
def watching(tmp_path):
    """A wrong submission under watch: its file, and what is printed up to a line that begins so."""
    file = tmp_path / "autodiff.txt"
    file.write_text(WRONG, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "watch", file.name, "-a", "backprop", "--case", "x-plus-x",
         "--case", "add-forward"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
             "PYTHONIOENCODING": "utf-8", "GRADER_LANG": "en"},
    )  # fmt: skip

    def until(last):
        lines = []
        while not (lines and last in lines[-1]):
            line = process.stdout.readline()
            assert line, f"ended before {last!r}: {lines}"
            if "learning what" not in line:
                lines.append(line.rstrip())
        return [line for line in lines if line]

    yield file, until
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(120) == 130
        assert process.stdout.read() in ("", "\n")
    finally:
        process.kill()
        process.communicate()


def test_each_save_says_what_became_of_each_case(watching):
    file, until = watching
    assert until("points")[0].startswith("✗ x-plus-x     ⚑ x   Gradient of x: yours 1, expected 2")
    file.write_text(f"{WRONG}\n# a comment\n", encoding="utf-8")
    said = until("points")
    assert said[0].endswith("save 2")
    assert said[1].startswith("✗ x-plus-x  same mistake: Gradient of x: yours 1, expected 2")
    file.write_text("class Variable:\n    def __init__(self, d", encoding="utf-8")
    assert "`Variable` is not defined" in until("The next save is tried again.")[1]
    file.unlink()
    assert "there is no file or folder 'autodiff.txt'" in until("there is no file")[-1]
    file.write_text(RIGHT, encoding="utf-8")
    said = until("Everything is right")
    assert said[-3:-1] == ["✓ x-plus-x  fixed", "1 fixed   4 of 4 points (before: 1)"]


def test_what_is_not_there_is_not_watched(desk, grader):
    done = grader("watch", "nowhere.py", "-a", "backprop")
    assert done.exit_code == 2
    assert "there is no file or folder 'nowhere.py'" in done.output
