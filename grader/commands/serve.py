"""`grader serve`: the report in a browser, new at each save."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from grader.commands.common import grading_options, reports_errors, say_error
from grader.commands.watch import live

if TYPE_CHECKING:
    from grader.live import Round
    from grader.report.model import Report


@click.command()
@grading_options
@click.option(
    "--open/--no-open",
    "opens",
    default=True,
    show_default=True,
    help="Open the page in the browser of this machine.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1.  [default: any]"
)
@reports_errors
def serve(opens: bool, port: int, **asked: Any) -> None:
    """Show the report of SUBMISSION in a browser, and a new one at each save, until Ctrl-C.

    The page says what changed, and keeps its place and its open sections. It is served to this machine only,
    at an address that is printed. A save that cannot be loaded is said, and leaves the last report.

    \b
    grader serve my_autodiff.py
    grader serve submission/ --no-open --port 8000
    """
    from grader.serving import Server

    with live(**asked) as watched, Server(port) as server:
        last: Report | None = None
        for one in watched.rounds():
            server.publish(_page(one, last, server.version + 1, instructor=asked["instructor"]))
            if one.report and not (one.trouble or one.report.submission.loading.error):
                last = one.report
            if server.version == 1:
                click.echo(f"report: {server.address}   (Ctrl-C ends it)")
                if opens:
                    _open(server.address)
            elif not one.follows or one.corrected:
                click.echo(_line(one))
            if one.trouble:
                say_error(one.trouble)


def _page(one: Round, last: Report | None, version: int, *, instructor: bool) -> str:
    """The page of a round. Where it has no report, the last one stays, and the news say why."""
    from time import strftime

    from grader.answers import Store
    from grader.report import live_page, words
    from grader.report.language import speaking

    report, trouble = one.report, str(one.trouble or "")
    if report and report.submission.loading.error and last:
        loading = report.submission.loading
        with speaking(report.language):
            where = words.place(loading.error_file, loading.error_line, loading.error_cell)
        report, trouble = last, f"{loading.error} {where}".strip()
    shown = report or last
    assert shown is not None, "the first round raises what keeps it from having a report"
    news = live_page.News(
        version, one.number, strftime("%H:%M:%S"), one.changes, trouble, one.unfinished
    )
    return live_page.render(shown, news, cache=Store.default().folder, instructor=instructor)


def _line(one: Round) -> str:
    from time import strftime

    from grader.report import live_text

    if one.report is None:
        return strftime("%H:%M:%S")
    return live_text.line(one.report, one.changes, number=one.number, time=strftime("%H:%M:%S"))


def _open(address: str) -> None:
    import webbrowser

    with suppress(webbrowser.Error, OSError):
        webbrowser.open(address)
