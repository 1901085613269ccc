"""Where the nodes of ordered rows stand: near their neighbours, and never on each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from grader.report.crossings import Row, Step

SETTLING: Final = 16
SETTLED: Final = 0.05
IDLE: Final = 0.01


def spread(
    rows: list[Row],
    steps: list[list[Step]],
    widths: list[float],
    gap: Callable[[int, int], float],
) -> list[float]:
    """The centre of every item. Rows are fitted to their neighbours in turn, down and up."""
    pulls: list[list[tuple[int, float, float]]] = [[] for _ in widths]
    for between in steps:
        for step in between:
            shift = step.leaves - step.arrives
            pulls[step.lower].append((step.upper, shift, step.weight))
            pulls[step.upper].append((step.lower, -shift, step.weight))
    offsets = [_offsets(row, widths, gap) for row in rows]
    centres = [0.0] * len(widths)
    for row, shifts in zip(rows, offsets, strict=True):
        for item, shift in zip(row, shifts, strict=True):
            centres[item] = shift - shifts[-1] / 2
    pairs = list(zip(rows, offsets, strict=True))
    for turn in range(SETTLING):
        moved = 0.0
        for row, shifts in pairs if turn % 2 == 0 else reversed(pairs):
            wishes = [_wish(centres[item], pulls[item], centres) for item in row]
            for item, centre in zip(row, fitted(wishes, shifts), strict=True):
                moved = max(moved, abs(centres[item] - centre))
                centres[item] = centre
        if moved < SETTLED:
            break
    return centres


def fitted(wishes: list[tuple[float, float]], shifts: list[float]) -> list[float]:
    """The places nearest to the wishes, by weighted least squares, that keep their distances.

    A wish is (place, weight); `shifts` are the least distances from the first. Pool adjacent
    violators (Ayer et al., Ann. Math. Statist. 26, 1955).
    """
    if len(wishes) == 1:  # as in most rows
        return [wishes[0][0] - shifts[0] + shifts[0]]
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for (place, weight), shift in zip(wishes, shifts, strict=True):
        mean, total, count = place - shift, weight, 1
        while pools and pools[-1][0] > mean:
            other, more, members = pools.pop()
            mean = (other * more + mean * total) / (more + total)
            total, count = more + total, members + count
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=True)]


def _wish(
    here: float, pulls: list[tuple[int, float, float]], centres: list[float]
) -> tuple[float, float]:
    """Where an item would stand if it stood alone, and how much that matters."""
    total = place = 0.0
    for other, shift, weight in pulls:
        total += weight
        place += weight * (centres[other] + shift)
    return (place / total, total) if total else (here, IDLE)


def _offsets(row: Row, widths: list[float], gap: Callable[[int, int], float]) -> list[float]:
    offsets: list[float] = []
    for place, item in enumerate(row):
        if not place:
            offsets.append(0.0)
            continue
        left = row[place - 1]
        offsets.append(offsets[-1] + (widths[left] + widths[item]) / 2 + gap(left, item))
    return offsets
