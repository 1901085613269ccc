"""From wrong numbers to the name of a mistake: the smallest set of known mistakes that explains all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.domain.assignment import Assignment
from grader.domain.diagnosis import Confidence, Diagnosis
from grader.domain.misconception import Misconception
from grader.domain.transcript import Transcript
from grader.domain.verdict import Outcome, Verdict
from grader.judging.diagnosis import (
    Evidence,
    Match,
    gather,
    indistinguishable,
    is_exact,
    match,
    pairs_worth_trying,
    singles,
)
from grader.judging.verdicts import settle
from grader.predictions import Oracle

# A single coincidence is no diagnosis: an incomplete match must agree this often, and this largely.
LEAST_AGREEMENT = 2
LEAST_SHARE = 2 / 3


def diagnose(
    assignment: Assignment,
    observed: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    oracle: Oracle,
) -> tuple[Diagnosis, ...]:
    """What a submission's wrong answers say about it; nothing where they say nothing.

    One misconception that reproduces every wrong answer is preferred, then two that do together, then
    the one that reproduces most. No name is ever invented: below that there is no diagnosis.
    """
    evidence = gather(assignment, observed, answers)
    if not evidence.failed or not evidence.passed:
        return ()
    judged = [evidence.cases[id] for id in (*evidence.passed, *evidence.failed)]
    attempted = {name for case in judged for name in case.program.functions()}
    matches = singles(evidence, oracle.singles(attempted))
    if not matches:
        return ()
    best, others = _best(evidence, matches, oracle)
    agreement = max(LEAST_AGREEMENT, LEAST_SHARE * len(evidence.failed))
    if not is_exact(evidence, best) and len(best.explains) < agreement:
        return ()
    tied = indistinguishable(evidence, best, others)
    return tuple(
        _diagnosis(oracle.catalogue[id], best, tied, evidence, assignment, oracle)
        for id in best.misconceptions
    )


def _best(
    evidence: Evidence, matches: Sequence[Match], oracle: Oracle
) -> tuple[Match, Sequence[Match]]:
    """The match to speak of, and those that it has to be told from."""
    if is_exact(evidence, matches[0]):
        return matches[0], matches
    pairs = []
    for ids in pairs_worth_trying(evidence, matches, oracle.catalogue):
        together = oracle.predict(ids)
        found = match(evidence, together) if together else None
        if found is not None and is_exact(evidence, found):
            pairs.append(found)
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
        alternatives=tuple(" and ".join(other.misconceptions) for other in tied),
        confidence=_confidence(evidence, best, tied),
        counterfactual_score=_mended(entry.id, best, evidence, assignment, oracle),
    )


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
