"""`grade()`: the only place where all stages meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from grader.answers import Store, answers_for, content_key
from grader.authoring.files import content_of
from grader.diagnosing import diagnose
from grader.domain import decoy
from grader.domain.assignment import Assignment, Case, Reveal
from grader.domain.diagnosis import Diagnosis
from grader.domain.misconception import Catalogue, Misconception
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import GivenUp, NotAttempted, Transcript
from grader.domain.verdict import Outcome, Status, Verdict
from grader.errors import NoCaseSelected, SubmissionError, did_you_mean
from grader.guest.sources import read_source
from grader.judging.suspicion import flags
from grader.judging.verdicts import judge, settle
from grader.predictions import Oracle
from grader.report.model import CaseReport, Report, SandboxReport, SubmissionReport
from grader.sandbox import REQUIRED_LEVEL, Guest, Performance, fitted, read_submission
from grader.shipped import assignments_folder
from grader.version import __version__

DIAGNOSED = (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT)
SETTLED = (Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.SKIPPED, Outcome.GRADER_FAULT)


def grade(
    submission: Path,
    assignment: Path,
    *,
    entry: str = "",
    cases: tuple[str, ...] = (),
    seed: int = 0,
    accept_level: int = REQUIRED_LEVEL,
    guest: Guest | None = None,
    store: Store | None = None,
    notify: Callable[[str], None] = lambda message: None,
) -> Report:
    """Grade one submission.

    `submission` is a file or folder; `assignment` a folder with `assignment.yaml`, or that file.
    `entry` names the file of the submission to start from; `cases` are patterns that select some
    cases; `seed` decides the sampled inputs. Less protection than `accept_level` is refused with a
    GraderFault that says what is missing. A `guest` that is given is used, by its own level, and left open.
    `notify` is told, in a sentence, what takes long.

    Raises AuthoringError, SubmissionError (nothing could be read), UsageError, NoCaseSelected and
    GraderFault. A submission that cannot be *loaded* is a report with status `ungradable`.
    """
    store = store or Store.default()
    # Started first: it imports numpy meanwhile.
    with nullcontext(guest) if guest else Guest(accept_level=accept_level) as guest:
        handed_in = read_submission(submission, entry=entry)
        asked = select(compiled(assignment, store, seed), cases)
        answers = answers_for(asked, guest, store)
        observed = observe(handed_in, asked, guest)
        verdicts, transcripts = judge_twice(handed_in, asked, observed, answers, guest)
        diagnoses: tuple[Diagnosis, ...] = ()
        if any(verdict.outcome in DIAGNOSED for verdict in verdicts):
            oracle = Oracle(asked, answers, catalogue(store), guest, store, notify)
            diagnoses = diagnose(asked, transcripts, answers, oracle)
        sandbox = _sandbox(guest)
    report = _report(handed_in, asked, observed, answers, verdicts, transcripts, seed, sandbox)
    return replace(report, diagnoses=diagnoses)


def compiled(path: Path, store: Store, seed: int) -> Assignment:
    """The assignment at `path`, from the store where its files have not changed."""
    key = content_key("assignment", str(seed), content_of(path))
    kept = store.get(Assignment, key)
    if kept is None:
        from grader.authoring import load_assignment  # pydantic, yaml: only after a change

        kept = load_assignment(path, seed)
        store.put(key, kept)
    return kept


def catalogue(store: Store) -> tuple[Misconception, ...]:
    """The known misconceptions, from the store where their files have not changed."""
    folder = assignments_folder() / "misconceptions"
    files = sorted(folder.glob("*.yaml"))
    key = content_key("catalogue", *(file.read_bytes() for file in files))
    kept = store.get(Catalogue, key)
    if kept is None:
        from grader.authoring.catalogue import load_catalogue

        kept = Catalogue(load_catalogue(folder))
        store.put(key, kept)
    return kept.entries


def select(assignment: Assignment, patterns: Sequence[str]) -> Assignment:
    """The assignment with the cases whose id (or id without variant) matches one of the patterns.

    Hidden cases cannot be picked, and are not named: to grade one alone would tell what it asks.
    """
    if not patterns:
        return assignment
    visible = tuple(case for case in assignment.cases if not case.hidden)
    chosen = tuple(
        case
        for case in visible
        if any(
            fnmatchcase(name, p) for p in patterns for name in (case.id, case.id.partition("/")[0])
        )
    )
    if not chosen:
        raise NoCaseSelected(
            f"no case of {assignment.id!r} matches {', '.join(map(repr, patterns))}"
            + did_you_mean(patterns[0], [case.id for case in visible])
        )
    return replace(assignment, cases=chosen)


def observe(submission: Submission, assignment: Assignment, guest: Guest) -> Performance:
    """Perform all cases on the submission, in one process as long as it lives."""
    return _perform(submission, assignment, assignment.cases, guest)


def judge_twice(
    submission: Submission,
    assignment: Assignment,
    observed: Performance,
    answers: Mapping[str, Transcript],
    guest: Guest,
) -> tuple[tuple[Verdict, ...], dict[str, Transcript]]:
    """Verdicts, where what did not pass is performed again, each case alone: that run decides.

    So nothing that one case leaves behind ever costs or earns a point in another.
    """
    if observed.loading.error:
        transcripts = {case.id: Transcript(NotAttempted("")) for case in assignment.cases}
        return tuple(
            judge(case, transcripts[case.id], answers[case.id]) for case in assignment.cases
        ), transcripts
    defined = {bound.name for bound in observed.loading.bound}
    transcripts = {
        case.id: _not_attempted(case, defined) or transcript
        for case, transcript in zip(assignment.cases, observed.transcripts, strict=True)
    }
    tried: set[str] = set()
    while True:
        judged = {
            case.id: judge(case, fitted(transcripts[case.id], answers[case.id]), answers[case.id])
            for case in assignment.cases
        }
        verdicts = settle(assignment, judged)
        again = _to_try_again(assignment, verdicts, transcripts, tried)
        if not again:
            break
        tried.update(case.id for case in again)
        alone = _perform(submission, assignment, again, guest, alone=True)
        found = zip(again, alone.transcripts, strict=False)
        transcripts |= {case.id: transcript for case, transcript in found}
    return verdicts, {id: fitted(found, answers[id]) for id, found in transcripts.items()}


def _not_attempted(case: Case, defined: Set[str]) -> Transcript | None:
    """The transcript of a case that uses what the submission does not define."""
    absent = next((name for name in case.program.functions() if name not in defined), "")
    return Transcript(NotAttempted(absent)) if absent else None


def _to_try_again(
    assignment: Assignment,
    verdicts: Sequence[Verdict],
    transcripts: Mapping[str, Transcript],
    tried: set[str],
) -> list[Case]:
    """What did not pass and waits for nothing; first what was given up because of others."""
    doubtful = [
        assignment.case(verdict.case)
        for verdict in verdicts
        if verdict.outcome not in SETTLED and verdict.case not in tried
    ]
    return sorted(doubtful, key=lambda case: not isinstance(transcripts[case.id].ending, GivenUp))


def _perform(
    submission: Submission,
    assignment: Assignment,
    cases: Sequence[Case],
    guest: Guest,
    *,
    alone: bool = False,
) -> Performance:
    # Visible cases come first: what a submission learns from hidden ones reaches no text that is shown.
    ordered = sorted(cases, key=lambda case: case.hidden or case.reveal is not Reveal.FULL)
    tasks = [(case.program, case.time_limit) for case in ordered]
    if not alone:
        tasks.append((decoy.PROGRAM, decoy.SECONDS))
    done = guest.perform(
        submission,
        tasks,
        dialect=assignment.dialect,
        requires=assignment.requires,
        alone=alone,
    )
    if done.loading.error:
        return done
    found = dict(zip((case.id for case in ordered), done.transcripts, strict=False))
    asked = None if alone else done.transcripts[-1]
    return replace(done, transcripts=tuple(found[case.id] for case in cases), decoy=asked)


def _sandbox(guest: Guest) -> SandboxReport:
    held = guest.protection
    return SandboxReport(held.level, held.layers, held.missing)


def _report(
    submission: Submission,
    assignment: Assignment,
    observed: Performance,
    answers: Mapping[str, Transcript],
    verdicts: Sequence[Verdict],
    transcripts: Mapping[str, Transcript],
    seed: int,
    sandbox: SandboxReport,
) -> Report:
    status = Status.UNGRADABLE if observed.loading.error else Status.GRADED
    if any(verdict.outcome is Outcome.GRADER_FAULT for verdict in verdicts):
        status = Status.GRADER_FAULT
    return Report(
        grader_version=__version__,
        assignment=assignment,
        seed=seed,
        status=status,
        submission=SubmissionReport(
            submission.id,
            submission.kind,
            tuple(map(_quotable, submission.files)),
            observed.loading,
        ),
        sandbox=sandbox,
        flags=flags(observed.decoy),
        cases=tuple(
            CaseReport(assignment.case(v.case), v, transcripts[v.case], answers[v.case])
            for v in verdicts
        ),
        output=observed.output,
    )


def _quotable(file: SourceFile) -> tuple[str, str]:
    """A file's path, and its text where lines of it may be quoted."""
    try:
        return file.path, read_source(file.path, file.data).text
    except SubmissionError:
        return file.path, ""
