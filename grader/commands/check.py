"""`grader check`: is an assignment right?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.commands.common import find_assignment, reports_errors
from grader.errors import AuthoringError


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--seed", default=0, show_default=True, help="Decides the sampled inputs.")
@reports_errors
def check(paths: tuple[Path, ...], seed: int) -> None:
    """Check assignments: their YAML, and whether literals, reference and finite differences agree.

    PATHS are assignment folders or files; without any, all shipped assignments.

    \b
    grader check assignments/backprop
    """
    from grader.authoring import render_faults
    from grader.checking import check as check_assignment
    from grader.sandbox import Guest
    from grader.shipped import assignments_folder

    chosen = paths or tuple(
        sorted(file.parent for file in assignments_folder().glob("*/assignment.yaml"))
    )
    wrong = False
    with Guest(accept_level=0) as guest:  # only the reference is performed
        for path in chosen:
            try:
                checked = check_assignment(find_assignment(path), seed=seed, guest=guest)
            except AuthoringError as error:
                click.echo(render_faults(error.faults), err=True)
                wrong = True
                continue
            if checked.faults:
                click.echo(render_faults(checked.faults), err=True)
                wrong = True
            cases = checked.assignment.cases
            points = checked.assignment.max_score
            click.echo(
                f"{path}: {len(cases)} cases, {points:g} points, "
                f"{checked.witnessed} gradients confirmed by finite differences"
                if not checked.faults
                else f"{path}: {len(checked.faults)} of {len(cases)} cases are wrong"
            )
    sys.exit(2 if wrong else 0)
