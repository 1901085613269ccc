"""The edges into a variable: what each owes to its gradient, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Tolerance
from grader.domain.contribution import Contribution, ContributionWord
from grader.domain.film import Write
from grader.domain.program import Apply
from grader.domain.transcript import Missing, Observation
from grader.judging import arrays
from grader.judging.passes import Edge, Key, Pass, arrived, due, operands, uses

MAX_EDGES: Final = 8
_WRONG: Final = (ContributionWord.UNKNOWN, ContributionWord.SCALED, ContributionWord.DOUBLED)


def into(
    variable: str,
    found: Observation,
    right: Pass,
    own: Pass | None,
    known: Mapping[Key, Apply],
    tolerance: Tolerance,
) -> tuple[Contribution, ...]:
    """Every edge into `variable`, whose gradient is `found`, with what is due and what arrived.

    Where there is a film (`own`), what each edge brought is known from it; what became of that, and
    everything where there is none, is told by which of the edges add up to `found`.
    """
    edges = uses(right, known, variable)
    dues = [due(right, edge) for edge in edges]
    if not edges or any(one is None for one in dues):
        return ()
    owed = [one for one in dues if one is not None]
    brought = [
        _came(own, edge, known[edge.node], one, tolerance) if own else None
        for edge, one in zip(edges, owed, strict=True)
    ]
    shares = [share if share is not None else one for share, one in zip(brought, owed, strict=True)]
    effects = _effects(shares, found, own, variable, tolerance)
    contributions = []
    for number, (edge, one) in enumerate(zip(edges, owed, strict=True)):
        factor = effects[number] if effects is not None else None
        word = _word(shares[number], one, factor, tolerance)
        if word in _WRONG and _is_swapped(edge, brought[number], right, known, tolerance):
            word = ContributionWord.SWAPPED
        came = brought[number]
        if factor == 0:
            came = None
        elif came is None and word is not ContributionWord.UNKNOWN:
            came = arrays.total([one] * (factor or 1))
        contributions.append(Contribution(edge.node[0], edge.position, variable, one, came, word))
    return tuple(contributions)


def of_node(right: Pass, own: Pass, node: Apply, tolerance: Tolerance) -> tuple[Contribution, ...]:
    """Every edge out of one function's backward: what it owes to its operands, and what it brought."""
    contributions = []
    for position, operand in enumerate(node.operands):
        edge = Edge(node.targets, position)
        owed = due(right, edge)
        if owed is None:
            continue
        came = _came(own, edge, node, owed, tolerance)
        word = _word(came, owed, 1, tolerance) if came is not None else ContributionWord.UNKNOWN
        known = {node.targets: node}
        if word in _WRONG and _is_swapped(edge, came, right, known, tolerance):
            word = ContributionWord.SWAPPED
        name = getattr(operand, "name", "")
        contributions.append(Contribution(node.targets[0], position, name, owed, came, word))
    return tuple(contributions)


def _came(own: Pass, edge: Edge, node: Apply, owed: Array, tolerance: Tolerance) -> Array | None:
    """What an edge brought. A write that left just what it owes brought that, whatever was there."""
    visits = own.visits(edge.node)
    if len(visits) == 1 and len(visits[0].downstream) != len(node.operands):
        name = operands(node)[edge.position]
        writes = [write for write in visits[0].writes if write.variable == name]
        number = operands(node)[: edge.position].count(name)
        if number < len(writes) and arrays.same(writes[number].after, owed, tolerance):
            return owed
    return arrived(own, edge, node)


def _effects(
    shares: Sequence[Array],
    found: Observation,
    own: Pass | None,
    variable: str,
    tolerance: Tolerance,
) -> tuple[int, ...] | None:
    """How often each share is in what was found (0, 1 or 2), or None where no sum explains it."""
    count = len(shares)
    if isinstance(found, Missing):
        return (0,) * count
    if count > MAX_EDGES:
        return None
    kept = _survivors(own.writes(variable), count, tolerance) if own else None
    candidates: Iterator[tuple[int, ...]] = iter(())
    if kept is not None:
        candidates = iter([tuple(int(number in kept) for number in range(count))])
    for one in (*candidates, *_guesses(count)):
        parts = [share for share, times in zip(shares, one, strict=True) for _ in range(times)]
        if parts and arrays.same(found, arrays.total(parts), tolerance):
            return one
    return None


def _guesses(count: int) -> Iterator[tuple[int, ...]]:
    """All of them; all but some, the last ones kept first; some of them twice."""
    numbers = range(count)
    yield (1,) * count
    for size in range(1, count):
        for lost in combinations(numbers, size):
            yield tuple(int(number not in lost) for number in numbers)
    for size in range(1, count + 1):
        for doubled in combinations(numbers, size):
            yield tuple(2 if number in doubled else 1 for number in numbers)


def _survivors(writes: Sequence[Write], count: int, tolerance: Tolerance) -> frozenset[int] | None:
    """Which of as many writes as there are edges are still in the gradient after the last one."""
    writes = [write for write in writes if isinstance(write.after, Array)]
    if len(writes) != count:
        return None
    kept: set[int] = set()
    for number, write in enumerate(writes):
        brought = arrays.share(write.before, write.after)
        first = isinstance(write.before, Missing) or not any(_values(write.before))
        if first:
            kept = {number}
        elif (brought is not None and not any(brought.values)) or arrays.same(
            write.after, write.before, tolerance
        ):
            kept = {number}  # the same number again replaced what was there
        else:
            kept.add(number)
    return frozenset(kept)


def _values(found: Observation) -> tuple[float, ...]:
    return found.values if isinstance(found, Array) else ()


def _word(share: Array, owed: Array, times: int | None, tolerance: Tolerance) -> ContributionWord:
    if times == 0:
        return ContributionWord.LOST
    if times == 2:
        return ContributionWord.DOUBLED
    if arrays.same(share, owed, tolerance):
        return ContributionWord.RIGHT if times == 1 else ContributionWord.UNKNOWN
    factor = arrays.ratio(share, owed, tolerance)
    if factor is None:
        return ContributionWord.UNKNOWN
    if abs(factor - 2) <= tolerance.relative:
        return ContributionWord.DOUBLED
    return ContributionWord.LOST if factor == 0 else ContributionWord.SCALED


def _is_swapped(
    edge: Edge,
    came: Array | None,
    right: Pass,
    known: Mapping[Key, Apply],
    tolerance: Tolerance,
) -> bool:
    """Whether what an edge brought is what another operand of the same function is owed."""
    others = (p for p in range(len(known[edge.node].operands)) if p != edge.position)
    return any(
        (other := due(right, Edge(edge.node, position))) is not None
        and arrays.same(came, other, tolerance)
        for position in others
    )
