"""The process that holds a submission, as the runner sees it: fed, timed, drained, buried."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import NoReturn, TypeAlias

from grader.domain import codec
from grader.domain.protocol import (
    HEADER,
    MAX_UP,
    Kind,
    Limits,
    ProtocolError,
    frame,
    parse_header,
)
from grader.domain.transcript import BadAnswer, Ending, NoResult, OutOfMemory, TimedOut
from grader.guest import burial, child, system
from grader.guest.burial import Process
from grader.guest.turns import LONG_SECONDS, Turns

REAP_SECONDS = 2.0
WALL_SECONDS = 20.0
WHERE_SECONDS = 0.2
OUTBOX_BYTES = 1 << 18
DUMP_BYTES = 1 << 16
# How what the interpreter says of a process that is killed begins: of a fatal signal, of its processor time.
DUMPS = (b"Fatal Python error: ", b"Stack (most recent call first)")


class GraderGone(Exception):
    """The connection was closed, or QUIT came, while a child was at work."""


class WallsDown(Exception):
    """A child could not put up the walls that stood in the self-test. Nothing was opened."""


class Outbox:
    """Frames for the grader, sent some at a time: it needs none of them before the last."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._waiting = bytearray()

    def say(self, message: bytes) -> None:
        self._waiting += message
        if len(self._waiting) > OUTBOX_BYTES:
            self.send()

    def send(self) -> None:
        self.connection.sendall(self._waiting)
        self._waiting.clear()


class Forked:
    """A child of the runner itself, which executes nothing but what is ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def ended(self) -> int | None:
        """The status with which it has ended, or None."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return status if pid else None

    def signal(self, number: int) -> None:
        """Raises OSError where it has ended."""
        os.kill(self.pid, number)

    def bury(self, status: int | None) -> int:
        """Kill it, where its status is not known yet. The status."""
        burial.kill_group(self.pid)
        if status is None:
            _, status = os.waitpid(self.pid, 0)
        return status


def forked(main: Callable[[], NoReturn]) -> Forked:
    pid = os.fork()
    if pid == 0:
        main()
    return Forked(pid)


Start: TypeAlias = Callable[[int, int, int], Process | None]


