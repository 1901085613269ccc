"""The reference, loaded from its file: as it stands, or with edits planted in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

SOURCE = Path(__file__).parents[3] / "reference" / "autodiff.py"

_numbers = itertools.count()


def load(source: str | None = None) -> ModuleType:
    """A fresh module made of `source`, by default of the reference. Two loads share nothing."""
    module = ModuleType(f"autodiff_{next(_numbers)}")
    text = SOURCE.read_text(encoding="utf-8") if source is None else source
    exec(compile(text, str(SOURCE), "exec"), module.__dict__)
    return module


def planted(edits: Iterable[dict[str, str]]) -> str:
    """The reference's text with every edit made. Raises ValueError unless each applies once."""
    text = SOURCE.read_text(encoding="utf-8")
    for edit in edits:
        found = text.count(edit["find"])
        if found != 1:
            raise ValueError(f"the text occurs {found} times, not once:\n{edit['find']}")
        text = text.replace(edit["find"], edit["replace"])
    return text


def numbers(value: Any) -> Any:
    """A variable, an array or a number as plain Python numbers; None stays None."""
    if value is None:
        return None
    return getattr(value, "data", value).tolist()
