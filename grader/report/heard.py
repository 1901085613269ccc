"""What is said about loading a submission, or a suite of cases, in the language of the report.

The guest speaks English: it runs beside the student's code and knows no catalogue. Its sentences are known by
their English wording, with names and places in them, and said again; others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from grader.report.english import SENTENCES
from grader.report.language import say

HEARD: Final = (
    "heard.made",
    "heard.python",
    "heard.python.bare",
    "heard.imported",
    "heard.needs",
    "heard.needs.python",
    "heard.undefined.nor",
    "heard.undefined",
    "heard.meant",
    "heard.defines.nothing",
    "heard.defines",
    "heard.nothing",
    "heard.no_python",
    "heard.not_here",
    "heard.not_handed_in",
    "heard.no_longer",
    "heard.not_imported",
    "heard.switched",
    "heard.setup",
    "heard.numpy",
    "heard.command",
    "heard.further_down",
    "heard.inherits",
    "heard.place",
    "heard.suite.nothing",
    "heard.suite.notices",
    "heard.suite.size",
    "heard.suite.uncounted",
    "heard.suite.why.impossible",
    "heard.suite.why.unanswered",
    "heard.suite.why.wrong",
    "heard.suite.several",
    "heard.suite.missing",
)
PHRASES: Final = ("place", "why")
NEXT: Final = re.compile(r"(?<=[.?]) (?=It defines)")


def heard(text: str) -> str:
    """One or two sentences of the guest, said again in the language that is spoken."""
    first, *rest = NEXT.split(text, maxsplit=1)
    told = _told(first)
    return say("sentences", first=told, second=_told(rest[0])) if rest else told


def _told(text: str) -> str:
    for key in HEARD:
        found = _pattern(key).fullmatch(text)
        if found:
            return say(key, **_values(found.groupdict()))
    return text


def _values(found: Mapping[str, str]) -> dict[str, str]:
    """What stood in a sentence; a place or a reason is a phrase of its own."""
    return {name: _told(value) if name in PHRASES else value for name, value in found.items()}


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """The English sentence, as it is recognised."""
    parts = re.split(r"\{(\w+)\}", SENTENCES[key])
    names = (f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(names), re.DOTALL)
