"""The report: what is known of one graded submission, and one renderer a format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.report import github, junit, results, terminal
from grader.report.model import Report

FORMATS: dict[str, Callable[..., str]] = {
    "full": lambda report, path, quiet, verbose, color: terminal.full(
        report, path=path, quiet=quiet, verbose=verbose, color=color
    ),
    "concise": lambda report, color, **_: terminal.concise(report, color=color),
    "json": lambda report, **_: results.to_json(report),
    "junit": lambda report, **_: junit.render(report),
    "github": lambda report, **_: github.render(report),
}


def render(report: Report, output_format: str, **options: Any) -> str:
    """A report in one of FORMATS. `options`: path (of the HTML page), quiet, verbose, color."""
    return FORMATS[output_format](report, **options)
