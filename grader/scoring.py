"""`score()`: from what was observed to the report. No code of the submission is run here, ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grader.diagnosing import diagnose
from grader.domain.assignment import Assignment
from grader.domain.diagnosis import Diagnosis
from grader.domain.observed import Observed
from grader.domain.transcript import NotAttempted, Transcript
from grader.domain.verdict import Outcome, Status, Verdict
from grader.judging.suspicion import flags
from grader.judging.verdicts import judge, settle
from grader.predictions import Oracle
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport
from grader.version import __version__

DIAGNOSED = (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT)


def score(
    observed: Observed,
    assignment: Assignment,
    answers: Mapping[str, Transcript],
    oracle: Callable[[], Oracle],
) -> Report:
    """The report. The same observations give the same report, today or after a change of points,
    tolerance or visibility.

    `oracle` is asked for only where there is something to diagnose: it may run the changed reference.
    """
    verdicts, transcripts = judged(observed, assignment, answers)
    diagnoses: tuple[Diagnosis, ...] = ()
    if any(verdict.outcome in DIAGNOSED for verdict in verdicts):
        diagnoses = diagnose(assignment, transcripts, answers, oracle())
    return Report(
        grader_version=__version__,
        assignment=assignment,
        seed=observed.seed,
        status=_status(observed, verdicts),
        submission=SubmissionReport(
            observed.submission, observed.kind, observed.files, observed.loading
        ),
        sandbox=SandboxReport(observed.level, observed.layers, observed.missing),
        cases=tuple(
            CaseReport(assignment.case(v.case), v, transcripts[v.case], answers[v.case])
            for v in verdicts
        ),
        diagnoses=diagnoses,
        flags=flags(observed.decoy),
        output=observed.output,
    )


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
