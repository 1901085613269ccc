"""`grader pack`: the students' handout and the instructor's copy."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.common import find_assignment, reports_errors


@click.command()
@click.argument("assignment", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder to write to.  [default: here]",
)
@reports_errors
def pack(assignment: Path, out: Path) -> None:
    """Pack ASSIGNMENT for students and for instructors, from one source.

    The handout holds texts, pictures, the starter and the visible cases; it is searched for everything
    that hidden cases say before it is written. The instructor's copy holds all. An assignment that extends
    others brings theirs.

    \b
    grader pack assignments/backprop -o dist
    """
    from grader.packing import pack as pack_assignment

    for path in pack_assignment(find_assignment(assignment), out):
        click.echo(path)
