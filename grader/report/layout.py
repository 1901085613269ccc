"""Where the nodes of a graph stand and how its arrows run: positions and routes, as data.

A layered layout (Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11, 1981) for graphs of functions. Rows
are generations, so the picture explains the order of the backward pass; the operands of a function
arrive at ports, left to right, so a repeated input is two arrows and `sub(a, b)` never looks like
`sub(b, a)`. Ties are broken by input order: the same graph is the same picture everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from grader.records import dataclass
from grader.report.crossings import Row, Step, ordered
from grader.report.spacing import spread

ROW_GAP: Final = 32.0
MAX_ROW_GAP: Final = 72.0
NODE_GAP: Final = 24.0
LANE_WIDTH: Final = 10.0
LANE_GAP: Final = 8.0
MARGIN: Final = 8.0


@dataclass(frozen=True, slots=True)
class Node:
    """A thing to place, in pixels. A `floating` one stands just above its first user."""

    id: str
    width: float
    height: float
    floating: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from an output of `source` to an input of `target`, down at least `span` rows.

    It leaves at `outlet` (of `outlets`) and arrives at `port` (of `ports`), counted from the left.
    """

    source: str
    target: str
    port: int = 0
    ports: int = 1
    outlet: int = 0
    outlets: int = 1
    span: int = 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A node's top left corner, size and row."""

    id: str
    x: float
    y: float
    width: float
    height: float
    row: int


@dataclass(frozen=True, slots=True)
class Route:
    """The points that an arrow runs through, downward: straight where x stays, else an S."""

    link: Link
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Nodes and routes in the order in which they were given; of each row (top, height)."""

    nodes: tuple[Placed, ...]
    routes: tuple[Route, ...]
    rows: tuple[tuple[float, float], ...]
    width: float
    height: float


def arrange(nodes: Sequence[Node], links: Sequence[Link]) -> Layout:
    """Place an acyclic graph. Every source comes before its targets in `nodes`."""
    return _arranged(tuple(nodes), tuple(links))


@lru_cache(maxsize=1024)
def _arranged(nodes: tuple[Node, ...], links: tuple[Link, ...]) -> Layout:
    """The same graph looks the same in every report of a class: it is placed once."""
    row_of = _rows(nodes, links)
    widths = [node.width for node in nodes]
    rows: list[Row] = [[] for _ in range(max(row_of, default=-1) + 1)]
    for item, row in enumerate(row_of):
        rows[row].append(item)
    index = {node.id: item for item, node in enumerate(nodes)}
    steps: list[list[Step]] = [[] for _ in rows]  # steps[r] lead from row r to row r + 1
    chains = []
    for link in links:
        source, target = index[link.source], index[link.target]
        chain = [source]
        for row in range(row_of[source] + 1, row_of[target]):
            rows[row].append(len(widths))
            chain.append(len(widths))
            widths.append(LANE_WIDTH)
        chain.append(target)
        chains.append(chain)
        leaves = _port(nodes[source].width, link.outlet, link.outlets)
        arrives = _port(nodes[target].width, link.port, link.ports)
        for number, (upper, lower) in enumerate(pairwise(chain)):
            lanes = (upper >= len(nodes)) + (lower >= len(nodes))
            step = Step(
                upper,
                lower,
                leaves if number == 0 else 0.0,
                arrives if number == len(chain) - 2 else 0.0,
                (1.0, 2.0, 8.0)[lanes],
            )
            steps[row_of[source] + number].append(step)
    order = ordered(rows, steps, widths)
    centres = spread(order, steps, widths, lambda left, right: _gap(left, right, len(nodes)))
    return _finish(nodes, links, row_of, steps, chains, centres, widths)


def _rows(nodes: Sequence[Node], links: Sequence[Link]) -> list[int]:
    """The longest way from a source: DeZero's generation, counting functions too."""
    index = {node.id: item for item, node in enumerate(nodes)}
    row_of = [0] * len(nodes)
    incoming: list[list[Link]] = [[] for _ in nodes]
    outgoing: list[list[Link]] = [[] for _ in nodes]
    for link in links:
        incoming[index[link.target]].append(link)
        outgoing[index[link.source]].append(link)
    for item in range(len(nodes)):
        row_of[item] = max(
            (row_of[index[link.source]] + link.span for link in incoming[item]), default=0
        )
    for item, node in enumerate(nodes):
        if node.floating and outgoing[item]:
            row_of[item] = min(row_of[index[link.target]] - link.span for link in outgoing[item])
    return row_of


def _port(width: float, number: int, count: int) -> float:
    """Where a port is, from the middle of its node."""
    return width * ((number + 1) / (count + 1) - 0.5)


def _gap(left: int, right: int, nodes: int) -> float:
    return NODE_GAP if left < nodes and right < nodes else LANE_GAP


def _finish(
    nodes: Sequence[Node],
    links: Sequence[Link],
    row_of: list[int],
    steps: list[list[Step]],
    chains: list[list[int]],
    centres: list[float],
    widths: list[float],
) -> Layout:
    heights = [0.0] * len(steps)
    for node, row in zip(nodes, row_of, strict=True):
        heights[row] = max(heights[row], node.height)
    gaps = [_row_gap(between, centres) for between in steps]
    tops, y = [], MARGIN
    for height, gap in zip(heights, gaps, strict=True):
        tops.append(y)
        y += height + gap
    left = min((c - w / 2 for c, w in zip(centres, widths, strict=True)), default=0.0) - MARGIN
    right = max((c + w / 2 for c, w in zip(centres, widths, strict=True)), default=0.0) + MARGIN
    placed = []
    for item, node in enumerate(nodes):
        row = row_of[item]
        top = tops[row] + (heights[row] - node.height) / 2
        x = centres[item] - node.width / 2 - left
        placed.append(Placed(node.id, _tenth(x), _tenth(top), node.width, node.height, row))
    at = {one.id: one for one in placed}
    routes = []
    for link, chain in zip(links, chains, strict=True):
        source, target = at[link.source], at[link.target]
        x = source.x + source.width / 2 + _port(source.width, link.outlet, link.outlets)
        # Nodes are rounded by themselves, so one may reach out of its row by half a tenth.
        leaves = source.y + source.height
        points = [(x, leaves), (x, max(leaves, tops[source.row] + heights[source.row]))]
        for row, lane in enumerate(chain[1:-1], source.row + 1):
            x = centres[lane] - left
            points += [(x, tops[row]), (x, tops[row] + heights[row])]
        x = target.x + target.width / 2 + _port(target.width, link.port, link.ports)
        points += [(x, min(tops[target.row], target.y)), (x, target.y)]
        routes.append(Route(link, tuple((_tenth(x), _tenth(y)) for x, y in points)))
    return Layout(
        tuple(placed),
        tuple(routes),
        tuple(zip(map(_tenth, tops), heights, strict=True)),
        _tenth(right - left),
        _tenth(y - gaps[-1] + MARGIN if gaps else 2 * MARGIN),
    )


def _row_gap(between: list[Step], centres: list[float]) -> float:
    """Arrows that go far to the side get more room to come down in."""
    far = max((abs(centres[one.upper] - centres[one.lower]) for one in between), default=0.0)
    return min(MAX_ROW_GAP, max(ROW_GAP, far / 4))


def _tenth(value: float) -> float:
    return round(value, 1) + 0.0
