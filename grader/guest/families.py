"""Classes that belong together, where a notebook defines the same name more than once."""

from __future__ import annotations

from typing import Any, TypeAlias

from grader.records import dataclass, field

Names: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """A class as it was made at top level, where (for people)."""

    name: str
    made: type
    place: str


@dataclass(frozen=True, slots=True)
class Namespace:
    """A loaded module: its private name, its names, its file, its classes as they were made."""

    name: str
    dict: Names
    file: str
    history: list[Definition] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Consistent:
    """What names must mean so that the classes fit, as far as they mean something else."""

    names: dict[str, type]
    notes: tuple[str, ...] = ()


def consistent_classes(namespace: Namespace) -> Consistent:
    """The classes that belong together: those among which the last function class was made.

    Where nothing inherits from the final `Function`, but `Square` inherits from an earlier one,
    that one is meant, and other classes defined again mean what they did when `Square` was made.
    """
    notes: list[str] = []
    for name in repeated(namespace):
        final = namespace.dict.get(name)
        built = [
            (position, one)
            for position, one in enumerate(namespace.history)
            if namespace.dict.get(one.name) is one.made and base_named(name, one.made)
        ]
        strangers = [one.name for _, one in built if final not in one.made.__mro__]
        if not strangers or not isinstance(final, type):
            continue
        if len(strangers) == len(built):
            return restored(namespace, *built[-1])
        notes.append(
            f"`{name}` was defined again: {', '.join(f'`{one}`' for one in strangers)} still "
            "inherits from the earlier one."
        )
    return Consistent({}, tuple(notes))


def restored(namespace: Namespace, position: int, last: Definition) -> Consistent:
    """What the classes meant when `last` was made, as far as they mean something else now."""
    before = {one.name: one for one in namespace.history[:position]}
    changed = {
        name: one
        for name, one in before.items()
        if name in repeated(namespace) and namespace.dict.get(name) is not one.made
    }
    words = " and ".join(f"`{name}` ({one.place})" for name, one in changed.items())
    note = (
        f"{words} are graded as they were when `{last.name}` ({last.place}) was made; what was "
        "defined again after that has no functions."
    )
    return Consistent({name: one.made for name, one in changed.items()}, (note,))


def repeated(namespace: Namespace) -> list[str]:
    """The names of classes that were defined more than once, in order."""
    names = [one.name for one in namespace.history]
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def base_named(name: str, made: type) -> type | None:
    return next((base for base in made.__mro__[1:] if base.__name__ == name), None)


CONFIG = "config"
MODES = ("enable_backprop", "train")


def reset_namespace(namespace: Namespace) -> tuple[str, ...]:
    """Switch on recording and training where a demonstration left them off. What was switched."""
    switched = []
    named = [name for name in namespace.dict if type(name) is str and len(name) == len(CONFIG)]
    for name in named:
        value = namespace.dict[name]
        if isinstance(value, type) and name.lower() == CONFIG:
            for mode in MODES:
                if value.__dict__.get(mode) is False:
                    type.__setattr__(value, mode, True)
                    switched.append(f"{name}.{mode}")
    return tuple(switched)
