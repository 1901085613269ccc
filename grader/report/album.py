"""Right answers, and cases not attempted, as they were printed before: known by all that they show.

Most of a page stays what it was from one attempt to the next: to draw it takes longer than anything else that the
page needs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, MutableMapping
from hashlib import sha256
from typing import TypeAlias

from grader.domain.array import Array
from grader.domain.program import Program
from grader.domain.spelling import spelled
from grader.domain.transcript import Transcript
from grader.records import dataclass, replace
from grader.report.model import CaseReport

_ELSEWHERE = Program((), (), ())


@dataclass(frozen=True, slots=True)
class Printed:
    """A right answer on a page: its step in the strip on top, and the case itself in pieces.

    Between them stand what is pasted and the command, which are each submission's own.
    """

    name: str
    step: str
    pieces: tuple[str, ...]


Album: TypeAlias = MutableMapping[str, Printed]
"""What was printed, by name."""


def name_of(one: CaseReport, place: tuple[Hashable, ...]) -> str:
    """The same for all that looks the same at a place of a page."""
    case = replace(one.case, program=_ELSEWHERE)
    digest = sha256(spelled(one.case.program))
    digest.update(repr((case, one.verdict, place)).encode())
    for transcript in (one.observed, one.expected):
        digest.update("\n".join(_said(transcript)).encode())
        for reading in (*transcript.primals, *transcript.readings):
            if isinstance(reading.found, Array):
                digest.update(reading.found.data)
    return digest.hexdigest()[:32]


def _said(transcript: Transcript) -> Iterator[str]:
    """A transcript but for the numbers of its arrays."""
    yield repr((transcript.ending, transcript.output, len(transcript.primals)))
    for reading in (*transcript.primals, *transcript.readings):
        match reading.found:
            case Array(shape, dtype):
                found = f"{dtype}{shape}"
            case other:
                found = repr(other)
        yield f"{reading.quantity.aspect.value} {reading.quantity.of} {found}"
