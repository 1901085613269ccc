"""A report as JUnit XML."""

from __future__ import annotations

from grader.export import junit
from grader.export.model import one_result
from grader.report.model import Report
from grader.report.results import results


def render(report: Report) -> str:
    """See `grader.export.junit`."""
    return junit.render(one_result(results(report)))
