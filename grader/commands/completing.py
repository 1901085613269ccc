"""What a shell may complete: names of assignments and of cases. Whatever fails, completes nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import GraderError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def assignment_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The shipped assignments; and folders, as everywhere."""
    from click.shell_completion import CompletionItem

    from grader.shipped import assignments_folder

    names = sorted(file.parent.name for file in assignments_folder().glob("*/assignment.yaml"))
    shipped = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return [*shipped, CompletionItem(incomplete, type="file")]


def case_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The visible cases of the assignment that is given, or of the whole course."""
    from click.shell_completion import CompletionItem

    from grader.answers import Store
    from grader.grading import compiled
    from grader.shipped import assignments_folder
    from grader.showing import course_places

    store = Store.default()
    given = context.params.get("assignment")
    cases: dict[str, str] = {}
    with suppress(GraderError, OSError):
        places = (_place(Path(given)),) if given else course_places(assignments_folder(), store)
        for place in places:
            for case in compiled(place, store, 0).cases:
                if not case.hidden:
                    cases.setdefault(case.id, case.title)
    return [
        CompletionItem(id, help=title) for id, title in cases.items() if id.startswith(incomplete)
    ]


def _place(given: Path) -> Path:
    from grader.shipped import assignments_folder

    return given if given.exists() else assignments_folder() / given
