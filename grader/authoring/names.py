"""Which names a variable of a graph may have."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Container

from grader.authoring.source import Faults, Span, shown
from grader.domain.vocabulary import VOCABULARY

MAX_NAME = 40
RESERVED = frozenset({"Variable", "backward", "no_grad", "raises", "released"})


def check_name(
    name: str,
    span: Span,
    faults: Faults,
    words: Container[str] = VOCABULARY,
    *,
    variable: bool = True,
) -> bool:
    """Whether `name` can be a variable's (or any name of Python); if not, a fault is added."""
    message, help = _objection(name, words)
    if not variable and name.isidentifier() and (name in words or name in RESERVED):
        return True
    if message:
        faults.add("YS109", message, span, help)
    return not message


def is_name(name: str, words: Container[str] = VOCABULARY) -> bool:
    return not _objection(name, words)[0]


def _objection(name: str, words: Container[str]) -> tuple[str, str]:
    if ":" in name:
        return f"{shown(name)} is no name", "put a space after the colon"
    if not name.isidentifier() or keyword.iskeyword(name):
        return (
            f"{shown(name)} is no name",
            "a name is made of letters, digits and `_`, such as `x0`",
        )
    if len(name) > MAX_NAME:
        return f"{shown(name)} is longer than {MAX_NAME} letters", ""
    normal = unicodedata.normalize("NFKC", name)
    if normal != name:
        return f"Python reads {shown(name)} as {shown(normal)}", f"write {shown(normal)}"
    if name in words or name in RESERVED:
        what = "a function" if name in words else "a word of the graph language"
        return f"`{name}` is {what}, not a variable", "choose another name"
    return "", ""
