"""What checking an assignment showed, as data: the terminal, JSON and the page print it."""

from __future__ import annotations

from grader.domain.assignment import Assignment, Case
from grader.domain.misconception import Misconception
from grader.domain.program import Program
from grader.errors import Fault
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """A misconception that no case would notice, and the smallest graph that would.

    `case` is that graph as a case, `text` the same as YAML ready to paste.
    """

    misconception: str
    case: Case
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One misconception, and the cases that notice it in some legal order.

    `gaps` are the orders in which none does: on another order the same mistake may have another answer.
    """

    entry: Misconception
    caught_by: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """Misconceptions that give the same wrong answers to every case. `graph` would tell the first two apart."""

    misconceptions: tuple[str, ...]
    graph: str


@dataclass(frozen=True, slots=True)
class Power:
    """What the cases can see. `rows` holds the misconceptions that the assignment answers for.

    `ties` are misconceptions that no case tells apart, though a small graph would; `silent` are cases
    that notice nothing, `spare` those that notice nothing which others do not.
    """

    rows: tuple[Row, ...] = ()
    ties: tuple[Tie, ...] = ()
    silent: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    @property
    def caught(self) -> int:
        return sum(not row.gaps for row in self.rows)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(gap for row in self.rows for gap in row.gaps)


@dataclass(frozen=True, slots=True)
class Trial:
    """A submission that comes with the assignment, graded: `kind` is starter, solution or wrong."""

    kind: str
    name: str
    score: float
    max_score: float
    failed: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """All that was found at a path. `faults` are errors: the assignment must not grade anybody as it is.

    `assignment` is None where the files cannot be read as one. `warnings` are what its author should
    know. `witnessed` counts gradients that finite differences confirm, `analytic` those that the complex
    step confirms to the last digits.
    """

    path: str
    assignment: Assignment | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    witnessed: int = 0
    analytic: int = 0
    power: Power | None = None
    trials: tuple[Trial, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Closing:
    """What a search found: the smallest program, or None where none is small enough."""

    program: Program | None
