"""Small graphs, performed on the reference and on its mutants, to find the one that tells them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    Store,
    content_key,
    reference_submission,
    reflected,
)
from grader.domain.assignment import Tolerance
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.spelling import spelled
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Transcript
from grader.errors import GraderFault
from grader.judging.diagnosis import same_answer
from grader.records import dataclass
from grader.sandbox import Guest

BATCH: Final = 64
BUDGET: Final = 1024  # programs that a search may perform on one implementation
SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What an implementation answered to some programs, in their order."""

    transcripts: tuple[Transcript, ...]


class Laboratory:
    """Performs generated programs on implementations of our own, and keeps by content what they answered.

    An implementation is the reference or a mutant of it (`grader.predictions.mutant`), as a Submission.
    `functions` are those that the assignment brings.
    """

    def __init__(self, guest: Guest, store: Store, functions: Sequence[SourceFile] = ()) -> None:
        self.guest = guest
        self.store = store
        self.reference = reference_submission(functions)

    def perform(
        self, implementation: Submission, programs: Sequence[Program], *, alone: bool = False
    ) -> tuple[Transcript, ...]:
        """What the implementation answers to each program.

        With `alone`, each program has a process of its own: for mistakes that leave traces.
        """
        source = implementation.files[0].data
        key = content_key("experiment", source, str(alone), *map(spelled, programs))
        kept = self.store.get(Answered, key)
        if kept is None:
            kept = Answered(self._performed(implementation, programs, alone))
            self.store.put(key, kept)
        return kept.transcripts

    def first_difference(
        self,
        implementations: Sequence[Submission],
        programs: Iterable[Program],
        *,
        budget: int = BUDGET,
        alone: bool = False,
    ) -> Program | None:
        """The first program to which not all implementations give the same answer, or None.

        At most `budget` programs are tried, in batches; with `small_programs` the first is the smallest.
        """
        for batch in _batches(islice(programs, budget)):
            answers = [self.perform(each, batch, alone=alone) for each in implementations]
            for i, program in enumerate(batch):
                first, *others = (found[i] for found in answers)
                if not all(alike(program, first, other) for other in others):
                    return program
        return None

    def differs(
        self, programs: Sequence[Program], left: Submission, right: Submission
    ) -> tuple[bool, ...]:
        """Of each program, whether two implementations answer it differently."""
        answers = zip(
            programs, self.perform(left, programs), self.perform(right, programs), strict=True
        )
        return tuple(not alike(*each) for each in answers)

    def _performed(
        self, implementation: Submission, programs: Sequence[Program], alone: bool
    ) -> tuple[Transcript, ...]:
        done = self.guest.perform(
            implementation,
            [(reflected(program), SECONDS) for program in programs],
            dialect=REFERENCE_DIALECT,
            requires=REFERENCE_REQUIRES,
            alone=alone,
            limits=Limits(total_seconds=60.0 + len(programs) * SECONDS),
            base=self.reference,
            variants=[implementation.files[0].path] * len(programs),
        )
        if done.loading.error:
            raise GraderFault(f"{implementation.id} could not be loaded: {done.loading.error}")
        if done.fault:
            raise GraderFault(f"{implementation.id} could not be performed: {done.fault}")
        return done.transcripts


def alike(program: Program, left: Transcript, right: Transcript) -> bool:
    """Whether two implementations gave the same answer to a program, whichever is taken as the right one."""
    tolerance = Tolerance()
    return same_answer(program, left, right, tolerance) and same_answer(
        program, right, left, tolerance
    )


def _batches(programs: Iterable[Program]) -> Iterator[tuple[Program, ...]]:
    rest = iter(programs)
    while batch := tuple(islice(rest, BATCH)):
        yield batch
