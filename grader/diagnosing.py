"""From wrong numbers to the name of a mistake: the smallest set of known mistakes that explains all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from grader.answers import answers_for
from grader.domain.assignment import Assignment, Case, Tolerance
from grader.domain.diagnosis import Confidence, Diagnosis, Smallest
from grader.domain.misconception import Misconception
from grader.domain.observed import Experiment, Purpose
from grader.domain.program import Program
from grader.domain.transcript import NotOffered, Reading, Transcript
from grader.domain.verdict import Outcome, Verdict
from grader.domain.writing import graph_text
from grader.experiments import Laboratory
from grader.judging.diagnosis import (
    MAX_PAIRS,
    Evidence,
    Match,
    gather,
    indistinguishable,
    is_exact,
    match,
    pairs_worth_trying,
    same_answer,
    singles,
)
from grader.judging.verdicts import settle
from grader.predictions import Oracle
from grader.records import dataclass, replace

# A single coincidence is no diagnosis: an incomplete match must agree this often, and this largely.
LEAST_AGREEMENT = 2
LEAST_SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the cases leave possible: explanations as small and as good as each other.

    The first is the one to speak of; the others, which would explain the same, have to be told from it.
    """

    evidence: Evidence
    matches: tuple[Match, ...]


def diagnose(
    assignment: Assignment,
    observed: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    oracle: Oracle,
    experiments: Sequence[Experiment] = (),
) -> tuple[Diagnosis, ...]:
    """What a submission's wrong answers say about it; nothing where they say nothing.

    One misconception that reproduces every wrong answer is preferred, then two that do together, then
    the one that reproduces most. Where several would do, `experiments` decide. No name is ever invented:
    below that there is no diagnosis.
    """
    suspicion = suspect(assignment, observed, answers, oracle)
    if suspicion is None:
        return ()
    laboratory = Laboratory(oracle.guest, oracle.store, oracle.assignment.functions)
    left, decided = decide(suspicion, experiments, oracle, laboratory)
    if not left.matches:
        return ()
    best, *tied = left.matches
    return tuple(
        replace(
            _diagnosis(oracle.catalogue[id], best, tied, left.evidence, assignment, oracle),
            **_shown(id, experiments, decided, best, oracle),
        )
        for id in best.misconceptions
    )


def suspect(
    assignment: Assignment,
    observed: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    oracle: Oracle,
) -> Suspicion | None:
    """The explanations that the cases alone leave, or None where nothing known explains enough.

    Asked twice for a submission, before experiments and after them, and for all of a class that answer alike:
    concluded once.
    """
    found: Suspicion | None = oracle.conclusions.get(
        (assignment, *observed.values()), lambda: _suspect(assignment, observed, answers, oracle)
    )
    return found


def _suspect(
    assignment: Assignment,
    observed: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    oracle: Oracle,
) -> Suspicion | None:
    evidence = gather(assignment, observed, answers)
    if not evidence.failed or not evidence.passed:
        return None
    matches = singles(evidence, oracle.singles(evidence))
    if not matches or not matches[0].explains:
        return None
    best, others = _best(evidence, matches, oracle)
    agreement = max(LEAST_AGREEMENT, LEAST_SHARE * len(evidence.failed))
    if not is_exact(evidence, best) and len(best.explains) < agreement:
        return None
    return Suspicion(evidence, (best, *indistinguishable(best, others)))


@dataclass(frozen=True, slots=True)
class Decision:
    """A graph on which explanations differ: what was answered to it, and whom that ruled out."""

    shown: Smallest
    ruled_out: tuple[str, ...]


def decide(
    suspicion: Suspicion,
    experiments: Sequence[Experiment],
    oracle: Oracle,
    laboratory: Laboratory,
) -> tuple[Suspicion, tuple[Decision, ...]]:
    """The explanations that agree with every graph performed to decide between them."""
    left = suspicion.matches
    decided = []
    for experiment in experiments:
        if experiment.purpose is not Purpose.DECIDES or len(left) < 2:
            continue
        agreeing = tuple(m for m in left if agrees(m, experiment, oracle, laboratory))
        out = tuple(names(m) for m in left if m not in agreeing)
        if out:
            shown = as_shown(experiment, oracle)
            decided.append(Decision(shown, out))
        left = agreeing
    return replace(suspicion, matches=left), tuple(decided)


def agrees(found: Match, experiment: Experiment, oracle: Oracle, laboratory: Laboratory) -> bool:
    """Whether an explanation predicts what the submission answered to an experiment."""
    ids, order = found.misconceptions, found.prediction.order
    changed = oracle.implementation(ids, order)
    if changed is None:
        return False
    program = experiment.program
    (due,) = laboratory.perform(changed, [program], alone=True)
    (right,) = laboratory.perform(laboratory.reference, [program], alone=True)
    return same_answer(program, offered(experiment.transcript, right), due, Tolerance())


