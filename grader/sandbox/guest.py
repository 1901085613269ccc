"""A guest process as the grader sees it: started clean, asked to perform, killed when late."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
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
    Task,
    frame,
    read_frame,
)
from grader.domain.submission import Loading, Submission
from grader.domain.transcript import BadAnswer, Ending, Faulted, NoResult, TimedOut, Transcript
from grader.errors import GraderFault

START_SECONDS: Final = 30.0
GRACE_SECONDS: Final = 5.0
MAX_OUTPUT: Final = 64 * 1024

ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
}


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

    Starting returns at once; the first job waits until numpy is imported there. Raises GraderFault
    where the guest does not start or breaks the protocol itself.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        here = Path(__file__).resolve().parent.parent
        start = here / "guest" / "start.py"
        command = [sys.executable, "-I", "-S", "-B", str(start)]
        arguments = [str(theirs.fileno()), _numpy_folder(), str(here.parent)]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            command + arguments,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
            cwd="/",
        )
        theirs.close()
        self._connection = ours
        self._ready = False

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
        limits = limits or Limits()
        folder = Path(tempfile.mkdtemp(prefix="submission-"))
        try:
            _write_copy(submission, folder)
            all_tasks = tuple(Task(program, seconds) for program, seconds in tasks)
            job = Job(
                str(folder), submission.entry, dialect, requires, all_tasks, limits, alone
            )
            return self._exchange(job)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """End the guest, whatever it is doing."""
        with suppress(OSError):
            self._connection.sendall(frame(Kind.QUIT))
        self._connection.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def _exchange(self, job: Job) -> Performance:
        conversation = _Conversation(self._connection, job)
        try:
            self._wait_until_ready()
            self._connection.sendall(frame(Kind.JOB, codec.dumps(job)))
            return conversation.listen()
        except (ProtocolError, OSError, codec.Malformed) as error:
            how = f"the guest process failed: {error}{self._last_words()}"
            if conversation.loading is None:
                raise GraderFault(how) from error
            return conversation.break_off(how)

    def _wait_until_ready(self) -> None:
        if not self._ready:
            self._connection.settimeout(START_SECONDS)
            kind, _ = read_frame(self._connection.recv, MAX_UP)
            if kind is not Kind.READY:
                raise ProtocolError(f"{kind.name} where READY is due")
            self._ready = True

    def _last_words(self) -> str:
        with suppress(OSError, ValueError):
            self._log.seek(0)
            words = self._log.read(4000).decode("utf-8", "replace").strip()
            return f"\n{words}" if words else ""
        return ""


class _Conversation:
    """One job being answered. Everything a submission wrote is decoded here, as hostile."""

    def __init__(self, connection: socket.socket, job: Job) -> None:
        self.connection = connection
        self.job = job
        self.loading: Loading | None = None
        self.transcripts: list[Transcript] = []
        self.printed = ""
        self.output = ""

    def listen(self) -> Performance:
        alone_loads = self.job.limits.load_seconds * max(1, len(self.job.tasks))
        budget = self.job.limits.total_seconds + alone_loads + GRACE_SECONDS
        deadline = time.monotonic() + budget
        while True:
            self.connection.settimeout(max(0.01, deadline - time.monotonic()))
            kind, payload = read_frame(self.connection.recv, MAX_UP)
            match kind:
                case Kind.FINISHED:
                    return self._performance()
                case Kind.OUTPUT:
                    self.printed += payload.decode("utf-8", "replace")
                case Kind.LOADING:
                    self._load(payload)
                case Kind.TRANSCRIPT:
                    self._add(_transcript(payload))
                case Kind.ENDING:
                    self._end(codec.loads(Ending, payload))
                case _:
                    raise ProtocolError(f"{kind.name} where an answer is due")

    def break_off(self, how: str) -> Performance:
        """What was answered before a fault stays; the rest is the grader's fault."""
        rest = len(self.job.tasks) - len(self.transcripts)
        self.transcripts += [Transcript(Faulted(how))] * rest
        return self._performance()

    def _load(self, payload: bytes) -> None:
        self.output, self.printed = self.printed[:MAX_OUTPUT], ""
        try:
            self.loading = codec.loads(Loading, payload)
        except codec.Malformed as error:
            self.loading = Loading(self.job.entry, error=f"loading gave no readable answer: {error}")

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
        if len(self.transcripts) != len(self.job.tasks):
            raise ProtocolError(
                f"{len(self.transcripts)} answers to {len(self.job.tasks)} programs"
            )
        return Performance(loading, tuple(self.transcripts), self.output)


def _transcript(payload: bytes) -> Transcript:
    try:
        return codec.loads(Transcript, payload)
    except codec.Malformed as error:
        return Transcript(BadAnswer(str(error)[:200]))


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


def _numpy_folder() -> str:
    """Where numpy lies, found without importing it."""
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:
        raise GraderFault("numpy is not installed beside the grader")
    return str(Path(spec.origin).resolve().parent.parent)
