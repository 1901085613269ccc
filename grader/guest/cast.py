"""Who undoes what: the objects and closures of a submission that are one function's backward.

Learned from each variable as it is computed: its creator, or the closure that it carries, wherever it
keeps them. Only identities are kept, so that nothing lives longer than without a recording.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any, Final

from grader.domain.vocabulary import VOCABULARY
from grader.records import dataclass

MAX_DEPTH: Final = 4
MAX_LOOKED_AT: Final = 400
MAX_ITEMS: Final = 32
MAX_NAME: Final = 40
UNDOING: Final = ("back", "grad", "vjp", "pull", "undo", "adjoint")
TAKES_REST: Final = 0x04  # the flag of code with `*args`

_WORDS: Final = {
    name: entry.name
    for entry in VOCABULARY.values()
    for name in (*entry.all_names, *entry.classes, *entry.methods)
} | {"truediv": "div"}
_CONTAINERS: Final = (list, tuple, set, frozenset, dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A function of the program, or (with no targets) one that the submission used by itself."""

    function: str
    targets: tuple[str, ...]


NOBODY: Final = Part("", ())


class Cast:
    """The parts of one performance, by the objects and closures that play them.

    `is_own` says whether a class or function is the submission's.
    """

    def __init__(self, variable_class: type, is_own: Callable[[Any], bool]) -> None:
        self.variable_class = variable_class
        self.is_own = is_own
        self._objects: dict[int, Part] = {}
        self._methods: dict[tuple[int, CodeType], Part] = {}
        self._closures: dict[CodeType, list[tuple[Mapping[str, int], Part]]] = {}
        self._known: set[int] = set()

    def meet(self, variable: Any, part: Part = NOBODY) -> None:
        """Learn from a variable of the program who undoes the function that computed it."""
        self._known.add(id(variable))
        self._explore(variable, part)

    def part_of(self, frame: FrameType) -> Part | None:
        """The part that a call of the submission's code plays, or None where it plays none."""
        code = frame.f_code
        if code in self._closures:
            return self._closure_part(code, frame.f_locals)[0]
        if not code.co_argcount:
            return None
        first = frame.f_locals.get(code.co_varnames[0])
        if part := self._methods.get((id(first), code)):
            return part
        part = self._objects.get(id(first))
        return part if part is not None and _undoes(code, type(first)) else None

    def is_method(self, frame: FrameType) -> bool:
        """Whether the first argument of such a call is the object that it is a method of."""
        return frame.f_code not in self._closures

    def player(self, frame: FrameType) -> tuple[CodeType, int]:
        """Which of the closures of a part is called: some have one for each operand."""
        code = frame.f_code
        return code, self._closure_part(code, frame.f_locals)[1] if code in self._closures else 0

    def _closure_part(self, code: CodeType, found: Mapping[str, Any]) -> tuple[Part | None, int]:
        fitting = {
            part: number
            for number, (cells, part) in enumerate(self._closures[code])
            if all(id(found.get(name)) == held for name, held in cells.items())
        }
        if len(fitting) == 1:
            return next(iter(fitting.items()))
        words = {part.function for part in fitting}
        return (Part(words.pop(), ()) if len(words) == 1 else None), 0

    def _explore(self, variable: Any, part: Part) -> None:
        """Walk from a variable to what undoes it, and to variables that are not the program's."""
        waiting: list[tuple[Any, Part, int]] = [(variable, part, 0)]
        seen: set[int] = set()
        while waiting and len(seen) < MAX_LOOKED_AT:
            holder, part, depth = waiting.pop()
            if id(holder) in seen:
                continue
            seen.add(id(holder))
            for held in _held(holder):
                if isinstance(held, self.variable_class):
                    if id(held) not in self._known:  # made by the submission itself, on the way
                        waiting.append((held, NOBODY, 0))
                elif isinstance(held, FunctionType | MethodType | partial):
                    self._learn(held, part)
                elif depth < MAX_DEPTH and isinstance(held, _CONTAINERS):
                    waiting.append((held, part, depth + 1))
                elif depth < MAX_DEPTH and not isinstance(held, type) and self.is_own(type(held)):
                    own = self._objects.setdefault(id(held), _named(part, type(held).__name__))
                    waiting.append((held, own, depth + 1))

    def _learn(self, function: Any, part: Part) -> None:
        given: dict[str, int] = {}
        while isinstance(function, partial):
            code = getattr(function.func, "__code__", None)
            names = code.co_varnames if isinstance(code, CodeType) else ()
            given |= dict(zip(names, map(id, function.args), strict=False))
            function = function.func
        if isinstance(function, MethodType):
            if isinstance(code := getattr(function.__func__, "__code__", None), CodeType):
                self._methods[id(function.__self__), code] = _named(part, code.co_name)
            return
        if not isinstance(function, FunctionType) or not self.is_own(function):
            return
        code = function.__code__
        cells = zip(code.co_freevars, map(_id_of, function.__closure__ or ()), strict=False)
        defaults = function.__defaults__ or ()
        named = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
        held = {**given, **dict(cells), **dict(zip(named, map(id, defaults), strict=False))}
        if not held and not code.co_argcount:
            return  # `lambda: None`, as leaves carry it
        name = code.co_qualname.split(".<locals>")[0].rpartition(".")[2]
        one = (held, _named(part, name))
        known = self._closures.setdefault(code, [])
        if one not in known:
            known.append(one)


def _undoes(code: CodeType, cls: type) -> bool:
    """Whether this is the code of a method that takes upstream gradients, by shape or by name."""
    name = code.co_name
    if name.startswith(("__", "forward")):
        return False
    if not any(getattr(vars(base).get(name), "__code__", None) is code for base in cls.__mro__):
        return False
    takes_more = code.co_argcount > 1 or code.co_flags & TAKES_REST
    return bool(takes_more) or any(word in name.lower() for word in UNDOING)


def _held(holder: Any) -> Iterator[Any]:
    """What an object holds: its items or attributes, read past whatever its class overrides."""
    if isinstance(holder, _CONTAINERS):
        items = holder.values() if isinstance(holder, dict) else holder
        yield from list(items)[:MAX_ITEMS]
        return
    with suppress(AttributeError, TypeError):
        yield from list(object.__getattribute__(holder, "__dict__").values())[:MAX_ITEMS]
    for cls in type(holder).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else tuple(slots)[:MAX_ITEMS]:
            try:
                yield object.__getattribute__(holder, name)
            except (AttributeError, TypeError):
                continue


def _id_of(cell: Any) -> int:
    try:
        return id(cell.cell_contents)
    except ValueError:  # not filled yet
        return 0


def _named(part: Part, name: str) -> Part:
    """A part that the program does not name goes by the name of its class or function."""
    if part.function:
        return part
    plain = name.strip("_")
    return Part(_WORDS.get(name) or _WORDS.get(plain) or plain[:MAX_NAME], ())
