"""In which order the nodes of each row stand, so that few arrows cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import Final, TypeAlias

from grader.records import dataclass

SWEEPS: Final = 12

Row: TypeAlias = list[int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an arrow, from an item of a row to one of the next.

    It leaves `leaves` and arrives `arrives` pixels from the middle of the items; `weight` is how
    much it wants to be straight.
    """

    upper: int
    lower: int
    leaves: float
    arrives: float
    weight: float


def ordered(rows: list[Row], steps: list[list[Step]], widths: list[float]) -> list[Row]:
    """The rows, each in the best order found: barycentre sweeps and swaps of neighbours."""
    ends = _Ends(steps, widths)
    current = [list(row) for row in rows]
    best, fewest = current, ends.crossings(current)
    last: dict[bool, list[Row]] = {}
    for sweep in range(SWEEPS):
        if not fewest:
            break
        downward = sweep % 2 == 0
        current = [list(row) for row in current]
        for number in range(1, len(current)):
            row = number if downward else len(current) - 1 - number
            current[row] = ends.by_barycentre(current, row, downward)
        _swap_neighbours(current, ends)
        if current == last.get(downward):
            break  # from here on it would only repeat itself
        last[downward] = current
        crossings = ends.crossings(current)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


class _Ends:
    """Both ends of every step as places along a row: an item's rank and its port, as a fraction."""

    def __init__(self, steps: list[list[Step]], widths: list[float]) -> None:
        self.steps = steps
        self.above: list[list[tuple[int, float, float]]] = [[] for _ in widths]
        self.below: list[list[tuple[int, float, float]]] = [[] for _ in widths]
        for between in steps:
            for step in between:
                leaves = step.leaves / (widths[step.upper] + 1)
                arrives = step.arrives / (widths[step.lower] + 1)
                self.above[step.lower].append((step.upper, leaves, arrives))
                self.below[step.upper].append((step.lower, arrives, leaves))

    def crossings(self, rows: list[Row]) -> int:
        return sum(
            self._between(rows[r], rows[r + 1])
            for r in range(len(rows) - 1)
            if len(self.steps[r]) > 1
        )

    def by_barycentre(self, rows: list[Row], row: int, downward: bool) -> Row:
        """The row, sorted by the mean place of neighbours; items without any keep their place."""
        if len(rows[row]) == 1:
            return rows[row]
        rank = _ranks(rows[row - 1 if downward else row + 1])
        ends = self.above if downward else self.below
        keyed = []
        for place, item in enumerate(rows[row]):
            near = [rank[other] + there - here for other, there, here in ends[item]]
            keyed.append((sum(near) / len(near) if near else float(place), place, item))
        keyed.sort()
        return [item for _, _, item in keyed]

    def swap_gain(self, left: int, right: int, above: dict[int, int], below: dict[int, int]) -> int:
        """How many crossings fewer there are if two neighbours change places."""
        gain = 0
        for ends, rank in ((self.above, above), (self.below, below)):
            ones = [rank[other] + there for other, there, _ in ends[left]]
            others = [rank[other] + there for other, there, _ in ends[right]]
            for one in ones:
                for other in others:
                    gain += (one > other) - (one < other)
        return gain

    def _between(self, upper: Row, lower: Row) -> int:
        rank = _ranks(lower)
        ends = [
            (place + here, rank[other] + there)
            for place, item in enumerate(upper)
            for other, there, here in self.below[item]
        ]
        ends.sort()
        return _inversions(end for _, end in ends)


def _swap_neighbours(rows: list[Row], ends: _Ends) -> None:
    improved = True
    while improved:
        improved = False
        for number, row in enumerate(rows):
            if len(row) == 1:
                continue
            above = _ranks(rows[number - 1]) if number else {}
            below = _ranks(rows[number + 1]) if number + 1 < len(rows) else {}
            for place in range(len(row) - 1):
                if ends.swap_gain(row[place], row[place + 1], above, below) > 0:
                    row[place], row[place + 1] = row[place + 1], row[place]
                    improved = True


def _ranks(row: Row) -> dict[int, int]:
    return {item: place for place, item in enumerate(row)}


def _inversions(values: Iterable[float]) -> int:
    seen: list[float] = []
    count = 0
    for value in values:
        count += len(seen) - bisect_right(seen, value)
        insort(seen, value)
    return count
