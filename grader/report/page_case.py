"""One case of the HTML page as data."""

from __future__ import annotations

import shlex
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from grader.domain.program import Aspect
from grader.domain.transcript import BROKEN_OFF
from grader.domain.verdict import Outcome
from grader.records import dataclass, replace
from grader.remembered import Remembered
from grader.report import numbers, words
from grader.report.album import Album, Printed, name_of
from grader.report.deeds import deed
from grader.report.drawing import Drawing, draw
from grader.report.flag import flag
from grader.report.language import say, spoken
from grader.report.model import CaseReport, Report
from grader.report.page_film import FilmPart, film_part, place_of_fault
from grader.report.paste import paste_lines
from grader.report.sharing import sharers
from grader.report.source import Reference, SourceLine, place_of, quote, reference
from grader.report.states import Condition, State, conditions
from grader.report.svg import svg
from grader.report.tables import Differences, Row, differences, row

if TYPE_CHECKING:
    from grader.report.page_paths import PathsPart

STRENGTHS: Final = ("hint.where", "hint.which", "hint.change")
SETTLED: Final = (Outcome.PASSED, Outcome.NOT_ATTEMPTED)  # no line of the submission is shown
HERE: Final = "\0"  # in no text that is shown


@dataclass(frozen=True, slots=True)
class Sign:
    """How something turned out: a class of the style sheet, a sign, a word."""

    tone: str
    sign: str
    word: str


@dataclass(frozen=True, slots=True)
class Hint:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    title: str
    at: Reference
    lines: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """The drawn graph and the same graph as a table."""

    picture: Markup
    title: str
    rows: tuple[Row, ...]
    legend: str
    has_gradients: bool
    has_expected: bool


@dataclass(frozen=True, slots=True)
class CasePart:
    """A case as the page shows it.

    Of a right answer, and where there is none, `alike` is what all have in common: with HERE for what is pasted and
    the command.
    `name` is that of an answer that an album may keep.
    """

    anchor: str
    id: str
    title: str
    concept: str
    points: str
    outcome: Sign
    open: bool
    begins: bool
    hidden: bool
    message: str
    side: str
    first: str
    deed: str
    deed_at: Reference | None
    graph: str
    waits_for: tuple[tuple[str, str], ...]
    figure: Figure | None
    differences: tuple[Differences, ...]
    tolerance: str
    paths: PathsPart | None
    film: FilmPart | None
    frames: tuple[Quote, ...]
    source: Quote | None
    hints: tuple[Hint, ...]
    paste: str
    command: str
    output: str
    alike: CasePart | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """A right answer that was printed before: what its submission adds, and what the page asks of every case."""

    printed: Printed
    outcome: Sign
    paste: str
    command: str
    film: None = None


_FIGURES: Remembered[Figure | None] = Remembered()
_ALIKE: Remembered[CasePart] = Remembered()


def case_part(
    report: Report,
    one: CaseReport,
    anchors: Mapping[str, str],
    album: Album | None,
    *,
    open: bool,
    begins: bool,
) -> CasePart | PrintedPart:
    """A case as the page shows it. `anchors` are the places of all cases on the page.

    `begins` marks the one to begin with: nothing of it is folded but the hints. What is in the `album` is not
    made anew.
    """
    paste = _paste(report, one)
    command = _command(report, one) if paste else ""
    if one.verdict.outcome not in SETTLED or one.verdict.waits_for:
        return _part(report, one, anchors, paste, command, open=open, begins=begins)
    there = HERE if paste else "", HERE if command else ""

    def alike() -> CasePart:
        return _part(report, one, anchors, *there, open=open, begins=begins)

    made_of = (one.case, one.verdict, one.observed, one.expected)
    here = (anchors[one.case.id], open, begins, *there, spoken())
    name = name_of(one, here) if album is not None else ""
    if album and (printed := album.get(name)):
        return PrintedPart(printed, _sign(one.verdict.outcome), paste, command)
    part = _ALIKE.get(made_of, alike, *here)
    return replace(part, paste=paste, command=command, alike=part, name=name)


