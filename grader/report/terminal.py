"""What the terminal shows: problems first, then the summary, then the next step."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from grader.domain.divergence import Divergence
from grader.domain.safe_text import safe_line
from grader.domain.verdict import Outcome, Status
from grader.report import deeds, numbers, words
from grader.report.drawing import cells
from grader.report.flag import flag
from grader.report.language import say, say_count
from grader.report.localised import renderer
from grader.report.model import CaseReport, Report
from grader.report.results import last_frame
from grader.report.words import SIGNS

STYLES: Final = {"✓": "green", "✗": "red", "○": "yellow", "…": "yellow", "!": "magenta"}
PLAIN: Final = {"✓": "ok  ", "✗": "FAIL", "○": "none", "…": "wait", "!": "BUG ", "⚑": ">>"}
MAX_ABSENT: Final = 4
PLAIN_TEXT: Final = str.maketrans({"“": '"', "”": '"', "∂": "d", "—": "-", "…": "...", "·": "-"})


@renderer
def full(
    report: Report,
    *,
    path: str = "",
    quiet: int = 0,
    verbose: int = 0,
    color: bool = False,
    encoding: str | None = None,
) -> str:
    """Loading, diagnoses, a line per case that did not pass and its message, summary, next step.

    `quiet` leaves out what is no problem, and everything from 2 on; `verbose` adds the cases that
    passed and what was called. `path` is the HTML report's.
    """
    if quiet > 1:
        return ""
    lines = [*_loading(report, quiet, verbose), *diagnosis_lines(report)]
    width = min(40, max((cells(case.case.id) for case in report.cases), default=0))
    performed = () if report.status is Status.UNGRADABLE else report.cases
    told = [one.divergence for one in _shown_already(report)]
    absent = _absent(performed) if not (quiet or verbose) else {}
    for case in performed:
        if case.case.id in absent:
            continue
        lines += _case(case, width, quiet, verbose)
        if case.divergence and _is_news(case.divergence, told):
            lines.append(f"    {deeds.deed_at(case.divergence)}")
    for message, count in Counter(absent.values()).items():
        lines.append(
            f"{SIGNS[Outcome.NOT_ATTEMPTED]} {say_count('terminal.absent', count, message=message)}"
        )
    if not quiet:
        lines += [""] if lines else []
        lines += _summary(report)
        if path:
            lines.append(say("terminal.open", path=path))
    return written(lines, color=color, encoding=encoding)


@renderer
def concise(
    report: Report,
    *,
    path: str = "",
    quiet: int = 0,
    verbose: int = 0,
    color: bool = False,
    encoding: str | None = None,
) -> str:
    """A line per case that did not pass (every case with `verbose`), and one for the totals."""
    if quiet > 1:
        return ""
    lines = [
        f"{SIGNS[case.verdict.outcome]} {case.case.id}: {_one_line(words.message(case))}"
        for case in report.cases
        if verbose or case.verdict.outcome is not Outcome.PASSED
    ]
    if report.status is Status.UNGRADABLE:
        lines = [f"✗ {_one_line(report.submission.loading.error)}"]
    if not quiet:
        where = f"   {path}" if path else ""
        lines.append(f"{words.tally(report)}   {words.score(report)}{where}")
    return written(lines, color=color, encoding=encoding)


def written(lines: list[str], *, color: bool, encoding: str | None = None) -> str:
    """The lines in a form that the terminal can hold, in colour if it is wanted."""
    encoding = encoding or getattr(sys.stdout, "encoding", None) or "ascii"
    text = "\n".join(line.rstrip() for line in lines)
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        text = "\n".join(map(_plain, text.split("\n"))).translate(PLAIN_TEXT)
        return text.encode("ascii", "backslashreplace").decode("ascii")
    return _colored(text) if color else text


def _loading(report: Report, quiet: int, verbose: int) -> Iterator[str]:
    loading = report.submission.loading
    if report.status is Status.UNGRADABLE:
        where = words.place(loading.error_file, loading.error_line, loading.error_cell)
        yield f"✗ {loading.error}" + (f"   {where}" if where else "")
        for line in loading.error_text.splitlines():
            yield f"    {line}"
    if loading.skipped and not quiet:
        if verbose:
            for one in loading.skipped:
                place = words.place(one.file, one.line, one.cell)
                text, why = safe_line(one.text, 60), safe_line(one.why, 120)
                yield say("terminal.skipped", place=place, text=text, why=why)
        else:
            yield say_count("terminal.skipped", len(loading.skipped))
    if verbose or (loading.kind == "cases" and not quiet):  # there the notes are what was found
        for note in loading.notes:
            yield say("terminal.note", note=note)
    if verbose:
        for bound in loading.bound:
            place = words.place(bound.file, bound.line)
            yield say("terminal.bound", name=bound.name, found_as=bound.found_as, place=place)


def diagnosis_lines(report: Report) -> Iterator[str]:
    for diagnosis in report.diagnoses:
        place = diagnosis.place
        where = f"   {words.place(place.file, place.line, place.cell)}" if place else ""
        yield f"{diagnosis.code} {diagnosis.message}{where}"
        if (case := deeds.shown(diagnosis, report)) and case.divergence:
            yield "     " + say(
                "terminal.shown", case=case.case.id, deed=deeds.deed(case.divergence)
            )
        if diagnosis.counterfactual_score is not None:
            score, most = diagnosis.counterfactual_score, report.max_score
            yield "     " + say(
                "page.diagnosis.score", score=numbers.number(score), max_score=numbers.number(most)
            )
        yield ""


def _shown_already(report: Report) -> list[CaseReport]:
    """The cases whose first divergence is told beside a diagnosis."""
    return [case for one in report.diagnoses if (case := deeds.shown(one, report))]


def _is_news(found: Divergence, told: list[Divergence | None]) -> bool:
    """Whether nothing like it was told before: the same deed of the same line, or of the same function."""
    kinds = {
        (one.deed, one.place, one.function if one.place is None else "") for one in told if one
    }
    kind = (found.deed, found.place, found.function if found.place is None else "")
    told.append(found)
    return kind not in kinds


def _case(report: CaseReport, width: int, quiet: int, verbose: int) -> Iterator[str]:
    outcome = report.verdict.outcome
    if outcome is Outcome.PASSED and not verbose:
        return
    if quiet and outcome in (Outcome.NOT_ATTEMPTED, Outcome.SKIPPED):
        return
    name = report.case.id + " " * (width - cells(report.case.id))
    yield f"{SIGNS[outcome]} {name}  {_headline(report)}"
    if outcome in words.WRONG and not _is_one_number(report):
        for line in words.message(report).splitlines():
            yield f"    {line}"
    frame = last_frame(report) if outcome in words.WRONG else None
    if frame:
        yield f"    {words.place(frame.file, frame.line, frame.cell)}: {frame.text}"


def _headline(report: CaseReport) -> str:
    """The first wrong variable with its two numbers, or the word of the outcome."""
    verdict = report.verdict
    if verdict.outcome in (Outcome.SKIPPED, Outcome.NOT_ATTEMPTED):
        return words.message(report)
    if verdict.outcome is Outcome.PASSED:
        return verdict.convention or words.word(verdict.outcome)
    flagged = flag(report)
    first = f"⚑ {', '.join(flagged.names)}" if flagged.names else ""
    if not _is_one_number(report):
        return first or words.word(verdict.outcome)
    return f"{first}   {words.finding(verdict.findings[0])}".strip()


def _absent(cases: Sequence[CaseReport]) -> dict[str, str]:
    """Why cases were not attempted, where those are so many that a line each would hide the others."""
    found = {
        one.case.id: words.message(one)
        for one in cases
        if one.verdict.outcome is Outcome.NOT_ATTEMPTED
    }
    return found if len(found) > MAX_ABSENT else {}


def _is_one_number(report: CaseReport) -> bool:
    """Whether a single sentence says it all, so that it stands beside the name of the case."""
    findings = report.verdict.findings
    return len(findings) == 1


def _summary(report: Report) -> Iterator[str]:
    yield words.verdict(report)
    if report.cases and report.status is Status.GRADED:
        yield f"{words.tally(report)}   {words.score(report)}"
    if report.withheld:
        yield say_count("withheld", report.withheld)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(line: str) -> str:
    line = PLAIN[line[0]] + line[1:] if line[:2] in {f"{sign} " for sign in PLAIN} else line
    return line.replace("⚑", PLAIN["⚑"])


def _colored(text: str) -> str:
    """Signs in colour, by rich: imported only here."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    buffer = StringIO()
    console = Console(
        file=buffer, force_terminal=True, color_system="standard", soft_wrap=True, no_color=False
    )
    for line in text.split("\n"):
        styled = Text(line)
        if line[:2] in {f"{sign} " for sign in STYLES}:
            styled.stylize(f"bold {STYLES[line[0]]}", 0, 1)
        console.print(styled, highlight=False)
    return buffer.getvalue().rstrip("\n")
