"""The page of a report, where right answers that were printed before are taken from the store."""

from __future__ import annotations

from typing import Final

from grader.answers import PAGE_FOLDERS, Store, code_key, content_key
from grader.records import dataclass
from grader.report import html
from grader.report.album import Printed
from grader.report.model import Report

MOST: Final = 4  # answers to a case that are kept: most are the reference's own


@dataclass(frozen=True, slots=True)
class Pages:
    """What was printed for one assignment, the oldest first."""

    printed: tuple[Printed, ...]


def load(store: Store) -> None:
    """Have at hand what every page needs."""
    html.load(store.folder)
    code_key(PAGE_FOLDERS)


def print_page(report: Report, store: Store, *, instructor: bool = False) -> str:
    """`html.render`, with what is kept for this assignment. What is new is kept too."""
    key = content_key("pages", code_key(PAGE_FOLDERS), report.assignment.id, report.language)
    kept = store.get(Pages, key) or Pages(())
    album = {one.name: one for one in kept.printed}
    page = html.render(report, cache=store.folder, album=album, instructor=instructor)
    if len(album) > len(kept.printed):
        most = MOST * len(report.assignment.cases)
        store.put(key, Pages(tuple(album.values())[-most:]))
    return page
