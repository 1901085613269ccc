"""`observe()`: everything that needs the submission's own code, once. Nothing is scored here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from grader.domain import decoy
from grader.domain.assignment import Assignment, Case
from grader.domain.observed import Experiment, Observed, Performed
from grader.domain.program import Program
from grader.domain.submission import CellLines, Loading, Submission
from grader.domain.transcript import Faulted, GivenUp, NoResult, NotAttempted, Transcript
from grader.domain.twin import twins
from grader.domain.verdict import DIAGNOSED, Outcome, Verdict
from grader.errors import GraderFault, SubmissionError
from grader.judging.verdicts import judge, settle
from grader.records import dataclass, replace
from grader.remembered import Remembered
from grader.sandbox import Guest, Performance, fitted
from grader.whereabouts import placed, quotable

if TYPE_CHECKING:
    from grader.predictions import Oracle

SETTLED: Final = (Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.SKIPPED, Outcome.GRADER_FAULT)
MAX_QUOTABLE: Final = 400_000
MAX_FAULT: Final = 400
KILLED: Final = NoResult("signal SIGKILL")
TOGETHER: Final = 0.25
"""Of a case's time limit, while cases share a process: what does not end in it gets all of it, alone."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An assignment whose open cases a submission has performed already, before anything is known of answers."""

    assignment: Assignment
    submission: Submission
    performance: Performance


