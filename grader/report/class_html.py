"""The class page as one HTML file. Complete without scripts; with them, students can be sorted and filtered."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from grader.report.class_model import ClassReport
from grader.report.class_page import class_page
from grader.report.html import environment
from grader.report.language import speaking


def render_class(report: ClassReport, *, cache: Path | None = None) -> str:
    """The page. `cache` is a folder in which compiled templates are kept from run to run."""
    script = _text("class.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    with speaking(report.language):
        return (
            environment(cache)
            .get_template("class.html")
            .render(
                page=class_page(report),
                class_style=Markup(_text("class.css")),
                script=Markup(script),
                script_hash=f"sha256-{digest}",
            )
        )


def _text(name: str) -> str:
    return files("grader.report").joinpath("templates", name).read_text("utf-8")
