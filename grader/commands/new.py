"""`grader new`: begin an assignment, a case or a submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import find_assignment, reports_errors

if TYPE_CHECKING:
    from grader.domain.assignment import Case
    from grader.domain.transcript import Transcript
    from grader.sandbox import Guest

from_graph = click.option(
    "--from", "graph", default="", help='A graph, such as "y = add(square(a), square(a))".'
)
from_bug = click.option(
    "--from-bug",
    "bug",
    default="",
    metavar="CODE",
    help="The smallest case that notices a misconception.",
)


@click.group()
def new() -> None:
    """Begin an assignment, a case or a submission; what is written passes `grader check` at once.

    \b
    grader new assignment my-homework
    grader new case shared --from "a = square(x); y = add(a, a)" --to my-homework
    grader new case aliased --from-bug AD406
    grader new submission mine --assignment backprop
    """


@new.command()
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
@from_graph
@from_bug
@reports_errors
def assignment(folder: Path, graph: str, bug: str) -> None:
    """Write a folder NAME with assignment.yaml, a text, a starter, a solution and a wrong one."""
    from grader.answers import Store
    from grader.checking.drafting import new_assignment
    from grader.sandbox import Guest

    store = Store.default()
    with Guest(accept_level=0) as guest:
        extra = [_case("first", graph, bug, None, guest)] if graph or bug else []
        for path in new_assignment(folder, extra, guest, store):
            click.echo(path)
    click.echo(f"next: grader check {folder}", err=True)


@new.command()
@click.argument("name")
@from_graph
@from_bug
@click.option("--to", type=click.Path(path_type=Path), help="Add the case to that assignment.")
@reports_errors
def case(name: str, graph: str, bug: str, to: Path | None) -> None:
    """Print a case NAME as YAML, or add it to an assignment."""
    from grader.checking.fixing import add_cases
    from grader.checking.writing import case_text
    from grader.sandbox import Guest

    with Guest(accept_level=0) as guest:
        made = _case(name, graph or ("" if bug else "y = add(square(x), w)"), bug, to, guest)
    text = case_text(*made)
    click.echo(text, nl=False)
    if to is not None:
        click.echo(f"added to {add_cases(find_assignment(to), [text])}", err=True)


@new.command()
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
@click.option(
    "-a",
    "--assignment",
    type=click.Path(path_type=Path),
    default=Path("backprop"),
    show_default=True,
    help="Folder of the assignment, or the name of a shipped one.",
)
@reports_errors
def submission(folder: Path, assignment: Path) -> None:
    """Write a folder NAME with the starter of an assignment."""
    from grader.checking.drafting import new_submission

    for path in new_submission(folder, find_assignment(assignment)):
        click.echo(path)
    click.echo(f"next: grader run {folder} --assignment {assignment}", err=True)


def _case(
    name: str, graph: str, bug: str, to: Path | None, guest: Guest
) -> tuple[Case, Transcript]:
    from grader.answers import Store
    from grader.authoring import load_assignment
    from grader.checking.drafting import case_from, case_from_bug

    if graph and bug:
        raise click.UsageError("--from and --from-bug exclude each other")
    if graph:
        return case_from(graph, name, guest)
    assignment = load_assignment(find_assignment(to)) if to is not None else None
    return case_from_bug(bug, name, assignment, guest, Store.default())
