"""Cells of a table that somebody will open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what could be one."""
    text = text.replace("\0", "\ufffd")
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
