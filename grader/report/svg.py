"""A drawing as SVG: classes only, no colours, no identifiers but the two that name the picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from grader.report.drawing import CELL, LINE, PADDING, SMALL_CELL, Drawing, Kind, Shape, cells
from grader.report.language import say
from grader.report.layout import Placed, Route

MARGIN = 40.0  # where generations are written
# As `html.escape` does it, whose module takes longer to import than all pictures of a page to escape.
ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
)


def svg(drawing: Drawing, id: str, title: str) -> str:
    """One `<svg role="img">` element, named by its title and description."""
    layout = drawing.layout
    margin = MARGIN if drawing.generations else 0.0
    width, height = _n(layout.width + margin), _n(layout.height)
    parts = [
        f'<svg role="img" aria-labelledby="{id}-t {id}-d"'
        f' viewBox="{_n(-margin)} 0 {width} {height}" width="{width}" height="{height}">'
        f'<title id="{id}-t">{escape(title)}</title>'
        f'<desc id="{id}-d">{escape(drawing.description)}</desc>'
    ]
    for row in drawing.generations:
        top, tall = layout.rows[row]
        label = escape(say("drawing.generation", number=row // 2))
        parts.append(
            f'<text class="g" x="{_n(8 - margin)}" y="{_n(top + tall / 2 + 4)}">{label}</text>'
        )
    for number, route in enumerate(layout.routes):
        dotted = ' class="dotted"' if number in drawing.dotted else ""
        parts.append(f'<path{dotted} d="{_path(route)}"/>')
    for beside in drawing.labels:
        route = layout.routes[beside.route]
        x, y = route.points[-1]
        side = f'x="{_n(x - 6)}" text-anchor="end"' if _on_the_left(route) else f'x="{_n(x + 6)}"'
        tone = "owed wrong" if beside.wrong else "owed"
        parts.append(f'<text class="{tone}" {side} y="{_n(y - 9)}">{escape(beside.text)}</text>')
    for shape, place in zip(drawing.shapes, layout.nodes, strict=True):
        parts.append(_node(shape, place))
    return "".join([*parts, "</svg>"])


def _on_the_left(route: Route) -> bool:
    """Whether there is more room to the left of an arrow's end: away from its neighbours, and from its own way."""
    link = route.link
    if link.ports > 1:
        return 2 * link.port < link.ports - 1
    return route.points[0][0] > route.points[-1][0]


def _node(shape: Shape, at: Placed) -> str:
    width, height = _n(at.width), _n(at.height)
    mark = f' data-n="{escape(shape.mark)}"' if shape.mark else ""
    start = f'<g{mark} transform="translate({_n(at.x)} {_n(at.y)})" class="{shape.kind.value}'
    name = escape(shape.name)
    if shape.kind is Kind.CONSTANT:
        return (
            f'{start}"><rect width="{width}" height="{height}" rx="3"/>'
            f'<text x="6" y="14">{name}</text></g>'
        )
    if shape.kind is Kind.PILL:
        classes = (" off" if shape.off else "") + (" first" if shape.state.is_wrong else "")
        note = f"<tspan> {escape(shape.word)}</tspan>" if shape.word else ""
        sign = f"{shape.state.sign} " if shape.state.is_wrong else ""
        return (
            f'{start}{classes}"><rect width="{width}" height="{height}" rx="12"/>'
            f'<text x="{_n(at.width / 2)}" y="16" text-anchor="middle">{sign}{name}{note}</text></g>'
        )
    sign_at = at.width - PADDING - (cells(shape.word) * SMALL_CELL + 14 if shape.word else CELL)
    mark = escape(f"{shape.state.sign} {shape.word}".rstrip())
    lines = "".join(
        f'<text class="{line.role[0]}" x="{_n(PADDING)}" y="{_n(17 + LINE * number)}">'
        f"{escape(line.text)}</text>"
        for number, line in enumerate(shape.lines, 1)
    )
    return (
        f'{start} {shape.state.key}"><rect width="{width}" height="{height}" rx="6"/>'
        f'<text class="n" x="{_n(PADDING)}" y="17">{name}</text>'
        f'<text class="m" x="{_n(sign_at)}" y="17">{mark}</text>{lines}</g>'
    )


def _path(route: Route) -> str:
    """Straight along the rows, an S between them, an open arrow head at the end."""
    x, y = route.points[0]
    path = [f"M{_n(x)} {_n(y)}"]
    for next_x, next_y in route.points[1:]:
        if next_x == x:
            path.append(f"V{_n(next_y)}" if next_y != y else "")
        else:
            middle = _n((y + next_y) / 2)
            path.append(f"C{_n(x)} {middle} {_n(next_x)} {middle} {_n(next_x)} {_n(next_y)}")
        x, y = next_x, next_y
    return "".join([*path, "m-3.5-6 3.5 6 3.5-6"])


def escape(text: str) -> str:
    return text.translate(ESCAPES)


@lru_cache(maxsize=4096)
def _n(value: float) -> str:
    text = f"{value + 0.0:.1f}"  # what is kept for 0.0 is asked for by -0.0, too
    return text.removesuffix(".0")
