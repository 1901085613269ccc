"""Cells of a table that somebody will open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
# What would tell a terminal more than a text; the ends of lines and tabs do not.
CONTROLS: Final = {
    number: "\ufffd" for number in (*range(32), *range(127, 160)) if chr(number) not in "\t\r\n"
}


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and no terminal for an order.

    An apostrophe goes before what could be a formula.
    """
    text = text.translate(CONTROLS)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def cell(value: Any) -> str:
    """A number as it is, nothing as nothing, text defused."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return number(value)
    return defused(str(value))


def number(value: float) -> str:
    """`7`, `7.5`: as short as it can be told."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if value else "0"


def table(rows: Iterable[Sequence[Any]], *, ends: str = "\n") -> str:
    """The rows as CSV: commas, quotes where they are needed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=ends).writerows([cell(one) for one in row] for row in rows)
    return text.getvalue()
