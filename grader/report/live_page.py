"""The page that `grader serve` shows: the report, what changed, and the script that follows saves.

Only this page holds the script and may ask its own server for news; a report that is written to a file may
ask nobody for anything.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from grader.records import dataclass
from grader.report import html, words
from grader.report.changes import Change, Changes, Kind
from grader.report.changes_text import ORDER, SIGNS, points, tally
from grader.report.language import say
from grader.report.localised import renderer
from grader.report.model import Report

TONES: Final = {"✓": "good", "✗": "bad", "○": "wait"}
POLICY: Final = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')


@dataclass(frozen=True, slots=True)
class News:
    """What the page says of the last save.

    `trouble` says why the report is still the one of an earlier save. One that is `unfinished` is followed by
    the same report with its causes.
    """

    version: int
    number: int
    time: str
    changes: Changes | None = None
    trouble: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class ChangePart:
    """A case that changed, as the page shows it."""

    tone: str
    sign: str
    word: str
    title: str
    anchor: str


def render(
    report: Report, news: News, *, cache: Path | None = None, instructor: bool = False
) -> str:
    """The page of a report with the news on top."""
    page = html.render(report, cache=cache, instructor=instructor)
    script = files("grader.report").joinpath("templates", "live.js").read_text("utf-8")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    page = POLICY.sub(lambda found: found[1] + _policy(found[2], digest) + found[3], page, count=1)
    head, body, rest = _split(page, "<body", ">")
    before, end, after = rest.rpartition("</body>")
    return (
        f"{head}{body}\n{_news(report, news, cache)}{before}<script>{script}</script>\n{end}{after}"
    )


@renderer
def _news(report: Report, news: News, cache: Path | None) -> str:
    template = html.environment(cache).get_template("live.html")
    return template.render(
        version=news.version,
        heading=_heading(report, news),
        trouble=news.trouble,
        unfinished=news.unfinished,
        changed=_changed(report, news.changes) if news.changes else (),
    )


def _heading(report: Report, news: News) -> str:
    if news.number == 1:
        return say("live.page.first")
    said = say("live.save", time=news.time, number=news.number)
    if news.changes is None:
        return f"{said}: {words.tally(report)}   {words.score(report)}"
    return f"{said}: {tally(news.changes)}   {points(news.changes)}"


def _changed(report: Report, found: Changes) -> tuple[ChangePart, ...]:
    anchors = {one.case.id: f"case-{number}" for number, one in enumerate(report.cases, 1)}
    titles = {one.case.id: words.title(one) for one in report.cases}
    shown = [change for change in found.cases if change.kind is not Kind.UNCHANGED]
    shown.sort(key=lambda change: _rank(change.kind))

    def part(change: Change) -> ChangePart:
        sign = SIGNS[change.kind]
        return ChangePart(
            TONES[sign],
            sign,
            say(f"change.{change.kind.value}"),
            titles.get(change.case, change.case),
            anchors.get(change.case, ""),
        )

    return tuple(map(part, shown))


def _rank(kind: Kind) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _policy(policy: str, digest: str) -> str:
    """The page's own policy, which allows one script more, and news from where the page came from."""
    directives = dict(part.split(None, 1) for part in policy.split(";") if part.strip())
    scripts = directives.get("script-src", "").replace("'none'", "")
    directives["script-src"] = f"{scripts} 'sha256-{digest}'".strip()
    directives["connect-src"] = "'self'"
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _split(text: str, start: str, end: str) -> tuple[str, str, str]:
    """The text before, within and after the first piece from `start` to `end`."""
    before, found, rest = text.partition(start)
    inner, closing, after = rest.partition(end)
    return before, found + inner + closing, after
