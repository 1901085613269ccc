"""The smallest graph in which a mistake shows, found by trying all of them in order of size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from grader.checking.features import NECESSARY, features, within
from grader.checking.forms import forms
from grader.checking.model import Closing
from grader.domain.assignment import Case
from grader.domain.misconception import Misconception
from grader.domain.program import Program
from grader.domain.submission import Submission
from grader.domain.transcript import Completed, Transcript
from grader.domain.verdict import Outcome
from grader.experiments import alike
from grader.judging.small_programs import small_programs
from grader.judging.verdicts import judge
from grader.performing import perform_changed
from grader.records import dataclass as record
from grader.sandbox import Guest
from grader.touching import changes, meets, touched

ALONE: Final = 2
MOST_FUNCTIONS: Final = 3
# Of three functions there are thousands of graphs already: then the first of these are combined, and only
# where the mistake is in the engine, for a rule shows in graphs of two.
CORE: Final = ("add", "square", "mul", "sub", "exp", "neg", "tanh", "sum", "matmul")
CORE_SIZE: Final = 4
BATCHES: Final = (40, 160, 640, 1280, 2560)
FEW_BATCHES: Final = (
    2  # for telling two mistakes apart: what these do not show is hardly worth a case
)


@record(frozen=True, slots=True)
class _Stage:
    """Which graphs are tried: of how many functions, of which ones, put to which uses."""

    sizes: range
    functions: tuple[str, ...]
    usable: frozenset[str]


@dataclass
class Search:
    """Looks for the smallest graph of `functions` and `allowed` features that shows a mistake."""

    store: Store
    functions: tuple[str, ...]
    allowed: frozenset[str]
    _candidates: dict[_Stage, _Candidates] = field(default_factory=dict)

    def smallest(self, entry: Misconception, changed: Submission, guest: Guest) -> Program | None:
        """The first program, in order of size, to which the changed reference has another answer.

        None where no graph of up to MOST_FUNCTIONS functions shows it by these means; then neither does
        the probe of the catalogue.
        """
        probe = entry.probe
        needed = features(probe) & NECESSARY
        if entry.concept != "shape":
            needed -= {"broadcast"}  # there it only makes the wrong answer more visible
        if not needed <= self.allowed:
            return None
        if entry.concept == "state" and "several outputs" in features(probe) - self.allowed:
            return None  # what a second output brings home shows where there is one
        usable = self.allowed - (NECESSARY - needed)
        found = self._kept(_Stage(range(1, ALONE + 1), self.functions, usable), changed, guest)
        known = self._probe(probe, changed, guest) if found is None else None
        large = known is not None and sum(1 for _ in known.applications()) > MOST_FUNCTIONS
        if found is None and (known is None or large) and not entry.applies_to:
            core = tuple(name for name in CORE if name in self.functions)[:CORE_SIZE]
            sizes = range(ALONE + 1, MOST_FUNCTIONS + 1)
            found = self._kept(_Stage(sizes, core, needed), changed, guest)
        return found or known

    def telling_apart(self, one: Submission, other: Submission, guest: Guest) -> Program | None:
        """The first graph of up to ALONE functions that two changed references answer differently, or None."""
        stage = _Stage(range(1, ALONE + 1), self.functions, self.allowed)
        named = repr((stage.functions, sorted(stage.usable)))
        data = sorted((one.files[0].data, other.files[0].data))
        key = content_key("telling apart", *data, named)
        kept = self.store.get(Closing, key)
        if kept is None:
            kept = Closing(self._difference(stage, one, other, guest))
            self.store.put(key, kept)
        return kept.program

    def _difference(
        self, stage: _Stage, one: Submission, other: Submission, guest: Guest
    ) -> Program | None:
        candidates = self._candidates.setdefault(stage, _Candidates(stage))
        for batch in islice(candidates.batches(guest), FEW_BATCHES):
            programs = [each.program for each in batch if each.meets(one) or each.meets(other)]
            answers = zip(
                perform_changed(one, programs, guest),
                perform_changed(other, programs, guest),
                strict=True,
            )
            for program, (left, right) in zip(programs, answers, strict=True):
                if not alike(program, left, right):
                    return program
        return None

    def _probe(self, probe: Program, changed: Submission, guest: Guest) -> Program | None:
        """The catalogue's own graph, where the assignment has the means for it."""
        if not within(probe, self.functions, self.allowed):
            return None
        answer = reference_answers([probe], guest)[0]
        return probe if self._alone(changed, probe, answer, guest) else None

    def _kept(self, stage: _Stage, changed: Submission, guest: Guest) -> Program | None:
        named = repr((stage.sizes, stage.functions, sorted(stage.usable)))
        key = content_key("closing", changed.files[0].data, named)
        kept = self.store.get(Closing, key)
        if kept is None:
            kept = Closing(self._search(stage, changed, guest))
            self.store.put(key, kept)
        return kept.program

    def _search(self, stage: _Stage, changed: Submission, guest: Guest) -> Program | None:
        candidates = self._candidates.setdefault(stage, _Candidates(stage))
        for batch in candidates.batches(guest):
            met = [each for each in batch if each.meets(changed)]
            found = perform_changed(changed, [each.program for each in met], guest)
            for each, transcript in zip(met, found, strict=True):
                if shows(each.program, transcript, each.answer) and self._alone(
                    changed, each.program, each.answer, guest
                ):
                    return each.program
        return None

    def _alone(
        self, changed: Submission, program: Program, answer: Transcript, guest: Guest
    ) -> bool:
        """Whether it shows in a process of its own too: what ran before may have left something."""
        (found,) = perform_changed(changed, [program], guest)
        return shows(program, found, answer)


