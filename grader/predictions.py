"""What known mistakes do to the cases of an assignment: the changed reference, observed and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    Store,
    content_key,
    reference_submission,
)
from grader.domain import codec
from grader.domain.assignment import Assignment
from grader.domain.misconception import Departure, Edit, Misconception, Prediction
from grader.domain.program import Program
from grader.domain.protocol import Limits
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Completed, Transcript
from grader.domain.verdict import Outcome
from grader.errors import GraderFault
from grader.judging.diagnosis import stripped
from grader.judging.verdicts import judge
from grader.sandbox import Guest

SECONDS = 1.0


class Oracle:
    """Predictions for one assignment, made when first asked and kept by content.

    `answers` are the reference's own transcripts of the same cases.
    """

    def __init__(
        self,
        assignment: Assignment,
        answers: Mapping[str, Transcript],
        catalogue: Iterable[Misconception],
        guest: Guest,
        store: Store,
    ) -> None:
        self.assignment = assignment
        self.answers = answers
        self.catalogue = {entry.id: entry for entry in catalogue}
        self.guest = guest
        self.store = store
        self._programs = b"".join(codec.dumps(case.program) for case in assignment.cases)
        self._known: dict[tuple[str, ...], Prediction | None] = {}

    def singles(self) -> tuple[Prediction, ...]:
        """The prediction of every entry of the catalogue that changes an answer."""
        found = (self.predict((id,)) for id in self.catalogue)
        return tuple(prediction for prediction in found if prediction and prediction.departures)

    def predict(self, ids: tuple[str, ...]) -> Prediction | None:
        """What these misconceptions do together, or None where their edits exclude each other."""
        if ids not in self._known:
            self._known[ids] = self._predict(ids)
        return self._known[ids]

    def perform(self, ids: tuple[str, ...], programs: Iterable[Program]) -> tuple[Transcript, ...]:
        """Programs that are not of the assignment, performed on the reference with these mistakes."""
        changed = mutant([self.catalogue[id] for id in ids])
        return self._observe(changed, [(program, SECONDS) for program in programs])

    def _predict(self, ids: tuple[str, ...]) -> Prediction | None:
        changed = mutant([self.catalogue[id] for id in ids])
        if changed is None:
            return None
        key = content_key("prediction", changed.files[0].data, self._programs)
        kept: Prediction | None = self.store.get(Prediction, key)
        if kept is None:
            kept = Prediction(ids, self._departures(changed))
            self.store.put(key, kept)
        return kept

    def _departures(self, changed: Submission) -> tuple[Departure, ...]:
        cases = self.assignment.cases
        tasks = [(case.program, min(case.time_limit, SECONDS)) for case in cases]
        return tuple(
            Departure(case.id, stripped(case, transcript))
            for case, transcript in zip(cases, self._observe(changed, tasks), strict=True)
            if judge(case, transcript, self.answers[case.id]).outcome is not Outcome.PASSED
        )

    def _observe(
        self, changed: Submission | None, tasks: list[tuple[Program, float]]
    ) -> tuple[Transcript, ...]:
        """Each task as a submission's is judged: again alone where the first run did not complete."""
        if changed is None:
            return ()
        first = self._perform(changed, tasks)
        again = [i for i, t in enumerate(first) if not isinstance(t.ending, Completed)]
        alone = self._perform(changed, [tasks[i] for i in again], alone=True)
        replaced = dict(zip(again, alone, strict=True))
        return tuple(replaced.get(i, transcript) for i, transcript in enumerate(first))

    def _perform(
        self, changed: Submission, tasks: list[tuple[Program, float]], *, alone: bool = False
    ) -> tuple[Transcript, ...]:
        if not tasks:
            return ()
        done = self.guest.perform(
            changed,
            tasks,
            dialect=REFERENCE_DIALECT,
            requires=REFERENCE_REQUIRES,
            alone=alone,
            limits=Limits(total_seconds=60.0 + len(tasks) * SECONDS),
        )
        if done.loading.error:
            raise GraderFault(f"{changed.id} could not be loaded: {done.loading.error}")
        return done.transcripts


def mutant(entries: Iterable[Misconception]) -> Submission | None:
    """The reference with the edits of some misconceptions, or None where they touch the same text."""
    reference = reference_submission().files[0]
    text = reference.data.decode()
    ids = []
    for entry in entries:
        ids.append(entry.id)
        for edit in entry.edits:
            if text.count(edit.find) != 1:
                return None
            text = _apply(text, edit)
    return Submission("+".join(ids), "file", (SourceFile(reference.path, text.encode()),))


def _apply(text: str, edit: Edit) -> str:
    before, _, after = text.partition(edit.find)
    return before + edit.replace + after