def offered(observed: Transcript, right: Transcript) -> Transcript:
    """What was answered, with what the submission does not have taken as right.

    So a mistake about generations is no explanation of code that keeps none, and no other is refuted.
    """
    readings = tuple(
        Reading(one.quantity, right.reading(one.quantity) or one.found)
        if isinstance(one.found, NotOffered)
        else one
        for one in observed.readings
    )
    return replace(observed, readings=readings)


def as_shown(experiment: Experiment, oracle: Oracle) -> Smallest:
    """An experiment as something to be shown, beside what is right."""
    case = as_case(experiment.program)
    alone = replace(oracle.assignment, cases=(case,))
    expected = answers_for(alone, oracle.guest, oracle.store)[case.id]
    return Smallest(case, experiment.transcript, expected)


def as_case(program: Program) -> Case:
    """A graph that no teacher wrote, as a case."""
    text = graph_text(program)
    return Case("", "; ".join(text.splitlines()), "", text, program, points=0.0)


def smallest_failure(experiments: Sequence[Experiment], oracle: Oracle) -> Smallest | None:
    """The smallest graph found for a failure that nothing known explains."""
    for experiment in experiments:
        if experiment.purpose is Purpose.SHOWS and experiment.case:
            shown = as_shown(experiment, oracle)
            return replace(shown, case=replace(shown.case, id=experiment.case))
    return None


def names(found: Match) -> str:
    """What an explanation is called where it stands for others."""
    return " and ".join(found.misconceptions)


def _best(
    evidence: Evidence, matches: Sequence[Match], oracle: Oracle
) -> tuple[Match, Sequence[Match]]:
    """The match to speak of, and those that it has to be told from."""
    if is_exact(evidence, matches[0]):
        return matches[0], matches
    worth = islice(pairs_worth_trying(evidence, matches, oracle.catalogue), MAX_PAIRS)
    together = oracle.pairs(
        evidence,
        [
            (
                (*left.misconceptions, *right.misconceptions),
                max(left.prediction.order, right.prediction.order),
            )
            for left, right in worth
        ],
        hard=evidence.failed.keys() - set(matches[0].explains),
    )
    pairs = [found for prediction in together if (found := match(evidence, prediction))]
    return (pairs[0], pairs) if pairs else (matches[0], matches)


def _diagnosis(
    entry: Misconception,
    best: Match,
    tied: Sequence[Match],
    evidence: Evidence,
    assignment: Assignment,
    oracle: Oracle,
) -> Diagnosis:
    return Diagnosis(
        id=entry.id,
        code=entry.code,
        concept=entry.concept,
        title=entry.title,
        message=entry.what,
        hints=entry.hints,
        explains=best.explains,
        alternatives=tuple(map(names, tied)),
        confidence=_confidence(evidence, best, tied),
        counterfactual_score=_mended(entry.id, best, evidence, assignment, oracle),
    )


def _shown(
    id: str,
    experiments: Sequence[Experiment],
    decided: Sequence[Decision],
    best: Match,
    oracle: Oracle,
) -> dict[str, Any]:
    """What experiments add to a diagnosis: the deciding graph, the smallest one, and how much speaks for it."""
    found = [e for e in experiments if e.purpose is Purpose.SHOWS and e.about == (id,)]
    shown = as_shown(found[0], oracle) if found else None
    return {
        "observations": len(best.explains) + len(decided) + len(found),
        "decided_by": decided[0].shown if decided else None,
        "ruled_out": tuple(dict.fromkeys(name for one in decided for name in one.ruled_out)),
        "smallest": shown,
        "smallest_graph": shown.case.graph if shown else "",
    }


def _confidence(evidence: Evidence, best: Match, tied: Sequence[Match]) -> Confidence:
    if tied:
        return Confidence.TIED
    exact = is_exact(evidence, best) and len(best.explains) >= LEAST_AGREEMENT
    return Confidence.CERTAIN if exact else Confidence.LIKELY


def _mended(
    id: str, best: Match, evidence: Evidence, assignment: Assignment, oracle: Oracle
) -> float | None:
    """The score with this one mistake mended and the others left as they are."""
    rest = tuple(other for other in best.misconceptions if other != id)
    left = oracle.predict(rest) if rest else None
    still_wrong = {departure.case for departure in left.departures} if left else set()
    still_wrong |= {case for case in evidence.failed if case not in best.explains}
    verdicts = {}
    for case in assignment.cases:
        judged = case.id in evidence.passed or case.id in evidence.failed
        right = judged and case.id not in still_wrong
        outcome = Outcome.PASSED if right else Outcome.FAILED if judged else Outcome.NOT_ATTEMPTED
        verdicts[case.id] = Verdict(case.id, outcome, case.points if right else 0.0, case.points)
    return round(sum(verdict.points for verdict in settle(assignment, verdicts)), 6)
