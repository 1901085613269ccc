"""What plain words of YAML mean here, and the parser's complaints in a person's words."""

from __future__ import annotations

import re
from typing import Final

_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_INT = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")

MAX_DIGITS: Final = 400

# The parser's own words (a part of its problem), what is said instead, and what helps.
_COMPLAINTS: Final = (
    (
        "character '\\t' that cannot start any token",
        "YS003",
        "a tab cannot indent YAML",
        "indent with spaces",
    ),
    (
        "mapping values are not allowed here",
        "YS002",
        "a second `: ` in one line means nothing here",
        "put quotes around the text, or put it under `|` on lines of its own",
    ),
    (
        "could not find expected ':'",
        "YS002",
        "this line is neither `key: value` nor part of the text above it",
        "indent it further than the key above, or put a colon and a space after the key",
    ),
    (
        "did not find expected ',' or",
        "YS002",
        "a bracket is not closed, or a comma is missing before this",
        "every `[` needs its `]`, every `{` its `}`, and a comma between the items",
    ),
    (
        "expected ',' or",
        "YS002",
        "a bracket is not closed, or a comma is missing before this",
        "every `[` needs its `]`, every `{` its `}`, and a comma between the items",
    ),
    (
        "expected <block end>",
        "YS002",
        "this line does not line up with the lines above it",
        "keys of one mapping begin in one column, and so do the dashes of one list",
    ),
    (
        "found unexpected end of stream",
        "YS002",
        "the quotes that open here are never closed",
        "close them with the same kind of quotes",
    ),
    (
        "found unknown escape character",
        "YS002",
        "there is no such escape within double quotes",
        "use single quotes, within which a backslash is a backslash",
    ),
    (
        "that cannot start any token",
        "YS002",
        "a value cannot begin with this character",
        "put quotes around the value",
    ),
)


def resolve(word: str) -> bool | int | float | str | None:
    """The meaning of an unquoted word, by the core schema of YAML 1.2."""
    if _NULL.match(word):
        return None
    if _BOOL.match(word):
        return word.lower() == "true"
    if len(word) <= MAX_DIGITS:
        if _INT.match(word):
            return int(word)
        if _OTHER_INT.match(word):
            return int(word, 0)
        if _FLOAT.match(word):
            return float(word)
    if _SPECIAL.match(word):
        return float(word.lower().replace(".", "", 1))
    return word


def explain(problem: str) -> tuple[str, str, str]:
    """Code, message and help for what the parser complains of."""
    for part, code, message, help in _COMPLAINTS:
        if part in problem:
            return code, message, help
    return "YS002", f"this is not YAML: {problem}", ""
