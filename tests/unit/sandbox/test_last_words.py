"""Where a submission was when its process was ended: by itself, by a fatal signal, by a limit."""

from __future__ import annotations

import json

import pytest

from grader.domain.assignment import Requirement
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import BROKEN_OFF, Frame, NoResult, TimedOut
from grader.sandbox import Guest
from grader.sandbox.last_words import frames_of
from tests.unit.sandbox.conftest import ENGINE, Perform

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
    assert ending.frames[-1].text == deed
    assert ending.frames[-1].function == "square"


def test_the_end_of_its_processor_time_is_found_on_its_line(guest: Guest, program: Program) -> None:
    source = ENGINE + SPENT.format("\n    while True: pass")
    done = guest.perform(
        Submission("a", "file", (SourceFile("a.py", source.encode()),)),
        [(program, 20.0)],
        dialect="variable-function",
        requires=(Requirement("Variable"),),
        limits=Limits(cpu_seconds=1),
    )
    ending = done.transcripts[0].ending
    assert isinstance(ending, TimedOut)
    assert ending.frames[-1].text == "while True: pass"


def test_what_cannot_be_seen_is_not_made_up(perform: Perform) -> None:
    ending = perform(SPENT.format("os.kill(os.getpid(), 9)")).transcripts[0].ending
    assert ending == NoResult("signal SIGKILL")


def test_only_lines_of_the_submission_count_in_a_dump_and_as_its_owner_counts_them() -> None:
    cells = [
        {"cell_type": "code", "source": "a = 1", "execution_count": 1},
        {"cell_type": "code", "source": "def f():\n    die()", "execution_count": 7},
    ]
    files = (
        SourceFile("engine.py", b"def backward():\n    f()\n"),
        SourceFile("notes.ipynb", json.dumps({"cells": cells, "nbformat": 4}).encode()),
    )
    outer, inner = frames_of(DUMP, "/box", files)
    assert outer == Frame("engine.py", 2, "backward", "f()")
    assert (inner.file, inner.function, inner.cell) == ("notes.ipynb", "forward", "In [7]")
    assert frames_of(b"\xff" * 100, "/box", files) == ()
