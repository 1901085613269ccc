"""Programs as text, spelled once while they live: keys and frames need the same ones again and again."""

from __future__ import annotations

from grader.domain import terse
from grader.domain.program import Program
from grader.remembered import Remembered

_SPELLED: Remembered[bytes] = Remembered()


def spelled(program: Program) -> bytes:
    """As `terse` writes it."""
    return _SPELLED.get((program,), lambda: terse.dumps(Program, program))
