"""Domain values as JSON, and back, with everything that comes back checked as hostile.

A dataclass becomes an object whose key `is` names its class, so that unions need no guessing; bytes
become base64. Nothing is ever executed: `decode` builds only classes that the expected type names.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Decoder: TypeAlias = Callable[[Any], Any]


class Malformed(ValueError):
    """A message is not what the expected type allows. The text says where and how."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how
        self.path = ""

    def __str__(self) -> str:
        return f"${self.path}: {self.how}"

    def inside(self, place: str) -> Malformed:
        """The same fault, seen from one level further out."""
        self.path = place + self.path
        return self


def dumps(value: object) -> bytes:
    """A domain value as one line of JSON."""
    return json.dumps(encode(value), separators=(",", ":")).encode()


def loads(kind: Any, message: bytes | str) -> Any:
    """The domain value of type `kind` that a message holds.

    Raises Malformed, and nothing else, where it holds none.
    """
    try:
        return decode(kind, json.loads(message))
    except Malformed:
        raise
    except RecursionError:
        raise Malformed("nested too deeply") from None
    except ValueError as error:
        raise Malformed(f"not JSON: {error}") from None


def encode(value: object) -> Any:
    """A domain value as what `json` can write."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    kind = type(value)
    if is_dataclass(kind):
        body = {name: encode(getattr(value, name)) for name in _names(kind)}
        return {"is": kind.__name__, **body}
    return value


def decode(kind: Any, data: Any) -> Any:
    """Check `data` against the type `kind` and build it. Raises Malformed."""
    return _decoder(kind)(data)


@cache
def _decoder(kind: Any) -> Decoder:
    """The function that checks and builds one type. Made once a type: messages are many."""
    origin = get_origin(kind)
    if origin is Union or origin is UnionType:
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if kind is bytes:
        return _bytes
    if kind is float:
        return _float
    if kind in (int, str, bool, NoneType):
        return _plain(kind)
    raise TypeError(f"{kind!r} is not a type that messages may hold")


def _dataclass(kind: Any) -> Decoder:
    name = kind.__name__
    decoders: dict[str, Decoder] = {}

    def build(data: Any) -> Any:
        if not decoders:  # at the first use, since a type may hold itself
            decoders.update({field: _decoder(hint) for field, hint in get_type_hints(kind).items()})
        if not isinstance(data, dict) or data.get("is") != name:
            raise Malformed(f"not a {name}")
        if len(data) != len(decoders) + 1:
            raise Malformed(f"wrong fields for a {name}")
        values = {}
        for field, decoder in decoders.items():
            try:
                values[field] = decoder(data[field])
            except KeyError:
                raise Malformed(f"wrong fields for a {name}") from None
            except Malformed as fault:
                raise fault.inside(f".{field}") from None
        try:
            return kind(**values)
        except (ValueError, TypeError) as error:
            raise Malformed(str(error)) from None

    return build


def _union(members: tuple[Any, ...]) -> Decoder:
    tagged = {member.__name__: _decoder(member) for member in members if is_dataclass(member)}
    plain = [
        _decoder(member)
        for member in sorted(members, key=lambda member: member is float)
        if not is_dataclass(member)
    ]

    def build(data: Any) -> Any:
        if isinstance(data, dict):
            tag = data.get("is")
            if isinstance(tag, str) and tag in tagged:
                return tagged[tag](data)
            raise Malformed(f"{tag!r:.40} is not allowed here")
        for decoder in plain:
            try:
                return decoder(data)
            except Malformed:
                continue
        raise Malformed(f"{type(data).__name__} is not allowed here")

    return build


def _tuple(members: tuple[Any, ...]) -> Decoder:
    if len(members) == 2 and members[1] is Ellipsis:
        item = _decoder(members[0])

        def build_any(data: Any) -> Any:
            if not isinstance(data, list):
                raise Malformed(f"{type(data).__name__} where a list is due")
            values = []
            for index, value in enumerate(data):
                try:
                    values.append(item(value))
                except Malformed as fault:
                    raise fault.inside(f"[{index}]") from None
            return tuple(values)

        return build_any
    decoders = tuple(map(_decoder, members))

    def build(data: Any) -> Any:
        if not isinstance(data, list) or len(data) != len(decoders):
            raise Malformed(f"not a list of {len(decoders)}")
        return tuple(decoder(value) for decoder, value in zip(decoders, data, strict=True))

    return build


def _enum(kind: type[Enum]) -> Decoder:
    def build(data: Any) -> Any:
        try:
            return kind(data)
        except ValueError:
            raise Malformed(f"{data!r:.40} is no {kind.__name__}") from None

    return build


def _plain(kind: type) -> Decoder:
    def build(data: Any) -> Any:
        if type(data) is kind:
            return data
        raise Malformed(f"{type(data).__name__} where {kind.__name__} is due")

    return build


def _bytes(data: Any) -> bytes:
    if isinstance(data, str):
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            raise Malformed("not base64") from None
    raise Malformed(f"{type(data).__name__} where base64 is due")


def _float(data: Any) -> float:
    if type(data) is float:
        return data
    if type(data) is int:
        try:
            return float(data)
        except OverflowError:
            raise Malformed("a number too large") from None
    raise Malformed(f"{type(data).__name__} where a number is due")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
