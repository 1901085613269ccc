"""Processes that take turns share a processor: to wake one on another costs more than what it is woken for.

The runner, the process that starts others, and the one that holds a submission never work at the same time, and
the system would wake each where nobody works. Who works for long is let go: others may want that processor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from grader.guest import system

LONG_SECONDS: Final = 0.02
MYSELF: Final = 0


class Turns:
    """Which of the processors the calling process, some `others`, and whoever they start are executed on."""

    def __init__(self, *others: int) -> None:
        self._all = (MYSELF, *others)
        self._anywhere: set[int] = set()
        if system.LINUX:
            with suppress(OSError):
                self._anywhere = os.sched_getaffinity(MYSELF)
        self._joined: tuple[int, ...] = ()
        self._taken = False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """On the one on which the caller is now, until one of them works for long."""
        if len(self._anywhere) > 1:
            with suppress(OSError):
                self._put({system.processor()}, *self._all)
            self._taken = True
        try:
            yield
        finally:
            self._joined = ()  # it has ended: its number may be somebody else's
            self.end()

    def join(self, process: int) -> None:
        """Who was started meanwhile, goes on until the turns are over, and starts others itself."""
        self._joined = (*self._joined, process)

    def end(self, *started: int) -> None:
        """On any, and so is who was `started` meanwhile."""
        if self._taken:
            self._taken = False
            self._put(self._anywhere, *self._all, *started, *self._joined)

    def _put(self, processors: set[int], *processes: int) -> None:
        for process in processes:
            with suppress(OSError):  # where it is refused, all is slower and nothing else
                os.sched_setaffinity(process, processors)
