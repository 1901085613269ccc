"""placeholder"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class CodeText:
    title: str
    text: str
    wrong: str
    right: str


CODES: Final[dict[str, CodeText]] = {}
