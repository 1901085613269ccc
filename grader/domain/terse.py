"""Values of ours on their way to a process of ours, and in keys: as short and as quick to read as JSON can be.

A record is the list of its fields; its class is named only where there are several to choose from. What is read
was written here: it is not checked, as `codec` does with all that comes from elsewhere.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from grader.domain.codec import to_json
from grader.records import Plan, plan_of

Way: TypeAlias = Callable[[Any], Any]
# How values of a type are written, and how they are read: None where they are in JSON what they are here.
Ways: TypeAlias = tuple[Way | None, Way | None]


def dumps(kind: Any, value: object) -> bytes:
    """A value of type `kind` as one line."""
    write = _ways(kind)[0]
    return to_json(write(value) if write else value).encode()


def loads(kind: Any, message: bytes) -> Any:
    """The value of type `kind` that `dumps` has written."""
    read = _ways(kind)[1]
    data, _ = _read_json(message.decode())
    return read(data) if read else data


def prepare(kind: Any) -> None:
    """Make all that a type needs, and all types in it, now: modules may go later, and forks find it done."""
    _ways(kind)
    while _unfilled:
        _unfilled[0]()


_read_json = json.JSONDecoder().raw_decode
_unfilled: list[Callable[[], None]] = []


@cache
def _ways(kind: Any) -> Ways:
    origin = get_origin(kind)
    if origin is Union or origin is UnionType:
        return _union(get_args(kind))
    if origin is tuple:
        return _sequence(get_args(kind))
    if plan := plan_of(kind):
        return _record(kind, plan)
    if issubclass(kind, Enum):
        return lambda member: member.value, {member.value: member for member in kind}.__getitem__
    if kind is bytes:
        return lambda data: b2a_base64(data, newline=False).decode("ascii"), a2b_base64
    return None, None


def _record(kind: type, plan: Plan) -> Ways:
    """The ways of its fields are looked up late: types may contain themselves."""
    names = plan.names
    writing: list[tuple[int, Way]] = []
    reading: list[tuple[int, Way]] = []
    filled = False

    def fill() -> None:
        nonlocal filled
        filled = True
        _unfilled.remove(fill)
        found = list(map(_ways, plan.hints.values()))
        writing.extend((place, write) for place, (write, _) in enumerate(found) if write)
        reading.extend((place, read) for place, (_, read) in enumerate(found) if read)

    def write(record: object) -> list[Any]:
        if not filled:
            fill()
        data = [getattr(record, name) for name in names]
        for place, way in writing:
            data[place] = way(data[place])
        return data

    def read(data: list[Any]) -> Any:
        if not filled:
            fill()
        for place, way in reading:
            data[place] = way(data[place])
        return kind(*data)

    _unfilled.append(fill)
    return write, read


def _sequence(members: tuple[Any, ...]) -> Ways:
    write, read = _ways(members[0])  # all are alike: the records of programs have no other tuples
    return (
        (lambda items: [write(item) for item in items]) if write else None,
        (lambda data: tuple([read(item) for item in data])) if read else tuple,
    )


def _union(members: tuple[Any, ...]) -> Ways:
    records = {member.__name__: _ways(member) for member in members if plan_of(member)}
    if not records:
        return None, _frozen
    writing = {name: write for name, (write, _) in records.items() if write}
    reading = {name: read for name, (_, read) in records.items() if read}

    def write(value: Any) -> Any:
        name = type(value).__name__
        return [name, *writing[name](value)] if name in writing else value

    def read(data: Any) -> Any:
        return reading[data.pop(0)](data) if type(data) is list else data

    return write, read


def _frozen(data: Any) -> Any:
    """Lists, to any depth, as tuples."""
    return tuple(map(_frozen, data)) if type(data) is list else data
