"""`grader run`: grade one submission and write its report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import (
    choose_assignment,
    color_option,
    grading_options,
    print_text,
    progress,
    reports_errors,
    uncollected,
    wants_color,
    write,
)
from grader.errors import GraderFault, SubmissionError

if TYPE_CHECKING:
    from grader.report.model import Report

OUTPUT_FORMATS = ("full", "concise", "json", "junit", "github")


@click.command()
@grading_options
@click.option(
    "--failed", is_flag=True, help="Only cases that did not pass last time, by the results there."
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="Where to write the HTML report.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results.json"),
    show_default=True,
    help="Where to write the results as JSON.",
)
@click.option(
    "--output-format",
    type=click.Choice(OUTPUT_FORMATS),
    default="full",
    show_default=True,
    help="What to print.",
)
@click.option("--json", "output_format", flag_value="json", help="Short for --output-format json.")
@click.option(
    "--output-file", type=click.Path(path_type=Path), help="Print there instead of on the terminal."
)
@click.option("-q", "--quiet", count=True, help="Problems only; -qq prints nothing.")
@click.option("-v", "--verbose", count=True, help="Every case, with what was called.")
@color_option
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if cases fail.")
@reports_errors
def run(
    submission: Path,
    assignment: Path | None,
    entry: str,
    cases: tuple[str, ...],
    failed: bool,
    seed: int,
    report: Path,
    results: Path,
    output_format: str,
    output_file: Path | None,
    quiet: int,
    verbose: int,
    color: str,
    instructor: bool,
    language: str,
    exit_zero: bool,
    accept_level: int,
) -> None:
    """Grade one SUBMISSION and write its report.

    SUBMISSION is a .py file, a package or folder, a notebook (.ipynb), or a notebook's text export.

    \b
    grader run homework.ipynb
    grader run submission/ --assignment assignments/backprop --case 'diamond*'
    grader run homework.ipynb --failed

    Exit codes: 0 all passed, 1 graded but not all passed, 2 the command line or the assignment is
    wrong, 3 the grader is at fault, 4 the submission could not be loaded, 5 no case selected.
    """
    with uncollected():
        from grader.sandbox import Guest

        notify = progress(quiet)
        if failed:
            cases = (*cases, *_failed(results, notify))
        # Started before what is needed to grade is imported: it has numpy to import meanwhile.
        started = click.get_current_context().obj
        with Guest(accept_level=accept_level, started=started) as guest:
            from grader.answers import Store
            from grader.grading import grade
            from grader.printing import load, print_page
            from grader.report.projection import for_student
            from grader.report.results import to_json

            store = Store.default()
            guest.meanwhile = partial(load, store)
            chosen, begun = choose_assignment(
                assignment,
                submission,
                guest,
                store,
                entry=entry,
                begin=None if cases else seed,
                notify=notify,
            )
            graded = grade(
                submission,
                chosen,
                begun=begun,
                entry=entry,
                cases=cases,
                seed=seed,
                guest=guest,
                store=store,
                notify=notify,
                language=language,
            )
            guest.dismiss()
            shown = graded if instructor else for_student(graded)
            document = to_json(shown, for_student(graded) if instructor else None)
            write(results, document)
            write(report, print_page(shown, store, instructor=instructor))
            if quiet < 2:
                text = (
                    document
                    if output_format == "json"
                    else _text(
                        shown,
                        output_format,
                        report=report,
                        quiet=quiet,
                        verbose=verbose,
                        color=color,
                    )
                )
                print_text(text, output_file)
    sys.exit(0 if exit_zero else _exit_code(graded))


def _failed(results: Path, notify: Callable[[str], None]) -> tuple[str, ...]:
    """The cases that did not pass in the results of an earlier run; none means all."""
    from glob import escape

    from grader.report.changes import read_results, to_be_mended

    if not results.exists():
        notify(f"there is no {results} of an earlier run: every case is graded")
        return ()
    found = tuple(map(escape, to_be_mended(read_results(results))))
    if not found:
        notify("nothing failed last time: every case is graded")
    return found


def _text(
    shown: Report, output_format: str, *, report: Path, quiet: int, verbose: int, color: str
) -> str:
    from grader.report import FORMATS

    return FORMATS[output_format](
        shown, path=str(report), quiet=quiet, verbose=verbose, color=wants_color(color)
    )


def _exit_code(graded: Report) -> int:
    from grader.domain.verdict import Status

    match graded.status:
        case Status.GRADED:
            return 0 if graded.all_passed else 1
        case Status.UNGRADABLE:
            return SubmissionError.exit_code
        case Status.GRADER_FAULT:
            return GraderFault.exit_code