def _part(
    report: Report,
    one: CaseReport,
    anchors: Mapping[str, str],
    paste: str,
    command: str,
    *,
    open: bool,
    begins: bool,
) -> CasePart:
    case, outcome = one.case, one.verdict.outcome
    wrong = outcome in words.WRONG
    told = conditions(one) if wrong else ()
    message = words.message(one)
    return CasePart(
        anchor=anchors[case.id],
        id=case.id if case.graph else "",
        title=words.title(one),
        concept=say(f"concept.name.{case.concept}") if case.concept else "",
        points=say(
            "points",
            points=numbers.number(one.verdict.points),
            max_points=numbers.number(one.verdict.max_points),
        ),
        outcome=_sign(outcome),
        open=open and bool(case.graph),
        begins=begins,
        hidden=case.hidden,
        message=message,
        side=say(f"side.{one.side}") if one.side and wrong else "",
        first=_first(one, told),
        deed=deed(one.divergence) if one.divergence and wrong else "",
        deed_at=reference(report.submission, one.divergence.place)
        if one.divergence and one.divergence.place
        else None,
        graph=case.graph.strip(),
        waits_for=tuple(
            (anchors[waited.case.id], words.title(waited))
            for waited in report.cases
            if waited.case.id in one.verdict.waits_for
        ),
        figure=_figure(one, anchors[case.id], told, explained=begins),
        differences=_differences(one, message) if wrong else (),
        tolerance=say(
            "page.tolerance",
            relative=numbers.number(case.tolerance.relative),
            absolute=numbers.number(case.tolerance.absolute),
        )
        if one.verdict.findings
        else "",
        paths=_paths(one) if wrong else None,
        film=film_part(report.submission, one) if wrong else None,
        frames=_frames(report, one),
        source=_source(report, one) if wrong else None,
        hints=hint_steps(case.hints) if _wants_hints(report, one) else (),
        paste=paste,
        command=command,
        output=one.observed.output.strip("\n"),
    )


def _paths(one: CaseReport) -> PathsPart | None:
    from grader.report.page_paths import paths_part

    return paths_part(one)


def _wants_hints(report: Report, one: CaseReport) -> bool:
    """Whether the case's own hints help: they speak of its idea, and know neither a crash nor the diagnosis.

    Where a diagnosis explains the case, its hints stand above; two ladders would contradict each other.
    """
    explained = any(one.case.id in diagnosis.explains for diagnosis in report.diagnoses)
    return one.verdict.outcome is Outcome.FAILED and not explained


def _sign(outcome: Outcome) -> Sign:
    return Sign(tone_of(outcome), words.SIGNS[outcome], words.word(outcome))


def tone_of(outcome: Outcome) -> str:
    """`good`, `bad`, or `wait` where nothing was judged."""
    if outcome is Outcome.PASSED:
        return "good"
    return "bad" if outcome in words.WRONG else "wait"


def hint_steps(hints: tuple[str, ...]) -> tuple[Hint, ...]:
    """A ladder of hints; three of them are called by what they give away."""
    strengths = STRENGTHS if len(hints) <= len(STRENGTHS) else ()
    return tuple(
        Hint(
            say(
                "page.hint",
                number=number,
                count=len(hints),
                strength=say(strengths[number - 1] if strengths else "hint.only"),
            ),
            text,
        )
        for number, text in enumerate(hints, 1)
    )


def _first(one: CaseReport, told: Sequence[Condition]) -> str:
    flagged = flag(one)
    if not flagged.names or one.verdict.outcome is not Outcome.FAILED:
        return ""
    if flagged.untimely:
        found, wrong = flagged.untimely, (*one.verdict.first_divergent, *one.consequences)
        return words.together(
            say("first.function", function=found.function, target=found.target),
            say("first.consequences", names=words.listed(dict.fromkeys(wrong))),
        )
    shared = sharers(one)
    if shared:
        return words.together(
            say("first", names=words.listed(flagged.names)),
            say("first.shared", names=words.listed(shared)),
        )
    name, names = flagged.names[0], words.listed(flagged.names)
    condition = next((c for c in told if c.name == name), None)
    by_value = condition is not None and condition.expected_value is not None
    rest = any(c.state is State.LATER for c in told)
    sentence = say("first.value" if by_value else "first", names=names)
    # An inner gradient that was not kept is located all the same.
    follow = tuple(n for n in one.consequences if n not in flagged.names)
    if follow:
        return words.together(sentence, say("first.consequences", names=words.listed(follow)))
    if one.consequences:
        return sentence
    return words.together(sentence, say("first.rest") if rest else "")


