"""Frozen records: `dataclass(frozen=True, slots=True)` at a twentieth of what the standard library's costs.

A run of the grader makes a hundred of these classes twice, in its own process and in the guest's. The standard
library writes the source of six methods for each and executes it; here they are shared, and `__init__` is
one code object for all classes of as many fields, with other names. To a type checker, and to whoever asks
for fields or a signature, it is the standard library's own.
"""

from __future__ import annotations

import sys
from functools import cache, cached_property
from operator import attrgetter
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace


class Plan:
    """What a record class is made of. Types are evaluated late: they may name the class itself."""

    def __init__(self, cls: type, types: dict[str, str], defaults: dict[str, Any]) -> None:
        self.types = types
        self.names = tuple(types)
        self.defaults = defaults
        self.scope: dict[str, Any] = sys.modules[cls.__module__].__dict__
        self._hints: dict[str, Any] = {}

    @property
    def hints(self) -> dict[str, Any]:
        """The types of the fields, by name. They hold even when the modules have gone."""
        if not self._hints:
            self._hints = {name: eval(said, self.scope) for name, said in self.types.items()}
        return self._hints

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The fields as the standard library describes them, for the few who ask."""
        import dataclasses

        fields = []
        for name, said in self.types.items():
            match self.defaults.get(name, dataclasses.MISSING):
                case _Factory(make=make):
                    default = dataclasses.field(default_factory=make)
                case value:
                    default = dataclasses.field(default=value)
            fields.append((name, said, default))
        made = dataclasses.make_dataclass("Fields", fields)
        return made.__dict__["__dataclass_fields__"]  # type: ignore[no-any-return]


def plan_of(kind: Any) -> Plan | None:
    """What a record class, or a dataclass of the standard library, is made of; else None."""
    if not isinstance(kind, type):
        return None
    found: Plan | None = getattr(kind, "__record__", None)
    if found is None and (fields := getattr(kind, "__dataclass_fields__", None)):
        return Plan(kind, {name: field.type for name, field in fields.items()}, {})
    return found


if not TYPE_CHECKING:

    def dataclass(*, frozen, slots):
        """As in the standard library. Every record is frozen and has slots, and says so."""
        if not (frozen and slots):
            raise TypeError("a record is frozen and has slots")
        return _record

    def field(*, default_factory):
        return _Factory(default_factory)

    def replace(record, /, **changes):
        """A copy with some fields changed."""
        kind = type(record)
        rest = {name: getattr(record, name) for name in kind.__match_args__ if name not in changes}
        return kind(**rest, **changes)


class _Factory:
    """A default that is made anew for each record."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


class _Fields:
    """`__dataclass_fields__`: test tools ask for it, and the standard library."""

    def __get__(self, instance: object, cls: type) -> Any:
        plan: Plan = cls.__record__  # type: ignore[attr-defined]
        return plan.fields


FIELDS = _Fields()


def _record(cls: type) -> type:
    own: dict[str, str] = vars(cls).get("__annotations__", {})
    defaults = {name: cls.__dict__[name] for name in own if name in cls.__dict__}
    if above := plan_of(cls):
        plan = Plan(cls, {**above.types, **own}, {**above.defaults, **defaults})
    else:
        plan = Plan(cls, own, defaults)
    body = {name: value for name, value in cls.__dict__.items() if name not in own}
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body |= {
        "__slots__": tuple(own),
        "__match_args__": plan.names,
        "__qualname__": cls.__qualname__,
        "__record__": plan,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": _state,
        "__setstate__": _restore,
        "__dataclass_fields__": FIELDS,
    }
    for name, method in _methods(plan.names).items():
        if body.get(name) is None:
            body[name] = method
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__init__ = _initializer(made, plan)  # type: ignore[misc]
    return made


def _methods(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    # With one name alone, attrgetter gives no tuple.
    values: Callable[[Any], Any] = attrgetter(*names, names[0]) if names else lambda _: ()

    def __eq__(self: Any, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)  # type: ignore[no-any-return]

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__, "__repr__": _repr}


def _initializer(cls: type, plan: Plan) -> Callable[..., None]:
    """`__init__` with the names and defaults of a class."""
    setters = [getattr(cls, name).__set__ for name in plan.names]
    factories = {n: made for n, made in plan.defaults.items() if isinstance(made, _Factory)}
    finish = getattr(cls, "__post_init__", None)
    if factories:
        finish = _making(factories, finish)
    code = _code(len(setters), finish is not None).replace(co_varnames=("self", *plan.names))
    cells = [CellType(one) for one in (*setters, *([finish] if finish else []))]
    made = FunctionType(code, {}, "__init__", tuple(plan.defaults.values()), tuple(cells))
    made.__annotations__ = {**plan.types, "return": "None"}
    return made


@cache
def _code(count: int, finish: bool) -> CodeType:
    """What puts so many values where they belong. Its free variables sort as the setters do."""
    steps = [f"put{number:03}(self, value{number})" for number in range(count)]
    after = ["then(self)"] if finish else []
    outer = ", ".join([*(step.partition("(")[0] for step in steps), *(["then"] if finish else [])])
    inner = ", ".join(["self", *(f"value{number}" for number in range(count))])
    names: dict[str, Any] = {}
    exec(
        f"def make({outer}):\n def __init__({inner}): {'; '.join([*steps, *after]) or 'pass'}\n"
        " return __init__.__code__",
        names,
    )
    code: CodeType = names["make"](*[None] * (count + finish))
    return code


def _making(factories: dict[str, _Factory], finish: Callable[[Any], None] | None) -> Any:
    def make_defaults(self: Any) -> None:
        for name, factory in factories.items():
            if getattr(self, name) is factory:
                object.__setattr__(self, name, factory.make())
        if finish:
            finish(self)

    return make_defaults


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{self.__class__.__qualname__}({shown})"


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__match_args__]


def _restore(self: Any, values: list[Any]) -> None:
    for name, value in zip(self.__match_args__, values, strict=True):
        object.__setattr__(self, name, value)


def _refuse(self: Any, name: str, value: object = None) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change {name!r} of a {self.__class__.__name__}")
