"""What known mistakes do to the cases of an assignment: the changed reference, observed and kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from grader.answers import (
    REFERENCE_DIALECT,
    REFERENCE_REQUIRES,
    Store,
    content_key,
    reference_submission,
    reflected,
)
from grader.domain import codec
from grader.domain.assignment import Assignment, Case
from grader.domain.film import Film
from grader.domain.misconception import Departure, Edit, Misconception, Prediction
from grader.domain.protocol import Limits
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Transcript
from grader.domain.verdict import Outcome
from grader.errors import GraderFault
from grader.filming import right_films
from grader.judging.diagnosis import stripped
from grader.judging.verdicts import judge
from grader.sandbox import Guest

SECONDS = 1.0


# Other legal orders. They change no right answer, but what a broken order or a lost path answers: among
# functions of one generation the one found last goes first (the book's sort and pop); and the inputs of a
# function are visited from the last to the first as well.
LAST_FIRST = (Edit("functions.sort(key=", "functions.reverse(); functions.sort(key="),)
MIRROR = (
    *LAST_FIRST,
    Edit("for x in f.inputs:", "for x in reversed(f.inputs):"),
    Edit(
        "for x, gx in zip(f.inputs, rule(f, gys)):",
        "for x, gx in reversed(list(zip(f.inputs, rule(f, gys)))):",
    ),
)
ORDERS = ((), LAST_FIRST, MIRROR)
DEPENDS_ON_ORDER = ("order", "accumulate")
# What they do depends on what ran before in the same process: observed alone, as the verdicts were.
LEAVING_TRACES = ("state",)


class Oracle:
    """Predictions for one assignment, made when first asked and kept by content.

    `answers` are the reference's own transcripts of the same cases. `notify` is told when predictions have
    to be made first.
    """

    def __init__(
        self,
        assignment: Assignment,
        answers: Mapping[str, Transcript],
        catalogue: Iterable[Misconception],
        guest: Guest,
        store: Store,
        notify: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.assignment = assignment
        self.answers = answers
        self.catalogue = {entry.id: entry for entry in catalogue}
        self.guest = guest
        self.store = store
        self._notify = notify
        self._told = False
        self._singles: dict[frozenset[str], tuple[Prediction, ...]] = {}
        self._asked = b"".join(
            codec.dumps((case.program, case.conventions, case.tolerance))
            for case in assignment.cases
        )

    def singles(self, attempted: Collection[str]) -> tuple[Prediction, ...]:
        """What each entry of the catalogue does, in every legal order where that makes a difference.

        Entries about functions that are not among `attempted` are left out, and so are conventions.
        """
        key = frozenset(attempted)
        if key not in self._singles:
            self._singles[key] = self._predicted_singles(key)
        return self._singles[key]

    def _predicted_singles(self, attempted: frozenset[str]) -> tuple[Prediction, ...]:
        entries = [
            entry
            for entry in self.catalogue.values()
            if not entry.convention
            and (not entry.applies_to or any(name in attempted for name in entry.applies_to))
        ]
        found = [self.predict(*question) for entry in entries for question in questions(entry)]
        return tuple(prediction for prediction in found if prediction and prediction.departures)

    def right_films(self) -> Mapping[str, Film]:
        """The reference's own backward pass of each case, to be held beside a submission's."""
        return right_films(self.assignment.cases, self.guest, self.store)

    def predict(self, ids: tuple[str, ...], order: int = 0) -> Prediction | None:
        """What these misconceptions do together, or None where their edits exclude each other."""
        changed = self.implementation(ids, order)
        if changed is None:
            return None
        key = content_key("prediction", changed.files[0].data, self._asked)
        kept = self.store.get(Prediction, key)
        if kept is None:
            self._tell()
            kept = Prediction(ids, self._departures(changed, alone=self.leaves_traces(ids)), order)
            self.store.put(key, kept)
        return kept

    def implementation(self, ids: tuple[str, ...], order: int = 0) -> Submission | None:
        """The reference with these misconceptions, visiting graphs in one of ORDERS. None where they exclude
        each other."""
        return mutant([self.catalogue[id] for id in ids], ORDERS[order])

    def leaves_traces(self, ids: Iterable[str]) -> bool:
        """Whether what these misconceptions do depends on what ran before in the same process."""
        return any(self.catalogue[id].concept in LEAVING_TRACES for id in ids)

    def _tell(self) -> None:
        """Say once that the first diagnosis for these cases takes a while."""
        if not self._told:
            self._told = True
            self._notify(
                f"learning what {len(self.catalogue)} known mistakes do to these cases; "
                "this takes a moment, once"
            )

    def _departures(self, changed: Submission, *, alone: bool) -> tuple[Departure, ...]:
        cases = self.assignment.cases
        transcripts = dict(zip(cases, self._perform(changed, cases), strict=True))
        failed = [case for case in cases if not self._passes(case, transcripts[case])]
        if alone and failed:
            again = self._perform(changed, failed, alone=True)
            transcripts |= dict(zip(failed, again, strict=True))
            failed = [case for case in failed if not self._passes(case, transcripts[case])]
        return tuple(
            Departure(case.id, stripped(case.program, transcripts[case])) for case in failed
        )

    def _passes(self, case: Case, transcript: Transcript) -> bool:
        return judge(case, transcript, self.answers[case.id]).outcome is Outcome.PASSED

    def _perform(
        self, changed: Submission, cases: Sequence[Case], *, alone: bool = False
    ) -> tuple[Transcript, ...]:
        done = self.guest.perform(
            changed,
            [(reflected(case.program), min(case.time_limit, SECONDS)) for case in cases],
            dialect=REFERENCE_DIALECT,
            requires=REFERENCE_REQUIRES,
            alone=alone,
            limits=Limits(total_seconds=60.0 + len(cases) * SECONDS),
        )
        if done.loading.error:
            raise GraderFault(f"{changed.id} could not be loaded: {done.loading.error}")
        if done.fault:
            raise GraderFault(f"{changed.id} could not be performed: {done.fault}")
        return done.transcripts


def questions(entry: Misconception) -> Iterator[tuple[tuple[str, ...], int]]:
    """What is to be predicted of one entry: ids and order, as `Oracle.predict` takes them."""
    for order in range(len(ORDERS) if entry.concept in DEPENDS_ON_ORDER else 1):
        yield (entry.id,), order


def mutant(entries: Iterable[Misconception], order: tuple[Edit, ...] = ()) -> Submission | None:
    """The reference with the edits of some misconceptions, or None where they touch the same text.

    `order` is one of ORDERS; it is followed as far as the edits leave room for it.
    """
    reference = reference_submission().files[0]
    text = reference.data.decode()
    ids = []
    applied: list[Edit] = []
    for entry in entries:
        ids.append(entry.id)
        for edit in entry.edits:
            if edit in applied:
                continue  # two mistakes may need the same wall taken down
            applied.append(edit)
            if text.count(edit.find) != 1:
                return None
            text = _apply(text, edit)
    for edit in order:
        text = _apply(text, edit)
    return Submission("+".join(ids), "file", (SourceFile(reference.path, text.encode()),))


def _apply(text: str, edit: Edit) -> str:
    before, _, after = text.partition(edit.find)
    return before + edit.replace + after
