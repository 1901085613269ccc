"""What the cases can see: the reference with each known mistake built in is performed on them.

An assignment answers for a misconception if it teaches its concept and either a case notices it or a small
graph made of nothing but the assignment's own functions and features would. So no teacher is blamed for not
noticing a wrong `matmul` in a course on numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Final

from grader.checking.closing import Search, case_of, reference_answers
from grader.checking.features import means
from grader.checking.model import Gap, Power, Row, Tie
from grader.checking.writing import case_text
from grader.domain.assignment import Assignment, Case
from grader.domain.misconception import Misconception, Prediction
from grader.domain.program import Program
from grader.domain.submission import Submission
from grader.domain.writing import graph_text
from grader.judging.diagnosis import same_answer
from grader.predictions import ORDERS, Oracle, mutant
from grader.records import replace
from grader.sandbox import Guest

VALUES_ONLY: Final = {"forward"}


def taught(assignment: Assignment, catalogue: Iterable[Misconception]) -> tuple[Misconception, ...]:
    """The entries that are about a concept and, where they name any, a function of the assignment.

    Where only values are taught, any mistake may show in them: what a case notices counts, and no other
    is missed.
    """
    concepts = _concepts(assignment)
    functions, _ = means(assignment)
    return tuple(
        entry
        for entry in catalogue
        if (entry.concept in concepts or concepts == VALUES_ONLY)
        and not entry.convention
        and (not entry.applies_to or set(entry.applies_to) & set(functions))
    )


def power(oracle: Oracle, guest: Guest) -> tuple[Power, Mapping[str, tuple[Prediction, ...]]]:
    """Which misconceptions the cases of an assignment notice, and what would close each gap.

    The predictions of those that count are given as well, one for each legal order.
    """
    assignment = oracle.assignment
    functions, allowed = means(assignment)
    search = Search(oracle.store, functions, allowed)
    rows = []
    noticed: dict[str, tuple[Prediction, ...]] = {}
    taken = {case.id for case in assignment.cases}
    concepts = _concepts(assignment)
    for entry in taught(assignment, oracle.catalogue.values()):
        found = oracle.sightings(entry)
        departing = {departure.case for each in found for departure in each.departures}
        row = Row(entry, tuple(case.id for case in assignment.cases if case.id in departing))
        unseen = (
            changed(entry, one.order)
            for one, each in zip(oracle.variants(entry), found, strict=True)
            if not each.departures and entry.concept in concepts
        )
        for one in unseen:
            closing = search.smallest(entry, one, guest)
            if closing is None:
                break  # in another order it would be no easier to see
            gap = _gap(entry, closing, assignment, taken, guest)
            taken.add(gap.case.id)
            row = replace(row, gaps=(*row.gaps, gap))
        if row.gaps or row.caught_by:
            rows.append(row)
            noticed[entry.id] = found
    silent, spare = _useless(assignment, rows)
    caught = {row.entry.id: noticed[row.entry.id] for row in rows if row.caught_by}
    ties = _ties(assignment, caught, search, oracle, guest)
    return Power(tuple(rows), ties, silent, spare), noticed


def _concepts(assignment: Assignment) -> set[str]:
    return {case.concept for case in assignment.cases}


def changed(entry: Misconception, order: int = 0) -> Submission:
    """The reference with one mistake, in one of ORDERS."""
    made = mutant((entry,), ORDERS[order])
    assert made is not None, f"an edit of {entry.id} touches nothing"
    return made


def _gap(
    entry: Misconception, program: Program, assignment: Assignment, taken: set[str], guest: Guest
) -> Gap:
    base = entry.id.replace("_", "-")
    numbered = (f"{base}-{number}" for number in count(2))
    id = next(id for id in chain([base], numbered) if id not in taken)
    title = graph_line(program)
    tolerance = assignment.cases[0].tolerance
    case = replace(case_of(program, id, entry.concept), title=title, tolerance=tolerance)
    (answer,) = reference_answers([program], guest)
    return Gap(entry.id, case, case_text(case, answer))


def _useless(
    assignment: Assignment, rows: Sequence[Row]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cases that notice nothing, and those without which everything would still be noticed."""
    sole = {row.caught_by[0] for row in rows if len(row.caught_by) == 1}
    any_ = {id for row in rows for id in row.caught_by}
    ids = [case.id for case in assignment.cases]
    silent = tuple(id for id in ids if id not in any_)
    return silent, tuple(id for id in ids if id in any_ and id not in sole)


def _ties(
    assignment: Assignment,
    predicted: Mapping[str, tuple[Prediction, ...]],
    search: Search,
    oracle: Oracle,
    guest: Guest,
) -> tuple[Tie, ...]:
    """What answers every case alike and could be told apart. Some never can: a stable sort is a stack."""
    found = []
    for first, *others in _alike(assignment, predicted):
        one = changed(oracle.catalogue[first])
        told = {}
        for id in others:
            other = changed(oracle.catalogue[id])
            if program := search.telling_apart(one, other, guest):
                told[id] = graph_line(program)
        if told:
            found.append(Tie((first, *told), next(iter(told.values()))))
    return tuple(found)


def _alike(
    assignment: Assignment, predicted: Mapping[str, tuple[Prediction, ...]]
) -> tuple[tuple[str, ...], ...]:
    """Groups of misconceptions that answer every case alike, in the order of the reference."""
    cases = {case.id: case for case in assignment.cases}
    groups: list[list[str]] = []
    for id, (first, *_) in predicted.items():
        for group in groups:
            if _same(predicted[group[0]][0], first, cases):
                group.append(id)
                break
        else:
            groups.append([id])
    return tuple(tuple(group) for group in groups if len(group) > 1)


def graph_line(program: Program) -> str:
    """A graph on one line."""
    return ", ".join(graph_text(program).splitlines())


def _same(one: Prediction, other: Prediction, cases: Mapping[str, Case]) -> bool:
    ours = {d.case: d.transcript for d in one.departures}
    theirs = {d.case: d.transcript for d in other.departures}
    return ours.keys() == theirs.keys() and all(
        same_answer(cases[id].program, transcript, theirs[id], cases[id].tolerance)
        for id, transcript in ours.items()
    )
