"""The command line: arguments in, library called, exit code out."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import (
    AuthoringError,
    GraderError,
    GraderFault,
    SubmissionError,
    UsageError,
    did_you_mean,
)
from grader.version import __version__

if TYPE_CHECKING:
    from grader.report.model import Report

OUTPUT_FORMATS = ("full", "concise", "json", "junit", "github")


def reports_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the project's errors into a message and their exit code, without a traceback."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except GraderError as error:
            _say(error)
            sys.exit(error.exit_code)
        except click.exceptions.ClickException:
            raise
        except (click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except Exception as error:
            _say(GraderFault(f"internal error: {type(error).__name__}: {error}"))
            click.echo(f"  details: {_keep_traceback()}", err=True)
            sys.exit(GraderFault.exit_code)

    return guarded


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "GRADER"}
)
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Grade students' own autodiff, and show where a gradient goes wrong.

    \b
    grader run my_autodiff.py            grade a file, folder or notebook; write report.html
    grader check assignments/backprop    check an assignment before students meet it
    """


@main.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option(
    "-a",
    "--assignment",
    type=click.Path(path_type=Path),
    help="Folder or file of the assignment, or the name of a shipped one.  [default: backprop]",
)
@click.option("--entry", default="", help="File of the submission to start from.")
@click.option("--case", "cases", multiple=True, help="Only cases that match NAME or a pattern.")
@click.option("--seed", default=0, show_default=True, help="Decides the sampled inputs.")
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
@click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True
)
@click.option("--instructor", is_flag=True, help="Show everything, hidden cases included.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if cases fail.")
@click.option(
    "--accept-level",
    type=click.IntRange(1, 4),
    default=2,
    show_default=True,
    envvar="GRADER_ACCEPT_LEVEL",
    help="Least protection against the submission; 1 only for code you trust (see doctor).",
)
@reports_errors
def run(
    submission: Path,
    assignment: Path | None,
    entry: str,
    cases: tuple[str, ...],
    seed: int,
    report: Path,
    results: Path,
    output_format: str,
    output_file: Path | None,
    quiet: int,
    verbose: int,
    color: str,
    instructor: bool,
    exit_zero: bool,
    accept_level: int,
) -> None:
    """Grade one SUBMISSION and write its report.

    SUBMISSION is a .py file, a package or folder, a notebook (.ipynb), or a notebook's text export.

    \b
    grader run homework.ipynb
    grader run submission/ --assignment assignments/backprop --case 'diamond*'

    Exit codes: 0 all passed, 1 graded but not all passed, 2 the command line or the assignment is
    wrong, 3 the grader is at fault, 4 the submission could not be loaded, 5 no case selected.
    """
    from grader.answers import Store
    from grader.grading import grade
    from grader.report import html
    from grader.report.projection import for_student
    from grader.report.results import to_json

    store = Store.default()
    graded = grade(
        submission,
        _assignment(assignment),
        entry=entry,
        cases=cases,
        seed=seed,
        accept_level=accept_level,
        store=store,
        notify=_progress(quiet),
    )
    shown = graded if instructor else for_student(graded)
    document = to_json(shown)
    _write(results, document)
    _write(report, html.render(shown, cache=store.folder))
    if quiet < 2:
        text = (
            document
            if output_format == "json"
            else _text(
                shown, output_format, report=report, quiet=quiet, verbose=verbose, color=color
            )
        )
        _print(text, output_file)
    sys.exit(0 if exit_zero else _exit_code(graded))


@main.command()
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
                checked = check_assignment(_assignment(path), seed=seed, guest=guest)
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


@main.command()
@reports_errors
def doctor() -> None:
    """Tell how well this machine protects against submissions, and how to make it better.

    Every wall is put up and tried: what is printed is what held, just now. Exits with 3 where
    submissions would be refused.

    \b
    grader doctor
    """
    from grader.sandbox import REQUIRED_LEVEL
    from grader.sandbox.doctor import examine

    level, text = examine()
    click.echo(text)
    sys.exit(0 if level >= REQUIRED_LEVEL else GraderFault.exit_code)


@main.command()
@click.argument("code")
@reports_errors
def explain(code: str) -> None:
    """Tell at length what CODE means: a misconception (AD401, overwrite) or a fault of a YAML file (YS104).

    \b
    grader explain AD401
    """
    from grader.explaining import explain as long_text

    click.echo(long_text(code))


@main.command()
@reports_errors
def schema() -> None:
    """Print the JSON Schema of assignment files, for completion in editors.

    \b
    grader schema > assignment.schema.json
    and at the top of assignment.yaml:
    # yaml-language-server: $schema=assignment.schema.json
    """
    import json

    from grader.authoring import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


def _assignment(path: Path | None) -> Path:
    """The path as given, or the shipped assignment of that name."""
    from grader.shipped import assignments_folder

    if path is None:
        return assignments_folder() / "backprop"
    if path.exists() or len(path.parts) > 1:
        return path
    names = sorted(file.parent.name for file in assignments_folder().glob("*/assignment.yaml"))
    if path.name not in names:
        raise UsageError(f"there is no assignment at {path}{did_you_mean(path.name, names)}")
    return assignments_folder() / path


def _text(
    shown: Report, output_format: str, *, report: Path, quiet: int, verbose: int, color: str
) -> str:
    from grader.report import FORMATS

    return FORMATS[output_format](
        shown, path=str(report), quiet=quiet, verbose=verbose, color=_wants_color(color)
    )


def _progress(quiet: int) -> Callable[[str], None]:
    """Where to say what takes long: on stderr, unless quiet."""
    return lambda message: None if quiet else click.echo(f"note: {message}", err=True)


def _wants_color(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def _exit_code(graded: Report) -> int:
    from grader.domain.verdict import Status

    match graded.status:
        case Status.GRADED:
            return 0 if graded.all_passed else 1
        case Status.UNGRADABLE:
            return SubmissionError.exit_code
        case Status.GRADER_FAULT:
            return GraderFault.exit_code


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), f"cannot be written: {error.strerror}") from error


def _print(text: str, output_file: Path | None) -> None:
    if output_file is not None:
        _write(output_file, text + "\n")
    elif text:
        click.echo(text, color=True)


def _say(error: GraderError) -> None:
    if isinstance(error, AuthoringError):
        from grader.authoring import render_faults

        click.echo(render_faults(error.faults), err=True)
        return
    click.echo(f"error: {error}", err=True)
    if isinstance(error, SubmissionError):
        if error.place:
            click.echo(f"  --> {error.place}", err=True)
        if error.help:
            click.echo(f"  = help: {error.help}", err=True)


def _keep_traceback() -> str:
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(
        "w", prefix="grader-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    return file.name
