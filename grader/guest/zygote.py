"""The process that starts those of submissions, and knows nothing.

Who is forked inherits all memory of the process that forks it, and can look through it to the last byte. So the
runner, through which go hidden programs, other students' answers and texts of ours, forks nobody who executes a
submission. It asks this process, made before it had heard any of that, which learns of a job where the submission
lies, and never what is asked of it. Whoever it starts is its child: it alone can wait for them, and buries them.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
from contextlib import suppress
from typing import Final, NoReturn

from grader.domain import terse
from grader.domain.protocol import HEADER, Job, ProtocolError, exactly
from grader.guest import burial, child, system
from grader.guest.confine import Walls
from grader.guest.template import Template, be_a_template

CONTROL: Final = 3
TOLD, UNTOLD, TEMPLATE, ENDED, BURY = b"t", b"u", b"c", b"e", b"b"
PROCESS: Final = struct.Struct("<i")
REPLY: Final = struct.Struct("<?i")
PIPES: Final = 3


class ZygoteGone(Exception):
    """Nobody is left who could start a process: the runner can do no more either."""


class Zygote:
    """The process, as the runner sees it. `buries` says whether it looks for what a submission leaves behind."""

    def __init__(self, walls: Walls, *, buries: bool = True) -> None:
        self._connection, theirs = socket.socketpair()
        runner = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _main(walls, theirs.detach(), runner, buries)
        theirs.close()

    def child(self, job: Job, feed: int, answers: int, prints: int, *, told: bool) -> Started:
        """A process that holds these pipes and will load the submission."""
        return self._started(TOLD if told else UNTOLD, job, feed, answers, prints)

    def template(self, job: Job) -> Template:
        """A process that will be copied."""
        return Template(lambda theirs: self._started(TEMPLATE, job, theirs), job.limits)

    def close(self) -> None:
        """With it ends whoever it has started."""
        self._connection.close()
        os.waitpid(self.pid, 0)

    def ask(self, letter: bytes, process: int) -> int | None:
        """The status with which a process has ended, where it has."""
        found, status = self._exchange(letter, PROCESS.pack(process))
        return status if found else None

    def _started(self, letter: bytes, job: Job, *descriptors: int) -> Started:
        done, pid = self._exchange(letter, terse.dumps(Job, job), *descriptors)
        if not done:
            raise ZygoteGone(f"no process can be started: {os.strerror(pid)}")
        return Started(pid, self)

    def _exchange(self, letter: bytes, payload: bytes, *descriptors: int) -> tuple[bool, int]:
        try:
            header = HEADER.pack(letter, len(payload))
            if descriptors:
                socket.send_fds(self._connection, [header], list(descriptors))
                header = b""
            self._connection.sendall(header + payload)
            done, number = REPLY.unpack(exactly(self._connection.recv, REPLY.size))
        except (OSError, ProtocolError) as error:
            raise ZygoteGone(f"the process that starts others has ended: {error}") from error
        return done, number


class Started:
    """A process that the zygote has started."""

    def __init__(self, pid: int, zygote: Zygote) -> None:
        self.pid = pid
        self._zygote = zygote

    def ended(self) -> int | None:
        """The status with which it has ended, or None."""
        return self._zygote.ask(ENDED, self.pid)

    def signal(self, number: int) -> None:
        """Raises OSError where it has ended."""
        os.kill(self.pid, number)  # its number is nobody else's until the zygote has waited for it

    def bury(self, status: int | None) -> int:
        """Kill whatever is left of it, and all that it started. The status."""
        found = self._zygote.ask(BURY, self.pid)
        return found if status is None and found is not None else status or 0


def _main(walls: Walls, control: int, runner: int, buries: bool) -> NoReturn:
    code = 1
    try:
        os.dup2(control, CONTROL, inheritable=False)
        child.close_others(CONTROL + 1)
        if system.LINUX:
            system.prctl(system.PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if buries:
            burial.adopt_orphans()
        if os.getppid() == runner:
            _serve(socket.socket(fileno=CONTROL), walls, alone=runner == 1)
        code = 0
    finally:
        burial.sweep(alone=runner == 1)
        os._exit(code)


def _serve(connection: socket.socket, walls: Walls, *, alone: bool) -> None:
    """Start and bury until the runner is gone. In a world of processes whose first it is, we are `alone`."""
    with suppress(ProtocolError, ConnectionError):
        while True:
            header, descriptors, _, _ = socket.recv_fds(connection, HEADER.size, PIPES)
            letter, length = HEADER.unpack(
                header + exactly(connection.recv, HEADER.size - len(header))
            )
            payload = exactly(connection.recv, length)
            if letter in (ENDED, BURY):
                (pid,) = PROCESS.unpack(payload)
                reply = _status(pid) if letter == ENDED else burial.bury(pid, alone=alone)
                connection.sendall(REPLY.pack(reply is not None, reply or 0))
                continue
            try:
                pid = os.fork()
            except OSError as error:
                connection.sendall(REPLY.pack(False, error.errno or 0))
                continue
            if pid == 0:
                connection.detach()
                job = terse.loads(Job, payload)  # in the child, or it would cost the next one too
                if letter == TEMPLATE:
                    be_a_template(job, walls, *descriptors)
                child.main(job, walls, *descriptors, told=letter == TOLD)
            for descriptor in descriptors:
                os.close(descriptor)
            connection.sendall(REPLY.pack(True, pid))


def _status(pid: int) -> int | None:
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return status if found else None
