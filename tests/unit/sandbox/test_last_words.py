"""Where a submission was when its process was ended: by itself, by a fatal signal, by a limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import grader
from grader.domain.assignment import Requirement
from grader.domain.diagnosis import Place
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import BROKEN_OFF, Frame, NoResult, TimedOut
from grader.report.results import last_line
from grader.sandbox import Guest
from grader.sandbox.last_words import frames_of
from tests.unit.sandbox.conftest import ENGINE, Perform

LINE = ENGINE.count("\n") + 4
ASSIGNMENT = """title: A
requires: [Variable, square]
cases:
  - {case: a, title: A, concept: rule, inputs: {x: 3.0}, graph: "y = square(x)"}
"""
SPENT = "_square = square\ndef square(x):\n    {}\n    return _square(x)\n"
DUMP = b"""Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/box/notes.ipynb", line 4 in forward
  File "/box/engine.py", line 2 in backward
  File "/box/missing.py", line 1 in nothing
"""


@pytest.mark.parametrize(
    "deed",
    [
        "os._exit(0)",
        "sys.exit(3)",
        "os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "bytearray(2 << 30)",
    ],
)
def test_what_ends_its_process_is_found_on_its_line(deed: str, perform: Perform) -> None:
    ending = perform(SPENT.format(deed)).transcripts[0].ending
    assert isinstance(ending, BROKEN_OFF)
    last = ending.frames[-1]
    assert (last.file, last.line, last.function) == ("a.py", LINE, "square")


def test_the_end_of_its_processor_time_is_found_on_its_line(guest: Guest, program: Program) -> None:
    source = ENGINE + "\n" + SPENT.format("while True: pass")
    done = guest.perform(
        Submission("a", "file", (SourceFile("a.py", source.encode()),)),
        [(program, 20.0)],
        dialect="variable-function",
        requires=(Requirement("Variable"),),
        limits=Limits(cpu_seconds=1),
    )
    ending = done.transcripts[0].ending
    assert isinstance(ending, TimedOut)
    assert ending.frames[-1].line == LINE


def test_what_cannot_be_seen_is_not_made_up(perform: Perform) -> None:
    ending = perform(SPENT.format("os.kill(os.getpid(), 9)")).transcripts[0].ending
    assert ending == NoResult("signal SIGKILL")


def test_only_lines_of_the_submission_count_in_a_dump() -> None:
    files = {"engine.py", "notes.ipynb"}
    assert frames_of(DUMP, "/box", files) == (
        Frame("engine.py", 2, "backward", ""),
        Frame("notes.ipynb", 4, "forward", ""),
    )
    assert frames_of(b"\xff" * 100, "/box", files) == ()


def test_in_a_notebook_it_is_the_line_of_its_cell(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ENGINE, "execution_count": 1},
        {"cell_type": "code", "source": SPENT.format("os.abort()"), "execution_count": 7},
    ]
    notebook = tmp_path / "notes.ipynb"
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    (tmp_path / "assignment.yaml").write_text(ASSIGNMENT, encoding="utf-8")
    (case,) = grader.grade(notebook, tmp_path, accept_level=0).cases
    assert last_line(case) == Place("notes.ipynb", 3, "os.abort()", "In [7]")
