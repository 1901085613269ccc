"""Where a report enters a renderer: every text that a student could have written is made safe and short.

What is safe already stays the same object: much is kept by identity, and a report comes here more than once.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any, TypeVar

from grader.domain.diagnosis import Diagnosis, Place, Smallest
from grader.domain.film import Film, Step, Write
from grader.domain.safe_text import BLOCK, safe, safe_line
from grader.domain.submission import Bound, Loading, Skipped
from grader.domain.transcript import (
    BadAnswer,
    Crashed,
    Ending,
    Frame,
    NoResult,
    NotANumber,
    NotAttempted,
    Observation,
    OutOfMemory,
    Reading,
    TimedOut,
    Transcript,
)
from grader.domain.verdict import Finding
from grader.records import replace
from grader.remembered import Remembered
from grader.report.budget import within_budget
from grader.report.model import CaseReport, Report

R = TypeVar("R")
T = TypeVar("T")

MAX_FILE = 400_000

_CASES: Remembered[CaseReport] = Remembered()
_TRANSCRIPTS: Remembered[Transcript] = Remembered()


def made_safe(report: Report) -> Report:
    """The same report with safe texts. Doing it twice changes nothing."""
    submission = report.submission
    return replace(
        report,
        submission=replace(
            submission,
            id=safe_line(submission.id),
            files=tuple((safe_line(path), safe(text, MAX_FILE)) for path, text in submission.files),
            loading=_loading(submission.loading),
            cells=tuple(
                replace(one, file=safe_line(one.file), label=safe_line(one.label))
                for one in submission.cells
            ),
        ),
        cases=within_budget(tuple(map(_case, report.cases))),
        diagnoses=tuple(map(_diagnosis, report.diagnoses)),
        output=safe(report.output, 2 * BLOCK),
        smallest=_smallest(report.smallest),
    )


def _loading(loading: Loading) -> Loading:
    return replace(
        loading,
        entry=safe_line(loading.entry),
        skipped=tuple(map(_skipped, loading.skipped)),
        bound=tuple(map(_bound, loading.bound)),
        notes=tuple(map(safe_line, loading.notes)),
        error=safe(loading.error),
        error_file=safe_line(loading.error_file),
        error_cell=safe_line(loading.error_cell),
        error_text=safe(loading.error_text),
    )


def _skipped(one: Skipped) -> Skipped:
    return replace(
        one,
        file=safe_line(one.file),
        cell=safe_line(one.cell),
        text=safe_line(one.text),
        why=safe_line(one.why),
    )


def _bound(one: Bound) -> Bound:
    return replace(one, found_as=safe_line(one.found_as), file=safe_line(one.file))


def _case(case: CaseReport) -> CaseReport:
    if case.film or case.divergence:
        return _safe_case(case)
    return _CASES.get((case,), lambda: _safe_case(case))


def _safe_case(case: CaseReport) -> CaseReport:
    divergence = case.divergence
    return _with(
        case,
        verdict=_with(case.verdict, findings=_each(_finding, case.verdict.findings)),
        observed=_transcript(case.observed),
        film=case.film and _film(case.film),
        divergence=divergence and _with(divergence, place=_place(divergence.place)),
    )


def _with(record: R, **fields: Any) -> R:
    """The record with these fields; the very same one where it has them."""
    if all(getattr(record, name) is value for name, value in fields.items()):
        return record
    changed: R = replace(record, **fields)  # type: ignore[type-var]
    return changed


def _each(make: Callable[[T], T], items: tuple[T, ...]) -> tuple[T, ...]:
    """What is made of each; the very same tuple where each stays what it is."""
    made = tuple(map(make, items))
    return items if all(map(is_, made, items)) else made


def _film(film: Film) -> Film:
    return _with(film, steps=_each(_step, film.steps))


def _step(step: Step) -> Step:
    return _with(
        step,
        function=safe_line(step.function, 80),
        upstream=_each(_observation, step.upstream),
        downstream=_each(_observation, step.downstream),
        place=_place(step.place),
        asked_at=_place(step.asked_at),
        writes=_each(_write, step.writes),
    )


def _write(write: Write) -> Write:
    before, after = _observation(write.before), _observation(write.after)
    return _with(write, before=before, after=after, place=_place(write.place))


def _finding(finding: Finding) -> Finding:
    return _with(finding, observed=_observation(finding.observed))


def _transcript(transcript: Transcript) -> Transcript:
    return _TRANSCRIPTS.get((transcript,), lambda: _safe_transcript(transcript))


def _safe_transcript(transcript: Transcript) -> Transcript:
    calls = tuple((function, safe_line(call)) for function, call in transcript.calls)
    return _with(
        transcript,
        ending=_ending(transcript.ending),
        primals=_each(_reading, transcript.primals),
        readings=_each(_reading, transcript.readings),
        calls=transcript.calls if calls == transcript.calls else calls,
        output=safe(transcript.output),
    )


def _reading(reading: Reading) -> Reading:
    if isinstance(reading.found, NotANumber):
        return replace(reading, found=_observation(reading.found))
    return reading


def _observation(found: Observation) -> Observation:
    if isinstance(found, NotANumber):
        return NotANumber(safe_line(found.type, 80), safe_line(found.text, 80))
    return found


def _ending(ending: Ending) -> Ending:
    match ending:
        case TimedOut(seconds, frames):
            return TimedOut(seconds, tuple(map(_frame, frames)))
        case Crashed(type, message, step, frames):
            shown = tuple(map(_frame, frames))
            return Crashed(safe_line(type, 80), safe(message, 1000), step, shown)
        case NotAttempted(what):
            return NotAttempted(safe_line(what))
        case OutOfMemory(limit, frames):
            return OutOfMemory(limit, tuple(map(_frame, frames)))
        case NoResult(how, frames):
            return NoResult(safe_line(how), tuple(map(_frame, frames)))
        case BadAnswer(how):
            return BadAnswer(safe_line(how))
        case _:
            return ending


def _frame(frame: Frame) -> Frame:
    return Frame(
        safe_line(frame.file),
        frame.line,
        safe_line(frame.function),
        safe_line(frame.text),
        safe_line(frame.cell),
    )


def _diagnosis(diagnosis: Diagnosis) -> Diagnosis:
    return replace(
        diagnosis,
        message=safe(diagnosis.message),
        place=_place(diagnosis.place),
        smallest=_smallest(diagnosis.smallest),
        decided_by=_smallest(diagnosis.decided_by),
    )


def _smallest(smallest: Smallest | None) -> Smallest | None:
    return smallest and _with(smallest, observed=_transcript(smallest.observed))


def _place(place: Place | None) -> Place | None:
    return place and _with(
        place,
        file=safe_line(place.file),
        text=safe_line(place.text),
        cell=safe_line(place.cell),
    )
