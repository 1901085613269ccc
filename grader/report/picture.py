"""The drawing of a case as a file of its own: an SVG that brings its colours along."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from grader.report import words
from grader.report.drawing import draw
from grader.report.language import say
from grader.report.model import CaseReport
from grader.report.states import conditions
from grader.report.svg import svg

DRAWS: Final = ("svg ", "svg{", ".card", ".pill", ".constant", "code,")


def picture(report: CaseReport) -> str:
    """The same drawing as on the page, light or dark as whoever shows it."""
    title = say("drawing.title", title=words.title(report))
    drawn = svg(draw(report, conditions(report)), "graph", title)
    style = f"<style>{_rules()}</style>"
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
        "<title", f"{style}<title", 1
    )


def _rules() -> str:
    """The palette and what the style sheet of the page says of drawings."""
    style = files("grader.report").joinpath("templates", "report.css").read_text("utf-8")
    palette, _, rest = style.partition("*{box-sizing")
    lines = [line for line in rest.splitlines() if line.startswith(DRAWS)]
    return "\n".join([palette.partition("*/")[2].strip(), *lines])
