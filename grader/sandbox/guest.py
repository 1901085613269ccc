"""A guest process as the grader sees it: started clean, asked to perform, killed when late."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final

from grader.domain import codec
from grader.domain.assignment import Requirement
from grader.domain.program import Program
from grader.domain.protocol import (
    MAX_UP,
    Job,
    Kind,
    Limits,
    ProtocolError,
    Ready,
    Setup,
    Trial,
    frame,
    read_frame,
)
from grader.domain.submission import Loading, Submission
from grader.domain.transcript import BadAnswer, Ending, Faulted, NoResult, TimedOut, Transcript
from grader.errors import GraderFault
from grader.sandbox import hostile
from grader.sandbox.launch import (
    GRADER_FOLDER,
    Planted,
    Started,
    launch,
    new_box,
    numpy_folder,
    remove_box,
    spare_user,
    ways,
)
from grader.sandbox.levels import REQUIRED_LEVEL, Protection, protection

START_SECONDS: Final = 30.0
GRACE_SECONDS: Final = 5.0
QUIT_SECONDS: Final = 1.0
MAX_OUTPUT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Performance:
    """What came back: what loading showed, and one transcript per task, in their order.

    `loading` has an `error` where the submission could not be loaded; then there are no transcripts.
    """

    loading: Loading
    transcripts: tuple[Transcript, ...]
    output: str = ""


class Guest:
    """A runner process, used for one submission after another. A context manager.

    Starting returns at once; the first job waits until numpy is imported and the self-test is done there.
    `accept_level` is the least protection under which submissions are performed. `without` names
    walls to leave out (`landlock`, `filter`, `limits`, `user`, `namespaces`): only tests
    do that, to show what a wall is good for.

    Raises GraderFault where the guest does not start, breaks the protocol, or protects too little.
    """

    def __init__(
        self, *, accept_level: int = REQUIRED_LEVEL, without: Collection[str] = ()
    ) -> None:
        self.accept_level = accept_level
        self._without = tuple(without)
        self._user = 0 if "user" in without else spare_user()
        self._box = new_box(self._user)
        self._planted = Planted(self._box)
        self._ways = list(ways()) if "namespaces" not in without else ["none"]
        self._refusals: list[Trial] = []
        self._protection: Protection | None = None
        self._started = self._launch()

    def __enter__(self) -> Guest:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def perform(
        self,
        submission: Submission,
        tasks: Sequence[tuple[Program, float]],
        *,
        dialect: str,
        requires: tuple[Requirement, ...],
        alone: bool = False,
        limits: Limits | None = None,
    ) -> Performance:
        """Perform programs (each with its seconds) on a submission.

        With `alone`, each program has a process of its own, so that nothing leaks from one to the next.
        """
        self.protection.require(self.accept_level)
        limits = limits or Limits()
        folder = self._box / "submission"
        try:
            _write_copy(submission, folder)
            seconds = tuple(seconds for _, seconds in tasks)
            job = Job(str(folder), submission.entry, dialect, requires, seconds, limits, alone)
            return self._exchange(job, [program for program, _ in tasks])
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def protection(self) -> Protection:
        """What the guest's self-test has proved. Waits for it. Raises GraderFault."""
        if self._protection is None:
            self._protection = self._wait_until_ready()
        return self._protection

    def close(self) -> None:
        """End the guest, whatever it is doing."""
        self._end()
        self._planted.close()
        remove_box(self._box)

    def _launch(self) -> Started:
        return launch(
            Setup(
                numpy_folder(),
                str(GRADER_FOLDER),
                str(self._box),
                self._user,
                self._ways[0],
                self._without,
                self._planted.canaries(),
            )
        )

    def _wait_until_ready(self) -> Protection:
        """The protection of the first way to start that works."""
        while True:
            connection = self._started.connection
            connection.settimeout(START_SECONDS)
            try:
                kind, payload = read_frame(connection.recv, MAX_UP)
                if kind is not Kind.READY:
                    raise ProtocolError(f"{kind.name} where READY is due")
                return protection(codec.loads(Ready, payload), self._refusals, self._user)
            except (ProtocolError, OSError, codec.Malformed) as error:
                with suppress(subprocess.TimeoutExpired):
                    self._started.process.wait(QUIT_SECONDS)
                status = self._started.process.poll()
                why = self._started.last_words() or f"{error}, exit status {status}"
                if len(self._ways) == 1:
                    raise GraderFault(f"the guest process does not start: {why}") from error
                self._refusals.append(Trial("namespaces", f"not {self._ways[0]}", False, why))
                self._end()
                self._ways.pop(0)
                self._started = self._launch()

    def _end(self) -> None:
        with suppress(OSError):
            self._started.connection.settimeout(QUIT_SECONDS)
            self._started.connection.sendall(frame(Kind.QUIT))
        self._started.connection.close()
        process = self._started.process
        # It buries its children, then ends; only one that hangs is killed.
        with suppress(subprocess.TimeoutExpired):
            process.wait(QUIT_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._started.log.close()

    def _exchange(self, job: Job, programs: Sequence[Program]) -> Performance:
        connection = self._started.connection
        conversation = _Conversation(connection, job)
        try:
            connection.settimeout(START_SECONDS)
            frames = [frame(Kind.JOB, codec.dumps(job))]
            frames += [frame(Kind.PROGRAM, codec.dumps(program)) for program in programs]
            connection.sendall(b"".join(frames))
            return conversation.listen()
        except (ProtocolError, OSError, codec.Malformed) as error:
            how = f"the guest process failed: {error} {self._started.last_words()}".strip()
            if conversation.loading is None:
                raise GraderFault(how) from error
            return conversation.break_off(how)


class _Conversation:
    """One job being answered. Everything a submission wrote is decoded here, as hostile."""

    def __init__(self, connection: socket.socket, job: Job) -> None:
        self.connection = connection
        self.job = job
        self.loading: Loading | None = None
        self.transcripts: list[Transcript] = []
        self.printed = ""
        self.output = ""
        self.received = 0

    def listen(self) -> Performance:
        alone_loads = self.job.limits.load_seconds * max(1, len(self.job.seconds))
        budget = self.job.limits.total_seconds + alone_loads + GRACE_SECONDS
        deadline = time.monotonic() + budget
        while True:
            self.connection.settimeout(max(0.01, deadline - time.monotonic()))
            kind, payload = read_frame(self.connection.recv, MAX_UP)
            self.received += len(payload)
            match kind:
                case Kind.FINISHED:
                    return self._performance()
                case Kind.OUTPUT:
                    self._print(payload)
                case Kind.LOADING:
                    self._load(payload)
                case Kind.TRANSCRIPT:
                    self._add(self._transcript(payload))
                case Kind.ENDING:
                    self._end(codec.loads(Ending, payload))
                case _:
                    raise ProtocolError(f"{kind.name} where an answer is due")

    def break_off(self, how: str) -> Performance:
        """What was answered before a fault stays; the rest is the grader's fault."""
        rest = len(self.job.seconds) - len(self.transcripts)
        self.transcripts += [Transcript(Faulted(how))] * rest
        return self._performance()

    def _load(self, payload: bytes) -> None:
        self.output, self.printed = self.printed[:MAX_OUTPUT], ""
        try:
            self.loading = hostile.loads(Loading, payload)
        except codec.Malformed as error:
            self.loading = Loading(
                self.job.entry, error=f"loading gave no readable answer: {error}"
            )

    def _print(self, payload: bytes) -> None:
        room = max(0, MAX_OUTPUT - len(self.printed))
        self.printed += hostile.plain(payload.decode("utf-8", "replace")[:room])

    def _transcript(self, payload: bytes) -> Transcript:
        try:
            if self.received > hostile.MAX_JOB:
                raise codec.Malformed("the answers are too large together")
            said: Transcript = hostile.loads(Transcript, payload)
        except codec.Malformed as error:
            return Transcript(BadAnswer(hostile.plain(str(error))[:200]))
        # Only the grader itself may say that it is at fault, and only it hears what is printed.
        if isinstance(said.ending, Faulted | TimedOut):
            return Transcript(BadAnswer(f"{type(said.ending).__name__} where an answer is due"))
        return said

    def _end(self, ending: Ending) -> None:
        if self.loading is None:
            self.output, self.printed = self.printed[:MAX_OUTPUT], ""
            self.loading = Loading(self.job.entry, error=_load_error(ending))
        else:
            self._add(Transcript(ending))

    def _add(self, transcript: Transcript) -> None:
        self.transcripts.append(replace(transcript, output=self.printed[:MAX_OUTPUT]))
        self.printed = ""

    def _performance(self) -> Performance:
        loading = self.loading or Loading(self.job.entry, error="nothing was loaded")
        if loading.error:
            return Performance(loading, (), self.output)
        if len(self.transcripts) != len(self.job.seconds):
            raise ProtocolError(
                f"{len(self.transcripts)} answers to {len(self.job.seconds)} programs"
            )
        return Performance(loading, tuple(self.transcripts), self.output)


def _load_error(ending: Ending) -> str:
    match ending:
        case TimedOut(seconds):
            return f"loading did not end within {seconds:g} seconds"
        case NoResult(how):
            return f"the process ended while the submission was loaded ({how})"
        case _:
            return f"the submission could not be loaded ({type(ending).__name__})"


def _write_copy(submission: Submission, folder: Path) -> None:
    for file in submission.files:
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
