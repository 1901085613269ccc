"""Which submissions look alike? Pairs for a teacher to look at, never a verdict.

Token fingerprints by winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003): names, numbers and strings count as what they are and not as what they say, so that
renaming hides nothing. What the starter holds, and what many share, is not counted: it comes from the course.
"""

from __future__ import annotations

import re
from array import array
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import combinations
from keyword import iskeyword
from typing import Final
from zlib import crc32

from grader.domain.alike import Alike

GRAM: Final = 14  # tokens that must agree in a row before anything is noticed
WINDOW: Final = 6  # of so many neighbouring grams one is kept
COMMON_SHARE: Final = 0.15  # what a larger part of the class has in common comes from the course
LEAST_COMMON: Final = 4
LEAST_SHARE: Final = 0.5
LEAST_SHARED: Final = 8
MAX_PAIRS: Final = 60
WIDTH: Final = 2  # bytes that stand for a token
# What Python's own tokens are, near enough, in one pass over any text. Each kind always comes to an end, so that
# no text takes longer than its length.
_TOKEN: Final = re.compile(
    r"""
      (?P<silent> [\s\\]++ | \#[^\n]*+ )
    | (?P<string> [bBfFrRuU]{0,2}+ (?:
          \"{3} [^"\\]*+ (?: (?: \\.? | "(?!"") ) [^"\\]*+ )*+ \"{0,3}
        | '{3} [^'\\]*+ (?: (?: \\.? | '(?!'') ) [^'\\]*+ )*+ '{0,3}
        | " [^"\\\n]*+ (?: \\.? [^"\\\n]*+ )*+ "?
        | ' [^'\\\n]*+ (?: \\.? [^'\\\n]*+ )*+ '?
      ) )
    | (?P<number> 0[bBoOxX][0-9a-fA-F_]++ |
          (?: \d[\d_]*+ \.?+ [\d_]*+ | \.\d[\d_]*+ ) (?: [eE][+-]?\d[\d_]*+ )?+ [jJ]?+ )
    | (?P<name> \w++ )
    | (?: \*\*=? | //=? | >>=? | <<=? | -> | := | \.{3} | [-+*/%&|^=!<>@]=? | . )
    """,
    re.VERBOSE | re.DOTALL,
)


def fingerprints(source: str) -> frozenset[int]:
    """The fingerprints of a source text, be it Python or not."""
    text = b"".join(map(_code, _marks(source)))
    last = len(text) - WIDTH * GRAM
    grams = [crc32(text[at : at + WIDTH * GRAM]) for at in range(0, last + 1, WIDTH)]
    if not grams:
        return frozenset()
    windows = max(1, len(grams) - WINDOW + 1)
    return frozenset(min(grams[at : at + WINDOW]) for at in range(windows))


def packed(marks: frozenset[int]) -> str:
    """Fingerprints as a short text, from which `unpacked` makes them again."""
    return b64encode(array("I", sorted(marks)).tobytes()).decode()


def unpacked(text: str) -> frozenset[int]:
    return frozenset(array("I", b64decode(text)))


def alike(
    submissions: Mapping[str, frozenset[int]], starter: frozenset[int] = frozenset()
) -> tuple[Alike, ...]:
    """The pairs that share most, the most alike first; none where nothing is remarkable.

    `submissions` are fingerprints by student. At most MAX_PAIRS pairs come back. The work grows with the
    number of pairs that share something rare, not with the square of the class.
    """
    counts = Counter(mark for marks in submissions.values() for mark in marks)
    common = max(LEAST_COMMON, COMMON_SHARE * len(submissions))
    own = {
        student: {mark for mark in marks - starter if counts[mark] <= common}
        for student, marks in submissions.items()
    }
    shared = Counter(_meetings(own))
    found = [
        Alike(left, right, count, min(len(own[left]), len(own[right])))
        for (left, right), count in shared.items()
    ]
    remarkable = [
        pair for pair in found if pair.share >= LEAST_SHARE and pair.shared >= LEAST_SHARED
    ]
    remarkable.sort(key=lambda pair: (-pair.share, -pair.shared, pair.left, pair.right))
    return tuple(remarkable[:MAX_PAIRS])


def _meetings(own: Mapping[str, Iterable[int]]) -> Iterable[tuple[str, str]]:
    """Each pair of students once for every fingerprint that both have."""
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for student, marks in own.items():
        for mark in marks:
            holders[mark].append(student)
    for students in holders.values():
        yield from combinations(students, 2)


@lru_cache(maxsize=256)
def _code(mark: str) -> bytes:
    return crc32(mark.encode("utf-8", "replace")).to_bytes(4, "big")[:WIDTH]


def _marks(source: str) -> Iterable[str]:
    for token in _TOKEN.finditer(source):
        match token.lastgroup:
            case "silent":
                continue
            case "name" if iskeyword(token[0]):
                yield token[0]
            case "name" | "number" | "string" as kind:
                yield kind
            case _:
                yield token[0]
