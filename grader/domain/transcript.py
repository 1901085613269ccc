"""What happened when a program was performed on an implementation.

Expected, observed and predicted transcripts are this one type.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from grader.domain.array import Array
from grader.domain.program import Quantity
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """`None` stood where a number was asked for."""


@dataclass(frozen=True, slots=True)
class Flag:
    """The answer to a yes-or-no question, such as `y.creator is None`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number that is not differentiated, such as a generation."""

    value: int


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Something that cannot be read as numbers: its type, and a short form of it."""

    type: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The implementation has no such thing: no attribute `generation`, say."""

    what: str


Observation: TypeAlias = Array | Missing | Flag | Count | NotANumber | NotOffered


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity and what was found for it."""

    quantity: Quantity
    found: Observation


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the submission that was being executed. `line` counts from 1 in `file`.

    For notebooks `cell` is the mark the learner sees (`In [13]`) and `line` counts within the cell.
    """

    file: str
    line: int
    function: str
    text: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """Every statement was performed."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The submission raised an exception while statement number `step` was performed."""

    type: str
    message: str
    step: int
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class NotRaised:
    """Statement `step` was to be refused with `error`; it was accepted."""

    error: str
    step: int


@dataclass(frozen=True, slots=True)
class NotAttempted:
    """The submission does not define what the program needs."""

    what: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No end within so many seconds; `frames` is where the submission was then, if it could say so."""

    seconds: float
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Not performed, since `late` programs in a row before it did not end, or all time was used up."""

    late: int


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    limit: int
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class NoResult:
    """The process ended before it answered: how, in words (`exit status 0`, `signal SIGSEGV`), and where."""

    how: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """What came back is not a transcript: how it departs from one, in words."""

    how: str


@dataclass(frozen=True, slots=True)
class Faulted:
    """The grader's own machinery broke: nobody's answer was heard."""

    how: str


Ending: TypeAlias = (
    Completed
    | Crashed
    | NotRaised
    | NotAttempted
    | TimedOut
    | GivenUp
    | OutOfMemory
    | NoResult
    | BadAnswer
    | Faulted
)


# Those that tell, as `frames`, where the submission was.
BROKEN_OFF: Final = (Crashed, TimedOut, OutOfMemory, NoResult)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The performance of one program.

    `primals` holds the value of every variable as it was computed, in the order of the program.
    `readings` holds, once the last statement is done, the quantities that the program asks for and the
    gradient of every variable still alive. `calls` says how each function was called (`add`,
    `Add()`, `+`). `output` is what the submission printed meanwhile.
    """

    ending: Ending
    primals: tuple[Reading, ...] = ()
    readings: tuple[Reading, ...] = ()
    calls: tuple[tuple[str, str], ...] = ()
    output: str = ""

    def reading(self, quantity: Quantity) -> Observation | None:
        """What was found for a quantity, or None where it was not read."""
        return next((r.found for r in self.readings if r.quantity == quantity), None)

    def primal(self, name: str) -> Observation | None:
        """The value that a variable had when it was computed, or None where it never was."""
        return next((r.found for r in self.primals if r.quantity.of == name), None)
