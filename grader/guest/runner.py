"""The server of a guest: holds numpy and the guest's code, no secret, and never runs student code.

For each job it forks a child, which confines itself before it opens the submission. The runner
feeds the child one program at a time, passes its answers on unread, watches the clock and the amount
of output, and kills. A child that dies costs the program it was performing; a fresh one goes on with the next.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

from grader.domain import codec
from grader.domain.program import Program
from grader.domain.protocol import (
    HEADER,
    MAX_DOWN,
    MAX_UP,
    Job,
    Kind,
    Limits,
    ProtocolError,
    Ready,
    Setup,
    frame,
    parse_header,
    read_frame,
)
from grader.domain.submission import Loading
from grader.domain.transcript import (
    BadAnswer,
    Ending,
    GivenUp,
    NoResult,
    OutOfMemory,
    TimedOut,
    Transcript,
)
from grader.guest import burial, child, system, trials
from grader.guest.confine import WallError, Walls, prepare

REAP_SECONDS = 2.0
MAX_STRIKES = 3
TRIAL_LIMITS = Limits(cpu_seconds=10)

# Once everything is loaded, these modules are taken out of reach.
codec.prepare(Job, Loading, Program, Transcript, Ending, Ready)


class _GraderGone(Exception):
    """The connection was closed, or QUIT came, while a child was at work."""


def serve(descriptor: int, setup: Setup) -> None:
    """Answer jobs on a connected socket until the grader says QUIT or is gone."""
    connection = socket.socket(fileno=descriptor)
    if system.LINUX:
        system.prctl(system.PR_SET_DUMPABLE, 0)
    if "burial" not in setup.without:
        burial.adopt_orphans()
    walls, ready = _self_test(setup)
    connection.sendall(frame(Kind.READY, codec.dumps(ready)))
    with suppress(ProtocolError, OSError, _GraderGone):
        while True:
            kind, payload = read_frame(connection.recv, MAX_DOWN)
            if kind is not Kind.JOB:
                return
            job = codec.loads(Job, payload)
            programs = [read_frame(connection.recv, MAX_DOWN)[1] for _ in job.seconds]
            _perform(job, programs, walls, connection)
            connection.sendall(frame(Kind.FINISHED))


def _self_test(setup: Setup) -> tuple[Walls, Ready]:
    """The walls that stand on this machine, and what was tried behind them."""
    walls = prepare(setup)
    while True:
        found = _try_walls(setup, walls)
        if isinstance(found, Ready):
            return walls, found
        walls = walls.without(found)


def _try_walls(setup: Setup, walls: Walls) -> Ready | str:
    """What the trials showed, or the name of a wall that cannot be put up."""
    runner = os.getpid()
    answers, answers_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            null = os.open(os.devnull, os.O_RDWR)
            _, answer = child.arrange_descriptors(null, answers_write, null)
            try:
                said = codec.dumps(trials.run(setup, walls, TRIAL_LIMITS, runner))
            except WallError as error:
                said = error.layer.encode()
            os.write(answer, said)
        finally:
            os._exit(0)
    os.close(answers_write)
    with open(answers, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    return codec.loads(Ready, said) if said[:1] in (b"{", b"") else said.decode()


def _perform(job: Job, programs: Sequence[bytes], walls: Walls, connection: socket.socket) -> None:
    """Send LOADING once, then for each program OUTPUT and TRANSCRIPT or ENDING, in order.

    After MAX_STRIKES programs in a row that did not end (twice as many alone), the rest is given up.
    """
    budget = time.monotonic() + job.limits.total_seconds
    current: _Child | None = None
    strikes = 0

    def say(ending: Ending) -> None:
        connection.sendall(frame(Kind.ENDING, codec.dumps(ending)))

    for number, (program, seconds) in enumerate(zip(programs, job.seconds, strict=True)):
        if strikes == (2 * MAX_STRIKES if job.alone else MAX_STRIKES) or (
            number and time.monotonic() >= budget
        ):
            say(GivenUp(strikes))
            continue
        if current is None:
            current = _Child(job, walls, connection)
            ending = current.load(budget, announce=number == 0)
            if ending is not None:
                current.end()
                current = None
                if number == 0:
                    return
                say(ending)
                strikes += 1
                continue
        done = current.perform(program, seconds, budget)
        strikes = 0 if done or not current.late else strikes + 1
        if not done or job.alone:
            current.end()
            current = None
    if not programs:
        current = _Child(job, walls, connection)
        current.load(budget, announce=True)
    if current is not None:
        current.end()


class _Child:
    """A process that runs one submission, and the pipes to it."""

    def __init__(self, job: Job, walls: Walls, connection: socket.socket) -> None:
        self.limits: Limits = job.limits
        self.connection = connection
        self.output = bytearray()
        self.output_seen = 0
        self.status: int | None = None
        self.late = False
        feed_read, self.feed = os.pipe()
        self.answers, answers_write = os.pipe()
        self.prints, prints_write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            child.main(job, walls, feed_read, answers_write, prints_write)  # never returns
        for descriptor in (feed_read, answers_write, prints_write):
            os.close(descriptor)
        for descriptor in (self.feed, self.answers, self.prints):
            os.set_blocking(descriptor, False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.answers, selectors.EVENT_READ)
        self.selector.register(self.prints, selectors.EVENT_READ)
        self.selector.register(connection, selectors.EVENT_READ)

    def load(self, budget: float, *, announce: bool) -> Ending | None:
        """Wait until the submission is loaded. Gives how it ended, where it did."""
        deadline = min(budget, time.monotonic() + self.limits.load_seconds)
        answer = self._answer(Kind.LOADING, deadline, self.limits.load_seconds)
        if announce:
            self._send_output()
            if isinstance(answer, bytes):
                self.connection.sendall(frame(Kind.LOADING, answer))
            else:
                self.connection.sendall(frame(Kind.ENDING, codec.dumps(answer)))
        self.output.clear()
        return None if isinstance(answer, bytes) else answer

    def perform(self, program: bytes, seconds: float, budget: float) -> bool:
        """Have one program performed and pass the answer on. False where the child is spent."""
        start = time.monotonic()
        deadline = min(budget, start + seconds)
        answer: bytes | Ending
        if start >= budget:
            answer = TimedOut(self.limits.total_seconds)
        else:
            try:
                self._feed(frame(Kind.PROGRAM, program), deadline)
                answer = self._answer(Kind.TRANSCRIPT, deadline, seconds)
            except BlockingIOError:
                answer = TimedOut(seconds)
            except OSError:
                answer = self._ended()
        self._send_output()
        if isinstance(answer, bytes):
            self.connection.sendall(frame(Kind.TRANSCRIPT, answer))
            return True
        self.late = isinstance(answer, TimedOut)
        self.connection.sendall(frame(Kind.ENDING, codec.dumps(answer)))
        return False

    def end(self) -> None:
        """Kill whatever is left of the child and of all that it started."""
        burial.kill_group(self.pid)
        if self.status is None:
            _, self.status = os.waitpid(self.pid, 0)
        burial.sweep()
        self.selector.close()
        for descriptor in (self.feed, self.answers, self.prints):
            os.close(descriptor)

    def _feed(self, message: bytes, deadline: float) -> None:
        """Write a frame to a child that may not read. Raises BlockingIOError when time is up."""
        view = memoryview(message)
        while True:
            try:
                view = view[os.write(self.feed, view) :]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.001)
            if not view:
                return

    def _answer(self, due: Kind, deadline: float, seconds: float) -> bytes | Ending:
        """The payload of the next frame from the child, or how it failed to come."""
        buffer = bytearray()
        length: int | None = None
        while True:
            if length is None and len(buffer) >= HEADER.size:
                try:
                    kind, length = parse_header(bytes(buffer[: HEADER.size]), MAX_UP)
                except ProtocolError as error:
                    return BadAnswer(str(error))
                if kind is not due:
                    return BadAnswer(f"{kind.name} where {due.name} is due")
            if length is not None and len(buffer) >= HEADER.size + length:
                return bytes(buffer[HEADER.size : HEADER.size + length])
            left = deadline - time.monotonic()
            if left <= 0:
                return TimedOut(seconds)
            for key, _ in self.selector.select(left):
                if key.fd == self.prints:
                    self._drain()
                    if self.output_seen > self.limits.flood_bytes:
                        return NoResult("it printed without end")
                elif key.fileobj is self.connection:
                    self.end()
                    raise _GraderGone
                else:
                    piece = os.read(self.answers, 1 << 16)
                    if not piece:
                        return self._ended()
                    buffer += piece

    def _drain(self) -> None:
        try:
            piece = os.read(self.prints, 1 << 16)
        except BlockingIOError:
            return
        if not piece:
            self.selector.unregister(self.prints)
        self.output_seen += len(piece)
        room = self.limits.output_bytes - len(self.output)
        self.output += piece[: max(room, 0)]

    def _send_output(self) -> None:
        if self.prints in self.selector.get_map():
            self._drain()
        if self.output:
            self.connection.sendall(frame(Kind.OUTPUT, bytes(self.output)))
            self.output.clear()

    def _ended(self) -> Ending:
        """How the child ended, once its answers have stopped."""
        give_up = time.monotonic() + REAP_SECONDS
        while self.status is None and time.monotonic() < give_up:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
            else:
                time.sleep(0.002)
        if self.status is None:
            return NoResult("it closed its answers and went on")
        if os.WIFSIGNALED(self.status):
            number = os.WTERMSIG(self.status)
            if number == signal.SIGXCPU:
                return TimedOut(float(self.limits.cpu_seconds))
            return NoResult(f"signal {signal.Signals(number).name}")
        match os.waitstatus_to_exitcode(self.status):
            case child.NO_MEMORY:
                return OutOfMemory(self.limits.memory_bytes)
            case code:
                return NoResult(f"exit status {code}")
