"""The languages that are spoken to students."""

from __future__ import annotations

from typing import Final

ENGLISH: Final = "en"

# The tag that stands in `<html lang>` -> the language's name for itself.
LANGUAGES: Final = {
    ENGLISH: "English",
    "zh-Hans": "简体中文",
    "ja": "日本語",
    "ko": "한국어",
}


def language_of(tag: str) -> str:
    """The language that a tag or a locale means (`zh`, `zh-CN`, `ja_JP.UTF-8`), or nothing.

    Traditional Chinese is answered in simplified, which is nearer than English.
    """
    first = tag.replace("_", "-").partition(".")[0].partition("-")[0].strip().lower()
    return next((known for known in LANGUAGES if known.partition("-")[0] == first), "")
