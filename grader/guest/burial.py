"""Nothing that a submission started outlives it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress

from grader.guest import system

PATIENCE_SECONDS = 5.0


def adopt_orphans() -> None:
    """From now on every descendant whose parent ends becomes a child of the calling process."""
    if system.LINUX:
        with suppress(OSError):
            system.prctl(system.PR_SET_CHILD_SUBREAPER, 1)


def kill_group(leader: int) -> None:
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(leader, signal.SIGKILL)


def sweep() -> bool:
    """Kill all descendants of the calling process and wait for them. False where some survive.

    Free where there are none: the kernel says so in one call.
    """
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            gone, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if gone == 0:
            _kill_descendants()
            time.sleep(0.001)
    return False


def _kill_descendants() -> None:
    if os.getpid() == 1:
        os.kill(-1, signal.SIGKILL)
        return
    for process in _children(os.getpid()):
        kill_group(process)


def _children(process: int) -> Iterable[int]:
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []
