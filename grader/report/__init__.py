"""The report: what is known of one graded submission, and one renderer a format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from grader.report.model import Report


def _late(module: str, function: str, *, takes_options: bool = False) -> Callable[..., str]:
    """A renderer whose module is imported when it is called: a run prints in one format, if at all."""

    def render(report: Report, **options: Any) -> str:
        found = getattr(import_module(f"grader.report.{module}"), function)
        text: str = found(report, **options) if takes_options else found(report)
        return text

    return render


# The formats that are printed. HTML has its own door, `html.render`: it is written to a file.
# Each takes a report and `path` (of the HTML page), `quiet`, `verbose`, `color`.
FORMATS: Final[dict[str, Callable[..., str]]] = {
    "full": _late("terminal", "full", takes_options=True),
    "concise": _late("terminal", "concise", takes_options=True),
    "json": _late("results", "to_json"),
    "junit": _late("junit", "render"),
    "github": _late("github", "render"),
}


def render(report: Report, output_format: str, **options: Any) -> str:
    """A report in one of FORMATS; `options` as there."""
    return FORMATS[output_format](report, **options)
