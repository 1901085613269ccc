"""A guest process as the grader sees it: started clean, asked to perform, killed when late."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from grader.domain import codec, terse
from grader.domain.assignment import Requirement
from grader.domain.program import Program
from grader.domain.protocol import (
    MAX_UP,
    Base,
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
from grader.domain.submission import SourceFile, Submission
from grader.errors import GraderFault
from grader.sandbox.conversation import Conversation, Memory, Performance
from grader.sandbox.groups import Groups
from grader.sandbox.launch import (
    Planted,
    launch,
    new_box,
    numpy_folder,
    remove_box,
    require_forks,
    spare_user,
    ways,
)
from grader.sandbox.levels import REQUIRED_LEVEL, Protection, protection
from grader.starting import GRADER_FOLDER, OPEN_FILES, Started, files_allowed

START_SECONDS: Final = 30.0
QUIT_SECONDS: Final = 1.0
GROUPS_LEVEL: Final = 4


class Guest:
    """A runner process, used for one submission after another. A context manager.

    Starting returns at once; the first job waits until numpy is imported and the self-test is done there.
    `accept_level` is the least protection under which submissions are performed; `groups` asks for control
    groups, which take their time and are made only where level 4 is wanted. `without` names
    walls to leave out (`landlock`, `filter`, `limits`, `user`, `namespaces`): only tests
    do that, to show what a wall is good for. A process that is `started` already is used.

    Raises GraderFault where the guest does not start, breaks the protocol, or protects too little.
    """

    def __init__(
        self,
        *,
        accept_level: int = REQUIRED_LEVEL,
        groups: bool | None = None,
        without: Collection[str] = (),
        started: Started | None = None,
    ) -> None:
        self.accept_level = accept_level
        # Called before each job: what it raises breaks off a longer work in between, and harms nothing.
        self.interrupt: Callable[[], None] | None = None
        # Called once, while the next job is at work. It asks nothing of this guest.
        self.meanwhile: Callable[[], object] | None = None
        self._without = tuple(without)
        require_forks()
        if (allowed := files_allowed()) < OPEN_FILES:
            raise GraderFault(
                f"a guest needs {OPEN_FILES} open files, and only {allowed} are allowed here: raise the limit of "
                f"open files (`ulimit -n 1024`), or ask whoever runs this machine to"
            )
        self._user = 0 if "user" in without else spare_user()
        try:
            self._box = new_box(self._user)
            self._folder = self._box / "submission"
            self._folder.mkdir()
            self._planted = Planted(self._box)
        except OSError as error:
            raise GraderFault(f"nothing can be laid out for submissions: {error}") from error
        self._ways = list(ways()) if "namespaces" not in without else ["none"]
        wanted = accept_level >= GROUPS_LEVEL if groups is None else groups
        self._groups = Groups(self._box.name) if wanted else None
        self._refusals: list[Trial] = []
        self._silenced = False
        self._protection: Protection | None = None
        self._memory = Memory()
        self._base: SourceFile | None = None
        self._staying: Submission | None = None
        try:
            self._started = self._launch(started)
        except OSError as error:
            self._planted.close()
            remove_box(self._box)
            raise GraderFault(f"no guest can be started: {error}") from error

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
        filmed: int = 0,
        limits: Limits | None = None,
        base: Submission | None = None,
        variants: Sequence[str] = (),
        touching: bool = False,
        stays: bool = False,
        continues: bool = False,
    ) -> Performance:
        """Perform programs (each with its seconds) on a submission.

        With `alone`, each program has a process of its own, so that nothing leaks from one to the next.
        The backward passes of the first `filmed` programs are recorded: some milliseconds each.
        With a `base`, the files of the submission are variants of that one, and all are ours: `variants` says
        which file each program is performed on. They load fast, and nothing is reported of their loading nor
        of what a program does not ask; with `touching` it is told which of their functions each program calls.
        A process that `stays` goes on where what the guest is asked next `continues` with the same submission.
        """
        if self.interrupt:
            self.interrupt()
        kinds = [Kind.FILM] * filmed
        kinds += [Kind.TOUCH if touching else Kind.PROGRAM] * (len(tasks) - filmed)
        programs = [program for program, _ in tasks]
        spelt = b"".join(map(self._memory.frame, programs, kinds))  # it may still be starting
        self.protection.require(self.accept_level)
        limits = limits or Limits()
        folder = self._folder
        try:
            _write_copy(submission, folder)
            seconds = tuple(seconds for _, seconds in tasks)
            job = Job(
                str(folder),
                tuple(file.path for file in submission.files),
                submission.entry,
                dialect,
                requires,
                seconds,
                limits,
                alone,
                tuple(variants),
                stays,
                continues and self._staying is submission,
            )
            self._staying = submission if stays else None
            lesson = self._lesson(base, folder) if base else b""
            said = b"".join((lesson, frame(Kind.JOB, terse.dumps(Job, job)), spelt))
            connection = self._started.connection
            first = Conversation(connection, job, programs, self._memory, kinds)
            performance = self._exchange(said, first)
            if not first.killed_loading:
                return performance
            # By itself or by somebody else: the machine may be short of memory. A second time decides.
            again = Conversation(connection, job, programs, self._memory, kinds)
            return self._exchange(said, again)
        finally:
            _remove_copy(submission, folder)

    @property
    def protection(self) -> Protection:
        """What the guest's self-test has proved. Waits for it. Raises GraderFault."""
        if self._protection is None:
            self._protection = self._wait_until_ready()
        return self._protection

    def forget(self) -> None:
        """What is known of earlier jobs, which makes the next ones faster, is known no more."""
        self._memory = Memory()

    def kill(self) -> None:
        """Kill the process, from any thread: what is being performed ends as a fault. Then close."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._started.process.pid, signal.SIGKILL)

    def dismiss(self) -> None:
        """Tell the guest to end: there are no more jobs. So `close` need not wait for it later."""
        with suppress(OSError):
            self._started.connection.settimeout(QUIT_SECONDS)
            self._started.connection.sendall(frame(Kind.QUIT))

    def close(self) -> None:
        """End the guest, whatever it is doing."""
        self._end()
        self._planted.close()
        if self._groups:
            self._groups.close()
        remove_box(self._box)

    def _launch(self, started: Started | None = None) -> Started:
        return launch(
            Setup(
                numpy_folder(),
                GRADER_FOLDER,
                str(self._box),
                self._user,
                self._ways[0],
                self._groups.doors if self._groups else (),
                self._without,
                self._planted.canaries(),
            ),
            started,
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
                ready: Ready = codec.loads(Ready, payload)
                more = [self._groups.trial()] if self._groups else []
                return protection(ready, [*self._refusals, *more], self._user)
            except (ProtocolError, OSError, codec.Malformed) as error:
                with suppress(subprocess.TimeoutExpired):
                    self._started.process.wait(QUIT_SECONDS)
                status = self._started.process.poll()
                words = self._started.last_words()
                why = words or f"{error}, exit status {status}"
                # Where a way is forbidden, that is said: what ends without a word was killed.
                if not words and status is not None and not self._silenced:
                    self._silenced = True
                    self._end()
                    self._started = self._launch()
                    continue
                if len(self._ways) == 1:
                    raise GraderFault(f"the guest process does not start: {why}") from error
                self._refusals.append(Trial("namespaces", f"not {self._ways[0]}", False, why))
                self._end()
                self._ways.pop(0)
                self._started = self._launch()

    def _end(self) -> None:
        self.dismiss()
        self._started.connection.close()
        process = self._started.process
        # It buries its children, then ends; only one that hangs is killed.
        with suppress(subprocess.TimeoutExpired):
            process.wait(QUIT_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._started.log.close()

    def _lesson(self, base: Submission, folder: Path) -> bytes:
        """What tells a text of our own to the runner; nothing where it knows it."""
        file = base.files[0]
        if self._base == file:
            return b""
        self._base = file
        told = Base(str(folder / file.path), file.data.decode("utf-8"))
        return frame(Kind.BASE, codec.dumps(told))

    def _exchange(self, said: bytes, conversation: Conversation) -> Performance:
        try:
            conversation.connection.settimeout(START_SECONDS)
            conversation.connection.sendall(said)
            meanwhile, self.meanwhile = self.meanwhile, None
            if meanwhile:
                meanwhile()
            return conversation.listen()
        except (ProtocolError, OSError, codec.Malformed) as error:
            how = f"the guest process failed: {error} {self._started.last_words()}".strip()
            # What it still says would be taken for an answer to the next job.
            with suppress(OSError):
                conversation.connection.shutdown(socket.SHUT_RDWR)
            if conversation.loading is None:
                raise GraderFault(how) from error
            return conversation.break_off(how)


def _write_copy(submission: Submission, folder: Path) -> None:
    try:
        for file in submission.files:
            path = f"{folder}/{file.path}"
            if "/" in file.path:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as copy:  # noqa: PTH123 - to make a Path costs as much as the rest
                copy.write(file.data)
    except OSError as error:
        raise GraderFault(
            f"no copy of the submission can be made in {folder.parent}: {error.strerror}"
        ) from error


def _remove_copy(submission: Submission, folder: Path) -> None:
    """What is left of it is an empty folder: to make that anew costs as much as the files."""
    with suppress(OSError):
        if not any("/" in file.path for file in submission.files):
            for file in submission.files:
                os.unlink(f"{folder}/{file.path}")  # noqa: PTH108
            return
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # whoever writes the next copy says so
        folder.mkdir()
