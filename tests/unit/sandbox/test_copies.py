"""Programs that are performed alone, in copies of a process that has read the submission and executed nothing."""

from __future__ import annotations

import re

import pytest

from grader.domain.array import Array
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import (
    Completed,
    Crashed,
    Ending,
    GivenUp,
    NoResult,
    OutOfMemory,
    TimedOut,
    Transcript,
)
from grader.records import replace
from tests.unit.sandbox.conftest import ENGINE, Perform

MANY = 3
WHO = "import os, sys\nprint('parent', os.getppid(), 'own', os.getpid(), file=sys.stderr)\n"
BACKWARD = """
class Variable(Variable):
    def backward(self):
        {}
        super().backward()
"""


def gradient(transcript: Transcript) -> object:
    return next(
        one.found for one in transcript.readings if one.quantity == Quantity(Aspect.GRADIENT, "x")
    )


def people(perform: Perform, times: int) -> list[tuple[str, str]]:
    source = BACKWARD.format("print('parent', os.getppid(), 'own', os.getpid(), file=sys.stderr)")
    found = perform(source, times=times, alone=True)
    return [
        pair
        for one in found.transcripts
        for pair in re.findall(r"parent (\d+) own (\d+)", one.output)
    ]


def test_many_are_copies_of_one_process_and_few_are_not(perform: Perform) -> None:
    ((runner, _),) = people(perform, 1)
    many = people(perform, MANY)
    assert len(many) == MANY
    ((template),) = {parent for parent, _ in many}
    assert template != runner
    assert len({own for _, own in many}) == MANY


def test_nothing_of_one_is_seen_by_the_next(perform: Perform) -> None:
    source = "count = [0]\n" + BACKWARD.format(
        "count[0] += 1; self.x.data = self.x.data * count[0]"
    )
    found = perform(source, times=MANY, alone=True)
    assert [gradient(one) for one in found.transcripts] == [Array.of(6.0)] * MANY


def test_what_is_printed_while_loading_is_told_once(perform: Perform) -> None:
    found = perform("print('hello')", times=MANY, alone=True)
    assert found.output == "hello\n"
    assert [one.output for one in found.transcripts] == [""] * MANY
    assert [one.name for one in found.loading.bound][:1] == ["Variable"]


@pytest.mark.parametrize(
    ("deed", "ending"),
    [
        ("os._exit(3)", NoResult("exit status 3")),
        ("os.kill(os.getpid(), 11)", NoResult("signal SIGSEGV")),
        ("os.kill(os.getpid(), 40)", NoResult("signal SIG40")),
        ("os.close(4)", NoResult("it closed its answers and went on")),
        ("raise MemoryError", OutOfMemory(0)),
    ],
)
def test_each_ends_for_itself(perform: Perform, deed: str, ending: Ending) -> None:
    found = perform(BACKWARD.format(deed + "; import time; time.sleep(9)"), times=MANY, alone=True)
    assert [replace(one.ending, frames=()) for one in found.transcripts] == [ending] * MANY
    assert isinstance(perform().transcripts[0].ending, Completed)


def test_after_three_that_hang_three_more_are_tried_and_the_rest_is_given_up(
    perform: Perform,
) -> None:
    found = perform(BACKWARD.format("while True: pass"), times=8, alone=True)
    kinds = [type(one.ending) for one in found.transcripts]
    assert kinds == [TimedOut] * 6 + [GivenUp] * 2


@pytest.mark.parametrize(
    "deed",
    [
        "os.kill(os.getppid(), 9)",
        "os.fork()",
        "open(f'/proc/{os.getppid()}/mem', 'rb')",
        "[os.write(n, b's') for n in range(5, 60)]",
        "import socket; socket.socket(fileno=3)",
        "os.setsid()",
        "import fcntl; fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())",
        "import ctypes; assert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0",
    ],
)
def test_it_reaches_neither_its_template_nor_more_than_others(perform: Perform, deed: str) -> None:
    source = BACKWARD.format(f"{deed}; print('DONE')")
    found = perform(source, times=MANY, alone=True)
    assert len(found.transcripts) == MANY
    for one in found.transcripts:
        assert "DONE" not in one.output
        assert isinstance(one.ending, Crashed), one.ending


@pytest.mark.parametrize(
    "engine",
    ["def broken(:\n", "x = 1\n", "raise SystemExit\n", f"{ENGINE}\nimport os; os._exit(0)"],
)
def test_what_cannot_be_loaded_says_so_once(perform: Perform, engine: str) -> None:
    found = perform(engine=engine, times=MANY, alone=True)
    assert found.loading.error == perform(engine=engine).loading.error != ""


def test_who_says_that_nothing_can_be_loaded_is_taken_at_their_word(perform: Perform) -> None:
    """It is the submission itself that loses, and nobody else."""
    lie = "import os\nos.write(4, b'N' + (2).to_bytes(4, 'big') + b'{}')\n"
    for times in (1, MANY):
        assert perform(lie, times=times, alone=True).loading.error
    again = "import os\n" + BACKWARD.format("os.write(4, b'N' + (2).to_bytes(4, 'big') + b'{}')")
    for alone in (False, True):
        found = perform(again, times=MANY, alone=alone)
        assert not found.loading.error
        assert [type(one.ending).__name__ for one in found.transcripts] == ["BadAnswer"] * MANY
    assert isinstance(perform().transcripts[0].ending, Completed)
