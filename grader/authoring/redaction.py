"""An assignment file without some of its cases, as text: what is left stays as it was written."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from grader.authoring.nodes import Mapping, Node, Scalar, Sequence
from grader.authoring.source import LINE_BREAK, Faults, Source
from grader.authoring.yaml_tree import parse, read_source
from grader.errors import UsageError


def without_cases(file: Path, hidden: Collection[str]) -> str:
    """The text of a file with some cases taken out, each with what stands between it and the one above.

    Cases that are shown no longer need those that are not. Raises UsageError where the cases are not
    written one below another.
    """
    source = read_source(file, str(file), Faults())
    tree = parse(source, Faults()) if source else None
    cases = tree.get("cases") if isinstance(tree, Mapping) else None
    if source is None or not isinstance(tree, Mapping):
        raise UsageError(f"{file} cannot be read as an assignment")
    if not isinstance(cases, Sequence) or not any(_id(item) in hidden for item in cases.items):
        return source.text
    entry = tree.entry("cases")
    assert entry is not None
    pieces, at = [], 0
    above = _end_of_line(source, entry.key_span.end)
    for item in cases.items:
        line, _ = source.place(item.span.start)
        if not source.line(line).lstrip().startswith("- "):
            raise UsageError(f"{file}:{line}: the cases are not written one below another")
        below = _end_of_line(source, last_letter(item))
        if _id(item) in hidden:
            pieces.append(source.text[at:above])
            at = below
        else:
            pieces.append(_without_needs(source, item, hidden, at))
            at = last_letter(item)
        above = below
    return "".join(pieces) + source.text[at:]


def last_letter(node: Node) -> int:
    """Where the last value within a node ends, line breaks and spaces left out."""
    source = node.span.source
    if source.text[node.span.start : node.span.start + 1] in ("[", "{"):
        return node.span.end
    match node:
        case Sequence(items=items) if items:
            return max(map(last_letter, items))
        case Mapping(entries=entries) if entries:
            return max(last_letter(entry.value) for entry in entries)
        case _:
            text = source.text[node.span.start : node.span.end]
            return node.span.start + len(text.rstrip())


def _without_needs(source: Source, item: Node, hidden: Collection[str], at: int) -> str:
    """The text from `at` to the end of a case, without what it needs of the hidden ones."""
    end = last_letter(item)
    needs = item.entry("needs") if isinstance(item, Mapping) else None
    if needs is None:
        return source.text[at:end]
    value = needs.value
    named = value.items if isinstance(value, Sequence) else (value,)
    ids = [each.text for each in named if isinstance(each, Scalar)]
    kept = [id for id in ids if id.partition("/")[0] not in hidden]
    if kept == ids:
        return source.text[at:end]
    start = value.span.start
    stop = last_letter(value)
    written = f"[{', '.join(kept)}]"
    return source.text[at:start] + written + source.text[stop:end]


def _id(item: Node) -> str:
    found = item.get("case") if isinstance(item, Mapping) else None
    return found.text if isinstance(found, Scalar) else ""


def _end_of_line(source: Source, offset: int) -> int:
    found = LINE_BREAK.search(source.text, offset)
    return found.end() if found else len(source.text)
