"""A known mistake: the reference with a line or two changed, and how to speak about it."""

from __future__ import annotations

from grader.domain.program import Program
from grader.domain.transcript import Transcript
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that occurs exactly once in the reference, and what stands there instead."""

    find: str
    replace: str


@dataclass(frozen=True, slots=True)
class Misconception:
    """One entry of the catalogue.

    `probe` is a small program that tells it from a right implementation. `convention` marks what
    some courses teach on purpose: never a diagnosis where the assignment accepts it. `line` says which line
    is at fault where that is not the one that a film shows: a Choice, or a word of the assignment, for the line
    where the submission defines it.
    """

    id: str
    code: str
    concept: str
    title: str
    what: str
    edits: tuple[Edit, ...]
    hints: tuple[str, ...]
    wrong: str
    right: str
    probe: Program
    applies_to: tuple[str, ...] = ()
    combinable: bool = True
    convention: bool = False
    line: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries, in the order of their codes."""

    entries: tuple[Misconception, ...]


@dataclass(frozen=True, slots=True)
class Departure:
    """A case in which a changed reference does not pass, and how."""

    case: str
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one misconception, or several together, do to the cases of an assignment.

    Cases that are not named are passed. Transcripts hold only what the case asks. `order` is the number of
    the legal order in which the changed reference visits the graph.
    """

    misconceptions: tuple[str, ...]
    departures: tuple[Departure, ...]
    order: int = 0

    def departure(self, case: str) -> Transcript | None:
        return next((d.transcript for d in self.departures if d.case == case), None)
