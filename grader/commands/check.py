"""`grader check`: is an assignment right, what can it see, and is it fair?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.commands.common import find_assignment, reports_errors, write
from grader.remembered import collect_seldom

if TYPE_CHECKING:
    from grader.checking import Checked

MOST_LETTERS: Final = 1_000_000


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True, help="Decides the sampled inputs.")
@click.option(
    "--fix", is_flag=True, help="Add the smallest cases that close the gaps, after showing them."
)
@click.option("--strict", is_flag=True, help="Exit with 1 if there are warnings.")
@click.option("--html", type=click.Path(path_type=Path), help="Write the matrix as a page, there.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, and nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Errors and warnings only.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Every misconception, with the cases that notice it."
)
@reports_errors
def check(
    paths: tuple[Path, ...],
    seed: int,
    fix: bool,
    strict: bool,
    html: Path | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check assignments: shape and meaning, truth, power and fairness.

    PATHS are assignment folders or files, or folders of them; without any, all shipped assignments.
    The reference is performed with each known misconception built in: what no case notices is named,
    with the smallest graph that would. What was found once is kept until something changes.

    \b
    grader check assignments/backprop
    grader check assignments/backprop --html power.html
    grader check my-homework --fix

    Exit codes: 0 nothing is wrong (there may be warnings), 1 warnings with --strict, 2 something is wrong.
    """
    from grader.checking import check_all
    from grader.checking.results import to_json

    collect_seldom()
    chosen = _assignments(paths)
    done = check_all(
        chosen, seed=seed, tell=lambda checked: None if as_json else _tell(checked, quiet, verbose)
    )
    if as_json:
        click.echo(to_json(done))
    if html is not None:
        from grader.checking.page import render

        write(html, render(done))
        click.echo(f"open {html}", err=True)
    if fix:
        _fix(done)
    if any(checked.faults for checked in done):
        sys.exit(2)
    sys.exit(1 if strict and any(checked.warnings for checked in done) else 0)


def _assignments(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The assignments that are meant: a folder without an assignment of its own stands for those in it."""
    from grader.shipped import assignments_folder

    found: list[Path] = []
    for path in paths or (assignments_folder(),):
        inside = sorted(file.parent for file in path.glob("*/assignment.yaml"))
        if inside and not (path / "assignment.yaml").exists():
            found += inside
        else:
            found.append(find_assignment(path))
    return tuple(found)


def _tell(checked: Checked, quiet: bool, verbose: bool) -> None:
    from grader.checking.text import complaints, proposals, summary
    from grader.domain.safe_text import safe

    if said := complaints(checked):
        click.echo(said + "\n", err=True)
    if quiet:
        return
    click.echo(safe(summary(checked, verbose=verbose), MOST_LETTERS))
    if offered := proposals(checked):
        click.echo("\n" + offered)


def _fix(done: tuple[Checked, ...]) -> None:
    from grader.checking.fixing import add_cases
    from grader.checking.text import closing

    for checked in done:
        if gaps := closing(checked):
            file = add_cases(Path(checked.path), [gap.text for gap in gaps])
            click.echo(f"{file}: {len(gaps)} cases added", err=True)
