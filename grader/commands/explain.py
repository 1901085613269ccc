"""`grader explain`: the long text of a code."""

from __future__ import annotations

import click

from grader.commands.common import language_option, reports_errors


@click.command()
@click.argument("code", required=False)
@language_option
@reports_errors
def explain(code: str | None, language: str) -> None:
    """Tell at length what CODE means: a misconception (AD401, overwrite), a fault of a YAML file (YS104) or an
    outcome (crashed, timed-out). Without CODE, list all codes.

    \b
    grader explain AD401
    """
    from grader.explaining import codes
    from grader.explaining import explain as long_text

    click.echo(long_text(code, language) if code else codes(language))
