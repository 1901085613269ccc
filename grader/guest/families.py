"""Classes that belong together, where a notebook defines the same name more than once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from grader.guest.choosing import Wanted

Names: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """A class as it was made at top level, where (for people)."""

    name: str
    made: type
    place: str


@dataclass(frozen=True, slots=True)
class Namespace:
    """A loaded module of a submission: its private name, its names, its file, its classes in order."""

    name: str
    dict: Names
    file: str
    history: list[Definition] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Consistent:
    """What the wanted names must mean so that the classes fit, as far as they mean something else."""

    names: dict[str, type]
    notes: tuple[str, ...] = ()


def consistent_classes(namespace: Namespace, wanted: Wanted) -> Consistent:
    """The classes that belong together: the last base class on which functions were built.

    Where nothing inherits from the final `Function`, but `Square` inherits from an earlier one, that
    one is meant, and every other wanted name means what it did when the last such class was made.
    """
    accepted = {name for group in wanted for name in group}
    derived = [
        (position, one)
        for position, one in enumerate(namespace.history)
        if one.name not in accepted and namespace.dict.get(one.name) is one.made
    ]
    notes: list[str] = []
    for name in (name for group in wanted for name in group):
        final = namespace.dict.get(name)
        built = [(at, one) for at, one in derived if base_named(name, one.made)]
        if not isinstance(final, type) or not built:
            continue
        strangers = [one.name for _, one in built if final not in one.made.__mro__]
        if not strangers:
            continue
        if len(strangers) < len(built):
            words = ", ".join(f"`{stranger}`" for stranger in strangers)
            notes.append(f"`{name}` was defined again later: {words} still inherit from the earlier one.")
            continue
        base = base_named(name, built[-1][1].made)
        last = max(at for at, one in built if base in one.made.__mro__)
        meant = meanings(namespace, accepted, last)
        if base is not None:
            meant[name] = base
        changed = {n: c for n, c in meant.items() if namespace.dict.get(n) is not c}
        places = {one.made: one.place for one in namespace.history}
        words = " and ".join(f"`{n}` ({places.get(c, 'earlier')})" for n, c in changed.items())
        notes.append(
            f"{words}: the classes that `{built[-1][1].name}` was built with were graded, "
            "not those defined again after it."
        )
        return Consistent(changed, tuple(notes))
    return Consistent({}, tuple(notes))


def base_named(name: str, made: type) -> type | None:
    return next((base for base in made.__mro__[1:] if base.__name__ == name), None)


def meanings(namespace: Namespace, accepted: set[str], position: int) -> dict[str, type]:
    """What the accepted names meant when a certain class was made."""
    return {
        one.name: one.made for one in namespace.history[:position] if one.name in accepted
    }


MODES = ("enable_backprop", "train")


def reset_namespace(namespace: Namespace) -> tuple[str, ...]:
    """Switch on recording and training where a demonstration left them off. What was switched."""
    switched = []
    for name, value in list(namespace.dict.items()):
        if isinstance(value, type) and name.lower() == "config":
            for mode in MODES:
                if value.__dict__.get(mode) is False:
                    type.__setattr__(value, mode, True)
                    switched.append(f"{name}.{mode}")
    return tuple(switched)
