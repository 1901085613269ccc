"""What every command shares: finding an assignment, writing files, saying whose turn it is."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.completing import assignment_names, case_names
from grader.drafts import put_in_place
from grader.errors import (
    AuthoringError,
    GraderError,
    GraderFault,
    SubmissionError,
    UsageError,
    did_you_mean,
)

if TYPE_CHECKING:
    from grader.answers import Store
    from grader.observing import Begun
    from grader.sandbox import Guest

INTERRUPTED = 130
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def reports_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the project's errors into a message and their exit code, without a traceback."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except GraderError as error:
            say_error(error)
            sys.exit(error.exit_code)
        except click.exceptions.ClickException:
            raise
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click knows what to do
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in NO_ROOM:
                say_error(no_room(error))
                sys.exit(UsageError.exit_code)
            say_error(GraderFault(f"internal error: {type(error).__name__}: {error}"))
            with suppress(OSError):
                click.echo(f"  details: {_keep_traceback()}", err=True)
            sys.exit(GraderFault.exit_code)

    return guarded


def no_room(error: OSError) -> UsageError:
    """What to say where nothing more can be written, to a file or to whatever standard output is."""
    where = f" to {error.filename}" if error.filename else ""
    return UsageError(f"what was found cannot be written{where}: {error.strerror}")


def choose_assignment(
    path: Path | None,
    submission: Path,
    guest: Guest,
    store: Store,
    *,
    entry: str = "",
    begin: int | None = None,
    notify: Callable[[str], None],
) -> tuple[Path, Begun | None]:
    """The assignment at `path`; where that is a course, or nothing, the furthest that fits.

    Which one was chosen is told to `notify`, where it was not the one who calls. With a seed to `begin` with,
    all cases are performed on the way.
    """
    from grader import course
    from grader.sandbox import read_submission
    from grader.shipped import assignments_folder

    folder = assignments_folder() if path is None else path
    if path is not None and (
        (path / "assignment.yaml").exists() or not (path / course.FILE).exists()
    ):
        named = find_assignment(path)
        if _is_set("assignment"):
            notify(f"graded by {named.name}, which the settings name; -a chooses another one")
        return named, None
    try:
        handed_in = read_submission(submission, entry=entry)
    except SubmissionError:
        # Its report says what is wrong with the submission.
        return course.first(folder, store), None
    chosen, begun = course.choose(handed_in, folder, guest, store, begin)
    if chosen is None:
        chosen = course.first(folder, store)
        notify(f"no assignment fits yet; graded by {chosen.name}; -a chooses another one")
    else:
        notify(
            f"graded by {chosen.name}, the furthest assignment that fits; -a chooses another one"
        )
    return chosen, begun


def _is_set(option: str) -> bool:
    """Whether an option of the running command comes from a file of settings."""
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source(option) if context else None
    return source is click.core.ParameterSource.DEFAULT_MAP


def find_assignment(path: Path) -> Path:
    """The path as given, or the shipped assignment of that name."""
    from grader.shipped import assignments_folder

    if path.exists() or len(path.parts) > 1:
        return path
    names = sorted(file.parent.name for file in assignments_folder().glob("*/assignment.yaml"))
    if path.name not in names:
        raise UsageError(f"there is no assignment at {path}{did_you_mean(path.name, names)}")
    return assignments_folder() / path


def write(path: Path, text: str) -> None:
    """Write a file whole, or leave it as it was. Raises UsageError."""
    data = text.encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _put_in_place(path.resolve(), data):
            path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _put_in_place(path: Path, data: bytes) -> bool:
    """Have a draft take the place of a file. False where that cannot be: of a device, in others' folders."""
    if path.exists() and not path.is_file():
        return False
    try:
        put_in_place(path, data, path.stat().st_mode & 0o777 if path.exists() else None)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        return False
    return True


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for reference cycles: a run is short, and a tenth of it would go there."""
    gc.disable()
    try:
        yield
    finally:
        # What was made meanwhile counts as old: else it would be looked through at once, because it is much.
        gc.freeze()
        gc.unfreeze()
        gc.enable()


def print_text(text: str, output_file: Path | None) -> None:
    if output_file is not None:
        write(output_file, text + "\n")
    elif text:
        click.echo(text, color=True)


language_option = click.option(
    "--lang",
    "language",
    default="",
    envvar="GRADER_LANG",
    help="Language of the report: en, zh, ja or ko.  [default: the assignment's, or the system's]",
)


def accept_level_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The least level of protection that a command is content with."""
    return click.option(
        "--accept-level",
        type=click.IntRange(1, 4),
        default=2,
        show_default=True,
        help=help,
    )


def grading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and the options of every command that grades one submission."""
    for option in reversed(_GRADING):
        command = option(command)
    return command


_GRADING = (
    click.argument("submission", type=click.Path(path_type=Path)),
    click.option(
        "-a",
        "--assignment",
        type=click.Path(path_type=Path),
        shell_complete=assignment_names,
        help="Folder or file of the assignment, the name of a shipped one, or the folder of a course: "
        "then the furthest that fits is taken.  [default: the shipped course]",
    ),
    click.option("--entry", default="", help="File of the submission to start from."),
    click.option(
        "--case",
        "cases",
        multiple=True,
        shell_complete=case_names,
        help="Only cases that match NAME or a pattern.",
    ),
    click.option("--seed", default=0, show_default=True, help="Decides the sampled inputs."),
    click.option("--instructor", is_flag=True, help="Show everything, hidden cases included."),
    accept_level_option(
        "Least protection against the submission; 1 only for code you trust (see doctor)."
    ),
    language_option,
)

color_option = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="auto: where a terminal is there, unless it is dumb or NO_COLOR is set; FORCE_COLOR asks for it.",
)


def wants_color(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    dumb = os.environ.get("TERM") == "dumb"
    return not dumb and sys.stdout is not None and sys.stdout.isatty()


def progress(quiet: int) -> Callable[[str], None]:
    """Where to say what takes long: on stderr, unless quiet."""
    return lambda message: None if quiet else _say(f"note: {message}")


def say_error(error: GraderError) -> None:
    if isinstance(error, AuthoringError):
        from grader.authoring import render_faults

        click.echo(render_faults(error.faults), err=True)
        return
    _say(f"error: {error}")
    if isinstance(error, SubmissionError):
        if error.place:
            _say(f"  --> {error.place}")
        if error.help:
            _say(f"  = help: {error.help}")


def _say(text: str) -> None:
    """On stderr; what does not show there, or does more than show, as an escape: others chose their words."""
    if not text.isprintable():
        from grader.domain.safe_text import safe

        text = safe(text)
    click.echo(text, err=True)


def _keep_traceback() -> str:
    import traceback
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(
        "w", prefix="grader-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    return file.name
