"""The long text of a code, from the files that the diagnosis and the loader work with themselves."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from textwrap import fill, indent

from grader.authoring import CODES
from grader.authoring.catalogue import load_catalogue
from grader.domain.misconception import Misconception
from grader.errors import UsageError, did_you_mean
from grader.shipped import assignments_folder

WIDTH = 88


def explain(code: str) -> str:
    """What a code of the catalogue or of an authoring fault means, with a wrong and a right example.

    A misconception may be asked for by its code or by its id. Raises UsageError, with the nearest codes,
    where there is no such code.
    """
    entries = _entries()
    if entry := entries.get(code.lower()):
        return "\n".join(_misconception(entry))
    if text := CODES.get(code.upper()):
        parts = [f"{code.upper()}: {text.title}", "", _wrapped(text.text)]
        parts += ["", "Wrong:", indent(text.wrong.rstrip(), "    ")]
        return "\n".join([*parts, "Right:", indent(text.right.rstrip(), "    ")])
    near = get_close_matches(code.lower(), [*entries, *map(str.lower, CODES)], n=3)
    raise UsageError(f"there is no code {code!r}{did_you_mean(code.lower(), near)}")


@cache
def _entries() -> dict[str, Misconception]:
    """The catalogue by code and by id, in lower case."""
    catalogue = load_catalogue(assignments_folder() / "misconceptions")
    return {name.lower(): entry for entry in catalogue for name in (entry.code, entry.id)}


def _misconception(entry: Misconception) -> Iterator[str]:
    yield f"{entry.code} ({entry.id}, about {entry.concept}): {entry.title}"
    yield ""
    yield _wrapped(entry.what)
    for number, hint in enumerate(entry.hints, 1):
        yield ""
        yield _wrapped(f"Hint {number}: {hint}")
    yield from ("", "Wrong:", indent(entry.wrong, "    "), "Right:", indent(entry.right, "    "))


def _wrapped(text: str) -> str:
    return fill(" ".join(text.split()), WIDTH)
