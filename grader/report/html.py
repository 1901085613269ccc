"""The report as one HTML file that opens from disk: no network, no script."""

from __future__ import annotations

from functools import cache as remembered
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.report.language import say
from grader.report.localised import renderer
from grader.report.model import Report
from grader.report.page import page


@renderer
def render(report: Report, *, cache: Path | None = None, print_hints: bool = False) -> str:
    """The page. `cache` is a folder in which compiled templates are kept from run to run.

    With `print_hints`, hints are unfolded on paper too.
    """
    template = environment(cache).get_template("report.html")
    return template.render(page=page(report), print_hints=print_hints)


@remembered
def environment(folder: Path | None) -> Environment:
    kept = FileSystemBytecodeCache(str(folder)) if folder and folder.is_dir() else None
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=kept,
        auto_reload=False,
    )
    style = files("grader.report").joinpath("templates", "report.css").read_text("utf-8")
    environment.globals |= {"say": say, "style": Markup(_without_comments(style))}
    return environment


def _without_comments(style: str) -> str:
    """The style sheet as it travels: comments and indentation stay at home."""
    lines = (line.strip() for line in style.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("/*"))
