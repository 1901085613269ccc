"""Which language is spoken: how it is chosen, and where its sentences come from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from grader.domain.language import ENGLISH, LANGUAGES, language_of
from grader.errors import UsageError, did_you_mean
from grader.report.english import SENTENCES
from grader.report.po import Entry, read_po
from grader.shipped import assignments_folder

LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

_SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def chosen_language(asked: str = "", assignment: str = "") -> str:
    """The language to speak: what is asked for, else `GRADER_LANG`, the assignment's, the locale's, English.

    What somebody wrote down comes before what a machine happens to be set to. Raises UsageError where
    a language is asked for that is not spoken.
    """
    for tag in (asked, os.environ.get("GRADER_LANG", "")):
        if tag:
            return _known(tag)
    locale = next(filter(None, map(os.environ.get, LOCALE)), "") or ""
    return assignment or language_of(locale) or ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Every sentence that is said meanwhile is said in this language."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> str:
    """The language that is spoken now."""
    return _SPOKEN.get()


def say(key: str, **values: object) -> str:
    """The sentence of a key, filled in. Raises KeyError where either is unknown."""
    return sentences(_SPOKEN.get())[key].format_map(values)


def say_count(key: str, count: int, **values: object) -> str:
    """The same for one or many things."""
    return say(f"{key}.{'one' if count == 1 else 'many'}", count=count, **values)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Every sentence by its key. What a catalogue lacks is said in English."""
    return SENTENCES | {entry.key: entry.text for entry in catalogue(language) if entry.text}


@cache
def known_texts(language: str) -> Mapping[str, str]:
    """What the catalogue of misconceptions says, from English into this language."""
    return {entry.english: entry.text for entry in _misconceptions(language) if entry.text}


@cache
def known_titles(language: str) -> Mapping[str, str]:
    """The titles of the misconceptions in this language, by their ids."""
    other = next(tag for tag in LANGUAGES if tag != ENGLISH)  # any catalogue holds the English ones
    return {
        entry.key.removesuffix(".title"): entry.english if language == ENGLISH else entry.text
        for entry in _misconceptions(other if language == ENGLISH else language)
        if entry.key.endswith(".title")
    }


@cache
def _misconceptions(language: str) -> tuple[Entry, ...]:
    file = assignments_folder() / "misconceptions" / f"{language}.po"
    return read_po(file.read_text(encoding="utf-8")) if file.is_file() else ()


def catalogue(language: str) -> tuple[Entry, ...]:
    """The translated sentences of a language, in the order of the file; none for English."""
    if language == ENGLISH:
        return ()
    file = Path(__file__).parent / "languages" / f"{language}.po"
    return read_po(file.read_text(encoding="utf-8"))


def _known(tag: str) -> str:
    found = language_of(tag)
    if not found:
        offered = ", ".join(f"{known} ({name})" for known, name in LANGUAGES.items())
        near = did_you_mean(tag, get_close_matches(tag, LANGUAGES))
        raise UsageError(f"no language {tag!r} is spoken here{near or '.'} There are: {offered}")
    return found
