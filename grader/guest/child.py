"""The process that holds one submission: confine, load, perform, die."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from functools import cache, partial
from types import FrameType
from typing import Final, NoReturn, TextIO

from grader.domain import codec, terse
from grader.domain.packing import pack_filmed, pack_touched
from grader.domain.program import Program
from grader.domain.protocol import MAX_DOWN, Incoming, Job, Kind, Whereabouts, frame, read_frame
from grader.domain.submission import Loading
from grader.guest.camera import Camera
from grader.guest.confine import Walls, close_world
from grader.guest.engine import Engine, open_engine, open_variants, read_job
from grader.guest.loading import HandedIn
from grader.guest.perform import answer, observe_number
from grader.guest.system import DEFAULT, set_handler
from grader.guest.variants import Rehearsal, processor_limit

NO_MEMORY = 77
FIRST_KEPT = 60
TOGETHER_SECONDS = 0.02
FEED_BYTES = 1 << 13  # most programs come whole with it

_exit = os._exit  # the submission gets another one


def main(
    job: Job,
    walls: Walls,
    feed: int,
    answers: int,
    prints: int,
    *,
    rehearsal: Rehearsal | None = None,
    handed_in: HandedIn | None = None,
    told: bool = True,
) -> NoReturn:
    """Serve one job on three pipes: programs in, answers out, and whatever the submission prints.

    A `rehearsal` has the programs already, and the submission is variants of what is ours. What was `handed_in`
    may have been read before. What loading shows is found out only where somebody is `told`.
    """
    code = 1
    try:
        feed, answers = arrange_descriptors(feed, answers, prints)
        if not rehearsal:
            _dump_when_killed(answers)
        close_world(walls, job.limits)
        _write(answers, frame(Kind.READY))
        os.chdir(job.folder)
        if rehearsal:
            _write(answers, frame(Kind.LOADING, codec.dumps(Loading(job.entry))))
            _rehearse(job, rehearsal, answers)
            _exit(0)
        loading, engine = open_engine(job, handed_in or read_job(job), told=told)
        _flush()
        kind = Kind.REFUSED if engine is None else Kind.LOADING
        _write(answers, frame(kind, codec.dumps(loading)))
        if engine is not None:
            _tell_where(engine, answers)
            _answer_programs(engine, feed, answers)
        code = 0
    except MemoryError:
        code = NO_MEMORY
    except BaseException:
        traceback.print_exc()
    finally:
        _exit(code)


def _dump_when_killed(answers: int) -> None:
    """A fatal signal, and the end of its processor time, leave the lines executed in place of an answer."""
    faulthandler.enable(answers, all_threads=False)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGXCPU, answers, all_threads=False, chain=True)


def _tell_where(engine: Engine, answers: int) -> None:
    """Which line is executed is told when the runner asks by a signal, since time is up, and by `os._exit`."""

    def tell(number: int, running: FrameType | None) -> None:
        with suppress(Exception):
            where = Whereabouts(engine.stack(running))
            _write(answers, frame(Kind.WHERE, codec.dumps(where)))

    def leave(status: int) -> NoReturn:
        tell(0, sys._getframe(1))
        _exit(status)

    set_handler(signal.SIGUSR1, tell)
    os._exit = leave


def _answer_programs(engine: Engine, feed: int, answers: int) -> NoReturn:
    incoming = Incoming(partial(os.read, feed), FEED_BYTES)
    while True:
        kind, payload = read_frame(incoming.read, MAX_DOWN)
        engine.reset()
        said = PERFORMING[kind](terse.loads(Program, payload), engine)
        _flush()
        _write(answers, frame(Kind.TRANSCRIPT, said))


def _rehearse(job: Job, rehearsal: Rehearsal, answers: int) -> None:
    read = cache(partial(terse.loads, Program))  # the same few are performed on every variant
    touching = rehearsal.programs[0][0] is Kind.TOUCH
    perform = Calls(rehearsal.original.filename).perform if touching else perform_barely
    engines = open_variants(job, rehearsal)
    waiting, since = bytearray(), time.monotonic()
    for engine, (_, payload) in zip(engines, rehearsal.programs, strict=True):
        engine.reset()
        program = read(payload)
        with processor_limit():
            said = perform(program, engine)
        waiting += frame(Kind.TRANSCRIPT, said)
        if not rehearsal.hasty or time.monotonic() - since > TOGETHER_SECONDS:
            _write(answers, bytes(waiting))
            waiting.clear()
            since = time.monotonic()
    _write(answers, bytes(waiting))


class Calls:
    """Notes which functions of a file are called, by the lines at which they begin, from now on."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.lines: set[int] = set()
        self.by_loading: frozenset[int] | None = None
        sys.setprofile(self._note)

    def perform(self, program: Program, engine: Engine) -> bytes:
        """The answer, and what was called for it: by the program, or before the first one by loading the file."""
        if self.by_loading is None:
            self.by_loading = frozenset(self.lines)
        self.lines.clear()
        said = perform_barely(program, engine)
        return pack_touched(said, self.by_loading | self.lines)

    def _note(self, running: FrameType, event: str, argument: object) -> None:
        if event == "call" and running.f_code.co_filename == self.filename:
            self.lines.add(running.f_code.co_firstlineno)


