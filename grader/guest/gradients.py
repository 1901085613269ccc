"""The gradients of a performance while a backward pass runs: what changed since they were last looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from grader.domain.transcript import Missing, Observation
from grader.records import dataclass

MAX_LOOKS: Final = 60_000
MAX_COMPARED: Final = 4_096
MAX_KEYS: Final = 200

Observe = Callable[[Any], Observation]
_NOTHING: Final = object()
_UNCHANGING: Final = (int, float, bool, type(None), np.generic)


@dataclass(frozen=True, slots=True)
class Change:
    """A gradient that is no longer what it was. `in_place`: the same object holds other numbers."""

    variable: str
    before: Observation
    after: Observation
    in_place: bool


class Held:
    """Where one gradient is kept, and what was last found there."""

    __slots__ = ("before", "content", "found", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: Any = None
        self.content: bytes | None = None
        self.before: Observation = Missing()


class Gradients:
    """Watches the gradients of named variables, and dictionaries that gradients are kept in.

    `read` gives the gradient of a variable, `array` the numpy array in it (or None), `observe` what
    is said of it. A look costs as much as the variables are many; after MAX_LOOKS it sees no more.
    """

    def __init__(
        self, read: Callable[[Any], Any], array: Callable[[Any], Any], observe: Observe
    ) -> None:
        self._read, self._array, self._observe = read, array, observe
        self._variables: dict[int, tuple[Any, Held]] = {}
        self._tables: dict[int, tuple[dict[Any, Any], dict[int, Held]]] = {}
        self.looks = 0

    def watch(self, variables: dict[str, Any]) -> None:
        """Begin with what these variables hold now."""
        self._variables = {id(one): (one, Held(name)) for name, one in variables.items()}
        self._tables = {}
        for variable, held in self._variables.values():
            self._take(held, self._safely(variable))

    def release(self) -> None:
        """Let go of everything, so that nothing lives longer for having been watched."""
        self._variables, self._tables = {}, {}

    @property
    def exhausted(self) -> bool:
        return self.looks > MAX_LOOKS

    @property
    def tables(self) -> int:
        """How many dictionaries of gradients have been seen."""
        return len(self._tables)

    def name_of(self, variable: Any) -> str:
        known = self._variables.get(id(variable))
        return known[1].name if known else ""

    def last(self, name: str) -> Observation:
        """What was last seen of the gradient of a named variable."""
        kept = (held for _, keys in self._tables.values() for held in keys.values())
        plain = (held for _, held in self._variables.values())
        return next((held.before for held in (*kept, *plain) if held.name == name), Missing())

    def changes(self) -> Iterator[Change]:
        """Every named gradient that holds other numbers than when it was last looked at."""
        if self.exhausted:
            return
        self.looks += len(self._variables)
        for variable, held in self._variables.values():
            found = self._safely(variable)
            if found is held.found and (
                held.content is None or self._content(found) == held.content
            ):
                continue
            yield from self._change(held, found)
        for table, keys in self._tables.values():
            yield from self._table_changes(table, keys)

    def assigned(self, variable: Any) -> Change | None:
        """The change that an assignment just made, even where the numbers are the same ones."""
        known = self._variables.get(id(variable))
        if known is None:
            return None
        held, found = known[1], self._safely(variable)
        before, same = held.before, found is held.found and held.content is not None
        in_place = same and self._content(found) != held.content
        self._take(held, found)
        return Change(held.name, before, held.before, in_place)

    def notice(self, table: dict[Any, Any], root: Any) -> None:
        """Watch a dictionary from the time when it holds a gradient of `root`, by variable or id."""
        if id(table) not in self._tables and len(table) <= MAX_KEYS:
            for key in (root, id(root)):
                try:
                    found = table.get(key)
                except Exception:  # the submission's own __hash__ or __eq__
                    return
                if self._is_gradient(found):
                    self._tables[id(table)] = (table, {})

    def _table_changes(self, table: dict[Any, Any], keys: dict[int, Held]) -> Iterator[Change]:
        self.looks += len(table)
        for key, found in list(table.items())[:MAX_KEYS]:
            known = self._variables.get(key if type(key) is int else id(key))
            if known is None or not self._is_gradient(found):
                continue
            held = keys.setdefault(id(known[0]), Held(known[1].name))
            if found is held.found and (
                held.content is None or self._content(found) == held.content
            ):
                continue
            yield from self._change(held, found)

    def _change(self, held: Held, found: Any) -> Iterator[Change]:
        before, same = held.before, found is held.found
        self._take(held, found)
        if held.before != before:
            yield Change(held.name, before, held.before, same)

    def _take(self, held: Held, found: Any) -> None:
        held.found, held.content = found, self._content(found)
        held.before = self._observe(found)

    def _content(self, found: Any) -> bytes | None:
        if isinstance(found, _UNCHANGING):
            return None
        array = self._array(found)
        if not isinstance(array, np.ndarray) or array.size > MAX_COMPARED:
            return None
        return array.tobytes()

    def _is_gradient(self, found: Any) -> bool:
        return isinstance(found, float) or isinstance(self._array(found), np.ndarray | np.generic)

    def _safely(self, variable: Any) -> Any:
        try:
            return self._read(variable)
        except Exception:  # a property of the submission; what it hides is not seen
            return None
