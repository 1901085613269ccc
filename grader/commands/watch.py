"""`grader watch`: grade at each save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.common import (
    choose_assignment,
    color_option,
    grading_options,
    progress,
    reports_errors,
    say_error,
    wants_color,
)

if TYPE_CHECKING:
    from grader.live import Live, Round


@click.command()
@grading_options
@click.option("-v", "--verbose", count=True, help="Every case, unchanged ones too.")
@color_option
@reports_errors
def watch(verbose: int, color: str, **asked: Any) -> None:
    """Grade SUBMISSION now, and again at each save, until Ctrl-C.

    Each time a line per case says what changed: fixed, still the same mistake, another mistake. Nothing
    is written; `grader run` writes the report, `grader serve` shows it while you work.

    \b
    grader watch my_autodiff.py
    grader watch notebook.ipynb --case 'diamond*'
    """
    with live(**asked) as watched:
        for one in watched.rounds():
            text = _text(one, verbose=verbose, color=wants_color(color))
            if text:
                click.echo(text, color=True)
            if one.trouble:
                say_error(one.trouble)


def live(
    *,
    submission: Path,
    assignment: Path | None,
    entry: str,
    cases: tuple[str, ...],
    seed: int,
    instructor: bool,
    accept_level: int,
    language: str,
) -> Live:
    """The rounds that the options of a command ask for."""
    from grader.answers import Store
    from grader.live import Live

    store = Store.default()
    notify = progress(0)
    return Live(
        submission,
        lambda guest: choose_assignment(
            assignment, submission, guest, store, entry=entry, notify=notify
        )[0],
        entry=entry,
        cases=cases,
        seed=seed,
        accept_level=accept_level,
        instructor=instructor,
        language=language,
        store=store,
        notify=notify,
    )


def _text(one: Round, *, verbose: int, color: bool) -> str:
    """What a round prints; the second half of one only what it adds."""

    from time import strftime

    from grader.report import live_text

    if one.report is None:
        return ""
    if one.follows and not one.corrected:
        return live_text.causes(one.report, color=color)
    if one.number == 1:
        return live_text.opening(one.report, verbose=verbose, color=color)
    return live_text.saved(
        one.report,
        one.changes,
        number=one.number,
        time=strftime("%H:%M:%S"),
        verbose=verbose,
        color=color,
    )