def perform_plainly(program: Program, engine: Engine) -> bytes:
    return answer(program, engine.dialect, engine.frames)


def perform_barely(program: Program, engine: Engine) -> bytes:
    """Nothing but what is asked: enough to compare what variants answer."""
    return answer(program, engine.dialect, engine.frames, bare=True)


def perform_filmed(program: Program, engine: Engine) -> bytes:
    """The same with a film."""
    camera = Camera(engine.dialect, observe_number, engine.place)
    said = answer(program, engine.dialect, engine.frames, camera)
    return pack_filmed(said, camera.film())


PERFORMING: Final = {Kind.PROGRAM: perform_plainly, Kind.FILM: perform_filmed}


def arrange_descriptors(feed: int, answers: int, prints: int) -> tuple[int, int]:
    """Nothing but the three pipes stays open; the two private ones are moved out of the way."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    kept = [os.dup(descriptor) for descriptor in (feed, answers)]
    for standard in (1, 2):
        os.dup2(prints, standard)
    for index, descriptor in enumerate(kept):
        os.dup2(descriptor, 3 + index, inheritable=False)
    close_others(5)
    set_handler(signal.SIGINT, DEFAULT)
    sys.stdin, sys.stdout, sys.stderr = streams()
    return 3, 4


@cache
def streams() -> tuple[TextIO, TextIO, TextIO]:
    """Standard input, output and error of a child. A runner has them opened before it forks.

    For that, descriptors 0 to 2 are for a moment what they will be there: an empty file and a pipe.
    """
    kept = [os.dup(standard) for standard in range(3)]
    null, (read, write) = os.open(os.devnull, os.O_RDONLY), os.pipe()
    for standard, descriptor in enumerate((null, write, write)):
        os.dup2(descriptor, standard)
    try:
        return (
            open(0, encoding="utf-8", errors="replace", closefd=False),
            open(1, "w", encoding="utf-8", errors="replace", closefd=False),
            open(2, "w", encoding="utf-8", errors="replace", closefd=False, buffering=1),
        )
    finally:
        for standard, descriptor in enumerate(kept):
            os.dup2(descriptor, standard)
        for descriptor in (*kept, null, read, write):
            os.close(descriptor)


def close_others(first: int) -> None:
    """Close descriptors from one on, but for those that are kept until the walls stand."""
    os.closerange(first, FIRST_KEPT)
    os.closerange(64, 1 << 16)


def _flush() -> None:
    """What was printed goes out before the answer. The submission may have put anything there."""
    try:
        sys.stdout.flush()
    except Exception:
        return


def _write(descriptor: int, message: bytes | memoryview) -> None:
    written = os.write(descriptor, message)
    if written < len(message):  # the pipe is full
        _write(descriptor, memoryview(message)[written:])
