"""A file that a person wrote, the places in it, and the faults found there."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grader.errors import Fault

LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, without its byte order mark, under the name that its author typed."""

    file: str
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        return cls(file, text, (0, *(match.end() for match in LINE_BREAK.finditer(text))))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both counted from 1, in code points."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line break."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")

    def span(self, start: int, end: int) -> Span:
        return Span(self, start, end)


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` of a source."""

    source: Source = field(repr=False)
    start: int
    end: int

    def __str__(self) -> str:
        line, column = self.source.place(self.start)
        return f"{self.source.file}:{line}:{column}"

    @property
    def line(self) -> int:
        return self.source.place(self.start)[0]


class Faults:
    """Collects what is wrong, so that a person hears of everything at once."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str, int, int, str], Fault] = {}

    def add(self, code: str, message: str, span: Span, help: str = "") -> None:
        source = span.source
        line, column = source.place(span.start)
        text = source.line(line)
        width = max(1, min(span.end - span.start, len(text) - column + 1))
        fault = Fault(code, message, source.file, line, column, text, width, help)
        self._faults.setdefault((source.file, line, column, message), fault)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __len__(self) -> int:
        return len(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known name, or nothing where none is near."""
    names = list(dict.fromkeys(known))
    same = [name for name in names if name.lower() == wrong.lower()]
    if same:
        return f"did you mean `{same[0]}`? Names are case-sensitive"
    near = difflib.get_close_matches(wrong[:100], names, n=1, cutoff=0.7)
    return f"did you mean `{near[0]}`?" if near else ""


def shown(text: str, limit: int = 40) -> str:
    """A text in back quotes, on one line, cut where it is long."""
    flat = " ".join(text.split())
    return f"`{flat if len(flat) <= limit else flat[: limit - 1] + '…'}`"
