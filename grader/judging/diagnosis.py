"""Which mistake is it? Wrong numbers are matched with the numbers that known mistakes produce.

A diagnosis is a smallest cover: the fewest misconceptions whose predictions reproduce every wrong
answer and predict no failure where the submission is right. The idea is BUGGY's (Brown and Burton,
Cognitive Science 1978): not inference about the code, but a table of predicted answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.domain.assignment import Assignment, Case, Tolerance
from grader.domain.misconception import Misconception, Prediction
from grader.domain.program import Program
from grader.domain.transcript import Completed, Crashed, Transcript
from grader.domain.verdict import Outcome
from grader.judging.compare import agree
from grader.judging.verdicts import judge
from grader.records import dataclass
from grader.remembered import Remembered

MAX_PAIRS = 48
_COMPARED: Remembered[bool] = Remembered()
IGNORED = (Outcome.NOT_ATTEMPTED, Outcome.GRADER_FAULT, Outcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a submission answered, sorted: the cases it passes, and the transcripts of those it fails.

    Cases that it does not attempt are in neither: they refute nothing.
    """

    cases: Mapping[str, Case]
    passed: frozenset[str]
    failed: Mapping[str, Transcript]


@dataclass(frozen=True, slots=True)
class Match:
    """A prediction held against the evidence. `explains` names the failing cases it reproduces."""

    prediction: Prediction
    explains: tuple[str, ...]

    @property
    def misconceptions(self) -> tuple[str, ...]:
        return self.prediction.misconceptions


def gather(
    assignment: Assignment, observed: Mapping[str, Transcript], expected: Mapping[str, Transcript]
) -> Evidence:
    """Sort what was observed into passed, failed and silent."""
    cases = {case.id: case for case in assignment.cases if case.id in observed}
    outcomes = {id: judge(case, observed[id], expected[id]).outcome for id, case in cases.items()}
    return Evidence(
        cases,
        frozenset(id for id, outcome in outcomes.items() if outcome is Outcome.PASSED),
        {
            id: observed[id]
            for id, outcome in outcomes.items()
            if outcome is not Outcome.PASSED and outcome not in IGNORED
        },
    )


def match(evidence: Evidence, prediction: Prediction) -> Match | None:
    """The prediction as a match, or None where it is refuted: it fails what the submission passes.

    What is not refuted may still explain nothing: two mistakes in one case give neither's answer.
    """
    predicted = {departure.case: departure.transcript for departure in prediction.departures}
    if not evidence.passed.isdisjoint(predicted):
        return None
    explains = tuple(
        id
        for id, transcript in evidence.failed.items()
        if id in predicted and _answers(evidence.cases[id], transcript, predicted[id])
    )
    return Match(prediction, explains)


def _answers(case: Case, observed: Transcript, predicted: Transcript) -> bool:
    """Whether it is the same answer; asked many times, since many mistakes answer a case alike."""
    return _COMPARED.get(
        (case, observed, predicted),
        lambda: same_answer(case.program, observed, predicted, case.tolerance),
    )


def is_exact(evidence: Evidence, found: Match) -> bool:
    """Whether a match reproduces every wrong answer."""
    return len(found.explains) == len(evidence.failed)


def singles(evidence: Evidence, predictions: Iterable[Prediction]) -> tuple[Match, ...]:
    """The predictions that are not refuted, those that explain most first, and last those that explain nothing."""
    found = [m for p in predictions if (m := match(evidence, p)) is not None]
    return tuple(sorted(found, key=lambda m: -len(m.explains)))


def pairs_worth_trying(
    evidence: Evidence, matches: Sequence[Match], catalogue: Mapping[str, Misconception]
) -> Iterator[tuple[Match, Match]]:
    """Pairs of single misconceptions that may together explain what neither explains alone.

    A wrong answer that neither explains can only come from both at once: where one of the two alone should have
    decided such an answer, the pair comes late. So it does where one of them explains an answer in which the other
    should have shown. Of the others, those that explain most come first.
    """
    usable = [m for m in matches if all(catalogue[id].combinable for id in m.misconceptions)]
    bit = {case: 1 << number for number, case in enumerate(evidence.failed)}
    touched = [sum(bit[d.case] for d in m.prediction.departures) for m in usable]
    explained = [sum(bit[case] for case in m.explains) for m in usable]
    explaining = sum(map(bool, explained))  # they come first
    everything = (1 << len(bit)) - 1
    scored = []
    for i in range(explaining):
        for j in range(i + 1, len(usable)):
            left = everything & ~(explained[i] | explained[j])
            if not (explained[j] & ~explained[i] or left & touched[j]):
                continue
            odd = left & ~(touched[i] & touched[j])
            hidden = touched[i] & touched[j] & (explained[i] ^ explained[j])
            scored.append((odd.bit_count(), hidden.bit_count(), left.bit_count(), i, j))
    seen: set[frozenset[str]] = set()
    for *_, i, j in sorted(scored):
        both = frozenset(usable[i].misconceptions + usable[j].misconceptions)
        if len(both) > 1 and both not in seen:  # in the order of visiting that explains most
            seen.add(both)
            yield usable[i], usable[j]


def indistinguishable(best: Match, others: Iterable[Match]) -> tuple[Match, ...]:
    """The other matches that explain the same failing cases as `best`, with as few misconceptions.

    Each set of misconceptions comes once, in the order of visiting in which it explains them first.
    """
    found = {best.misconceptions: best}
    for other in others:
        if len(other.misconceptions) == len(best.misconceptions) and set(other.explains) == set(
            best.explains
        ):
            found.setdefault(other.misconceptions, other)
    return tuple(found.values())[1:]


def same_answer(
    program: Program, observed: Transcript, predicted: Transcript, tolerance: Tolerance
) -> bool:
    """Whether two transcripts are the same answer to a program: the same crash, or the same numbers."""
    match observed.ending, predicted.ending:
        case Completed(), Completed():
            return all(
                (due := predicted.reading(quantity)) is None
                or agree(observed.reading(quantity), due, tolerance)
                for quantity in program.quantities
            )
        case Crashed(left), Crashed(right):
            return left == right
        case left, right:
            return type(left) is type(right)


def stripped(program: Program, transcript: Transcript) -> Transcript:
    """A transcript with nothing but what its program asks: what a prediction keeps."""
    asked = tuple(r for r in transcript.readings if r.quantity in program.quantities)
    ending = transcript.ending
    if isinstance(ending, Crashed):
        ending = Crashed(ending.type, ending.message[:200], ending.step)
    return Transcript(ending, (), asked)
