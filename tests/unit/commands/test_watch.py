"""`grader watch`, as somebody who saves sees it."""

import os
import re
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
    """A wrong submission under watch: its file, and what is printed up to a line that matches."""
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
        while not (lines and re.search(last, lines[-1])):
            line = process.stdout.readline()
            assert line, f"ended before {last!r}: {lines}"
            lines.append(line.rstrip())
        return lines

    yield file, until
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(120) == 130
        assert "Traceback" not in process.stdout.read()
    finally:
        process.kill()
        process.communicate()


def save(file, text):
    """As editors do: whole, under the name at once."""
    draft = file.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


TOTALS = r"^\d.* points"


def test_each_save_says_what_became_of_each_case(watching):
    file, until = watching
    assert "✗ x-plus-x     ⚑ x   Gradient of x: yours 1, expected 2 (half of it)." in until(TOTALS)
    save(file, f"{WRONG}\n# a comment\n")
    until("save 2$")
    said = until(TOTALS)
    assert said[0] == "✗ x-plus-x  same mistake: Gradient of x: yours 1, expected 2 (half of it)."
    assert said[-1] == "1 same mistake   1 of 4 points"
    save(file, "class Variable:\n    def __init__(self, d")
    assert "`Variable` is not defined" in until("The next save is tried again")[-3]
    file.unlink()
    until("there is no file or folder 'autodiff.txt'")
    save(file, RIGHT)
    said = until("Everything is right")
    assert said[-3:-1] == ["✓ x-plus-x  fixed", "1 fixed   4 of 4 points (before: 1)"]


def test_what_is_not_there_is_not_watched(desk, grader):
    done = grader("watch", "nowhere.py", "-a", "backprop")
    assert done.exit_code == 2
    assert "there is no file or folder 'nowhere.py'" in done.output
