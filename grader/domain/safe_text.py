"""What others wrote, made safe once: short enough, and nothing in it that hides or reorders text.

This knows no format. HTML, XML, JSON, terminal and annotations still escape in their own writers.
"""

from __future__ import annotations

import re
from typing import Final

LINE: Final = 400
BLOCK: Final = 8_000

# Characters that print as nothing or turn the text around them, beside the control characters.
_INVISIBLE: Final = (
    {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0}
    | set(range(0x200B, 0x2010))
    | set(range(0x2028, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFFF9, 0xFFFC))
    | set(range(0xE0000, 0xE0080))
)

# Whatever is not plain ASCII is looked at, each character by itself.
_DOUBTFUL: Final = re.compile(r"[^\n\t -~]")


def safe(text: str, limit: int = BLOCK) -> str:
    """The text with escapes (`\\u202e`) for what does not show; line ends and tabs stay.

    Lone surrogates become U+FFFD. What is longer than `limit` is cut, and ends with `…`.
    """
    if not text.isprintable():
        text = text.replace("\r\n", "\n")
        text = _DOUBTFUL.sub(lambda found: _shown(found[0]), text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def safe_line(text: str, limit: int = LINE) -> str:
    """The same on one line: line ends and tabs become escapes too."""
    if text.isprintable() and len(text) <= limit:
        return text
    return safe(text, limit).replace("\n", "\\n").replace("\t", "\\t")[:limit]


def _shown(character: str) -> str:
    code = ord(character)
    if character in "\n\t" or (character.isprintable() and code not in _INVISIBLE):
        return character
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if character.isspace() and code not in _INVISIBLE and code > 0xA0:
        return " "
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
