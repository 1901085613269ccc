"""The tree of a YAML file: every key, value and item with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from grader.authoring.positions import positions
from grader.authoring.source import Span

Plain: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `text` is what was written, `style` one of `|`, `>`, `'`, `"` or nothing."""

    span: Span
    size: int
    value: Plain
    text: str
    style: str

    def within(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start` to `end` of this text."""
        source = self.span.source
        offsets = positions(self.text, source.text[self.span.start : self.span.end], self.style)
        first = self.span.start + offsets[min(start, len(self.text))]
        last = self.span.start + offsets[min(max(end - 1, start), len(self.text))]
        return source.span(first, max(last + 1, first + 1))


@dataclass(frozen=True, slots=True)
class Sequence:
    span: Span
    size: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    key_span: Span
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with its keys in the order of the file, each once."""

    span: Span
    size: int
    entries: tuple[Entry, ...]
    _by_key: dict[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {entry.key: entry for entry in self.entries})

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def entry(self, key: str) -> Entry | None:
        return self._by_key.get(key)

    def get(self, key: str) -> Node | None:
        entry = self._by_key.get(key)
        return None if entry is None else entry.value


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """The values of a tree without their places."""
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {entry.key: plain(entry.value) for entry in entries}


def kind(node: Node) -> str:
    """What a node is, in the words of a message."""
    match node:
        case Sequence(items=()):
            return "an empty list"
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool(value)):
            return "true" if value else "false"
        case Scalar(value=int() | float()):
            return f"the number {node.text[:40]}"
        case _:
            flat = " ".join(node.text.split())
            return f"the text `{flat if len(flat) <= 40 else flat[:39] + '…'}`"
