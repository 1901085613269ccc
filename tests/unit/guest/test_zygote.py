"""The process that starts others ends with its runner, and a runner without it says so."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Thread

import pytest

from grader.domain.submission import SourceFile, Submission
from grader.errors import GraderFault
from grader.guest import system
from grader.sandbox import Guest, Performance

pytestmark = pytest.mark.skipif(not system.LINUX, reason="processes are looked up in /proc")


def performed(guest: Guest, text: bytes = b"class Variable:\n    pass\n") -> Performance:
    handed_in = Submission("a", "file", (SourceFile("a.py", text),))
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


def test_what_is_killed_while_it_is_loaded_is_loaded_once_more() -> None:
    """Nobody knows by whom: where the machine is short of memory, a right submission may be hit."""
    slow = b"import time\ntime.sleep(0.5)\nclass Variable:\n    pass\n"
    with Guest(without=("namespaces",)) as guest:
        performed(guest)
        zygote = zygote_of(guest)
        killer = Thread(target=kill_child_of, args=(zygote,))
        killer.start()
        done = performed(guest, slow)
        killer.join()
    assert not done.loading.error
    assert done.loading.bound


def test_what_kills_itself_while_it_is_loaded_is_told_as_that() -> None:
    with Guest(without=("namespaces",)) as guest:
        done = performed(guest, b"import os\nos.kill(os.getpid(), 9)\n")
    assert "ended while the submission was loaded (signal SIGKILL)" in done.loading.error


def kill_child_of(zygote: int) -> None:
    children = Path(f"/proc/{zygote}/task/{zygote}/children")
    while not (found := children.read_text(encoding="ascii").split()):
        time.sleep(0.01)
    time.sleep(0.1)  # it is asleep by now
    os.kill(int(found[0]), signal.SIGKILL)
