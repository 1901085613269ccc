"""One warm guest and all that it needs to grade one submission of a class after another."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any, Final

from grader.answers import Store, answers_for
from grader.classroom.bundles import Bundles
from grader.classroom.likeness import likeness
from grader.classroom.model import Contents, Finished, HandedIn, Order, Task
from grader.domain import codec
from grader.domain.assignment import Mode
from grader.domain.observed import Observed
from grader.domain.submission import Loading, Submission
from grader.domain.transcript import Transcript
from grader.errors import GraderError, GraderFault, SubmissionError
from grader.grading import catalogue
from grader.observing import lost, observe, unreadable
from grader.predictions import Oracle
from grader.records import replace
from grader.remembered import bytes_held, forget_all
from grader.report import html
from grader.report.model import Report
from grader.report.projection import for_student
from grader.report.results import to_json
from grader.sandbox import Guest, read_submission
from grader.scoring import score
from grader.suites import observe_suite, score_suite

MUCH_BYTES: Final = 512 << 20
MORE_BYTES: Final = 256 << 20


class LevelDropped(GraderFault):
    """A guest that was started anew protects less than the one before: nothing more is run."""


class Worker:
    """Grades submissions, one after another. A guest that breaks is replaced, and the work done once more."""

    def __init__(
        self, order: Order, store: Store, notify: Callable[[str], None] = lambda message: None
    ) -> None:
        self.order = order
        self.store = store
        self._notify = notify
        self.guest = Guest(accept_level=order.accept_level)
        self._bundles = Bundles()
        self._oracle: Oracle | None = None
        self._answers: Mapping[str, Transcript] | None = None
        self._level: int | None = None
        self._much = MUCH_BYTES

    @property
    def level(self) -> int:
        """The protection in force. Waits for the guest. Raises GraderFault where it is too little."""
        if self._level is None:
            held = self.guest.protection
            held.require(self.order.accept_level)
            self._level = held.level
        return self._level

    def learn(self, part: int, parts: int) -> None:
        """Predict one part of what the known misconceptions do, so that no submission waits for it."""
        try:
            self._asked_oracle().learn(part, parts)
        except LevelDropped:
            raise
        except GraderFault:
            self._replace_guest()  # what is missing is learned when it is asked for

    def do(self, task: Task, contents: Contents | None = None) -> Finished:
        """Grade one submission. Whatever breaks, there is a result; only LevelDropped comes through.

        `contents` are given where the files of the task lie on another machine.
        """
        self._make_room()
        start = time.monotonic()
        retried = fault = trace = ""
        bundle = b""
        try:
            observed, bundle, retried = self._observed(task, contents)
            try:
                report = self._scored(observed)
            except GraderFault as error:
                retried = retried or str(error)
                self._replace_guest()
                report = self._scored(observed)
        except LevelDropped:
            raise
        except Exception as error:
            fault = f"internal error: {type(error).__name__}: {error}"
            if isinstance(error, GraderFault):
                fault = str(error)
            trace = traceback.format_exc()
            observed, bundle = self._faulted(task.handed_in, fault), b""
            report = self._scored(observed)
        fault = fault or next(iter(observed.faults), "")
        stored, bundle = bool(bundle), bundle or self._bundles.dumps(observed)
        seconds = time.monotonic() - start
        finished = self._finished(task, bundle, report, seconds, retried, fault, trace)
        if stored:
            del finished.files["observed"]  # it is there already
        return finished

    def give_up(self, task: Task, how: str) -> Finished:
        """A result without a performance: what the submission did brought the grader down, again and again."""
        observed = self._faulted(task.handed_in, how)
        bundle = self._bundles.dumps(observed)
        return self._finished(task, bundle, self._scored(observed), 0.0, how, how, "")

    def _finished(
        self,
        task: Task,
        bundle: bytes,
        report: Report,
        seconds: float,
        retried: str,
        fault: str,
        trace: str,
    ) -> Finished:
        return Finished(
            task.handed_in.id,
            self._files(task, bundle, report, seconds, retried),
            report.sandbox.level,
            seconds,
            retried,
            fault,
            trace,
        )

    def kill(self) -> None:
        """End the guest whatever it does; what is being graded comes back as a fault."""
        self.guest.kill()

    def close(self) -> None:
        self.guest.close()

    def _observed(self, task: Task, contents: Contents | None) -> tuple[Observed, bytes, str]:
        """The observations, the bundle where it was stored so, and what broke the first time if anything did."""
        handed_in, bundle = task.handed_in, contents.observed if contents else stored_of(task)
        if bundle:
            with suppress(codec.Malformed):  # damaged: observed anew
                stored = self._bundles.loads(bundle)
                if stored.submission == handed_in.id:
                    return stored, bundle, ""
                return replace(stored, submission=handed_in.id), b"", ""
        contents = contents or contents_of(task)
        if contents.fault:
            raise GraderFault(contents.fault)
        try:
            observed = self._observe(handed_in, contents)
            if not observed.faults:
                return observed, b"", ""
            how = observed.faults[0]
        except LevelDropped:
            raise
        except GraderFault as error:
            how = str(error)
        self._replace_guest()
        return self._observe(handed_in, contents), b"", how

    def _observe(self, handed_in: HandedIn, contents: Contents) -> Observed:
        order = self.order
        assert self.level >= order.accept_level
        if contents.submission is None:
            refused = SubmissionError(contents.refusal)
            return unreadable(handed_in.id, refused, self.guest, order.seed)
        if order.assignment.mode is Mode.CASES:
            return observe_suite(contents.submission, self.guest, order.seed)
        return observe(
            contents.submission,
            order.assignment,
            self._asked_answers(),
            self.guest,
            order.seed,
            self._asked_oracle,
        )

    def _scored(self, observed: Observed) -> Report:
        asked = self.order.assignment
        if asked.mode is Mode.CASES and not observed.faults:
            entries = catalogue(self.store)
            report = score_suite(observed, asked, entries, self.guest, self.store, self._notify)
        else:
            report = score(observed, asked, self._asked_answers(), self._asked_oracle)
        return replace(report, language=self.order.language)

    def _faulted(self, handed_in: HandedIn, how: str) -> Observed:
        cases = lost(self.order.assignment.cases, how)
        level = self._level or 0
        return Observed(
            handed_in.id, "", (), self.order.seed, level, (), (), Loading(""), performed=cases
        )

    def _make_room(self) -> None:
        """Some submissions answer at length, and what is remembered of them is of use to no other.

        What is still held then is not ours to let go, such as what the process is for besides.
        """
        if bytes_held() > self._much:
            forget_all()
            self.guest.forget()
            self._much = max(MUCH_BYTES, bytes_held() + MORE_BYTES)

    def _asked_answers(self) -> Mapping[str, Transcript]:
        if self._answers is None:
            self._answers = answers_for(self.order.assignment, self.guest, self.store)
        return self._answers

    def _asked_oracle(self) -> Oracle:
        if self._oracle is None:
            self._oracle = Oracle(
                self.order.assignment,
                self._asked_answers(),
                catalogue(self.store),
                self.guest,
                self.store,
                self._notify,
            )
        return self._oracle

    def _replace_guest(self) -> None:
        before, self._level, self._oracle = self._level, None, None
        self.guest.close()
        self.guest = Guest(accept_level=self.order.accept_level)
        if before is not None and self.guest.protection.level < before:
            raise LevelDropped(
                f"a guest was started anew and protects at level {self.guest.protection.level}, "
                f"where it was {before}: nothing more was run. See `grader doctor`."
            )

    def _files(
        self, task: Task, bundle: bytes, report: Report, seconds: float, retried: str
    ) -> dict[str, bytes]:
        shown = for_student(report)
        page = html.render(shown, cache=self.store.folder).encode()
        record = _record(task, bundle, page, seconds, retried)
        record["fingerprints"] = likeness(report.submission.files)
        students = [asdict(member) for member in task.handed_in.members]
        besides = {"students": students, "record": record}
        text = to_json(report, shown, besides=besides, indent=None)
        return {"observed": bundle, "report": page, "result": text.encode()}


def _record(task: Task, bundle: bytes, page: bytes, seconds: float, retried: str) -> dict[str, Any]:
    return {
        "key": task.key,
        "observed_key": task.observed_key,
        "observed_bytes": len(bundle),
        "report_bytes": len(page),
        "attempts": list(task.attempts),
        "retried": retried,
        "seconds": round(seconds, 3),
    }


def contents_of(task: Task) -> Contents:
    """What there is to know of a task, read from its files."""
    observed = stored_of(task)
    try:
        return Contents(_read(task.handed_in), observed=observed)
    except SubmissionError as error:
        return Contents(None, error.told, observed)
    except (GraderError, OSError) as error:  # such as: it is gone meanwhile
        return Contents(None, "", observed, fault=str(error))


def stored_of(task: Task) -> bytes:
    """The stored observations; nothing where there are none, or none any more."""
    if task.observed is not None:
        with suppress(OSError):
            return task.observed.read_bytes()
    return b""


def _read(handed_in: HandedIn) -> Submission:
    """The bounded copy of a submission, its files under their own names. Raises SubmissionError."""
    if len(handed_in.files) == 1 and not handed_in.files[0][0]:
        return read_submission(handed_in.files[0][1], id=handed_in.id)
    files = []
    for name, path in handed_in.files:
        part = read_submission(path, id=handed_in.id)
        if part.kind == "file":
            files.append(replace(part.files[0], path=PurePosixPath(name or path.name).as_posix()))
        else:
            files += part.files
    kind = "file" if len(files) == 1 else "folder"
    return Submission(handed_in.id, kind, tuple(files))
