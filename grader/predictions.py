"""What known mistakes do to the cases of an assignment, as far as a submission's answers make one ask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from grader.answers import Store, content_key, reference_submission
from grader.domain.assignment import Assignment
from grader.domain.film import Film
from grader.domain.misconception import Departure, Edit, Misconception, Prediction
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Transcript
from grader.extending import extended
from grader.filming import kept_films, right_films
from grader.judging.diagnosis import Evidence, match
from grader.records import dataclass
from grader.rehearsals import Changed, Heard, Rehearsals
from grader.remembered import Remembered
from grader.sandbox import Guest

FEW: Final = 3  # cases, the smallest, on which every entry is tried first


@dataclass(frozen=True, slots=True)
class Candidate:
    """Misconceptions that may be a submission's, in one of ORDERS; `key` names the reference that has them."""

    ids: tuple[str, ...]
    order: int
    key: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """Every entry in every order in which it may be something else: to make and to hash them all takes a while."""

    every: tuple[Candidate, ...]


# Other legal orders. They change no right answer, but what a broken order or a lost path answers: among
# functions of one generation the one found last goes first (the book's sort and pop); and the inputs of a
# function are visited from the last to the first as well.
LAST_FIRST = (Edit("found.sort(key=", "found.reverse(); found.sort(key="),)
MIRROR = (
    *LAST_FIRST,
    Edit("for x in output.creator.inputs:", "for x in reversed(output.creator.inputs):"),
    Edit(
        "for x, gx in zip(f.inputs, undo(output, gys)):",
        "for x, gx in reversed(list(zip(f.inputs, undo(output, gys)))):",
    ),
)
# Or one branch is undone to its end before the next, from the last input on or from the first, as where no
# generations are kept. A mistake in finding the functions leaves no room for it.
DEPTH_FIRST = (
    Edit(
        """    found = [] if y.creator is None else [y]
    seen = {None, y.creator}
    for output in found:  # the list grows while it is read
        for x in output.creator.inputs:
            if x.creator not in seen:
                seen.add(x.creator)
                found.append(x)
    found.sort(key=attrgetter("generation"), reverse=True)
    return found
""",
        """    found, seen = [], {None}

    def visit(output):
        if output.creator not in seen:
            seen.add(output.creator)
            for x in output.creator.inputs:
                visit(x)
            found.append(output)

    visit(y)
    return found[::-1]
""",
    ),
)
DEPTH_FIRST_MIRROR = (
    *DEPTH_FIRST,
    Edit(
        "            for x in output.creator.inputs:\n                visit",
        "            for x in output.creator.inputs[::-1]:\n                visit",
    ),
)
# And what an earlier backward() left in a leaf is added to in another place than where paths meet.
APART = Edit(
    "x.grad = gx if x.grad is None else accumulate(x.grad, gx)",
    "x.grad = gx if x.grad is None else x.grad + gx",
)
# Another legal convention: gradients in the middle are kept, and the next backward() adds to them.
KEPT = (
    Edit(
        "    take = gradients.get if retain_grad else gradients.pop\n",
        "    take = lambda output, none: gradients.get(output, output.grad)\n",
    ),
    Edit(
        "            gradients[x] = accumulate(gradients[x], gx) if x in gradients else gx\n",
        """            if x not in gradients and x.creator is not None and x.grad is not None:
                gradients[x] = x.grad
            gradients[x] = accumulate(gradients[x], gx) if x in gradients else gx
""",
    ),
    Edit(
        "x.grad = gx if x.grad is None else accumulate(x.grad, gx)",
        "x.grad = gx if x.grad is None or x.creator is not None else accumulate(x.grad, gx)",
    ),
)
# Or they are dropped once they have been passed on, and what is missing is handed on as None, not as zeros: a
# function that is asked too early, or again, crashes where it calculates with it.
DROPPED = (
    Edit("    take = gradients.get\n", "    take = gradients.pop\n"),
    Edit("gys = np.zeros_like(output.primal)", "gys = None"),
    Edit('if getattr(gx, "shape", None)', "if gx is not None and gx.shape"),
    Edit("if x in gradients else gx", "if gradients.get(x) is not None else gx"),
    Edit("in gradients.items():", "in [one for one in gradients.items() if one[1] is not None]:"),
    Edit(
        "return x if x.shape == shape else SumTo",
        "return x if x is None or x.shape == shape else SumTo",
    ),
)
ORDERS = (
    (),
    LAST_FIRST,
    MIRROR,
    DEPTH_FIRST,
    DEPTH_FIRST_MIRROR,
    (APART,),
    (APART, *DEPTH_FIRST),
    KEPT,
    DROPPED,
)
# How many of them make a difference: mistakes about the order have one of their own.
DEPENDING_ON_ORDER = {"order": 3, "accumulate": ORDERS.index(KEPT)}
# And which of the last do: to what survives between two calls, and to what is asked too early or again.
DEPENDING_ON_CONVENTION = {
    "state": (ORDERS.index(KEPT),),
    "order": (ORDERS.index(KEPT), ORDERS.index(DROPPED)),
}
# What they do depends on what ran before in the same process: observed alone, as the verdicts were.
LEAVING_TRACES = ("state",)