def _figure(
    one: CaseReport, anchor: str, told: Sequence[Condition], *, explained: bool
) -> Figure | None:
    """The picture of a case. That of the same answer is drawn once, whoever gave it."""

    def draw_anew() -> Figure | None:
        return figure(one, anchor, told or conditions(one), explained=explained)

    drawn_of = (one.case, one.verdict, one.observed, one.expected)
    found = (one.contributions, _flagged(one), sharers(one))  # what a closer look adds
    return _FIGURES.get(drawn_of, draw_anew, *found, anchor, explained, spoken())


def _flagged(one: CaseReport) -> Hashable:
    """Where the flag stands, whatever the line in the submission."""
    flagged = flag(one)
    untimely = flagged.untimely
    return flagged.variables, untimely and (untimely.target, untimely.deed)


def figure(
    one: CaseReport, anchor: str, told: Sequence[Condition], *, explained: bool
) -> Figure | None:
    """The graph of a case, drawn and as a table; `anchor` names the picture on the page.

    One that is `explained` has a legend: the first to be looked at, which stands for all.
    """
    if not told or one.verdict.outcome is Outcome.NOT_ATTEMPTED or not one.observed.primals:
        return None
    drawing = draw(one, told)
    title = say("drawing.title", title=words.title(one))
    rows = tuple(map(row, told))
    return Figure(
        picture=Markup(svg(drawing, anchor, title)),  # svg() escapes every text it is given
        title=title,
        rows=rows,
        legend=_legend(drawing) if explained else "",
        has_gradients=bool(one.case.program.backwards()),
        has_expected=any(row.expected_gradient or row.difference for row in rows),
    )


def _legend(drawing: Drawing) -> str:
    return words.together(
        say("legend"),
        say("legend.generations") if drawing.generations else "",
        say("legend.links") if drawing.dotted else "",
        say("legend.contributions") if drawing.labels else "",
    )


def _differences(report: CaseReport, message: str) -> tuple[Differences, ...]:
    """What neither the message nor the table of the graph says: elements, and other quantities."""
    told = map(differences, report.verdict.findings)
    pairs = zip(report.verdict.findings, told, strict=True)
    in_table = (Aspect.VALUE, Aspect.GRADIENT)
    return tuple(
        one
        for finding, one in pairs
        if one.rows or (finding.quantity.aspect not in in_table and one.message not in message)
    )


def _frames(report: Report, one: CaseReport) -> tuple[Quote, ...]:
    """The student's own frames, outermost first; one for a line that is in two of them."""
    ending = one.observed.ending
    if not isinstance(ending, BROKEN_OFF) or one.verdict.outcome is Outcome.SKIPPED:
        return ()
    frames = {(frame.file, frame.cell, frame.line): frame for frame in reversed(ending.frames)}
    return tuple(
        Quote(
            say(
                "page.frame",
                place=words.place(frame.file, frame.line, frame.cell),
                function=frame.function,
            ),
            reference(report.submission, place_of(frame)),
            quote(report.submission, place_of(frame)),
        )
        for frame in reversed(frames.values())
    )


def _source(report: Report, one: CaseReport) -> Quote | None:
    """The line where it first goes wrong, else where the backward pass goes another way than the right one's."""
    place = place_of_fault(one)
    shown = [diagnosis.place for diagnosis in report.diagnoses]  # quoted above already
    if place is None or place in shown:
        return None
    return Quote(
        words.place(place.file, place.line, place.cell),
        reference(report.submission, place),
        quote(report.submission, place),
    )


def _paste(report: Report, one: CaseReport) -> str:
    if not one.case.graph or one.verdict.outcome is Outcome.NOT_ATTEMPTED:
        return ""
    return paste_lines(
        one.case,
        report.submission.loading,
        dialect=report.assignment.dialect,
        calls=one.observed.calls,
        expected=one.expected,
    )


def _command(report: Report, one: CaseReport) -> str:
    if not report.submission.id:
        return ""
    asked = _command_of(report.submission.id, report.assignment.id)
    page = f"{one.case.id.replace('/', '-')}.html"  # not over the page that is being read
    return f"{asked} --case {shlex.quote(one.case.id)} --report {shlex.quote(page)}"


@lru_cache(maxsize=8)
def _command_of(submission: str, assignment: str) -> str:
    return shlex.join(["grader", "run", submission, "-a", assignment])
