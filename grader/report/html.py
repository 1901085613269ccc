"""The report as one HTML file that opens from disk: no network, and no script needed."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache as remembered
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from grader.remembered import Remembered
from grader.report.album import Album, Printed
from grader.report.budget import fits, lean
from grader.report.language import say, spoken
from grader.report.localised import renderer
from grader.report.model import Report
from grader.report.page import page
from grader.report.page_case import HERE, CasePart, Figure, PrintedPart
from grader.report.source import Reference
from grader.report.tables import Cell

TEMPLATES: Final = Path(__file__).parent / "templates"
CODE: Final = re.compile(r"`([^`\n]+)`")


@renderer
def render(
    report: Report,
    *,
    cache: Path | None = None,
    album: Album | None = None,
    print_hints: bool = False,
    instructor: bool = False,
) -> str:
    """The page. `cache` is a folder in which compiled templates are kept from run to run. What the `album` holds
    is printed from there, and other right answers are added to it.

    With `print_hints`, hints are unfolded on paper too. For an `instructor` the page says that it shows
    more than a student may see; what it shows, the report decides.
    """
    ready, shown = environment(cache), page(report, album)
    template = ready.get_template("report.html")
    said = {"print_hints": print_hints, "instructor": instructor}
    text = template.render(page=shown, **said)
    if not fits(text):
        return template.render(page=page(lean(report)), **said)
    if album is not None:
        printed: Any = ready.globals
        for part in shown.strip:
            if isinstance(part, CasePart) and part.name:
                step, pieces = printed["step_shown"](part), printed["pieces"](part)
                album[part.name] = Printed(part.name, str(step), tuple(pieces))
    return text


def load(cache: Path | None) -> None:
    """Have the templates ready: where they were not kept, to compile them takes as long as to fill them."""
    for name in ("report.html", "case.html", "parts.html"):
        environment(cache).get_template(name)


@renderer
def render_case(report: Report) -> str:
    """The page of a report that has one case, and nothing around it: for a notebook."""
    template = environment(None).get_template("inline.html")
    return template.render(page=page(report))


@remembered
def environment(folder: Path | None) -> Environment:
    kept = KeptTemplates(str(folder)) if folder and folder.is_dir() else None
    environment = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=kept,
        auto_reload=False,
    )
    environment.filters |= {"code": _code, "linked": _linked, "number": _number}
    script = _without_comments(_text("report.js"))
    pieces = partial(_pieces, environment, Remembered())
    environment.globals |= {
        "say": say,
        "style": Markup(_without_comments(_text("report.css"))),
        "step_script": Markup(script),
        "step_script_hash": f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        "drawn": partial(_drawn, environment, Remembered()),
        "pieces": pieces,
        "case_shown": partial(_case_shown, environment, pieces),
        "step_shown": partial(_step_shown, environment, Remembered()),
    }
    return environment


class KeptTemplates(FileSystemBytecodeCache):
    """Compiled templates. Where they cannot be kept, they are compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _drawn(environment: Environment, kept: Remembered[Markup], figure: Figure) -> Markup:
    """A picture with its table. That of a right answer is the same object on every page of a class."""

    def draw() -> Markup:
        parts: Any = environment.get_template("parts.html").module
        return Markup(parts.figure(figure))

    return kept.get((figure,), draw, spoken())


def _code(text: str) -> Markup:
    """What stands between backticks is set as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def _linked(text: str, at: Reference | None) -> Markup:
    """A text as a link to where a line is shown, if it is."""
    shown = escape(text)
    return Markup(f'<a href="#{escape(at.anchor)}">{shown}</a>') if at and at.anchor else shown


def _number(cell: Cell) -> Markup:
    """A number in a table; in full where a mouse rests on it."""
    title = f' title="{escape(cell.full)}"' if cell.full else ""
    return Markup(f"<span{title}>{escape(cell.text)}</span>")


def _case_shown(
    environment: Environment,
    pieces_of: Callable[[CasePart], list[str]],
    case: CasePart | PrintedPart,
) -> Markup:
    """A case. Of right answers, what they have in common is printed once for all pages of a class."""
    if isinstance(case, PrintedPart):
        pieces: Sequence[str] = case.printed.pieces
    elif case.alike is None:
        return Markup(_printed(environment, case))
    else:
        pieces = pieces_of(case)
    own = (escape(text) for text in (case.paste, case.command) if text)
    return Markup("".join(chain(pieces[:1], *zip(own, pieces[1:], strict=True))))


def _pieces(environment: Environment, kept: Remembered[list[str]], case: CasePart) -> list[str]:
    """What right answers have in common, cut where each has something of its own."""
    alike = case.alike
    assert alike is not None
    return kept.get((alike,), lambda: _printed(environment, alike).split(HERE), spoken())


def _printed(environment: Environment, case: CasePart) -> str:
    parts: Any = environment.get_template("case.html").module
    return str(parts.case_part(case))


def _step_shown(
    environment: Environment, kept: Remembered[Markup], case: CasePart | PrintedPart
) -> Markup:
    """A case as one step of the strip on top."""
    if isinstance(case, PrintedPart):
        return Markup(case.printed.step)

    def printed() -> Markup:
        parts: Any = environment.get_template("case.html").module
        return Markup(parts.step(case))

    return kept.get((case.alike,), printed, spoken()) if case.alike else printed()


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _without_comments(style: str) -> str:
    """A style sheet or script as it travels: comments and indentation stay at home."""
    lines = (line.strip() for line in style.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("/*", "//")))
