"""What a submission is asked once its cases are judged: graphs that decide, and the smallest that shows it.

Everything here runs the submission's code; what comes out is stored, and judged elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from grader.answers import content_key
from grader.diagnosing import Suspicion, agrees, as_case, decide, suspect
from grader.domain.assignment import Assignment, Case, Reveal
from grader.domain.observed import Experiment, Purpose
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.spelling import spelled
from grader.domain.submission import Submission
from grader.domain.transcript import NotAttempted, Transcript
from grader.experiments import Laboratory
from grader.judging.diagnosis import Evidence, Match
from grader.judging.seam import Seam, seam
from grader.judging.shrink import shrink, weight
from grader.judging.small_programs import small_programs
from grader.predictions import Oracle
from grader.sandbox import Guest, fitted

SECONDS: Final = 0.5
MOST_TIED: Final = 6  # explanations that experiments may decide between
MOST_DECIDING: Final = 3
SEARCH_BUDGET: Final = 256
MAX_FUNCTIONS: Final = 3
UNKNOWN_BUDGET: Final = 200  # programs that a submission performs where nothing known explains it
UNKNOWN_SECONDS: Final = 3.0  # after which nothing smaller is looked for there
TOTAL_SECONDS: Final = 3.0
NOTHING: Final = Program((), (), ())


def inquire(
    submission: Submission,
    assignment: Assignment,
    transcripts: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    oracle: Oracle,
    guest: Guest,
) -> tuple[Experiment, ...]:
    """Experiments on a submission that failed some cases.

    First what decides between the explanations that the cases leave; then the smallest graph on which each
    mistake shows. Where nothing known explains the failures, the smallest graph that fails in the same way.
    """
    inquiry = Inquiry(submission, assignment, oracle, guest)
    suspicion = suspect(assignment, transcripts, answers, oracle)
    if suspicion is not None:
        deciding = tuple(inquiry.deciding(suspicion))
        left, _ = decide(suspicion, deciding, oracle, inquiry.laboratory)
        if left.matches:
            return (*deciding, *inquiry.showing(left))
    return tuple(inquiry.failing(transcripts, answers))


class Inquiry:
    """One submission, and the laboratory in which its suspected mistakes are performed beside it."""

    def __init__(
        self, submission: Submission, assignment: Assignment, oracle: Oracle, guest: Guest
    ) -> None:
        self.submission = submission
        self.assignment = assignment
        self.oracle = oracle
        self.guest = guest
        self.laboratory = Laboratory(guest, oracle.store, assignment.functions)

    def deciding(self, suspicion: Suspicion) -> Iterator[Experiment]:
        """Graphs on which tied explanations differ, each performed, until one explanation is left."""
        functions = attempted(suspicion.evidence)
        left = suspicion.matches[:MOST_TIED]
        for _ in range(MOST_DECIDING):
            program = self._telling(left, functions) if len(left) > 1 else None
            if program is None:
                return
            about = tuple(dict.fromkeys(id for m in left for id in m.misconceptions))
            experiment = Experiment(Purpose.DECIDES, about, program, self._performed([program])[0])
            yield experiment
            left = tuple(m for m in left if agrees(m, experiment, self.oracle, self.laboratory))

    def showing(self, suspicion: Suspicion) -> Iterator[Experiment]:
        """For each mistake of the explanation, the smallest graph found on which it alone makes the difference.

        It is searched for on the changed reference, and kept; the submission performs only what was found.
        """
        best = suspicion.matches[0]
        functions = attempted(suspicion.evidence)
        whole = self.oracle.implementation(best.misconceptions, best.prediction.order)
        for id in best.misconceptions:
            one = self.oracle.implementation((id,), best.prediction.order)
            if one is None or whole is None:
                continue
            starts = [
                case.program
                for case in sorted(map(suspicion.evidence.cases.get, best.explains), key=_size)
                if case is not None and _is_open(case)
            ]
            for program in self._shrunk(
                one, whole, [*starts, self.oracle.catalogue[id].probe], functions
            ):
                experiment = Experiment(
                    Purpose.SHOWS, (id,), program, self._performed([program])[0]
                )
                if agrees(best, experiment, self.oracle, self.laboratory):
                    yield experiment
                    break

    def failing(
        self, transcripts: Mapping[str, Transcript], answers: Mapping[str, Transcript]
    ) -> Iterator[Experiment]:
        """The smallest graph found on which the submission fails as in one of its cases."""
        found: list[tuple[tuple[float, ...], int, Case, Seam]] = []
        for case in (one for one in self.assignment.cases if one.id in transcripts):
            kind = seam(case, transcripts[case.id], answers[case.id])
            if kind is not None and _is_open(case):
                found.append((_size(case), len(found), case, kind))
        if not found:
            return
        _, _, case, kind = min(found, key=lambda each: each[:2])

        end = time.monotonic() + UNKNOWN_SECONDS

        def keeps(programs: Sequence[Program]) -> Sequence[bool]:
            if time.monotonic() > end:
                return [False] * len(programs)
            answered = self._performed(programs, alone=False)
            right = self.laboratory.perform(self.laboratory.reference, programs)
            seams = map(seam, map(as_case, programs), answered, right)
            return [each is not None and kind.same_as(each) for each in seams]

        program = shrink(
            case.program, keeps, budget=UNKNOWN_BUDGET, functions=case.program.functions()
        )
        yield Experiment(Purpose.SHOWS, (), program, self._performed([program])[0], case.id)

    def _shrunk(
        self,
        one: Submission,
        whole: Submission,
        starts: Sequence[Program],
        functions: Sequence[str],
    ) -> Iterator[Program]:
        """From each start on which a mistake shows by itself, the smallest graph on which it still does."""

        def keeps(programs: Sequence[Program]) -> Sequence[bool]:
            shows = self.laboratory.differs(programs, self.laboratory.reference, one)
            hidden = self.laboratory.differs(programs, one, whole)
            return [left and not right for left, right in zip(shows, hidden, strict=True)]

        for start in starts:
            sources = (one.files[0].data, whole.files[0].data)
            key = content_key("shrunk", *sources, spelled(start), ",".join(functions))
            kept = self.oracle.store.get(Program, key)
            if kept is None:
                shows = set(start.functions()) <= set(functions) and keeps([start])[0]
                kept = shrink(start, keeps, functions=functions) if shows else NOTHING
                self.oracle.store.put(key, kept)
            if kept != NOTHING:
                yield kept

    def _telling(self, matches: Sequence[Match], functions: Sequence[str]) -> Program | None:
        """The first graph on which not all explanations predict the same: known probes, then small graphs."""
        implementations = [
            changed
            for m in matches
            if (changed := self.oracle.implementation(m.misconceptions, m.prediction.order))
        ]
        ids = tuple(id for m in matches for id in m.misconceptions)
        probes = [
            probe
            for probe in dict.fromkeys(self.oracle.catalogue[id].probe for id in ids)
            if set(probe.functions()) <= set(functions)
        ]
        found = self.laboratory.first_difference(implementations, probes, alone=True)
        return found or self.laboratory.first_difference(
            implementations,
            small_programs(functions, MAX_FUNCTIONS),
            budget=SEARCH_BUDGET,
            alone=self.oracle.leaves_traces(ids),
        )

    def _performed(
        self, programs: Sequence[Program], *, alone: bool = True
    ) -> tuple[Transcript, ...]:
        """What the submission itself answers, each program in a process of its own unless told otherwise."""
        done = self.guest.perform(
            self.submission,
            [(program, SECONDS) for program in programs],
            dialect=self.assignment.dialect,
            requires=self.assignment.requires,
            alone=alone,
            limits=Limits(total_seconds=TOTAL_SECONDS),
        )
        if done.loading.error:
            return tuple(Transcript(NotAttempted("")) for _ in programs)
        right = self.laboratory.perform(self.laboratory.reference, programs, alone=alone)
        return tuple(fitted(found, due) for found, due in zip(done.transcripts, right, strict=True))


def attempted(evidence: Evidence) -> tuple[str, ...]:
    """The functions of the cases that were judged: what the submission has."""
    judged = [evidence.cases[id] for id in chain(evidence.passed, evidence.failed)]
    return tuple(sorted({name for case in judged for name in case.program.functions()}))


def _is_open(case: Case) -> bool:
    """Whether a graph made from this case may be shown to a student."""
    return not case.hidden and case.reveal is Reveal.FULL


def _size(case: Case | None) -> tuple[float, ...]:
    return weight(case.program) if case else ()
