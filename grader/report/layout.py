"""Where the cards and pills of a graph drawing stand: positions and routes, as data.

A layered layout (Sugiyama, Tagawa and Toda, IEEE Trans. SMC 1981), made for graphs of functions: rows are
generations, so the picture explains the order of the backward pass; the operands of a function arrive
at ports, left to right, so a repeated input is two arrows and `sub(a, b)` is never drawn as `sub(b, a)`.
Ties are broken by input order alone: the same graph gives the same picture everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

ROW_GAP: Final = 34.0
NODE_GAP: Final = 22.0
LANE_WIDTH: Final = 10.0
LANE_GAP: Final = 8.0
MARGIN: Final = 12.0
SWEEPS: Final = 12
SETTLING: Final = 16


@dataclass(frozen=True, slots=True)
class Box:
    """A thing to place. Width and height in pixels."""

    id: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from the bottom of `source` to input number `port` (of `ports`) on top of `target`."""

    source: str
    target: str
    port: int = 0
    ports: int = 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its top left corner and its row."""

    id: str
    x: float
    y: float
    width: float
    height: float
    row: int


@dataclass(frozen=True, slots=True)
class Route:
    """The points an arrow runs through, top to bottom. Between points it is a vertical S-curve."""

    link: Link
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished drawing plan. Boxes and routes are in the order in which they were given."""

    boxes: tuple[Placed, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Item:
    """A box, or a lane: the place where a long arrow passes through a row."""

    id: str
    width: float
    row: int
    lane: bool
    x: float = 0.0
    above: list[_Edge] = field(default_factory=list)
    below: list[_Edge] = field(default_factory=list)


@dataclass(slots=True)
class _Edge:
    """One step of an arrow, between neighbouring rows. `offset` is where it lands, from the centre."""

    upper: _Item
    lower: _Item
    offset: float
    weight: float


def arrange(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Place an acyclic graph. Sources must come before targets in `boxes`."""
    rows = _rows(boxes, links)
    items = {box.id: _Item(box.id, box.width, rows[box.id], lane=False) for box in boxes}
    layers: list[list[_Item]] = [[] for _ in range(max(rows.values(), default=-1) + 1)]
    for box in boxes:
        layers[rows[box.id]].append(items[box.id])
    chains = [_chain(link, items, layers) for link in links]
    _order(layers)
    _settle(layers)
    return _finish(boxes, links, items, layers, chains)


def _rows(boxes: Sequence[Box], links: Sequence[Link]) -> dict[str, int]:
    """The longest way from a source: DeZero's generation, counting functions too."""
    incoming: dict[str, list[str]] = {box.id: [] for box in boxes}
    for link in links:
        incoming[link.target].append(link.source)
    rows: dict[str, int] = {}
    for box in boxes:
        rows[box.id] = 1 + max((rows[source] for source in incoming[box.id]), default=-1)
    return rows


def _chain(link: Link, items: dict[str, _Item], layers: list[list[_Item]]) -> list[_Item]:
    """The items an arrow passes through, a lane in every row between its ends."""
    source, target = items[link.source], items[link.target]
    chain = [source]
    for row in range(source.row + 1, target.row):
        lane = _Item("", LANE_WIDTH, row, lane=True)
        layers[row].append(lane)
        chain.append(lane)
    chain.append(target)
    offset = target.width * ((link.port + 1) / (link.ports + 1) - 0.5)
    for upper, lower in pairwise(chain):
        lanes = upper.lane + lower.lane
        edge = _Edge(upper, lower, 0.0 if lower.lane else offset, (1.0, 2.0, 8.0)[lanes])
        upper.below.append(edge)
        lower.above.append(edge)
    return chain


def _order(layers: list[list[_Item]]) -> None:
    """Order each row for few crossings: barycentre sweeps, then swaps of neighbours; the best is kept."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for row in range(len(layers)) if downward else reversed(range(len(layers))):
            _by_barycentre(layers, row, downward)
        _transpose(layers)
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    for layer, order in zip(layers, best, strict=True):
        layer[:] = order


def _by_barycentre(layers: list[list[_Item]], row: int, downward: bool) -> None:
    neighbours = row - 1 if downward else row + 1
    if not 0 <= neighbours < len(layers):
        return
    place = {id(item): index for index, item in enumerate(layers[neighbours])}

    def centre(position: int, item: _Item) -> float:
        edges = item.above if downward else item.below
        if not edges:
            return position
        return sum(_lands(edge, place, downward) for edge in edges) / len(edges)

    keyed = [(centre(position, item), position, item) for position, item in enumerate(layers[row])]
    layers[row][:] = [item for _, _, item in sorted(keyed, key=lambda entry: entry[:2])]


def _lands(edge: _Edge, place: dict[int, int], downward: bool) -> float:
    """Where an edge meets the neighbouring row, in places; ports count as fractions of one."""
    other = edge.upper if downward else edge.lower
    port = 0.0 if downward else edge.offset / (other.width + 1.0)
    return place[id(other)] + port


def _transpose(layers: list[list[_Item]]) -> None:
    improved = True
    while improved:
        improved = False
        for row, layer in enumerate(layers):
            for index in range(len(layer) - 1):
                before = _crossings_around(layers, row)
                layer[index], layer[index + 1] = layer[index + 1], layer[index]
                if _crossings_around(layers, row) < before:
                    improved = True
                else:
                    layer[index], layer[index + 1] = layer[index + 1], layer[index]


def _crossings(layers: list[list[_Item]]) -> int:
    return sum(_crossings_below(layers, row) for row in range(len(layers) - 1))


def _crossings_around(layers: list[list[_Item]], row: int) -> int:
    above = _crossings_below(layers, row - 1) if row else 0
    return above + (_crossings_below(layers, row) if row + 1 < len(layers) else 0)


def _crossings_below(layers: list[list[_Item]], row: int) -> int:
    lower = {id(item): index for index, item in enumerate(layers[row + 1])}
    ends = [
        (index, lower[id(edge.lower)] + edge.offset / (edge.lower.width + 1.0))
        for index, item in enumerate(layers[row])
        for edge in item.below
    ]
    return sum(
        (left[0] - right[0]) * (left[1] - right[1]) < 0
        for position, left in enumerate(ends)
        for right in ends[:position]
    )


def _settle(layers: list[list[_Item]]) -> None:
    """Centres: each row as near to its neighbours as its minimum distances let it be."""
    for layer in layers:
        x = 0.0
        for index, item in enumerate(layer):
            x += _distance(layer[index - 1], item) if index else 0.0
            item.x = x
    for turn in range(SETTLING):
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wishes = [_wish(item) for item in layer]
            for item, x in zip(layer, _with_distances(layer, wishes), strict=True):
                item.x = x


def _wish(item: _Item) -> tuple[float, float]:
    """(where an item would like to be, how much): the weighted mean of its neighbours."""
    pulls = [(edge.upper.x - edge.offset, edge.weight) for edge in item.above]
    pulls += [(edge.lower.x + edge.offset, edge.weight) for edge in item.below]
    total = sum(weight for _, weight in pulls)
    if not total:
        return item.x, 0.01
    return sum(x * weight for x, weight in pulls) / total, total


def _with_distances(layer: list[_Item], wishes: list[tuple[float, float]]) -> list[float]:
    """Least squares with minimum distances, by pooling adjacent violators."""
    shifts = [0.0]
    for left, right in pairwise(layer):
        shifts.append(shifts[-1] + _distance(left, right))
    blocks: list[tuple[float, float, int]] = []  # mean, weight, count
    for (x, weight), shift in zip(wishes, shifts, strict=False):
        blocks.append((x - shift, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (m1, w1, n1), (m2, w2, n2) = blocks[-2:]
            blocks[-2:] = [((m1 * w1 + m2 * w2) / (w1 + w2), w1 + w2, n1 + n2)]
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=False)]


def _distance(left: _Item, right: _Item) -> float:
    gap = LANE_GAP if left.lane or right.lane else NODE_GAP
    return (left.width + right.width) / 2 + gap


def _finish(
    boxes: Sequence[Box],
    links: Sequence[Link],
    items: dict[str, _Item],
    layers: list[list[_Item]],
    chains: list[list[_Item]],
) -> Layout:
    sizes = {box.id: box for box in boxes}
    heights = [
        max((sizes[i.id].height for i in layer if not i.lane), default=0.0) for layer in layers
    ]
    tops = [MARGIN]
    for height in heights:
        tops.append(tops[-1] + height + ROW_GAP)
    everything = [item for layer in layers for item in layer]
    left = min((item.x - item.width / 2 for item in everything), default=0.0) - MARGIN
    right = max((item.x + item.width / 2 for item in everything), default=0.0) + MARGIN

    def placed(box: Box) -> Placed:
        item = items[box.id]
        y = tops[item.row] + (heights[item.row] - box.height) / 2
        x = item.x - box.width / 2 - left
        return Placed(box.id, _round(x), _round(y), box.width, box.height, item.row)

    at = {box.id: placed(box) for box in boxes}

    def route(link: Link, chain: list[_Item]) -> Route:
        source, target = at[link.source], at[link.target]
        points = [(source.x + source.width / 2, source.y + source.height)]
        for lane in chain[1:-1]:
            top = tops[lane.row]
            points += [(lane.x - left, top), (lane.x - left, top + heights[lane.row])]
        points.append((target.x + target.width * (link.port + 1) / (link.ports + 1), target.y))
        return Route(link, tuple((_round(x), _round(y)) for x, y in points))

    return Layout(
        tuple(at[box.id] for box in boxes),
        tuple(route(link, chain) for link, chain in zip(links, chains, strict=True)),
        _round(right - left),
        _round(tops[-1] - ROW_GAP + MARGIN) if layers else 2 * MARGIN,
    )


def _round(value: float) -> float:
    return round(value, 1) + 0.0
