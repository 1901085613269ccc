"""The HTML page as data: every decision is made here, so that the templates only print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grader.domain.diagnosis import Diagnosis, Place
from grader.domain.transcript import BROKEN_OFF, Crashed
from grader.domain.verdict import Outcome, Status
from grader.records import dataclass
from grader.report import numbers, words
from grader.report.album import Album
from grader.report.deeds import deed, shown
from grader.report.language import known_titles, say, say_count
from grader.report.model import Report
from grader.report.page_case import (
    CasePart,
    Hint,
    PrintedPart,
    Sign,
    case_part,
    hint_steps,
    tone_of,
)
from grader.report.page_film import place_of_fault, places
from grader.report.page_smallest import SmallestPart, smallest_part
from grader.report.projection import NO_PROGRAM
from grader.report.results import concepts
from grader.report.source import (
    Excerpt,
    Reference,
    SourceLine,
    excerpts,
    place_of,
    quote,
    reference,
)

CONCEPT_OUTCOMES: Final = {
    "shown": Outcome.PASSED,
    "not shown": Outcome.FAILED,
    "not attempted": Outcome.NOT_ATTEMPTED,
}
MAX_OPEN: Final = 3
MAX_NAMES: Final = 5


@dataclass(frozen=True, slots=True)
class DiagnosisPart:
    """A diagnosis as the page shows it."""

    code: str
    title: str
    message: str
    place: str
    at: Reference | None
    lines: tuple[SourceLine, ...]
    deed: str
    smallest: SmallestPart | None
    graph: str
    score: str
    evidence: str
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that turned out alike. One that is `folded` stands behind its title until it is asked for."""

    title: str
    count: str
    cases: tuple[CasePart | PrintedPart, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class LoadingPart:
    entry: str
    absent: str
    notes: tuple[str, ...]
    skipped: tuple[tuple[str, str, str], ...]
    bound: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    language: str
    title: str
    course: str
    submission: str
    tone: str
    sign: str
    verdict: str
    begin: str
    begin_at: str
    score: str
    tally: str
    withheld: str
    error: str
    error_place: str
    error_lines: tuple[SourceLine, ...]
    diagnoses: tuple[DiagnosisPart, ...]
    smallest: SmallestPart | None
    concepts: tuple[tuple[str, Sign], ...]
    strip: tuple[CasePart | PrintedPart, ...]
    has_steps: bool
    groups: tuple[Group, ...]
    sources: tuple[Excerpt, ...]
    loading: LoadingPart
    flags: tuple[tuple[str, str], ...]
    laps: tuple[tuple[str, str], ...]
    output: str
    made: str
    sandbox: tuple[str, ...]


def page(report: Report, album: Album | None = None) -> Page:
    """The page of a report whose texts are safe already. What is in the `album` is not made anew."""
    loading = report.submission.loading
    ungradable = report.status is Status.UNGRADABLE
    anchors = {one.case.id: f"case-{number}" for number, one in enumerate(report.cases, 1)}
    first = words.begin_with(report)
    opened = _opened(report)
    cases = tuple(
        case_part(
            report,
            one,
            anchors,
            album,
            open=one.case.id in opened,
            begins=one is (first or report.cases[0]),
        )
        for one in (() if ungradable else report.cases)
    )
    return Page(
        language=report.language,
        title=f"{report.assignment.title} · {report.submission.id}",
        course=report.assignment.title,
        submission=report.submission.id,
        tone="good" if report.all_passed else "bad" if ungradable or first else "quiet",
        sign=words.SIGNS[Outcome.PASSED] if report.all_passed else "",
        verdict=words.headline(report),
        begin=words.begin(report),
        begin_at=anchors[first.case.id] if first else "",
        score=words.score(report) if report.max_score and not ungradable else "",
        tally=words.tally(report) if not ungradable else "",
        withheld=say_count("withheld", report.withheld) if report.withheld else "",
        error=loading.error,
        error_place=words.place(loading.error_file, loading.error_line, loading.error_cell),
        error_lines=quote(
            report.submission,
            Place(loading.error_file, loading.error_line, loading.error_text, loading.error_cell),
        ),
        diagnoses=tuple(
            _diagnosis(report, one, number) for number, one in enumerate(report.diagnoses, 1)
        ),
        smallest=smallest_part(report.smallest, "smallest"),
        concepts=() if ungradable else _concepts(report),
        strip=cases,
        has_steps=any(case.film for case in cases),
        groups=_groups(cases),
        sources=excerpts(report.submission, _named(report)),
        loading=_loading(report),
        flags=tuple((flag.kind, flag.reason) for flag in report.flags),
        laps=tuple((say(f"stage.{stage}"), f"{seconds:.2f}") for stage, seconds in report.laps),
        output=report.output.strip("\n"),
        made=say(
            "page.made",
            version=report.grader_version,
            seed=report.seed,
            level=report.sandbox.level,
        ),
        sandbox=tuple(
            say(key, layers=words.listed(layers))
            for key, layers in (
                ("page.layers", report.sandbox.layers),
                ("page.missing", report.sandbox.missing),
            )
            if layers
        ),
    )


def _opened(report: Report) -> list[str]:
    """The first wrong cases: of those that diagnoses explain only the first, which stands for the others."""
    explained = {id for one in report.diagnoses for id in one.explains}
    wrong = [one.case.id for one in report.cases if one.verdict.outcome in words.WRONG]
    repeated = _repeated(report)
    telling = [id for id in wrong if id not in explained and id not in repeated]
    stands = [id for id in wrong if id in explained][:1]
    return sorted((stands + telling)[:MAX_OPEN], key=wrong.index)


def _repeated(report: Report) -> set[str]:
    """The cases that crash as an earlier one does, on the same line."""
    seen, repeated = set(), set()
    for one in report.cases:
        match one.observed.ending:
            case Crashed(error, text, _, frames) if frames:
                crash = (error, text, place_of(frames[-1]))
                if crash in seen:
                    repeated.add(one.case.id)
                seen.add(crash)
    return repeated


def _named(report: Report) -> Iterator[Place]:
    """Every line of the submission that the page names."""
    yield from (one.place for one in report.diagnoses if one.place)
    for one in report.cases:
        if one.verdict.outcome not in words.WRONG:
            continue
        if isinstance(one.observed.ending, BROKEN_OFF):
            yield from map(place_of, one.observed.ending.frames)
        yield from places(one.film)
        yield from filter(None, (place_of_fault(one),))


def _groups(cases: tuple[CasePart | PrintedPart, ...]) -> tuple[Group, ...]:
    """What is to be mended first, then what waits, then what passed, each in its order.

    Where something is to be mended, the others are folded.
    """
    members = {
        tone: tuple(case for case in cases if case.outcome.tone == tone)
        for tone in ("bad", "wait", "good")
    }
    return tuple(
        Group(
            say(f"page.cases.{tone}"),
            say_count("page.cases.count", len(group)),
            group,
            folded=tone != "bad" and bool(members["bad"]),
        )
        for tone, group in members.items()
        if group
    )


def _concepts(report: Report) -> tuple[tuple[str, Sign], ...]:
    """The profile. A concept that is only waited for is not called wrong."""
    wrong = {one.case.concept for one in report.cases if one.verdict.outcome in words.WRONG}
    profile = []
    for id, state in concepts(report):
        outcome = CONCEPT_OUTCOMES[state]
        if state == "not shown" and id not in wrong:
            outcome = Outcome.SKIPPED
        sign = Sign(tone_of(outcome), words.SIGNS[outcome], say(f"concept.{state}"))
        profile.append((say(f"concept.name.{id}"), sign))
    return tuple(profile)


def _diagnosis(report: Report, one: Diagnosis, number: int) -> DiagnosisPart:
    place, mended = one.place, one.counterfactual_score
    where = words.place(place.file, place.line, place.cell) if place else ""
    return DiagnosisPart(
        code=one.code,
        title=one.title,
        message=one.message,
        place=say("page.diagnosis.line", place=where) if where else "",
        at=reference(report.submission, place) if place else None,
        lines=quote(report.submission, place),
        deed=_deed(report, one),
        smallest=smallest_part(one.smallest, f"smallest-{number}"),
        graph="" if one.smallest else one.smallest_graph.strip(),
        score=""
        if mended is None
        else say(
            "page.diagnosis.score",
            score=numbers.number(mended),
            max_score=numbers.number(report.max_score),
        ),
        evidence=words.together(
            _explains(report, one),
            say(f"confidence.{one.confidence.value}"),
            _alternatives(report, one),
            _decided(report, one),
        ),
        hints=hint_steps(one.hints),
    )


def _deed(report: Report, one: Diagnosis) -> str:
    """What happened in the case that shows the mistake best."""
    case = shown(one, report)
    if case is None or case.divergence is None:
        return ""
    return say("terminal.shown", case=words.quoted(words.title(case)), deed=deed(case.divergence))


def _decided(report: Report, one: Diagnosis) -> str:
    """The graph that tells it from other mistakes, which answer it in another way."""
    if one.decided_by is None or not one.ruled_out:
        return ""
    titles = known_titles(report.language)
    names = words.listed(words.quoted(titles.get(id, id)) for id in dict.fromkeys(one.ruled_out))
    graph = "; ".join(one.decided_by.case.graph.strip().splitlines())
    return say("page.diagnosis.decided", names=names, graph=graph)


def _alternatives(report: Report, one: Diagnosis) -> str:
    """What else would explain the numbers, by the titles of the catalogue."""
    if not one.alternatives:
        return ""
    titles = known_titles(report.language)
    ids = (id for together in one.alternatives for id in together.split(" and "))
    names = words.listed(words.quoted(titles.get(id, id)) for id in dict.fromkeys(ids))
    return say("page.diagnosis.alternatives", names=names)


def _explains(report: Report, one: Diagnosis) -> str:
    """The cases that a diagnosis explains: all by name if they are few."""
    titles = {case.case.id: words.quoted(words.title(case)) for case in report.cases}
    # Of a hidden case nothing is told, not even what explains it.
    told = [case for case in report.cases if case.case.program != NO_PROGRAM]
    wrong = [case.case.id for case in told if case.verdict.outcome in words.WRONG]
    # What was explained may meanwhile wait for a case that is wrong too: that one is not called wrong.
    explained = [id for id in wrong if id in one.explains] or one.explains
    names = words.listed(titles.get(id, id) for id in explained[:MAX_NAMES])
    if len(explained) <= MAX_NAMES:
        return say("page.diagnosis.explains", names=names) if names else ""
    return say("page.diagnosis.explains.more", count=len(explained), total=len(wrong), names=names)


def _loading(report: Report) -> LoadingPart:
    loading = report.submission.loading
    entry = ""
    if loading.entry and not loading.error:
        key = "page.loading.entry" if loading.kind else "page.loading.entry.plain"
        entry = say(key, entry=loading.entry, kind=loading.kind)
    return LoadingPart(
        entry=entry,
        absent=say("page.loading.absent", names=words.listed(loading.absent))
        if loading.absent
        else "",
        notes=loading.notes,
        skipped=tuple(
            (words.place(one.file, one.line, one.cell), one.text, one.why)
            for one in loading.skipped
        ),
        bound=tuple(
            (one.name, one.found_as, words.place(one.file, one.line)) for one in loading.bound
        ),
    )
