"""Programs, performed on a changed reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    reference_submission,
    reflected,
)
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.submission import Submission
from grader.domain.transcript import Transcript
from grader.errors import GraderFault
from grader.sandbox import Guest

SECONDS: Final = 1.0


def perform_changed(
    changed: Submission, programs: Sequence[Program], guest: Guest
) -> tuple[Transcript, ...]:
    """What a changed reference answers to each program, one after another in one process."""
    if not programs:
        return ()
    done = guest.perform(
        changed,
        [(reflected(program), SECONDS) for program in programs],
        dialect=REFERENCE_DIALECT,
        requires=REFERENCE_REQUIRES,
        limits=Limits(total_seconds=60.0 + len(programs) * SECONDS),
        base=reference_submission(),
        variants=[changed.files[0].path] * len(programs),
    )
    if done.loading.error:
        raise GraderFault(f"{changed.id} could not be loaded: {done.loading.error}")
    if done.fault:
        raise GraderFault(f"{changed.id} could not be performed: {done.fault}")
    return done.transcripts
