"""`grader pack`: the students' handout and the instructor's copy, or the autograder for Gradescope."""

from __future__ import annotations

import re
from pathlib import Path

import click

from grader.commands.common import (
    accept_level_option,
    find_assignment,
    language_option,
    reports_errors,
)
from grader.errors import UsageError


@click.command()
@click.argument("assignment", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder to write to, or the zip for --gradescope.  [default: here]",
)
@click.option("--gradescope", is_flag=True, help="Instead, the autograder zip for Gradescope.")
@click.option("--seed", default=0, show_default=True, help="There: decides the sampled inputs.")
@click.option(
    "--limit",
    default="",
    metavar="N/HOURS",
    help="There: at most so many submissions of a student within so many hours, such as 5/24.",
)
@accept_level_option("There: least protection under which submissions are run.")
@language_option
@reports_errors
def pack(
    assignment: Path,
    out: Path,
    gradescope: bool,
    seed: int,
    limit: str,
    accept_level: int,
    language: str,
) -> None:
    """Pack ASSIGNMENT for students and for instructors, from one source.

    The handout holds texts, pictures, the starter and the visible cases; it is searched for everything
    that hidden cases say before it is written. The instructor's copy holds all. An assignment that extends
    others brings theirs.

    With --gradescope: a zip with the grader, the cases and the two scripts that Gradescope runs. It needs
    the network only while the image is built.

    \b
    grader pack assignments/backprop -o dist
    grader pack backprop --gradescope --limit 5/24
    """
    path = find_assignment(assignment)
    if gradescope:
        _gradescope(path, out, seed, limit, accept_level, language)
        return
    from grader.packing import pack as pack_assignment

    for written in pack_assignment(path, out):
        click.echo(written)


def _gradescope(
    path: Path, out: Path, seed: int, limit: str, accept_level: int, language: str
) -> None:
    from grader.answers import Store
    from grader.drafts import put_in_place
    from grader.grading import compiled
    from grader.platforms.gradescope_zip import Settings, archive, assignment_name

    count, hours = _limit(limit)
    asked = compiled(path, Store.default(), seed)
    settings = Settings(
        assignment_name(path),
        asked.title,
        asked.max_score,
        seed,
        language,
        accept_level,
        count,
        hours,
    )
    target = out if out.suffix == ".zip" else out / f"{asked.id}-gradescope.zip"
    data = archive(path, settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(target, data)
    click.echo(f"upload to Gradescope: {target} ({len(data) / 1024:.0f} kB)")


def _limit(text: str) -> tuple[int, float]:
    if not text:
        return 0, 24.0
    match = re.fullmatch(r"(\d+)/(\d+(?:\.\d+)?)h?", text)
    if match is None or not int(match[1]) or not float(match[2]):
        raise UsageError(f"--limit {text}: so many submissions within so many hours are due: 5/24")
    return int(match[1]), float(match[2])
