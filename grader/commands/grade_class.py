"""`grader class`: grade a folder of submissions, and go on where it was left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import (
    INTERRUPTED,
    accept_level_option,
    find_assignment,
    language_option,
    progress,
    reports_errors,
)
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.classroom.schedulers import Scheduler
    from grader.classroom.session import ClassSummary
    from grader.classroom.sharing import Shard


@click.command("class")
@click.argument("submissions", nargs=-1, required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("graded"),
    show_default=True,
    help="Folder for results, reports, gradebook and class page.",
)
@click.option(
    "-a",
    "--assignment",
    type=click.Path(path_type=Path),
    default=Path("backprop"),
    show_default=True,
    help="Folder or file of the assignment, or the name of a shipped one.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV of who is in the class: a column that names the student, and any other names.",
)
@click.option("-j", "--jobs", type=click.IntRange(0), default=0, help="Guests.  [default: cores]")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    help="Grade on the workers of this Dask scheduler (tcp://host:8786) instead.",
)
@click.option("--shard", metavar="K/N", default="", help="Grade only share K of N; then --merge.")
@click.option(
    "--merge",
    is_flag=True,
    help="Put shares together: gradebook, table and page of OUT, and of the folders that are named.",
)
@click.option("--seed", default=0, show_default=True, help="Decides the sampled inputs.")
@click.option("--regrade", is_flag=True, help="Grade everybody again.")
@click.option(
    "--failed",
    is_flag=True,
    help="Grade again what could not be loaded, crashed, timed out or met a fault of ours.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 if somebody reaches less: to watch over solutions of your own.",
)
@click.option("-q", "--quiet", count=True, help="No progress; -qq prints nothing.")
@accept_level_option("Least protection against the submissions (see doctor).")
@language_option
@reports_errors
def grade_class(
    submissions: tuple[Path, ...],
    out: Path,
    assignment: Path,
    roster: Path | None,
    jobs: int,
    scheduler: str,
    shard: str,
    merge: bool,
    seed: int,
    regrade: bool,
    failed: bool,
    fail_under: float | None,
    quiet: int,
    accept_level: int,
    language: str,
) -> None:
    """Grade every submission in the folder SUBMISSIONS.

    A folder, code file, notebook or archive is one submission. Downloads from Moodle, Canvas, Gradescope,
    clones of GitHub Classroom and an nbgrader tree are recognised. Killed at any moment, the same command
    goes on; what has not changed is not graded again.

    \b
    grader class downloads/ -o graded/ --assignment backprop
    grader class downloads/ -o graded/ --roster roster.csv --regrade
    grader class downloads/ -o graded/ --shard 1/3        (and 2/3, 3/3, on any machines)
    grader class -o graded/ --merge

    Exit codes: 0 everybody has a result, 1 somebody is below --fail-under, 2 the command line or the
    assignment is wrong, 3 the grader is at fault, 130 interrupted.
    """
    from grader.classroom.session import Choice, grade_class, on_this_machine, require_faultless
    from grader.classroom.sharing import WHOLE, parse_shard
    from grader.classroom.summary import lowest_percent

    if merge:
        _merge(submissions, out, quiet)
        return
    if len(submissions) != 1:
        raise UsageError("one folder of submissions is graded at a time; --merge takes several")
    machines: Scheduler = on_this_machine
    if scheduler:
        from grader.classroom.cluster import on_cluster

        machines = on_cluster(scheduler)

    part = parse_shard(shard) if shard else WHOLE
    summary = grade_class(
        submissions[0],
        out,
        find_assignment(assignment),
        roster=roster,
        seed=seed,
        accept_level=accept_level,
        language=language,
        workers=jobs,
        scheduler=machines,
        shard=part,
        choice=Choice(regrade, failed),
        notify=progress(quiet),
        quiet=quiet > 0,
    )
    if quiet < 2:
        click.echo(_told(summary, out, part))
    if summary.interrupted:
        sys.exit(INTERRUPTED)
    require_faultless(summary)
    if part.whole and fail_under is not None and lowest_percent(out) < fail_under:
        sys.exit(1)


def _merge(parts: tuple[Path, ...], out: Path, quiet: int) -> None:
    from grader.classroom.sharing import merge

    merged = merge(parts, out, progress(quiet))
    if quiet < 2:
        click.echo(f"{merged.results} results")
        if merged.lacking:
            few = ", ".join(merged.lacking[:8]) + (", …" if len(merged.lacking) > 8 else "")
            click.echo(f"{len(merged.lacking)} have none yet: {few}")
        click.echo(f"grades: {out / 'grades.csv'}")
        click.echo(f"open class page: {out / 'class.html'}")


def _told(summary: ClassSummary, out: Path, part: Shard) -> str:
    parts = [f"{summary.graded} graded"]
    if summary.scored:
        parts.append(f"{summary.scored} scored anew from what was observed")
    if summary.kept:
        parts.append(f"{summary.kept} unchanged")
    lines = [", ".join(parts)]
    if summary.retried:
        lines.append(
            f"done twice, since something of the grader's broke: {', '.join(summary.retried[:8])}"
        )
    if summary.interrupted:
        left = summary.total - summary.graded - summary.scored - summary.kept
        lines.append(f"interrupted with {left} left: the same command goes on")
    elif not part.whole:
        lines.append(f"when all {part.of} shares are graded: grader class -o {out} --merge")
    else:
        lines.append(f"grades: {out / 'grades.csv'}")
        lines.append(f"open class page: {out / 'class.html'}")
    return "\n".join(lines)
