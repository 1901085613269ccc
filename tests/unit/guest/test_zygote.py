"""The process that starts others ends with its runner, and a runner without it says so."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from grader.domain.submission import SourceFile, Submission
from grader.errors import GraderFault
from grader.guest import system
from grader.sandbox import Guest, Performance

pytestmark = pytest.mark.skipif(not system.LINUX, reason="processes are looked up in /proc")


def performed(guest: Guest) -> Performance:
    handed_in = Submission("a", "file", (SourceFile("a.py", b"class Variable:\n    pass\n"),))
    return guest.perform(handed_in, [], dialect="variable-function", requires=())


def zygote_of(guest: Guest) -> int:
    runner = guest._started.process.pid
    text = Path(f"/proc/{runner}/task/{runner}/children").read_text(encoding="ascii")
    (zygote,) = map(int, text.split())
    return zygote


def gone(process: int) -> bool:
    give_up = time.monotonic() + 5
    while time.monotonic() < give_up:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_it_ends_with_a_runner_that_is_killed() -> None:
    with Guest(without=("namespaces",)) as guest:
        performed(guest)
        zygote = zygote_of(guest)
        guest.kill()
        assert gone(zygote)


def test_it_ends_with_a_runner_that_has_no_more_to_do() -> None:
    with Guest(without=("namespaces",)) as guest:
        performed(guest)
        zygote = zygote_of(guest)
    assert not Path(f"/proc/{zygote}").exists()


def test_a_runner_without_it_tells_the_grader() -> None:
    with Guest(without=("namespaces",)) as guest:
        performed(guest)
        os.kill(zygote_of(guest), signal.SIGKILL)
        with pytest.raises(GraderFault, match="the process that starts others has ended"):
            performed(guest)
