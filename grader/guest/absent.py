"""Hollow stand-ins for packages that are not here: they take every call and give nothing back.

A stand-in lets plots and type hints pass. It is never a number: what is computed from it fails.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Iterator

UNPACK = opcode.opmap["UNPACK_SEQUENCE"]


class HollowBase:
    """What a class inherits from where its base class is not here."""

    def __init__(self, *args: object, **keywords: object) -> None:
        pass


class Hollow:
    """Stands for `name`. What it gives is hollow, too; as decorator it does nothing."""

    def __init__(self, name: str) -> None:
        self._hollow_name = name

    def __getattr__(self, name: str) -> Hollow:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"{self._hollow_name} is not here, and has no {name}")
        return Hollow(f"{self._hollow_name}.{name}")

    def __call__(self, *args: object, **keywords: object) -> object:
        if len(args) == 1 and not keywords and callable(args[0]) and not is_hollow(args[0]):
            return args[0]
        return Hollow(f"{self._hollow_name}()")

    def __getitem__(self, key: object) -> Hollow:
        return self

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __delitem__(self, key: object) -> None:
        pass

    def __iter__(self) -> Iterator[Hollow]:
        """Empty, but `figure, axes = plt.subplots()` gets as many as it unpacks."""
        frame = sys._getframe(1)
        code = frame.f_code.co_code
        if 0 <= frame.f_lasti < len(code) - 1 and code[frame.f_lasti] == UNPACK:
            return iter([self] * code[frame.f_lasti + 1])
        return iter(())

    def __enter__(self) -> Hollow:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __array__(self, *args: object, **keywords: object) -> object:
        raise TypeError(f"{self._hollow_name} is not here, and is no number")

    def __or__(self, other: object) -> Hollow:
        return self

    __ror__ = __or__

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        first = next(base for base in bases if is_hollow(base))
        return (HollowBase,) if first is self else ()

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __subclasscheck__(self, subclass: type) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self._hollow_name}, which is not here>"


def is_hollow(thing: object) -> bool:
    """Whether a name of the submission stands for something that is not here."""
    return type(thing) is Hollow
