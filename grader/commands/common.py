"""What every command shares: finding an assignment, writing files, saying whose turn it is."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from grader.errors import (
    AuthoringError,
    GraderError,
    GraderFault,
    SubmissionError,
    UsageError,
    did_you_mean,
)


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


def find_assignment(path: Path | None) -> Path:
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


def write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), f"cannot be written: {error.strerror}") from error


def print_text(text: str, output_file: Path | None) -> None:
    if output_file is not None:
        write(output_file, text + "\n")
    elif text:
        click.echo(text, color=True)


def wants_color(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def progress(quiet: int) -> Callable[[str], None]:
    """Where to say what takes long: on stderr, unless quiet."""
    return lambda message: None if quiet else click.echo(f"note: {message}", err=True)


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
