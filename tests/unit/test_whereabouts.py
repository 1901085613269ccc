"""Where what did not end is said to have been, in a script and in a notebook."""

from __future__ import annotations

import json

from grader.domain.submission import SourceFile
from grader.domain.transcript import Completed, Frame, NoResult, TimedOut, Transcript
from grader.whereabouts import placed, quotable

SCRIPT = SourceFile(
    "a.py",
    b"""class Variable:
    def backward(self):
        while self.todo:
            self.step()

    def step(self):
        for x in self.inputs:
            x.grad = 1
""",
)
BACKWARD = Frame("a.py", 4, "Variable.backward", "self.step()")
STEP = Frame("a.py", 8, "Variable.step", "x.grad = 1")


def where(*frames: Frame, file: SourceFile = SCRIPT) -> tuple[Frame, ...]:
    transcript = placed(Transcript(TimedOut(1.0, frames)), lambda: {file.path: quotable(file)})
    assert isinstance(transcript.ending, TimedOut)
    return transcript.ending.frames


def test_whatever_was_executed_in_a_loop_the_loop_is_named() -> None:
    loop = Frame("a.py", 3, "Variable.backward", "while self.todo:")
    assert where(BACKWARD) == where(BACKWARD, STEP) == (loop,)


def test_where_only_the_last_is_in_a_loop_all_are_kept() -> None:
    caller = Frame("a.py", 2, "outer", "def backward(self):")
    assert where(caller, STEP) == (
        caller,
        Frame("a.py", 7, "Variable.step", "for x in self.inputs:"),
    )


def test_where_there_is_no_loop_nothing_is_changed() -> None:
    frame = Frame("a.py", 1, "f", "class Variable:")
    other = Frame("b.py", 4, "g", "elsewhere")
    assert where(frame, other) == (frame, other)


def test_a_loop_in_a_notebook_is_named_by_its_cell() -> None:
    cells = [
        {"cell_type": "code", "source": "x = 1\n", "execution_count": 1},
        {"cell_type": "code", "source": "while x:\n    x += 1\n", "execution_count": 2},
    ]
    file = SourceFile("a.ipynb", json.dumps({"cells": cells, "nbformat": 4}).encode())
    source = quotable(file)
    cell, line, text = source.place(source.text.split("\n").index("    x += 1") + 1)
    found = where(Frame("a.ipynb", line, "f", text.strip(), cell), file=file)
    assert found == (Frame("a.ipynb", 1, "f", "while x:", cell),)


def test_the_lines_of_a_process_that_was_killed_are_quoted() -> None:
    frames = (Frame("a.py", 8, "step", ""), Frame("lost.py", 1, "f", ""))
    killed = Transcript(NoResult("signal SIGKILL", frames))
    ending = placed(killed, lambda: {"a.py": quotable(SCRIPT)}).ending
    assert ending == NoResult("signal SIGKILL", (Frame("a.py", 8, "step", "x.grad = 1"), frames[1]))


def test_of_what_ended_by_itself_no_source_is_read() -> None:
    transcript = Transcript(Completed())
    assert placed(transcript, lambda: 1 / 0) is transcript  # type: ignore[arg-type,return-value]
