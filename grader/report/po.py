"""Catalogues of translations as translators know them: gettext's `.po` files, read as they are.

Read without a compile step: a few hundred entries take about a millisecond, nothing compiled has to be kept
in step with its source, and an edit is seen at the next run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from grader.records import dataclass

_FIELDS = ("msgctxt", "msgid", "msgstr")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text: what it is called, what it is in English, and what it is here (empty: not yet known)."""

    key: str
    english: str
    text: str


def read_po(source: str) -> tuple[Entry, ...]:
    """The entries of a catalogue, in its order; its header, which has no `msgctxt`, is none of them.

    Raises ValueError where a line is neither a field, nor a text that goes on, nor a comment.
    """
    return tuple(entry for entry in _entries(source.splitlines()) if entry.key)


def write_po(entries: Iterable[Entry], language: str) -> str:
    """The catalogue as a file, which `read_po` reads back."""
    parts = [
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    ]
    for entry in entries:
        fields = zip(_FIELDS, (entry.key, entry.english, entry.text), strict=True)
        parts.append("".join(f"{name} {_quoted(text)}\n" for name, text in fields))
    return "\n".join(parts)


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    found: dict[str, str] = {}
    name = ""
    for number, line in enumerate(lines, 1):
        field, _, text = line.partition(" ")
        if not line or line.startswith("#"):
            continue
        if line.startswith('"') and name:
            found[name] += _unquoted(line, number)
            continue
        if field not in _FIELDS:
            raise ValueError(f"line {number}: not a line of a .po file: {line}")
        if "msgstr" in found:
            yield _entry(found)
            found = {}
        name, found[field] = field, _unquoted(text, number)
    if found:
        yield _entry(found)


def _entry(found: dict[str, str]) -> Entry:
    return Entry(*(found.get(name, "") for name in _FIELDS))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(text: str, number: int) -> str:
    """The text between the quotation marks. Its escapes are those of Python too."""
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        raise ValueError(f"line {number}: a text stands in quotation marks: {text}")
    inside = text[1:-1]
    return str(ast.literal_eval(text)) if "\\" in inside else inside
