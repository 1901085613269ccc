"""Grading at each save: rounds of a submission that somebody is working on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final

from grader.answers import Store, answers_for
from grader.authoring.files import assignment_files, functions_files
from grader.domain.assignment import Assignment
from grader.domain.observed import Observed
from grader.domain.transcript import Transcript
from grader.domain.verdict import DIAGNOSED, Outcome, Status
from grader.errors import GraderError, GraderFault
from grader.grading import catalogue, compiled_of_code, observe_at, select
from grader.predictions import Oracle
from grader.records import dataclass, replace
from grader.report.changes import Changes, Document, changes
from grader.report.language import chosen_language
from grader.report.model import Report
from grader.report.projection import for_student
from grader.report.results import results
from grader.sandbox import REQUIRED_LEVEL, Guest, files_of
from grader.scoring import score

POLL_SECONDS: Final = 0.02
# A save that writes a file piece by piece is over when nothing has happened for this long.
SETTLED_SECONDS: Final = 0.02

Stamp = tuple[object, ...]


class _GivenUp(Exception):
    """The diagnosis is of an earlier save: nobody asks for it any more."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one save led to.

    `report` is None where `trouble` says why nothing could be graded. `changes` are those since the last
    round in which the submission could be loaded; None if there was none, or if it cannot be loaded now.
    Where something is wrong, the round is told as soon as all cases were performed, and told again once each
    wrong one was performed alone and looked at closely (films, slopes, diagnosis): that one `follows`, the first
    is `unfinished`. It is `corrected` where a verdict of the first was wrong because of another case.
    """

    number: int
    report: Report | None
    changes: Changes | None = None
    trouble: GraderError | None = None
    follows: bool = False
    unfinished: bool = False
    corrected: bool = False


class Live:
    """A submission under watch, with a guest that is kept warm. A context manager.

    `assignment` is told by `choose` once, when the first round begins. With `instructor`, reports are
    whole; otherwise as students see them.
    """

    def __init__(
        self,
        submission: Path,
        choose: Callable[[Guest], Path],
        *,
        entry: str = "",
        cases: tuple[str, ...] = (),
        seed: int = 0,
        accept_level: int = REQUIRED_LEVEL,
        instructor: bool = False,
        language: str = "",
        store: Store,
        notify: Callable[[str], None] = lambda message: None,
    ) -> None:
        self.submission = submission
        self.entry = entry
        self.cases = cases
        self.seed = seed
        self.accept_level = accept_level
        self.instructor = instructor
        self.language = language
        self.store = store
        self.notify = _once(notify)
        self._choose = choose
        self._guest = Guest(accept_level=accept_level)
        self._assignment: Path | None = None
        self._files: tuple[Path, ...] = ()
        self._last: Document | None = None
        self._known: tuple[Stamp, Assignment, Mapping[str, Transcript]] | None = None

    def __enter__(self) -> Live:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._guest.close()

    def rounds(self) -> Iterator[Round]:
        """A round or two now, and after each save, for ever.

        Raises the errors of `grade()` in the first round; later they are the trouble of a round.
        """
        number = 0
        self._assignment = self._choose(self._guest)
        while True:
            number += 1
            self._files = self._files_of_assignment()
            seen = self._settled()
            try:
                yield from self._round(number, seen)
            except GraderError as error:
                if number == 1:
                    raise
                yield Round(number, None, trouble=error)
                if isinstance(error, GraderFault):
                    self._replace_guest()
            while self._stamp() == seen:
                time.sleep(POLL_SECONDS)

    def _round(self, number: int, seen: Stamp) -> Iterator[Round]:
        asked, answers = self._asked()
        oracle = cache(
            lambda: _Interruptible(
                asked, answers, catalogue(self.store), self._guest, self.store, self.notify
            )
        )

        def observed(oracle: Callable[[], Oracle] | None = None) -> Observed:
            found = observe_at(
                self.submission,
                asked,
                answers,
                self._guest,
                entry=self.entry,
                seed=self.seed,
                oracle=oracle,
                once=oracle is None,
            )
            if found.faults:  # what was judged before it broke is told
                self._replace_guest()
            return found

        report = score(observed(), asked, answers, None)
        wrong = any(one.verdict.outcome in DIAGNOSED for one in report.cases)
        before = self._last
        yield replace(self._told(number, report, before), unfinished=wrong)
        if not wrong:
            return
        closer = None
        with self._unless(lambda: self._stamp() != seen):
            found = observed(oracle)
            closer = score(found, asked, answers, None if found.faults else oracle)
        if closer:
            told = self._told(number, closer, before, follows=True)
            yield replace(told, corrected=_outcomes(closer) != _outcomes(report))

    def _replace_guest(self) -> None:
        self._guest.close()
        self._guest = Guest(accept_level=self.accept_level)

    def _asked(self) -> tuple[Assignment, Mapping[str, Transcript]]:
        """The assignment and its answers, the same ones until a file of it changes."""
        assert self._assignment is not None
        stamp = self._stamp_of_assignment()
        if self._known is None or self._known[0] != stamp:
            asked = select(compiled_of_code(self._assignment, self.store, self.seed), self.cases)
            self._known = stamp, asked, answers_for(asked, self._guest, self.store)
        return self._known[1], self._known[2]

    @contextmanager
    def _unless(self, given_up: Callable[[], bool]) -> Iterator[None]:
        """What is done meanwhile is broken off, between two jobs of the guest, once it is given up."""

        def interrupt() -> None:
            if given_up():
                raise _GivenUp

        self._guest.interrupt = interrupt
        try:
            yield
        except _GivenUp:
            pass
        finally:
            self._guest.interrupt = None

    def _told(
        self, number: int, report: Report, before: Document | None, *, follows: bool = False
    ) -> Round:
        spoken = chosen_language(self.language, report.assignment.language)
        report = replace(report, language=spoken)
        report = report if self.instructor else for_student(report)
        if report.status is Status.UNGRADABLE:
            return Round(number, report, follows=follows)
        self._last = results(report)
        return Round(
            number, report, changes(before, self._last) if before else None, follows=follows
        )

    def _settled(self) -> Stamp:
        """What the files look like once nothing happens to them for a moment."""
        stamp = self._stamp()
        while True:
            time.sleep(SETTLED_SECONDS)
            now = self._stamp()
            if now == stamp:
                return stamp
            stamp = now

    def _stamp(self) -> Stamp:
        """Changes with every save of the submission or of the assignment."""
        return (*map(_stamp_of, files_of(self.submission)), *self._stamp_of_assignment())

    def _stamp_of_assignment(self) -> Stamp:
        return tuple(map(_stamp_of, self._files))

    def _files_of_assignment(self) -> tuple[Path, ...]:
        """All that are to be watched. They are read for this: which ones those are changes with a save only."""
        assert self._assignment is not None
        with suppress(GraderError):
            return (*assignment_files(self._assignment), *functions_files(self._assignment))
        return self._files


class _Interruptible(Oracle):
    """An oracle that is broken off when its guest is, whoever helps. What it has learnt till then is kept."""

    def pause(self) -> None:
        if self.guest.interrupt:
            self.guest.interrupt()


def _outcomes(report: Report) -> list[Outcome]:
    return [one.verdict.outcome for one in report.cases]


def _once(notify: Callable[[str], None]) -> Callable[[str], None]:
    """The same, which says a thing only the first time."""
    said: set[str] = set()

    def say(message: str) -> None:
        if message not in said:
            said.add(message)
            notify(message)

    return say


def _stamp_of(path: Path) -> tuple[object, ...]:
    try:
        found = path.stat()
    except OSError:
        return (str(path),)
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino
