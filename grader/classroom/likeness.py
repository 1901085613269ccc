"""The fingerprints of submissions and of the starter, from their files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.guest.sources import read_source
from grader.judging.similarity import fingerprints, packed
from grader.sandbox import read_submission


def likeness(files: Iterable[tuple[str, str]]) -> str:
    """The packed fingerprints of source texts, given as (path, text)."""
    return packed(frozenset().union(*(fingerprints(text) for _, text in files)))


def likeness_of_starter(assignment: Path) -> str:
    """The same of what every student starts from; of nothing where the assignment has no starter."""
    folder = (assignment if assignment.is_dir() else assignment.parent) / "starter"
    try:
        files = read_submission(folder).files
        return likeness((file.path, read_source(file.path, file.data).text) for file in files)
    except (SubmissionError, UsageError):
        return packed(frozenset())