@record(frozen=True, slots=True)
class _Candidate:
    """A program, what the reference answers, and where the functions begin that are called for it."""

    program: Program
    answer: Transcript
    lines: frozenset[int]

    def meets(self, changed: Submission) -> bool:
        """Whether a changed reference could answer otherwise."""
        reference = reference_submission().files[0].data
        return meets(changes(reference, changed.files[0].data), self.lines)


class _Candidates:
    """Programs in order of size with the reference's answers, made as far as somebody asks."""

    def __init__(self, stage: _Stage) -> None:
        self.stage = stage
        self._made: list[tuple[_Candidate, ...]] = []

    def batches(self, guest: Guest) -> Iterator[tuple[_Candidate, ...]]:
        yield from self._made
        for size in BATCHES[len(self._made) :]:
            programs = tuple(islice(self._programs, size))
            if not programs:
                return
            found = touched([*map(reflected, programs)], reference_submission(), guest)
            made = (_Candidate(one, *each) for one, each in zip(programs, found, strict=True))
            self._made.append(tuple(o for o in made if isinstance(o.answer.ending, Completed)))
            yield self._made[-1]

    @cached_property
    def _programs(self) -> Iterator[Program]:
        sizes, functions, usable = self.stage.sizes, self.stage.functions, self.stage.usable
        return (
            form
            for program in small_programs(functions, sizes.stop - 1)
            if sum(1 for _ in program.applications()) in sizes
            for form in forms(program, usable)
            if within(form, functions, usable)
        )


def shows(program: Program, found: Transcript, answer: Transcript) -> bool:
    """Whether an answer to a program would not be passed."""
    return judge(case_of(program), found, answer).outcome is not Outcome.PASSED


def case_of(program: Program, id: str = "", concept: str = "rule") -> Case:
    return Case(id, id, concept, "", program)


def reference_answers(programs: Sequence[Program], guest: Guest) -> tuple[Transcript, ...]:
    return guest.perform(
        reference_submission(),
        [(reflected(program), 5.0) for program in programs],
        dialect=REFERENCE_DIALECT,
        requires=REFERENCE_REQUIRES,
    ).transcripts
