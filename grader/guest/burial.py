"""Nothing that a submission started outlives it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

from grader.guest import system

PATIENCE_SECONDS = 5.0


class Process(Protocol):
    """A process with its number, as whoever had it started sees it."""

    @property
    def pid(self) -> int: ...

    def ended(self) -> int | None:
        """The status with which it has ended, or None."""

    def signal(self, number: int) -> None:
        """Raises OSError where it has ended."""

    def bury(self, status: int | None) -> int:
        """Kill it, and whatever else is left of it. The status, which may be known already."""


def adopt_orphans() -> None:
    """From now on every descendant whose parent ends becomes a child of the calling process."""
    if system.LINUX:
        with suppress(OSError):
            system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)


def kill_group(leader: int) -> None:
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(leader, signal.SIGKILL)


def bury(process: int, *, alone: bool) -> int | None:
    """Kill a child of the calling process and all that it started. Its status, unless somebody has it already."""
    kill_group(process)
    status = None
    with suppress(ChildProcessError):
        _, status = os.waitpid(process, 0)
    sweep(alone=alone)
    return status


def sweep(*, alone: bool) -> bool:
    """Kill all descendants of the calling process and wait for them. False where some survive.

    Free where there are none: the kernel says so in one call. `alone` is a process beside which its world holds
    only process 1, which started it, and what is to be killed.
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            gone, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if gone == 0:
            _kill_descendants(alone)
            time.sleep(0.001)
    return False


def _kill_descendants(alone: bool) -> None:
    if alone:
        os.kill(-1, signal.SIGKILL)  # all but the caller and process 1
        return
    for process in _children(os.getpid()):
        kill_group(process)


def _children(process: int) -> Iterable[int]:
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
