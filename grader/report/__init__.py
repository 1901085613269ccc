"""The report: what is known of one graded submission, and one renderer a format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from grader.report import github, junit, results, terminal
from grader.report.model import Report

# The formats that are printed. HTML has its own door, `html.render`: it is written to a file.
# Each takes a report and `path` (of the HTML page), `quiet`, `verbose`, `color`.
FORMATS: Final[dict[str, Callable[..., str]]] = {
    "full": terminal.full,
    "concise": terminal.concise,
    "json": lambda report, **_: results.to_json(report),
    "junit": lambda report, **_: junit.render(report),
    "github": lambda report, **_: github.render(report),
}


def render(report: Report, output_format: str, **options: Any) -> str:
    """A report in one of FORMATS; `options` as there."""
    return FORMATS[output_format](report, **options)
