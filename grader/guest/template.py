"""A process that has read and compiled the submission of a job, and executed nothing of it.

Where many programs are performed alone, each in a process of its own, these are copies of it: what they have
in common is done once. It is confined like them, but for what it needs to start them; each copy puts up the rest
before it executes anything. No word of a submission is taken for the number of a process: the kernel gives it.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn

from grader.domain.protocol import Job, Limits
from grader.guest import burial, child, system
from grader.guest.confine import Walls, close_world
from grader.guest.engine import read_job

CONTROL: Final = 3
READY, TOLD, UNTOLD, STARTED = b"R", b"t", b"u", b"s"
STATUS: Final = struct.Struct("<i")
CREDENTIALS: Final = struct.Struct("3i")  # process, user, group
START_SECONDS: Final = 20.0


def possible(walls: Walls) -> bool:
    """Whether copies can be told apart, and are known to leave nothing behind: none can start a process.

    A container may refuse the handle of a process though Python knows the call.
    """
    if not (system.LINUX and walls.filter):
        return False
    try:
        handle = os.pidfd_open(os.getpid())
        try:
            signal.pidfd_send_signal(handle, 0)
        finally:
            os.close(handle)
    except (AttributeError, OSError):
        return False
    return True


class Template:
    """The process, as the runner sees it. It may end at any time: then there are no copies of it.

    `start` starts it at the other end of a connection.
    """

    def __init__(self, start: Callable[[int], burial.Process], limits: Limits) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with theirs:
            self._process = start(theirs.fileno())
        self.alive = True
        self.lost = False
        heard, _ = self._hear(min(limits.load_seconds, START_SECONDS))
        if heard != READY:
            self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def copy(self, feed: int, answers: int, prints: int, *, told: bool) -> Copy | None:
        """A process that holds these pipes, or None where there can be no more."""
        if self.alive:
            with suppress(OSError):
                asked = TOLD if told else UNTOLD
                socket.send_fds(self._connection, [asked], [feed, answers, prints])
                heard, pid = self._hear(START_SECONDS)
                if heard == STARTED and pid != self._process.pid:
                    return Copy(pid, self)
            self.close()
        return None

    def status(self, seconds: float) -> int | None:
        """How the copy ended, once it has."""
        heard, _ = self._hear(seconds)
        return STATUS.unpack(heard)[0] if len(heard) == STATUS.size else None

    def close(self) -> None:
        """With it end its copies."""
        if self.alive:
            self.alive = False
            self._connection.close()
            self._process.bury(None)

    def _hear(self, seconds: float) -> tuple[bytes, int]:
        """A message and who sent it; an empty one where none comes in time, or nobody is left."""
        if not self.alive:
            return b"", 0
        with suppress(OSError):
            if select.select([self._connection], [], [], seconds)[0]:
                heard, beside, _, _ = self._connection.recvmsg(16, socket.CMSG_SPACE(12))
                self.lost = not heard
                for level, kind, data in beside:
                    if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                        return heard, CREDENTIALS.unpack(data)[0]
        return b"", 0


class Copy:
    """A process made by a template, which alone can wait for it. It cannot have started another one."""

    def __init__(self, pid: int, template: Template) -> None:
        """Raises OSError where it is gone already."""
        self.pid = pid
        self._handle = os.pidfd_open(pid)
        self._template = template

    def ended(self) -> int | None:
        """The status with which it has ended, or None. Where its template was killed, so was it."""
        status = self._template.status(0)
        return int(signal.SIGKILL) if status is None and self._template.lost else status

    def signal(self, number: int) -> None:
        """Raises OSError where it has ended."""
        signal.pidfd_send_signal(self._handle, number)

    def bury(self, status: int | None) -> int:
        """Kill it, where its status is not known yet. The status."""
        if status is None:
            with suppress(OSError):
                self.signal(signal.SIGKILL)
            status = self._template.status(burial.PATIENCE_SECONDS)
        os.close(self._handle)
        if status is None:
            self._template.close()
            return int(signal.SIGKILL)
        return status


def be_a_template(job: Job, walls: Walls, control: int) -> NoReturn:
    """Copy the calling process whenever the runner asks for it by the connection `control`."""
    try:
        _arrange(control)
        close_world(walls.of_a_template(), job.limits)
        os.chdir(job.folder)
        handed_in = read_job(job)
        if handed_in.error:
            os._exit(0)
        handed_in.compile()
        gc.freeze()  # copies need not look at what is here, nor fill the gaps between it
        os.write(CONTROL, READY)
        connection = socket.socket(fileno=CONTROL)
        while True:
            asked, pipes, _, _ = socket.recv_fds(connection, 1, 3)
            if len(pipes) != 3:
                os._exit(0)
            pid = os.fork()
            if pid == 0:
                os.write(CONTROL, STARTED)
                connection.detach()
                child.main(job, walls.of_a_copy(), *pipes, handed_in=handed_in, told=asked == TOLD)
            for pipe in pipes:
                os.close(pipe)
            os.write(CONTROL, STATUS.pack(os.waitpid(pid, 0)[1]))
    finally:
        os._exit(1)


def _arrange(control: int) -> None:
    """Nothing but the connection stays open, and nothing is printed."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    kept = os.dup2(control, child.FIRST_KEPT - 1)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.dup2(kept, CONTROL, inheritable=False)
    child.close_others(CONTROL + 1)
