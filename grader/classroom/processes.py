"""A process of its own for each worker of a class, so that no two wait for one interpreter.

A `Member` is used like the `Worker` that its process holds. A process that dies costs a retry; where it dies again
over the same submission, that one has a result which says so, and the others are graded.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any, Final

from grader.answers import Store
from grader.classroom.model import Finished, Order, Task
from grader.classroom.worker import LevelDropped, Worker
from grader.errors import GraderFault
from grader.guest import system
from grader.records import replace
from grader.remembered import collect_seldom

END_SECONDS: Final = 5.0
ATTEMPTS: Final = 2
# Where the modules of the one that starts it are found, there they are found by the process.
CODE: Final = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from grader.classroom.processes import main; main()"
)


class Lost(GraderFault):
    """The process of a worker has ended, or cannot be started: how."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A word for the user."""

    message: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of what was asked, or what it raised."""

    value: Any = None
    error: BaseException | None = None


class Member:
    """A worker in a process of its own. Raises what the worker raises."""

    def __init__(self, order: Order, notify: Callable[[str], None] = lambda message: None) -> None:
        self._order = order
        self._notify = notify
        self._level: int | None = None
        self._ended = False
        self._turn = threading.Lock()
        self._start()

    @property
    def level(self) -> int:
        """The protection in force. Raises GraderFault where it is too little."""
        if self._level is None:
            self._level, _ = self._persist("level")
        return self._level

    def learn(self, part: int, parts: int) -> None:
        """See `Worker.learn`. What a lost process did not learn is learned when it is asked for."""
        with suppress(Lost):
            self._ask("learn", part, parts)

    def do(self, task: Task) -> Finished:
        """See `Worker.do`. Raises Lost where no process stays alive whatever it does, or this one was to end."""
        finished: Finished
        try:
            finished, lost = self._persist("do", task)
        except Lost as error:
            finished, lost = self._persist("give_up", task, str(error))
        return replace(finished, retried=finished.retried or lost)

    def kill(self) -> None:
        """End the process, whatever it does, and with it its guest."""
        with self._turn:
            self._ended = True
            self._process.terminate()

    def close(self) -> None:
        """The process ends by itself once it has nothing to do."""
        with self._turn:
            self._ended = True
        self._bury()

    def _bury(self) -> None:
        with suppress(OSError):  # what was written last may be lost
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Not before it has ended: somebody may be reading, and the file waits for them.
        self._process.stdout.close()  # type: ignore[union-attr]

    def _start(self) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            raise Lost(f"no process can be started for a worker: {error}") from error
        self._gone = False
        with suppress(OSError):  # it is found out when something is asked
            _send(self._process.stdin, sys.path)
            _send(self._process.stdin, self._order)

    def _replace(self) -> None:
        """Start another process. Raises LevelDropped where it protects less."""
        with self._turn:
            if self._ended:
                raise Lost("it was ended")
            self._bury()
            self._start()
        if self._level is not None and (level := self._ask("level")) < self._level:
            raise LevelDropped(
                f"a worker was started anew and protects at level {level}, "
                f"where it was {self._level}: nothing more was run. See `grader doctor`."
            )

    def _persist(self, what: str, *arguments: object) -> tuple[Any, str]:
        """What came of it, asking another process where one was lost; and how the first was, if one was."""
        lost = ""
        for _ in range(ATTEMPTS):
            try:
                if self._gone:
                    self._replace()
                return self._ask(what, *arguments), lost
            except Lost as error:
                lost = lost or str(error)
                if self._ended:
                    break
        raise Lost(lost)

    def _ask(self, what: str, *arguments: object) -> Any:
        process = self._process
        try:
            _send(process.stdin, (what, arguments))
            while isinstance(said := pickle.load(process.stdout), _Told):  # type: ignore[arg-type]
                self._notify(said.message)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            self._gone = True
            process.kill()
            raise Lost(f"the process of a worker was lost ({_how(process.wait())})") from None
        if said.error is not None:
            raise said.error
        return said.value


def _how(status: int) -> str:
    return f"signal {system.signal_name(-status)}" if status < 0 else f"exit status {status}"


def _send(pipe: IO[bytes] | None, message: object) -> None:
    assert pipe is not None
    pickle.dump(message, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


# What follows runs in the process of a worker.


class _ToldToEnd(BaseException):
    """Leaves whatever is going on, so that all locks are free again."""


def main() -> None:
    """Do what standard input asks until it ends. Nothing but answers goes to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the one that gives the work
    collect_seldom()
    if system.LINUX:
        system.prctl(system.PR_SET_PDEATHSIG, int(signal.SIGTERM))
    asked = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    order: Order = pickle.load(asked)
    worker = Worker(order, Store.default(), lambda message: _send(answers, _Told(message)))

    ending = False

    def end(number: int, running: FrameType | None) -> None:
        nonlocal ending
        if not ending:  # each thread of the one that gives the work says so as it dies
            ending = True
            worker.kill()
            raise _ToldToEnd

    signal.signal(signal.SIGTERM, end)
    try:
        with suppress(EOFError):
            while True:
                what, arguments = pickle.load(asked)
                _send(answers, _answer(worker, what, arguments))
        ending = True
        worker.close()
    except _ToldToEnd:
        with suppress(Exception):  # whatever it was at
            worker.close()
        os._exit(0)


def _answer(worker: Worker, what: str, arguments: tuple[Any, ...]) -> _Answer:
    try:
        match what:
            case "level":
                return _Answer(worker.level)
            case "learn":
                return _Answer(worker.learn(*arguments))  # type: ignore[func-returns-value]
            case "do":
                return _Answer(worker.do(*arguments))
            case _:
                return _Answer(worker.give_up(*arguments))
    except Exception as error:
        return _Answer(error=_portable(error))


def _portable(error: Exception) -> Exception:
    """The same, or its words where it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return GraderFault(f"{type(error).__name__}: {error}")
    return error