class Watched:
    """A process that runs one submission, and the pipes to it.

    It is started in the first of some ways that gives one: by three pipes, for what it is fed, its answers, and
    what it prints.
    """

    def __init__(
        self, limits: Limits, outbox: Outbox, *ways: Start, turns: Turns | None = None
    ) -> None:
        self.limits = limits
        self.turns = turns
        self.say = outbox.say
        self.connection = outbox.connection
        self.output = bytearray()
        self.output_seen = 0
        self.status: int | None = None
        self.late = False
        self.refused = False
        self.printing = True
        self.heard = bytearray()
        self.word = b""
        self.loaded = b""
        started = any(map(self._start, ways))
        assert started, "there is no process"
        self.poll = select.poll()
        self.heard_grader = self.connection.fileno()
        for descriptor in (self.answers, self.prints, self.heard_grader):
            self.poll.register(descriptor, select.POLLIN)

    def _start(self, start: Start) -> bool:
        """Have a process started at the other ends of new pipes. False where there is none, and then no pipe."""
        feed_read, self.feed = os.pipe()
        self.answers, answers_write = os.pipe()
        self.prints, prints_write = os.pipe()
        theirs, ours = (
            (feed_read, answers_write, prints_write),
            (self.feed, self.answers, self.prints),
        )
        process = start(*theirs)
        for descriptor in theirs if process else theirs + ours:
            os.close(descriptor)
        if process is None:
            return False
        for descriptor in ours:
            os.set_blocking(descriptor, False)
        self.process = process
        return True

    def load(self, budget: float, *, announce: bool) -> Ending | None:
        """Wait until the submission is loaded. Gives how it ended, where it did."""
        # Said before anything of the submission is opened, so that nobody else can have said it.
        if not isinstance(self._answer((Kind.READY,), time.monotonic() + WALL_SECONDS, 0.0), bytes):
            self.end()
            raise WallsDown
        deadline = min(budget, time.monotonic() + self.limits.load_seconds)
        due = (Kind.LOADING, Kind.REFUSED)
        answer = self._answer(due, deadline, self.limits.load_seconds)
        if announce:
            self._send_output()
            if isinstance(answer, bytes):
                self.loaded = frame(Kind.REFUSED if self.refused else Kind.LOADING, answer)
                self.say(self.loaded)
            else:
                self.say(frame(Kind.ENDING, codec.dumps(answer)))
        self.output.clear()
        return None if isinstance(answer, bytes) else answer

    def perform(self, kind: Kind, program: bytes, seconds: float, budget: float) -> bool:
        """Have one program performed and pass the answer on. False where the child is spent."""
        start = time.monotonic()
        deadline = min(budget, start + seconds)
        answer: bytes | Ending
        if start >= budget:
            answer = TimedOut(self.limits.total_seconds)
        else:
            self.heard.clear()  # what was said before it was asked is no answer
            self.word = b""
            try:
                self._feed(frame(kind, program), deadline)
                answer = self._answer((Kind.TRANSCRIPT,), deadline, seconds)
            except BlockingIOError:
                answer = TimedOut(seconds)
            except OSError:
                answer = self._ended()
        self._send_output(heard=isinstance(answer, bytes))
        return self._pass_on(answer)

    def hear(self, seconds: float, budget: float, hasty: bool) -> bool:
        """Pass on the next answer of a child that knows all its programs. False where the child is spent.

        Of a `hasty` one only answers are passed on: which program it ended on is not known.
        """
        deadline = min(budget, time.monotonic() + seconds)
        answer = self._answer((Kind.TRANSCRIPT,), deadline, seconds)
        return self._pass_on(answer) if isinstance(answer, bytes) or not hasty else False

    def _pass_on(self, answer: bytes | Ending) -> bool:
        if isinstance(answer, bytes):
            self.say(frame(Kind.TRANSCRIPT, answer))
            return True
        self.late = isinstance(answer, TimedOut)
        if self.status is None and self.late:
            self.word = self._whereabouts()
        if self.heard.startswith(DUMPS):
            self.say(frame(Kind.DUMP, bytes(self.heard[:DUMP_BYTES])))
        elif self.word:
            self.say(frame(Kind.WHERE, self.word))
        self.say(frame(Kind.ENDING, codec.dumps(answer)))
        return False

    def end(self) -> None:
        """Kill whatever is left of the child and of all that it started."""
        self.status = self.process.bury(self.status)
        for descriptor in (self.feed, self.answers, self.prints):
            os.close(descriptor)

    def _feed(self, message: bytes, deadline: float) -> None:
        """Write a frame to a child that may not read. Raises BlockingIOError when time is up."""
        rest: bytes | memoryview = message
        while True:
            try:
                written = os.write(self.feed, rest)
                if written == len(rest):
                    return
                rest = memoryview(rest)[written:]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.001)

    def _answer(self, due: tuple[Kind, ...], deadline: float, seconds: float) -> bytes | Ending:
        """The payload of the next frame from the child, or how it failed to come."""
        while True:
            try:
                payload = self._frame(due)
            except ProtocolError as error:
                if not self.heard.startswith(DUMPS) or len(self.heard) > DUMP_BYTES:
                    return BadAnswer(str(error))
                payload = None  # it is dying
            if payload is not None:
                return payload
            left = deadline - time.monotonic()
            if left <= 0:
                return TimedOut(seconds)
            ending = self._listen(left)
            if ending is not None:
                return ending

    def _whereabouts(self) -> bytes:
        """What the child says of where it is. It may be deaf to the question, and then nothing is lost."""
        try:
            self.process.signal(signal.SIGUSR1)
        except OSError:
            return b""
        self.heard.clear()  # half an answer, too late
        answer = self._answer((Kind.WHERE,), time.monotonic() + WHERE_SECONDS, 0.0)
        return answer if isinstance(answer, bytes) else b""

    def _frame(self, due: tuple[Kind, ...]) -> bytes | None:
        """The payload of the first frame heard, once it is whole. Raises ProtocolError.

        Where the child is, it may say unasked before it ends itself.
        """
        while len(self.heard) >= HEADER.size:
            kind, length = parse_header(bytes(self.heard[: HEADER.size]), MAX_UP)
            if kind not in due and kind is not Kind.WHERE:
                raise ProtocolError(f"{kind.name} where {due[0].name} is due")
            end = HEADER.size + length
            if len(self.heard) < end:
                return None
            payload = bytes(self.heard[HEADER.size : end])
            del self.heard[:end]
            if kind in due:
                self.refused = kind is Kind.REFUSED
                return payload
            self.word = payload
        return None

    def _listen(self, seconds: float) -> Ending | None:
        """Take in what the child says or prints next. Gives how it ended, where it did."""
        heard = self.poll.poll(1000 * min(seconds, LONG_SECONDS) + 1)
        if not heard and self.turns:
            self.turns.end(self.process.pid)
        for descriptor, _ in heard or self.poll.poll(1000 * seconds + 1):
            if descriptor == self.prints:
                self._drain()
                if self.output_seen > self.limits.flood_bytes:
                    return NoResult("it printed without end")
            elif descriptor == self.heard_grader:
                self.end()
                raise GraderGone
            else:
                piece = os.read(self.answers, 1 << 16)
                if not piece:
                    return self._ended()
                self.heard += piece
        return None

    def _drain(self) -> None:
        try:
            piece = os.read(self.prints, 1 << 16)
        except BlockingIOError:
            return
        if not piece:
            self.printing = False
            self.poll.unregister(self.prints)
        self.output_seen += len(piece)
        room = self.limits.output_bytes - len(self.output)
        self.output += piece[: max(room, 0)]

    def _send_output(self, *, heard: bool = False) -> None:
        """What was printed. Where an answer was `heard`, that is here already.

        Both were waited for together, and Linux looks at answers first: what was printed before is seen with one.
        """
        if self.printing and not (heard and system.LINUX):
            self._drain()
        if self.output:
            self.say(frame(Kind.OUTPUT, bytes(self.output)))
            self.output.clear()

    def _ended(self) -> Ending:
        """How the child ended, once its answers have stopped."""
        give_up = time.monotonic() + REAP_SECONDS
        while self.status is None and time.monotonic() < give_up:
            self.status = self.process.ended()
            if self.status is None:
                time.sleep(0.002)
        if self.status is None:
            return NoResult("it closed its answers and went on")
        if os.WIFSIGNALED(self.status):
            number = os.WTERMSIG(self.status)
            if number == signal.SIGXCPU:
                return TimedOut(float(self.limits.cpu_seconds))
            return NoResult(f"signal {system.signal_name(number)}")
        match os.waitstatus_to_exitcode(self.status):
            case child.NO_MEMORY:
                return OutOfMemory(self.limits.memory_bytes)
            case code:
                return NoResult(f"exit status {code}")
