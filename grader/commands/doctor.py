"""`grader doctor`: what protection this machine reaches."""

from __future__ import annotations

import sys

import click

from grader.commands.common import reports_errors
from grader.errors import GraderFault


@click.command()
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
