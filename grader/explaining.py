"""The long text of a code, from the files that the diagnosis and the loader work with themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from textwrap import fill, indent

from grader.authoring import CODES
from grader.authoring.catalogue import load_catalogue
from grader.domain.misconception import Misconception
from grader.domain.verdict import Outcome, Status
from grader.errors import UsageError, meant
from grader.report.language import chosen_language, known_texts, say, speaking
from grader.shipped import assignments_folder

WIDTH = 88
UNGRADABLE = Status.UNGRADABLE.value


def explain(code: str, language: str = "") -> str:
    """What a code of the catalogue, of an authoring fault, or an outcome means, with examples where there are any.

    A misconception may be asked for by its code or by its id, and is told in the language that is asked for,
    or see `chosen_language`. Raises UsageError, with the nearest codes,
    where there is no such code.
    """
    entries = _entries()
    if entry := entries.get(code.lower()):
        spoken = chosen_language(language)
        with speaking(spoken):
            return "\n".join(_misconception(entry, known_texts(spoken)))
    if text := CODES.get(code.upper()):
        parts = [f"{code.upper()}: {text.title}", "", _wrapped(text.text)]
        parts += ["", "Wrong:", indent(text.wrong.rstrip(), "    ")]
        return "\n".join([*parts, "Right:", indent(text.right.rstrip(), "    ")])
    word = " ".join(code.lower().replace("-", " ").replace("_", " ").split())
    if told := _outcome(word, chosen_language(language)):
        return told
    written = [name for entry in set(entries.values()) for name in (entry.code, entry.id)]
    outcomes = (outcome.replace(" ", "-") for outcome in (*Outcome, UNGRADABLE))
    known = {name.lower(): name for name in (*sorted(written), *CODES, *outcomes)}
    near = [known[name] for name in get_close_matches(code.lower(), known, n=3)]
    asked = meant(near) if near else ": `grader explain` lists them"
    raise UsageError(f"there is no code {code!r}{asked}")


def codes(language: str = "") -> str:
    """Every code that can be explained, with its title: a line each."""
    texts = known_texts(chosen_language(language))
    lines = [
        f"{entry.code}  {entry.id:<26} {texts.get(entry.title, entry.title)}"
        for entry in dict.fromkeys(_entries().values())
    ]
    lines += [f"{code}  {text.title}" for code, text in CODES.items()]
    return "\n".join([*lines, *(outcome.replace(" ", "-") for outcome in Outcome), UNGRADABLE])


def _outcome(word: str, language: str) -> str:
    """The long text of an outcome, by its own name or as the report calls it; empty where there is none."""
    with speaking(language):
        if word == UNGRADABLE:
            return f"{say('explain.ungradable')}\n\n{_wrapped(say('explain.ungradable.text'))}"
        for outcome in Outcome:
            if word in (outcome, say(f"outcome.{outcome}")):
                title = say("explain.outcome", outcome=say(f"outcome.{outcome}"))
                return "\n".join([title, "", _wrapped(say(f"explain.outcome.{outcome}"))])
    return ""


@cache
def _entries() -> dict[str, Misconception]:
    """The catalogue by code and by id, in lower case."""
    catalogue = load_catalogue(assignments_folder() / "misconceptions")
    return {name.lower(): entry for entry in catalogue for name in (entry.code, entry.id)}


def _misconception(entry: Misconception, texts: Mapping[str, str]) -> Iterator[str]:
    title = texts.get(entry.title, entry.title)
    concept = say(f"concept.name.{entry.concept}")
    yield say("explain.title", code=entry.code, id=entry.id, concept=concept, title=title)
    yield ""
    yield _wrapped(texts.get(entry.what, entry.what))
    for number, hint in enumerate(entry.hints, 1):
        yield ""
        yield _wrapped(say("explain.hint", number=number, hint=texts.get(hint, hint)))
    yield from ("", say("explain.wrong"), indent(entry.wrong, "    "))
    yield from (say("explain.right"), indent(entry.right, "    "))


def _wrapped(text: str) -> str:
    """In lines of a width. Chinese and Japanese are left to the terminal: they break anywhere."""
    flat = " ".join(text.split())
    return fill(flat, WIDTH) if flat.isascii() else flat
