"""`grader diff`: what changed between two results."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.commands.common import color_option, language_option, reports_errors, wants_color


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.option("-v", "--verbose", count=True, help="Every case, unchanged ones too.")
@color_option
@language_option
@reports_errors
def diff(old: Path, new: Path, as_json: bool, verbose: int, color: str, language: str) -> None:
    """Tell what changed from OLD to NEW, two results.json: attempts, or versions of the cases.

    Each wrong case is the same mistake as before or another one: judged by its diagnosis where there
    is one, else by its wrong numbers.

    \b
    grader diff monday/results.json results.json
    grader diff --json before.json after.json

    Exits with 1 where something that passed does not pass any more.
    """
    import json

    from grader.report import changes_text
    from grader.report.changes import changes, read_results
    from grader.report.language import chosen_language, speaking

    language = chosen_language(language)
    found = changes(read_results(old), read_results(new))
    if as_json:
        click.echo(json.dumps(changes_text.as_data(found), ensure_ascii=False, indent=1))
    else:
        with speaking(language):
            text = changes_text.render(found, verbose=verbose, color=wants_color(color))
        click.echo(text, color=True)
    sys.exit(1 if found.worse else 0)
