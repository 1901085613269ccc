"""How much of what a submission printed and raised a report holds: every output stays below 5 MB.

Whoever says little keeps it all. Where all cases together say too much, each keeps the same share.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from grader.domain.array import Array
from grader.domain.transcript import BROKEN_OFF, Crashed, Ending, NotANumber, Observation
from grader.domain.verdict import Finding
from grader.records import replace
from grader.report.language import say
from grader.report.model import CaseReport, Report

PRINTED: Final = 240_000  # characters of all cases; one is written with up to six bytes
RAISED: Final = 60_000
MOST_BYTES: Final = 4_500_000
MOST_ELEMENTS: Final = 64


def within_budget(cases: tuple[CaseReport, ...]) -> tuple[CaseReport, ...]:
    """The cases with no more text than a report holds, which says so where it leaves something out."""
    printed = share((len(case.observed.output) for case in cases), PRINTED)
    raised = share((len(_raised(case.observed.ending)) for case in cases), RAISED)
    return tuple(_within(case, printed, raised) for case in cases)


def share(lengths: Iterable[int], total: int) -> int:
    """The most that each may have for all to have no more than the total: short ones leave more to others."""
    ascending = sorted(lengths)
    for place, length in enumerate(ascending):
        each = total // (len(ascending) - place)
        if length > each:
            return each
        total -= length
    return max(ascending, default=0)


def fits(text: str) -> bool:
    """Whether a page or a document is small enough."""
    return len(text) <= MOST_BYTES // 4 or len(text.encode()) <= MOST_BYTES


def lean(report: Report) -> Report:
    """The verdicts with little around them, where a report is too large: no texts, no films, no lines of files."""
    submission = report.submission
    notes = (say("report.lean"), *submission.loading.notes)
    return replace(
        report,
        submission=replace(
            submission,
            files=tuple((path, "") for path, _ in submission.files),
            loading=replace(submission.loading, notes=notes),
        ),
        cases=tuple(map(_lean, report.cases)),
        output="",
    )


def _within(case: CaseReport, printed: int, raised: int) -> CaseReport:
    """The case with its texts cut; the very same where they are short, since much is kept by identity."""
    observed = case.observed
    if len(observed.output) <= printed and len(_raised(observed.ending)) <= raised:
        return case
    return replace(
        case,
        observed=replace(
            observed,
            ending=_cut_ending(observed.ending, raised),
            output=_cut(observed.output, printed),
        ),
    )


def _raised(ending: Ending) -> str:
    return ending.message if isinstance(ending, Crashed) else ""


def _cut_ending(ending: Ending, most: int) -> Ending:
    if isinstance(ending, Crashed):
        return replace(ending, message=_cut(ending.message, most))
    return ending


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    note = f"… ({say('report.cut')})"
    return text[: max(most - len(note), 0)].rstrip("…") + note


def _lean(case: CaseReport) -> CaseReport:
    observed, ending = case.observed, _cut_ending(case.observed.ending, 200)
    if isinstance(ending, BROKEN_OFF):
        ending = replace(ending, frames=ending.frames[-1:])
    return replace(
        case,
        verdict=replace(case.verdict, findings=tuple(map(_lean_finding, case.verdict.findings))),
        observed=replace(observed, ending=ending, output=""),
        film=None,
        right_film=None,
        contributions=(),
        divergence=None,
    )


def _lean_finding(finding: Finding) -> Finding:
    return replace(finding, observed=_lean_observation(finding.observed))


def _lean_observation(found: Observation) -> Observation:
    if isinstance(found, Array) and found.extent > MOST_ELEMENTS:
        return NotANumber("array", f"of shape {found.shape}")
    return found
