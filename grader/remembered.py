"""What was made of some objects, kept while they live: over a class, most answers are the very same objects."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

MOST: Final = 4_000
COLLECT_AFTER: Final = 20_000


class Remembered(Generic[T]):
    """Values by the identity of the objects that they were made of, which costs less than to compare them.

    The objects are kept, so that no other ones take their identity. What is kept is forgotten together
    once it is too much.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[tuple[Any, ...], T]] = {}

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


def collect_seldom() -> None:
    """From now on, look for reference cycles less often: in a process that keeps much, a tenth would go there."""
    gc.set_threshold(COLLECT_AFTER)
