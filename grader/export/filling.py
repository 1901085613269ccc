"""A CSV file with some cells changed and every other byte as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.errors import UsageError


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file taken apart. `cells` are what stands there, `spans` where, in `text`.

    Encoding, byte order mark, separators, quotes and line ends are kept by not touching them.
    """

    name: str
    text: str
    encoding: str
    separator: str
    cells: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]

    def filled(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other cells at some (row, column); a row that is too short stays as it is."""
        pieces, end = [], 0
        for row, column in sorted(changes):
            start, stop = self.spans[row][column]
            pieces += [self.text[end:start], self._quoted(changes[row, column])]
            end = stop
        return "".join([*pieces, self.text[end:]]).encode(self.encoding, "replace")

    def _quoted(self, text: str) -> str:
        if any(c in text for c in (self.separator, '"', "\n", "\r")) or text != text.strip():
            doubled = text.replace('"', '""')
            return f'"{doubled}"'
        return text

    def column(self, *names: str) -> int | None:
        """The first column with one of these names, whatever their case and blanks."""
        header = [_plain(name) for name in self.cells[0]]
        return next((header.index(_plain(name)) for name in names if _plain(name) in header), None)

    def at(self, row: int, column: int | None) -> str:
        """A cell, or nothing where there is none."""
        if column is None or column >= len(self.cells[row]):
            return ""
        return self.cells[row][column].strip()


def take_apart(name: str, data: bytes) -> Table:
    """Raises UsageError where the bytes are no CSV file with a header."""
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    first = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=first.count)
    rows = _rows(name, text, separator)
    if not rows or len(rows[0]) < 2:
        raise UsageError(f"{name} is no CSV file with a line of column names")
    spans = tuple(tuple(row) for row in rows)
    cells = tuple(tuple(_cell(text[a:b]) for a, b in row) for row in spans)
    return Table(name, text, encoding, separator, cells, spans)


def _rows(name: str, text: str, separator: str) -> list[list[tuple[int, int]]]:
    """Where each cell of each row stands, quotes included."""
    rows: list[list[tuple[int, int]]] = []
    row: list[tuple[int, int]] = []
    place = start = 1 if text.startswith("\ufeff") else 0
    quoted = False
    while place < len(text):
        character = text[place]
        if character == '"' and (quoted or place == start):
            quoted = not quoted  # a doubled quote closes and opens again
        elif not quoted and character == separator:
            row.append((start, place))
            start = place + 1
        elif not quoted and character in "\r\n":
            rows.append([*row, (start, place)])
            row = []
            if text[place : place + 2] == "\r\n":
                place += 1
            start = place + 1
        elif quoted and character == '"':
            quoted = False
        place += 1
    if quoted:
        raise UsageError(f"{name}: a quote is opened and never closed")
    if row or start < len(text):
        rows.append([*row, (start, len(text))])
    return rows


def _cell(raw: str) -> str:
    if raw.startswith('"') and raw.endswith('"') and len(raw) > 1:
        return raw[1:-1].replace('""', '"')
    return raw


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def as_number(text: str) -> float | None:
    """`10`, `10.00`, `10,00` or `1,000.00` as a number; None for anything else."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain.replace(",", ""))
    except ValueError:
        return None
