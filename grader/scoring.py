"""`score()`: from what was observed to the report. No code of the submission is run here, ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from grader.domain.assignment import Assignment, Case
from grader.domain.diagnosis import Diagnosis, Smallest
from grader.domain.divergence import Divergence, Seam
from grader.domain.film import Film
from grader.domain.observed import Observed, Performed
from grader.domain.transcript import NotAttempted, Transcript
from grader.domain.verdict import DIAGNOSED, Outcome, Status, Verdict
from grader.judging.suspicion import flags
from grader.judging.verdicts import judge, settle
from grader.records import replace
from grader.remembered import Remembered
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport
from grader.version import __version__

if TYPE_CHECKING:
    from grader.predictions import Oracle

# Who gave the same answer has the same report of it: the very object, by which the page knows what it has drawn.
_REPORTS: Remembered[CaseReport] = Remembered()


def score(
    observed: Observed,
    assignment: Assignment,
    answers: Mapping[str, Transcript],
    oracle: Callable[[], Oracle] | None,
) -> Report:
    """The report. The same observations give the same report, today or after a change of points,
    tolerance or visibility.

    `oracle` is asked for only where there is something to diagnose: it may run the changed reference.
    Without one, nothing is diagnosed.
    """
    verdicts, transcripts = judged(observed, assignment, answers)
    wrong = any(verdict.outcome in DIAGNOSED for verdict in verdicts)
    asked = oracle() if oracle and wrong else None
    right = asked.right_films() if asked else {}
    performed = {one.case: one for one in observed.performed}
    asked_for = {case.id: case for case in assignment.cases}
    cases = tuple(
        explained(
            _report(asked_for[v.case], v, transcripts[v.case], answers[v.case]),
            performed.get(v.case),
            right.get(v.case),
            observed,
        )
        for v in verdicts
    )
    return Report(
        grader_version=__version__,
        assignment=assignment,
        seed=observed.seed,
        status=_status(observed, verdicts),
        submission=SubmissionReport(
            observed.submission, observed.kind, observed.files, observed.loading, observed.cells
        ),
        sandbox=SandboxReport(observed.level, observed.layers, observed.missing),
        cases=cases,
        diagnoses=_diagnoses(assignment, transcripts, answers, asked, cases, observed)
        if asked
        else (),
        smallest=_smallest(observed, asked) if asked else None,
        flags=flags(
            observed,
            assignment,
            answers,
            frozenset(v.case for v in verdicts if v.outcome is Outcome.PASSED),
        ),
        output=observed.output,
    )


def _report(case: Case, verdict: Verdict, observed: Transcript, expected: Transcript) -> CaseReport:
    made_of = (case, verdict, observed, expected)
    return _REPORTS.get(made_of, lambda: CaseReport(*made_of))


def explained(
    report: CaseReport,
    performed: Performed | None,
    right_film: Film | None,
    observed: Observed | None = None,
) -> CaseReport:
    """The report of a case with what a closer look at it showed, where there was one.

    `observed` is the submission's, for lines that no film shows.
    """
    if performed is None or report.verdict.outcome not in DIAGNOSED:
        return report
    # A right submission needs none of this.
    from grader.judging.divergence import locate
    from grader.judging.slopes import side

    film = performed.film
    found = locate(report.case, report.observed, report.expected, film, right_film)
    return replace(
        report,
        film=film,
        right_film=right_film if film else None,
        side=side(report.case, report.observed, report.expected, performed.slopes),
        divergence=found.divergence and _with_place(found.divergence, observed),
        contributions=found.contributions,
        consequences=found.consequences,
    )


def _with_place(found: Divergence, observed: Observed | None) -> Divergence:
    """A wrong forward pass is on no film: it is placed where its function is defined."""
    if found.place or observed is None or found.seam is not Seam.FORWARD:
        return found
    from grader.judging.placing import definition

    files = dict(observed.files)
    place = definition(found.function, observed.loading.bound, observed.cells, files)
    return replace(found, place=place)


def _diagnoses(
    assignment: Assignment,
    transcripts: Mapping[str, Transcript],
    answers: Mapping[str, Transcript],
    asked: Oracle,
    cases: Sequence[CaseReport],
    observed: Observed,
) -> tuple[Diagnosis, ...]:
    """What the wrong numbers say, with the lines where it happens, as far as a film shows them."""
    from grader.diagnosing import diagnose
    from grader.judging.placing import at_fault, placed

    found = {one.case.id: one.divergence for one in cases if one.divergence}
    secret = [one.case.id for one in cases if one.case.is_secret]
    bound, cells, files = observed.loading.bound, observed.cells, dict(observed.files)
    diagnoses = []
    for one in diagnose(assignment, transcripts, answers, asked, observed.experiments):
        entry = asked.catalogue[one.id]
        shown = placed(one, entry.applies_to, found, secret)
        diagnoses.append(replace(shown, place=at_fault(shown.place, entry, bound, cells, files)))
    return tuple(diagnoses)


def _smallest(observed: Observed, asked: Oracle) -> Smallest | None:
    from grader.diagnosing import smallest_failure

    return smallest_failure(observed.experiments, asked)


def judged(
    observed: Observed, assignment: Assignment, answers: Mapping[str, Transcript]
) -> tuple[tuple[Verdict, ...], dict[str, Transcript]]:
    """What became of every case, and the transcript that decided it."""
    nothing = Transcript(NotAttempted(""))
    found = {one.case: one.decisive for one in observed.performed}
    transcripts = {
        case.id: nothing if observed.loading.error else found[case.id] for case in assignment.cases
    }
    verdicts = {
        case.id: judge(case, transcripts[case.id], answers[case.id]) for case in assignment.cases
    }
    # What cannot be loaded waits for nothing.
    if observed.loading.error:
        return tuple(verdicts.values()), transcripts
    return settle(assignment, verdicts), transcripts


def _status(observed: Observed, verdicts: Sequence[Verdict]) -> Status:
    if any(verdict.outcome is Outcome.GRADER_FAULT for verdict in verdicts):
        return Status.GRADER_FAULT
    return Status.UNGRADABLE if observed.loading.error else Status.GRADED
