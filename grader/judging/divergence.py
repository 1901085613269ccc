"""First divergence: the one node, or the one sum, at which a backward pass first goes wrong.

Walking the right pass from the output, every function is asked three questions, in this order. Did it
get what it should? (Otherwise the sum before it is wrong, or it was asked too early or too often.) Did it
give what it should? (Otherwise its rule is wrong.) Did that reach its operands? The first "no" is the
fault; whatever is upstream of it is a consequence. No catalogue is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from grader.domain.assignment import Case
from grader.domain.contribution import Contribution, ContributionWord
from grader.domain.divergence import Deed, Divergence, Seam
from grader.domain.film import Film
from grader.domain.program import Aspect
from grader.domain.transcript import TimedOut, Transcript
from grader.judging.compare import agree
from grader.judging.passes import Pass, operands, passes
from grader.judging.sums import array
from grader.judging.walk import Walk
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Located:
    """Where a case goes wrong first, the edges there, and what is wrong only because of it."""

    divergence: Divergence | None
    contributions: tuple[Contribution, ...] = ()
    consequences: tuple[str, ...] = ()


NOWHERE = Located(None)


def locate(
    case: Case,
    observed: Transcript,
    expected: Transcript,
    film: Film | None,
    right_film: Film | None,
) -> Located:
    """The first divergence of a case that did not pass, from both films where they can be had.

    Where there is no film to believe, the gradients that the submission kept are all there is.
    """
    wrong = _wrong(case, observed, expected)
    if found := _forward(case, observed, expected):
        return _located(found, (), wrong)
    compared = Walk(case, observed, expected)
    if not wrong and (found := compared.besides_numbers()):
        return _located(found, (), wrong)
    right = passes(right_film) if right_film else ()
    if not right:
        return NOWHERE
    own = passes(film) if film and film.agrees and _shows_functions(film) else ()
    if isinstance(observed.ending, TimedOut):
        return _located(found, (), wrong) if (found := _endless(own)) else NOWHERE
    for mine, due_pass in zip(own, right, strict=False):
        located = compared.walk(mine, due_pass, first=due_pass is right[0])
        if located:
            return _located(*located, wrong)
    if own:
        last = compared.after_all(own[-1])
        return _located(last, (), wrong) if last else NOWHERE
    located = compared.by_gradients(right[0], film) if len(right) == 1 else None
    return _located(*located, wrong) if located else NOWHERE


def _shows_functions(film: Film) -> bool:
    return any(step.function for step in film.steps)


def _located(found: Divergence, edges: Sequence[Contribution], wrong: Sequence[str]) -> Located:
    at = {found.variable} | {one.operand for one in edges if one.word is not ContributionWord.RIGHT}
    return Located(found, tuple(edges), tuple(name for name in wrong if name not in at))


def _wrong(case: Case, observed: Transcript, expected: Transcript) -> tuple[str, ...]:
    """The variables whose gradient is asked for or was kept, and is wrong."""
    names = []
    for one in expected.readings:
        if one.quantity.aspect is not Aspect.GRADIENT:
            continue
        found = observed.reading(one.quantity)
        asked = one.quantity in case.program.quantities
        if found is None or (type(found) is not type(one.found) and not asked):
            continue
        if not agree(found, one.found, case.tolerance):
            names.append(one.quantity.of)
    return tuple(names)


def _forward(case: Case, observed: Transcript, expected: Transcript) -> Divergence | None:
    """The first variable that was computed wrongly."""
    for one in expected.primals:
        name = one.quantity.of
        found = observed.primal(name)
        if found is None or agree(found, one.found, case.tolerance):
            continue
        node = next((n for n in case.program.applications() if name in n.targets), None)
        return Divergence(
            Seam.FORWARD,
            Deed.WRONG_VALUE,
            node.function if node else "",
            name,
            name,
            arrived=array(found),
            due=array(one.found),
        )
    return _changed_input(case, observed, expected)


def _changed_input(case: Case, observed: Transcript, expected: Transcript) -> Divergence | None:
    """A variable whose value was right when it was computed, and is not at the end."""
    for one in expected.readings:
        found, name = observed.reading(one.quantity), one.quantity.of
        if one.quantity.aspect is not Aspect.VALUE or found is None:
            continue
        users = [node for node in case.program.applications() if name in operands(node)]
        if len(users) == 1 and not agree(found, one.found, case.tolerance):
            return Divergence(
                Seam.FORWARD,
                Deed.CHANGED_INPUT,
                users[0].function,
                users[0].targets[0],
                name,
                after=array(found),
                due=array(one.found),
            )
    return None


def _endless(own: Sequence[Pass]) -> Divergence | None:
    """The function that was asked most often in a walk that did not end, if it was asked again at all."""
    asked = Counter(step.targets for one in own for step in one.steps if step.targets)
    if not asked or max(asked.values()) == 1:
        return None
    node, times = asked.most_common(1)[0]
    step = next(step for one in own for step in one.steps if step.targets == node)
    return Divergence(
        Seam.ORDER, Deed.ENDLESS, step.function, node[0], node[0], step.asked_at, times=times
    )
