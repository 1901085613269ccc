"""Programs on changed references, one after another: the road on which all of them are performed."""

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
from grader.sandbox import Guest, Performance

SECONDS: Final = 1.0
MORE_SECONDS: Final = 60.0  # for loading, and for whatever else the machine does


def perform_changed(
    changed: Submission, programs: Sequence[Program], guest: Guest
) -> tuple[Transcript, ...]:
    """What a changed reference answers to each program, one after another in one process."""
    if not programs:
        return ()
    tasks = [(reflected(program), SECONDS) for program in programs]
    variants = [changed.files[0].path] * len(programs)
    return perform_variants(changed, tasks, variants, guest, reference_submission()).transcripts


def perform_variants(
    changed: Submission,
    tasks: Sequence[tuple[Program, float]],
    variants: Sequence[str],
    guest: Guest,
    reference: Submission,
    *,
    alone: bool = False,
    touching: bool = False,
) -> Performance:
    """Perform programs, each on one of the files of a submission, which are variants of the `reference`.

    Raises GraderFault where that does not come to its end: all of it is ours.
    """
    done = guest.perform(
        changed,
        tasks,
        dialect=REFERENCE_DIALECT,
        requires=REFERENCE_REQUIRES,
        alone=alone,
        limits=Limits(total_seconds=MORE_SECONDS + sum(seconds for _, seconds in tasks)),
        base=reference,
        variants=variants,
        touching=touching,
    )
    if why := done.loading.error or done.fault:
        raise GraderFault(f"{changed.id} could not be performed: {why}")
    return done