def observe(
    submission: Submission,
    assignment: Assignment,
    answers: Mapping[str, Transcript],
    guest: Guest,
    seed: int = 0,
    oracle: Callable[[], Oracle] | None = None,
    *,
    once: bool = False,
    closely: bool = True,
    begun: Begun | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Observed:
    """Perform all cases on the submission; what did not pass again, each case alone.

    So nothing that one case leaves behind ever costs or earns a point in another. Secret cases come last: when they
    are asked, all has been said that is shown. `answers` decide only what is performed again, and how large an
    array may be kept. With an `oracle`, which is asked only where something failed, experiments follow. What is
    performed only `once` may be wrong because of another case: such a verdict is provisional, and one that says
    right is not. What did not pass is looked at more `closely`, which says more of it and changes no verdict. What
    is `begun` with this assignment goes on. Where something has to be performed again, what comes `meanwhile` is
    called while the guest is at it.
    """
    if begun and begun.assignment is assignment and begun.submission == submission:
        # By this very object its process is known, which waits.
        submission, together = begun.submission, begun.performance
    else:
        together = perform(submission, assignment, guest)
    observer = _Observer(submission, assignment, answers, guest, once, closely, meanwhile)
    performed: tuple[Performed, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    besides = together.twins
    if not together.loading.error:
        performed = observer.decide(together)
        failed = _failed(assignment, performed, answers) if oracle else {}
        if oracle and failed:
            experiments = _inquire(submission, assignment, failed, answers, oracle, guest)
        # Whatever else is to be performed on the submission and may be shown is performed here, while a guest is
        # at hand, and stored as one more field of Observed.
        if secrets := _group(assignment.cases, secret=True):
            try:
                secretly = perform(submission, assignment, guest, secret=True)
                besides += secretly.twins
                performed += observer.decide(secretly, performed, secret=True)
            except GraderFault as fault:  # what was judged before stays
                performed += lost(secrets, str(fault))
            if oracle and not failed and (failed := _failed(assignment, performed, answers)):
                experiments = _inquire(submission, assignment, failed, answers, oracle, guest)
    made = twins(assignment)
    in_order = [*_group(made, secret=False), *_group(made, secret=True)]
    held = guest.protection
    sources = tuple(map(quotable, submission.files))
    return Observed(
        submission=submission.id,
        kind=submission.kind,
        files=tuple((source.path, source.text[:MAX_QUOTABLE]) for source in sources),
        seed=seed,
        level=held.level,
        layers=held.layers,
        missing=held.missing,
        loading=together.loading,
        performed=_sorted(performed, assignment),
        decoy=together.decoy,
        twins=tuple(
            Performed(twin.id, fitted(found, answers[twin.id]))
            for twin, found in zip(in_order, besides, strict=False)
        ),
        experiments=experiments,
        output=together.output,
        cells=tuple(
            CellLines(source.path, cell.label, cell.first, cell.last)
            for source in sources
            for cell in source.cells
            if cell.label
        ),
    )


def _failed(
    assignment: Assignment, performed: Sequence[Performed], answers: Mapping[str, Transcript]
) -> Mapping[str, Transcript]:
    """Every transcript that counts, if any of them is a failure; else none."""
    transcripts = {one.case: one.decisive for one in performed}
    verdicts = _judged(assignment, transcripts, answers).values()
    return transcripts if any(verdict.outcome in DIAGNOSED for verdict in verdicts) else {}


def _judged(
    assignment: Assignment, transcripts: Mapping[str, Transcript], answers: Mapping[str, Transcript]
) -> dict[str, Verdict]:
    """What became of each case, by itself."""
    return {
        case.id: judge(case, transcripts[case.id], answers[case.id])
        for case in assignment.cases
        if case.id in transcripts
    }


def lost(cases: Sequence[Case], how: str) -> tuple[Performed, ...]:
    """Cases of which nothing is known, by a fault of the grader's own."""
    nothing = Transcript(Faulted(how[:MAX_FAULT]))
    return tuple(Performed(case.id, nothing) for case in cases)


def unreadable(id: str, why: SubmissionError, guest: Guest, seed: int = 0) -> Observed:
    """What is known of something of which no file could be read."""
    held = guest.protection
    loading = Loading("", error=why.told)
    return Observed(id, "", (), seed, held.level, held.layers, held.missing, loading)


def perform(
    submission: Submission, assignment: Assignment, guest: Guest, *, secret: bool = False
) -> Performance:
    """Perform the open cases in one process as long as it lives, or the secret ones.

    That process waits for secret ones, and goes on with them if nothing else was performed meanwhile. A case has
    its whole time limit only alone: few need it, and who needs it is performed again. With the cases come their
    twins, and with open ones the decoys.
    """
    asked, others = (
        _group(cases, secret=secret) for cases in (assignment.cases, twins(assignment))
    )
    tasks = [(case.program, TOGETHER * case.time_limit) for case in (*asked, *others)]
    decoys = () if secret else decoy.PROGRAMS
    tasks += [(program, decoy.SECONDS) for program in decoys]
    more = not secret and bool(_group(assignment.cases, secret=True))
    done = _perform(submission, assignment, tasks, guest, stays=more, continues=secret)
    if done.loading.error:
        return done
    ends = len(asked), len(asked) + len(others)
    return replace(
        done,
        transcripts=done.transcripts[: ends[0]],
        twins=done.transcripts[ends[0] : ends[1]],
        decoy=decoy.answered(done.transcripts[ends[1] :]) if decoys else None,
    )


def _perform(
    submission: Submission,
    assignment: Assignment,
    tasks: Sequence[tuple[Program, float]],
    guest: Guest,
    *,
    alone: bool = False,
    stays: bool = False,
    continues: bool = False,
) -> Performance:
    """What the submission answers, with the lines where it fails as far as they can be quoted."""
    done = guest.perform(
        submission,
        tasks,
        dialect=assignment.dialect,
        requires=assignment.requires,
        alone=alone,
        stays=stays,
        continues=continues,
    )
    sources = cache(lambda: {file.path: quotable(file) for file in submission.files})
    return replace(
        done, transcripts=tuple(placed(transcript, sources) for transcript in done.transcripts)
    )


def _group(cases: Sequence[Case], *, secret: bool) -> list[Case]:
    """The open ones or the secret ones: what is performed together."""
    return [case for case in cases if case.is_secret is secret]


def _sorted(performed: Sequence[Performed], assignment: Assignment) -> tuple[Performed, ...]:
    """As the cases stand in the assignment."""
    found = {one.case: one for one in performed}
    return tuple(found[case.id] for case in assignment.cases if case.id in found)


@dataclass(frozen=True, slots=True)
class _Observer:
    """Whoever decides which cases of a submission are performed once more: see `observe`."""

    submission: Submission
    assignment: Assignment
    answers: Mapping[str, Transcript]
    guest: Guest
    once: bool
    closely: bool
    meanwhile: Callable[[], object] | None

    def decide(
        self, together: Performance, before: Sequence[Performed] = (), *, secret: bool = False
    ) -> tuple[Performed, ...]:
        """What one process answered to the open cases, or after them to secret ones, and what decides of each."""
        cases = _group(self.assignment.cases, secret=secret)
        performed = self._together(cases, together)
        if not self.once:
            self.guest.meanwhile = self.meanwhile
            performed = self._in_doubt_alone(cases, performed, before)
            # Where nothing was performed again, nothing is to be prepared.
            self.guest.meanwhile = None
        # What failed was performed again.
        if self.closely and any(one.alone for one in performed):
            performed = self._looked_closer(performed, before)
        return performed

    def _together(self, cases: Sequence[Case], together: Performance) -> tuple[Performed, ...]:
        if together.loading.error:  # it loaded before: each may do so again
            nothing = Transcript(NoResult(together.loading.error))
            return tuple(Performed(case.id, nothing) for case in cases)
        defined = {bound.name for bound in together.loading.bound}
        return tuple(
            Performed(
                case.id,
                _not_attempted(case, defined) or fitted(transcript, self.answers[case.id]),
            )
            for case, transcript in zip(cases, together.transcripts, strict=True)
        )

    def _in_doubt_alone(
        self, cases: Sequence[Case], performed: tuple[Performed, ...], before: Sequence[Performed]
    ) -> tuple[Performed, ...]:
        """The same, with what did not pass performed again, each case alone.

        So is one that passed. Where it passes no more, points were owed to what other cases left behind, and all
        that passed is performed alone.
        """
        settled = {one.case: one.decisive for one in before}
        first = {one.case: one.decisive for one in performed}
        alone: dict[str, Transcript] = {}

        def perform_alone(asked: Sequence[Case], *, again: bool = True) -> None:
            tasks = [(case.program, case.time_limit) for case in asked]
            done = _perform(self.submission, self.assignment, tasks, self.guest, alone=True)
            if done.loading.error:
                # It loaded before: what was seen then stands, and is not asked about again.
                alone.update((case.id, first[case.id]) for case in asked)
                return
            for case, transcript in zip(asked, done.transcripts, strict=True):
                alone[case.id] = fitted(transcript, self.answers[case.id])
            # By whom is not known: where the machine is short of memory, it may have been hit by chance.
            killed = [case for case in asked if alone[case.id].ending == KILLED]
            if killed and again:
                perform_alone(killed, again=False)

        sample: Case | None = None
        while again := self._in_doubt(settled | first | alone, settled.keys() | alone.keys()):
            if not alone:
                sample = self._sample(cases, first, again)
                again = [sample, *again] if sample else again
            perform_alone(again)
        if sample and self._passes(sample, alone[sample.id]):
            del alone[sample.id]
        elif sample:
            passed = [case for case in cases if self._passes(case, first[case.id])]
            perform_alone([case for case in passed if case.id not in alone])
        return tuple(Performed(case.id, first[case.id], alone.get(case.id)) for case in cases)

    def _in_doubt(self, transcripts: Mapping[str, Transcript], tried: Set[str]) -> list[Case]:
        """What did not pass and waits for nothing; first what was given up because of others."""
        verdicts = settle(self.assignment, _judged(self.assignment, transcripts, self.answers))
        doubtful = [
            self.assignment.case(verdict.case)
            for verdict in verdicts
            if verdict.outcome not in SETTLED and verdict.case not in tried
        ]
        return sorted(
            doubtful, key=lambda case: not isinstance(transcripts[case.id].ending, GivenUp)
        )

    def _sample(
        self, cases: Sequence[Case], first: Mapping[str, Transcript], doubtful: Sequence[Case]
    ) -> Case | None:
        """The case that passed last with a function that is used where something is in doubt."""
        functions = {name for case in doubtful for name in case.program.functions()}
        for case in reversed(cases):
            uses = functions.intersection(case.program.functions())
            if uses and self._passes(case, first[case.id]):
                return case
        return None

    def _passes(self, case: Case, observed: Transcript) -> bool:
        return judge(case, observed, self.answers[case.id]).outcome is Outcome.PASSED

    def _looked_closer(
        self, performed: tuple[Performed, ...], before: Sequence[Performed]
    ) -> tuple[Performed, ...]:
        """The same, with films and slopes of what did not pass."""
        decisive = {one.case: one.decisive for one in (*before, *performed)}
        asked = {one.case for one in performed}
        verdicts = [
            verdict
            for verdict in settle(self.assignment, _judged(self.assignment, decisive, self.answers))
            if verdict.case in asked
        ]
        if all(verdict.outcome not in DIAGNOSED for verdict in verdicts):
            return performed
        from grader.filming import look_closer

        closer = look_closer(self.submission, self.assignment, verdicts, decisive, self.guest)
        return tuple(
            replace(one, film=seen.film, slopes=seen.slopes)
            if (seen := closer.get(one.case))
            else one
            for one in performed
        )


def _inquire(
    submission: Submission,
    assignment: Assignment,
    failed: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    oracle: Callable[[], Oracle],
    guest: Guest,
) -> tuple[Experiment, ...]:
    from grader.inquiring import inquire  # nothing of it where all is right

    with suppress(GraderFault):  # the cases are judged without it
        return inquire(submission, assignment, failed, answers, oracle(), guest)
    return ()


_FUNCTIONS: Final[Remembered[tuple[str, ...]]] = Remembered()


def _not_attempted(case: Case, defined: Set[str]) -> Transcript | None:
    """The transcript of a case that uses what the submission does not define."""
    program = case.program
    functions = _FUNCTIONS.get((program,), program.functions)
    absent = next((name for name in functions if name not in defined), "")
    return Transcript(NotAttempted(absent)) if absent else None