class Oracle:
    """Predictions for one assignment, made as far as they are needed and kept by content.

    `answers` are the reference's own transcripts of the same cases. `notify` is told when much has to be
    performed first. It is not `helped` by a second guest where there is one for each core already; what
    was `heard` of other assignments it knows.
    """

    def __init__(
        self,
        assignment: Assignment,
        answers: Mapping[str, Transcript],
        catalogue: Iterable[Misconception],
        guest: Guest,
        store: Store,
        notify: Callable[[str], None] = lambda message: None,
        *,
        helped: bool = True,
        heard: Heard | None = None,
    ) -> None:
        self.catalogue = {entry.id: entry for entry in catalogue}
        self.assignment = assignment
        self.cases = {case.id: case for case in assignment.cases}
        self.guest = guest
        self.store = store
        self.rehearsals = Rehearsals(
            assignment, answers, guest, store, notify, self.pause, helped=helped, heard=heard
        )
        self.conclusions: Remembered[Any] = Remembered(most=256)
        self._made: dict[tuple[tuple[str, ...], int], Submission | None] = {}

    def singles(self, evidence: Evidence) -> tuple[Prediction, ...]:
        """What single entries do that are not refuted, in every legal order where that makes a difference.

        Where some explain everything, those alone; else all that would fail something. Left out are
        conventions, and entries about functions that were not attempted.
        """
        candidates = self._concerned(evidence)
        passed, failed = map(self._smallest_first, (evidence.passed, evidence.failed))
        few = (failed[:FEW], failed[FEW:], passed)
        return self._tried(evidence, candidates, few, exact=True) or self._tried(
            evidence, candidates, (passed[:FEW] + failed, passed[FEW:]), exact=False
        )

    def prepare(self, several: Iterable[Evidence]) -> None:
        """Learn in one go what `singles` asks first about several submissions: loading takes its time."""
        asked: dict[Candidate, dict[str, None]] = {}
        for evidence in several:
            few = dict.fromkeys(self._smallest_first(evidence.failed)[:FEW])
            for candidate in self._concerned(evidence):
                asked.setdefault(candidate, {}).update(few)
        self._learn_each([(one, tuple(cases)) for one, cases in asked.items()])

    def _concerned(self, evidence: Evidence) -> list[Candidate]:
        """The candidates for a submission, by the functions that it attempts."""
        judged = [evidence.cases[id] for id in (*evidence.passed, *evidence.failed)]
        attempted = {name for case in judged for name in case.program.functions()}
        return [one for one in self.candidates if concerns(self.catalogue[one.ids[0]], attempted)]

    def pairs(
        self,
        evidence: Evidence,
        sets: Iterable[tuple[tuple[str, ...], int]],
        hard: Iterable[str],
    ) -> tuple[Prediction, ...]:
        """Of sets of misconceptions, each in an order, those that reproduce every wrong answer together.

        They are asked first for the `hard` answers, which no single one of them gives. Left out are those whose
        edits exclude each other.
        """
        candidates = [
            Candidate(ids, order, changed.key)
            for ids, order in sets
            if (changed := self.changed(ids, order))
        ]
        hard, failed, passed = map(self._smallest_first, (hard, evidence.failed, evidence.passed))
        rest = [case for case in failed if case not in hard[:FEW]]
        return self._tried(evidence, candidates, (hard[:FEW], rest, passed), exact=True)

    def _tried(
        self,
        evidence: Evidence,
        candidates: Iterable[Candidate],
        steps: Iterable[Sequence[str]],
        *,
        exact: bool,
    ) -> tuple[Prediction, ...]:
        """The predictions that stand every step: a few cases sort out most of the candidates.

        What fails a case that the submission passes is refuted before its answers are looked at.
        """
        left = list(candidates)
        seen: list[str] = []
        for step in steps:
            self._learn(left, step)
            seen += step
            stand = []
            for one in left:
                failing = self.rehearsals.failing(one, step if exact else seen)
                if any(case in evidence.passed for case in failing):
                    continue
                found = match(evidence, self._prediction(one, failing)) if exact else None
                least = sum(case in evidence.failed for case in step)
                if (found and len(found.explains) == least) if exact else failing:
                    stand.append(one)
            left = stand
        return tuple(self._prediction(one, self.rehearsals.failing(one, seen)) for one in left)

    def forecast(self, entries: Iterable[Misconception]) -> None:
        """Learn what entries do to all cases: many at once take less time than one by one."""
        self._learn([self.variants(entry)[0] for entry in entries], self.cases, helped=False)

    def forecast_orders(self, entries: Iterable[Misconception]) -> None:
        """Learn what `sightings` of entries ask about other orders, once their forecast is known."""
        others = (
            (one, *self._split(first))
            for first, *rest in map(self.variants, entries)
            for one in rest
        )
        self._learn_each(
            [(one, (*unseen, *seen[:1])) for one, seen, unseen in others], helped=False
        )

    def sightings(self, entry: Misconception) -> tuple[Prediction, ...]:
        """What an entry does to the cases: one prediction for each legal order.

        In the reference's own order it is about all cases. In the others it is about those that notice nothing
        in that one, and of the rest about as many as it takes to find one that notices it, if there is one.
        """
        first, *others = self.variants(entry)
        found = [self._learnt(first, self.cases)]
        seen, unseen = self._split(first)
        for one in others:
            prediction = self._learnt(one, (*unseen, *seen[:1]))
            for case in seen[1:]:
                if prediction.departures:
                    break
                prediction = self._learnt(one, [case])
            found.append(prediction)
        return tuple(found)

    def _split(self, candidate: Candidate) -> tuple[list[str], list[str]]:
        """The cases that notice a candidate, the smallest first, and those that do not."""
        seen = self.rehearsals.failing(candidate, self.cases)
        return self._smallest_first(seen), [case for case in self.cases if case not in seen]

    def _learnt(self, candidate: Candidate, cases: Collection[str]) -> Prediction:
        self._learn([candidate], cases)
        return self._prediction(candidate, self.rehearsals.failing(candidate, cases))

    def learn(self, part: int, parts: int) -> None:
        """Learn one part of all that can be asked about single entries, so that nobody waits for it later."""
        every = [one for one in self.candidates if not self.catalogue[one.ids[0]].convention]
        self._learn(every[part::parts], self.cases, helped=False)

    def pause(self) -> None:
        """Called before a share of changed references is performed. May raise: what is learnt is kept."""

    def open(self) -> None:
        """Read what is kept. Nothing is performed."""
        self.rehearsals.open()
        kept_films(tuple(self.cases.values()), self.store, self.assignment.functions)
        assert self.candidates

    def right_films(self) -> Mapping[str, Film]:
        """The reference's own backward pass of each case, to be held beside a submission's."""
        return right_films(
            tuple(self.cases.values()), self.guest, self.store, self.assignment.functions
        )

    def predict(self, ids: tuple[str, ...], order: int = 0) -> Prediction | None:
        """What these misconceptions do together, or None where their edits exclude each other."""
        changed = self.changed(ids, order)
        if changed is None:
            return None
        candidate = Candidate(ids, order, changed.key)
        return self._learnt(candidate, self.cases)

    def implementation(self, ids: tuple[str, ...], order: int = 0) -> Submission | None:
        """The reference with these misconceptions, visiting graphs in one of ORDERS. None where they exclude
        each other."""
        if (ids, order) not in self._made:
            entries = [self.catalogue[id] for id in ids]
            self._made[ids, order] = mutant(entries, ORDERS[order], self.assignment.functions)
        return self._made[ids, order]

    def leaves_traces(self, ids: Iterable[str]) -> bool:
        """Whether what these misconceptions do depends on what ran before in the same process."""
        return any(self.catalogue[id].concept in LEAVING_TRACES for id in ids)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every entry in every legal order, and by every convention, where that makes a difference."""
        edits = [
            (e.id, e.concept, *(str(edit) for edit in e.edits)) for e in self.catalogue.values()
        ]
        reference = self.rehearsals.reference.files[0].data
        key = content_key("candidates", reference, repr(edits))
        kept = self.store.get(Candidates, key)
        if kept is None:
            kept = Candidates(tuple(self._made_candidates()))
            self.store.put(key, kept)
        return kept.every

    def _made_candidates(self) -> Iterator[Candidate]:
        for entry in self.catalogue.values():
            orders = range(DEPENDING_ON_ORDER.get(entry.concept, 1))
            for order in (*orders, *DEPENDING_ON_CONVENTION.get(entry.concept, ())):
                if changed := self.changed((entry.id,), order):
                    yield Candidate((entry.id,), order, changed.key)

    def variants(self, entry: Misconception) -> tuple[Candidate, ...]:
        """An entry in every legal order where that makes a difference; first in the reference's own."""
        legal = range(ORDERS.index(KEPT))
        return tuple(o for o in self.candidates if o.ids == (entry.id,) and o.order in legal)

    def changed(self, ids: tuple[str, ...], order: int) -> Changed | None:
        """The reference with these misconceptions, ready to be performed."""
        made, plain = self.implementation(ids, order), self.implementation(ids)
        if made is None or plain is None:
            return None
        text = made.files[0].data
        # By another convention other functions may be called.
        plainly = plain.files[0].data if order < ORDERS.index(KEPT) else text
        return Changed(text, self.leaves_traces(ids), plainly)

    def _learn(
        self, candidates: Iterable[Candidate], cases: Collection[str], *, helped: bool = True
    ) -> None:
        self._learn_each([(one, cases) for one in candidates], helped=helped)

    def _learn_each(
        self, asked: Iterable[tuple[Candidate, Collection[str]]], *, helped: bool = True
    ) -> None:
        """Have what is not known yet performed. Only then are the texts of changed references made."""
        new = [
            (changed, cases)
            for one, cases in asked
            if not self.rehearsals.knows(one, cases)
            and (changed := self.changed(one.ids, one.order))
        ]
        if new:
            self.rehearsals.learn_each(new, helped=helped)

    def _smallest_first(self, cases: Iterable[str]) -> list[str]:
        order = {id: number for number, id in enumerate(self.cases)}
        return sorted(cases, key=lambda id: (len(self.cases[id].program.statements), order[id]))

    def _prediction(self, candidate: Candidate, failing: Iterable[str]) -> Prediction:
        """What it answers to these cases, which it does not pass."""
        departures = tuple(
            Departure(case, self.rehearsals.answer(candidate, case)) for case in failing
        )
        return Prediction(candidate.ids, departures, candidate.order)


def concerns(entry: Misconception, functions: Collection[str]) -> bool:
    """Whether an entry can be a diagnosis where these functions are attempted."""
    return not entry.convention and (
        not entry.applies_to or any(name in functions for name in entry.applies_to)
    )


def mutant(
    entries: Iterable[Misconception],
    order: tuple[Edit, ...] = (),
    functions: Sequence[SourceFile] = (),
) -> Submission | None:
    """The reference with the edits of some misconceptions, or None where they touch the same text.

    `order` is one of ORDERS; it is followed as far as the edits leave room for it. `functions` are what an
    assignment brings: no edit touches them.
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
    return Submission(
        "+".join(ids), "file", (SourceFile(reference.path, extended(text.encode(), functions)),)
    )


def _apply(text: str, edit: Edit) -> str:
    return text.replace(edit.find, edit.replace, 1)
