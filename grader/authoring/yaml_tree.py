"""YAML text -> a tree that remembers where every key, value and item stands.

PyYAML's parser gives the events; what plain words mean is decided here, by the core schema of YAML
1.2: `1e-6` is a number, while `on`, `no`, `1:30` and `2024-01-02` stay the words that they are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from grader.authoring.nodes import Entry, Mapping, Node, Scalar, Sequence
from grader.authoring.source import Faults, Source, Span, shown
from grader.authoring.yaml_words import explain, resolve

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 30
MAX_NODES: Final = 100_000

# In C where PyYAML was built with it: ten times as fast, but vague about where a fault stands.
FAST: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_AT_ITS_BEGINNING = ("found unexpected end of stream", "could not find expected ':'")
_INFINITY = float("inf")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff]")


def read_yaml(path: Path, file: str, faults: Faults) -> Node | None:
    """The tree of a file that is called `file` in messages, or None where faults were added."""
    source = read_source(path, file, faults)
    return None if source is None else parse(source, faults)


def read_source(path: Path, file: str, faults: Faults) -> Source | None:
    """The text of a UTF-8 file, with or without a byte order mark."""
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes"
        faults.add("YS005", message, Source.of(file, "").span(0, 1))
        return None
    try:
        return Source.of(file, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        good = Source.of(file, data[: error.start].decode("utf-8-sig", "ignore"))
        end = len(good.text)
        faults.add(
            "YS001",
            f"the file is not UTF-8: byte 0x{data[error.start]:02x} stands here",
            good.span(end, end + 1),
            "save the file as UTF-8" + _encoding_hint(data),
        )
        return None


def parse(source: Source, faults: Faults) -> Node | None:
    """The tree of a text, or None where it is not usable; then faults were added."""
    none_yet = Faults()
    tree = _parse(source, none_yet, FAST)
    if tree is None or none_yet:
        return _parse(source, faults, yaml.SafeLoader)
    return tree


def _parse(source: Source, faults: Faults, loader: Any) -> Node | None:
    if odd := _UNPRINTABLE.search(source.text.replace("\r", "\n")):
        faults.add(
            "YS010",
            f"the character U+{ord(odd.group()):04X} cannot be seen, and means nothing here",
            source.span(odd.start(), odd.end()),
            "delete it, or write it as an escape within double quotes",
        )
        return None
    try:
        return _Builder(source, faults, loader).document()
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        _complain(error, source, faults)
        return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        message = f"this is not YAML: {str(error).splitlines()[0]}"
        faults.add("YS002", message, source.span(0, 1))
        return None


def _complain(error: yaml.MarkedYAMLError, source: Source, faults: Faults) -> None:
    code, message, help = explain(error.problem or "")
    mark = error.problem_mark or error.context_mark
    if error.context_mark and (error.problem or "").startswith(_AT_ITS_BEGINNING):
        mark = error.context_mark
    start = min(mark.index, len(source.text)) if mark else 0
    faults.add(code, message, source.span(start, start + 1), help)


def _encoding_hint(data: bytes) -> str:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "; this looks like UTF-16" if utf16 else ""


class _Stop(Exception):
    """The rest of the file cannot be understood; its fault has been added."""


class _Builder:
    """Turns the parser's events into nodes, counting as it goes."""

    def __init__(self, source: Source, faults: Faults, loader: Any) -> None:
        self.source = source
        self.faults = faults
        self.parser = loader(source.text)
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0

    def document(self) -> Node:
        self.next()
        start = self.next()
        if not isinstance(start, DocumentStartEvent):
            self.stop("YS008", "the file holds nothing", self.source.span(0, 1))
        tree = self.node(self.next(), 0)
        self.next()
        if isinstance(again := self.next(), DocumentStartEvent):
            span = self.span(again)
            self.stop("YS008", "a second document begins here: one file holds one", span)
        return tree

    def node(self, event: Event, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self.alias(event)
        assert isinstance(event, NodeEvent)
        self.count(1, event)
        if depth > MAX_DEPTH:
            message = f"lists and mappings are nested more than {MAX_DEPTH} deep"
            self.stop("YS005", message, self.span(event))
        if getattr(event, "tag", None) is not None:
            tag = str(event.tag)  # type: ignore[attr-defined]
            self.faults.add(
                "YS007",
                f"the tag {shown(tag)} has no meaning here",
                self.span(event),
                "write the value without a tag",
            )
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        node = self.content(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def content(self, event: Event, depth: int) -> Node:
        match event:
            case ScalarEvent():
                return self.scalar(event)
            case SequenceStartEvent():
                items: list[Node] = []
                while not isinstance(item := self.next(), CollectionEndEvent):
                    items.append(self.node(item, depth + 1))
                size = 1 + sum(node.size for node in items)
                return Sequence(self.span(event, item), size, tuple(items))
            case _:
                assert isinstance(event, MappingStartEvent)
                return self.mapping(event, depth)

    def mapping(self, event: Event, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(item := self.next(), CollectionEndEvent):
            key = self.node(item, depth + 1)
            value = self.node(self.next(), depth + 1)
            if not isinstance(key, Scalar):
                self.faults.add("YS009", "a key must be a word or a text", key.span)
            elif key.text in entries:
                first, _ = self.source.place(entries[key.text].key_span.start)
                self.faults.add(
                    "YS004",
                    f"the key {shown(key.text)} stands twice: first in line {first}",
                    key.span,
                    f"keep one of the two; the first is at {entries[key.text].key_span}",
                )
            else:
                entries[key.text] = Entry(key.text, key.span, value)
        size = 1 + sum(1 + entry.value.size for entry in entries.values())
        return Mapping(self.span(event, item), size, tuple(entries.values()))

    def scalar(self, event: ScalarEvent) -> Scalar:
        style = event.style or ""
        span = self.span(event)
        if odd := _UNPRINTABLE.search(event.value):
            message = f"this text holds the character U+{ord(odd.group()):04X}"
            self.faults.add("YS010", message, span, "leave it out: no report can show it")
        value = event.value if style else resolve(event.value)
        if isinstance(value, int) and abs(value) > 2**53:
            self.faults.add(
                "YS011",
                f"the whole number {shown(event.value)} cannot be held exactly",
                span,
                f"whole numbers reach from -{2**53} to {2**53}; write 1e20 for a rounded one",
            )
            value = 0
        if (
            isinstance(value, float)
            and value in (_INFINITY, -_INFINITY)
            and "n" not in event.value.lower()
        ):
            message = f"the number {shown(event.value)} is too large for a float64"
            self.faults.add("YS011", message, span, "write .inf where infinity is meant")
        return Scalar(span, 1, value, event.value, style)

    def alias(self, event: AliasEvent) -> Node:
        span = self.span(event)
        if event.anchor not in self.anchors:
            message = f"the alias `*{event.anchor}` refers to nothing"
            help = f"an anchor `&{event.anchor}` must stand before it"
            self.stop("YS006", message, span, help)
        node = self.anchors[event.anchor]
        if node is None:
            self.stop("YS006", f"the alias `*{event.anchor}` stands within itself", span)
        self.count(node.size, event)
        return node

    def count(self, more: int, event: Event) -> None:
        self.nodes += more
        if self.nodes > MAX_NODES:
            message = f"the file holds more than {MAX_NODES:,} values, aliases written out"
            self.stop("YS005", message, self.span(event))

    def span(self, event: Event, last: Event | None = None) -> Span:
        assert event.start_mark is not None
        end = (last or event).end_mark
        assert end is not None
        return self.source.span(event.start_mark.index, max(end.index, event.start_mark.index))

    def next(self) -> Event:
        event: Any = self.parser.get_event()
        assert isinstance(event, Event)
        return event

    def stop(self, code: str, message: str, span: Span, help: str = "") -> NoReturn:
        self.faults.add(code, message, span, help)
        raise _Stop
