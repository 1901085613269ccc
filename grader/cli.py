"""The command line: arguments in, library called, exit code out."""

from __future__ import annotations

import atexit
import gc
import sys
from pathlib import Path
from typing import Any

import click

from grader.commands import COMMANDS
from grader.commands.common import NO_ROOM, no_room, reports_errors, say_error
from grader.commands.settings import defaults, load_command
from grader.errors import UsageError, did_you_mean
from grader.version import __version__

# What is left at the end goes with the process: that nobody looks for reference cycles in it saves more
# than it costs to judge a submission.
atexit.register(gc.freeze)


class Commands(click.Group):
    """The commands by name; a module is imported when its command is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            ctx.fail(f"No such command {args[0]!r}{did_you_mean(args[0], list(COMMANDS))}")
        name, command, rest = super().resolve_command(ctx, args)
        if name and command and not ctx.resilient_parsing:
            ctx.default_map = {name: reports_errors(defaults)(ctx, command, rest)}
        return name, command, rest

    def main(self, *arguments: Any, **options: Any) -> Any:
        try:
            Path.cwd()
        except FileNotFoundError:
            say_error(UsageError("the folder that you are in is not there any more: change to one"))
            sys.exit(UsageError.exit_code)
        try:
            return super().main(*arguments, **options)
        except OSError as error:  # of what click itself prints
            if error.errno not in NO_ROOM:
                raise
            say_error(no_room(error))
            sys.exit(UsageError.exit_code)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "GRADER"},
)
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Grade students' own autodiff, and show where a gradient goes wrong.

    \b
    grader run my_autodiff.py            grade a file, folder or notebook; write report.html
    grader check assignments/backprop    check an assignment before students meet it
    """
