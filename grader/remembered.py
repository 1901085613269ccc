"""What was made of some objects, kept while they live: over a class, most answers are the very same objects."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Hashable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")

MOST: Final = 4_000
STATE: Final = Path("/proc/self/statm")  # of memory, on Linux
COLLECT_AFTER: Final = 20_000


class Remembered(Generic[T]):
    """Values by the identity of the objects that they were made of, which costs less than to compare them.

    The objects are kept, so that no other ones take their identity. What is kept is forgotten together
    once it is too much.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[tuple[Any, ...], T]] = {}
        _EVERY.add(self)

    def get(self, objects: tuple[Any, ...], make: Callable[[], T], *others: Hashable) -> T:
        """The value for these objects and these plain values, made where it is not there."""
        key = tuple(map(id, objects)) + others
        found = self._kept.get(key)
        if found is not None:
            return found[1]
        value = make()
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (objects, value)
        return value

    def forget(self) -> None:
        self._kept.clear()


_EVERY: Final[WeakSet[Remembered[Any]]] = WeakSet()


def forget_all() -> None:
    """What is needed of it is made again."""
    with suppress(RuntimeError):  # another thread makes one: it is forgotten the next time
        for each in _EVERY:
            each.forget()


def bytes_held() -> int:
    """How much memory the process holds; 0 where that is not known."""
    with suppress(OSError):
        return int(STATE.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def collect_seldom() -> None:
    """From now on, look for reference cycles less often: in a process that keeps much, a tenth would go there."""
    gc.set_threshold(COLLECT_AFTER)
