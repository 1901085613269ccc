"""What the grader hears while a job is done: every word of a submission decoded as hostile."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from grader.domain import codec
from grader.domain.film import Film
from grader.domain.packing import Asked, asked
from grader.domain.program import Program
from grader.domain.protocol import (
    HEADER,
    MAX_UP,
    Incoming,
    Job,
    Kind,
    ProtocolError,
    Whereabouts,
    frame,
    read_frame,
)
from grader.domain.spelling import spelled
from grader.domain.submission import Loading
from grader.domain.transcript import (
    BadAnswer,
    Crashed,
    Ending,
    Faulted,
    Frame,
    GivenUp,
    NoResult,
    OutOfMemory,
    TimedOut,
    Transcript,
)
from grader.records import dataclass, replace
from grader.sandbox import hostile
from grader.sandbox.last_words import frames_of

GRACE_SECONDS: Final = 5.0
MAX_FRAMES: Final = 20
MAX_OUTPUT: Final = 64 * 1024
MAX_TOLD: Final = 100  # of each kind of thing that loading shows
SIGNAL: Final = "signal "  # how a process ended that was killed
OUT_OF_TIME: Final = "OutOfTime"  # what a variant of ours raises in a program that does not end


@dataclass(frozen=True, slots=True)
class Performance:
    """What came back: what loading showed, and one transcript per task, in their order.

    `loading` has an `error` where the submission could not be loaded; then there are no transcripts.
    `decoy` and `twins` are transcripts of what the submission was asked besides; `films` stand
    beside the transcripts of the programs that were to be filmed, None where there is none; `touched` are the
    functions that each program called, where that was asked, by the lines at which they begin.
    """

    loading: Loading
    transcripts: tuple[Transcript, ...]
    output: str = ""
    films: tuple[Film | None, ...] = ()
    touched: tuple[frozenset[int], ...] = ()
    decoy: Transcript | None = None
    twins: tuple[Transcript, ...] = ()

    @property
    def fault(self) -> str:
        """What the grader's own machinery failed at, in words; or nothing."""
        endings = (transcript.ending for transcript in self.transcripts)
        return next((ending.how for ending in endings if isinstance(ending, Faulted)), "")


class Memory:
    """What is the same for one submission after another: programs as sent, and answers as decoded.

    Right submissions give the same bytes. What an answer means depends on nothing but its bytes
    and its program, so that it is decoded once.
    """

    MAX_PROGRAMS: Final = 4_000
    MAX_ANSWERS: Final = 10_000
    LARGEST: Final = 8_192

    def __init__(self) -> None:
        # By identity: to hash a program costs more than to send it. The program is kept, so that no
        # other one takes its identity.
        self._programs: dict[int, tuple[Program, bytes, tuple[Asked, Asked]]] = {}
        self._answers: dict[tuple[int, bytes], Transcript] = {}

    def frame(self, program: Program, kind: Kind) -> bytes:
        plain = self._known(program)[1]
        return plain if kind is Kind.PROGRAM else frame(kind, plain[HEADER.size :])

    def transcript(self, payload: bytes, program: Program) -> Transcript:
        """The transcript in a payload. Raises codec.Malformed."""
        key = (id(program), payload)
        said = self._answers.get(key)
        if said is None:
            said = hostile.transcript(payload, self._known(program)[2])
            if len(payload) <= self.LARGEST and len(self._answers) < self.MAX_ANSWERS:
                self._answers[key] = said
        return said

    def filmed(self, payload: bytes, program: Program) -> tuple[Transcript, Film]:
        """The transcript and the film in a payload. Raises codec.Malformed."""
        return hostile.filmed(payload, self._known(program)[2])

    def touched(self, payload: bytes, program: Program) -> tuple[Transcript, frozenset[int]]:
        """The transcript and the lines in a payload. Raises codec.Malformed."""
        return hostile.touched(payload, self._known(program)[2])

    def _known(self, program: Program) -> tuple[Program, bytes, tuple[Asked, Asked]]:
        known = self._programs.get(id(program))
        if known is None:
            if len(self._programs) >= self.MAX_PROGRAMS:
                self._programs.clear()
                self._answers.clear()
            known = (program, frame(Kind.PROGRAM, spelled(program)), asked(program))
            self._programs[id(program)] = known
        return known


class Conversation:
    """One job being answered. Everything a submission wrote is decoded here, as hostile."""

    def __init__(
        self,
        connection: socket.socket,
        job: Job,
        programs: Sequence[Program],
        memory: Memory,
        kinds: Sequence[Kind],
    ) -> None:
        self.connection = connection
        self.incoming = Incoming(self._receive, 1 << 18)
        self.deadline = 0.0
        self.job = job
        self.programs = programs
        self.memory = memory
        self.kinds = kinds
        self.loading: Loading | None = None
        self.transcripts: list[Transcript] = []
        self.films: list[Film | None] = []
        self.touched: list[frozenset[int]] = []
        self.printed = ""
        self.output = ""
        self.received = 0
        self.where: tuple[Frame, ...] = ()
        self.killed_loading = False

    def listen(self) -> Performance:
        alone_loads = self.job.limits.load_seconds * max(1, len(self.job.seconds))
        budget = self.job.limits.total_seconds + alone_loads + GRACE_SECONDS
        self.deadline = time.monotonic() + budget
        while True:
            kind, payload = read_frame(self.incoming.read, MAX_UP)
            self.received += len(payload)
            match kind:
                case Kind.FINISHED:
                    return self._performance()
                case Kind.OUTPUT:
                    self._print(payload)
                case Kind.LOADING:
                    self._load(payload)
                case Kind.REFUSED:
                    self._load(payload)
                    self._refuse()
                case Kind.TRANSCRIPT:
                    self._add(self._transcript(payload))
                case Kind.WHERE:
                    self._locate(payload)
                case Kind.DUMP:
                    self.where = frames_of(payload, self.job.folder, self.job.files)
                case Kind.ENDING:
                    self._end(codec.loads(Ending, payload))
                case _:
                    raise ProtocolError(f"{kind.name} where an answer is due")

    def break_off(self, how: str) -> Performance:
        """What was answered before a fault stays; the rest is the grader's fault."""
        rest = len(self.job.seconds) - len(self.transcripts)
        self.transcripts += [Transcript(Faulted(how))] * rest
        self.films += [None] * rest
        return self._performance()

    def _receive(self, count: int) -> bytes:
        self.connection.settimeout(max(0.01, self.deadline - time.monotonic()))
        return self.connection.recv(count)

    def _load(self, payload: bytes) -> None:
        self.output, self.printed = self.printed[:MAX_OUTPUT], ""
        try:
            self.loading = _bounded(hostile.loads(Loading, payload))
        except codec.Malformed as error:
            self.loading = Loading(
                self.job.entry, error=f"loading gave no readable answer: {error}"
            )

    def _refuse(self) -> None:
        """Whoever says that nothing can be loaded is taken at their word, even without a reason."""
        loading = self.loading or Loading(self.job.entry)
        self.loading = replace(loading, error=loading.error or "nothing was loaded")

    def _print(self, payload: bytes) -> None:
        room = max(0, MAX_OUTPUT - len(self.printed))
        self.printed += hostile.plain(payload.decode("utf-8", "replace")[:room])

    def _transcript(self, payload: bytes) -> Transcript:
        try:
            if self.received > hostile.MAX_JOB:
                raise codec.Malformed("the answers are too large together")
            if len(self.transcripts) >= len(self.programs):
                raise codec.Malformed("nothing was asked")
            number = len(self.transcripts)
            program = self.programs[number]
            match self.kinds[number]:
                case Kind.FILM:
                    said, film = self.memory.filmed(payload, program)
                    self.films.append(film)
                case Kind.TOUCH:
                    said, lines = self.memory.touched(payload, program)
                    self.touched.append(lines)
                case _:
                    said = self.memory.transcript(payload, program)
        except codec.Malformed as error:
            return Transcript(BadAnswer(hostile.plain(str(error))[:200]))
        if (
            self.job.variants
            and isinstance(said.ending, Crashed)
            and said.ending.type == OUT_OF_TIME
        ):
            return Transcript(TimedOut(self.job.seconds[len(self.transcripts)]))
        # Only the grader itself may say that it is at fault, and only it hears what is printed.
        if isinstance(said.ending, Faulted | TimedOut | GivenUp):
            return Transcript(BadAnswer(f"{type(said.ending).__name__} where an answer is due"))
        return said

    def _end(self, ending: Ending) -> None:
        if self.loading is None:
            self.output, self.printed = self.printed[:MAX_OUTPUT], ""
            self.loading = Loading(self.job.entry, error=_load_error(ending))
            self.killed_loading = isinstance(ending, NoResult) and ending.how.startswith(SIGNAL)
        else:
            if isinstance(ending, TimedOut | NoResult | OutOfMemory):
                ending = replace(ending, frames=self.where)
            self._add(Transcript(ending))
        self.where = ()

    def _locate(self, payload: bytes) -> None:
        with suppress(codec.Malformed):
            found: Whereabouts = hostile.loads(Whereabouts, payload)
            self.where = found.frames[-MAX_FRAMES:]

    def _add(self, transcript: Transcript) -> None:
        if self.printed:
            transcript = replace(transcript, output=self.printed[:MAX_OUTPUT])
            self.printed = ""
        self.transcripts.append(transcript)
        if len(self.films) < len(self.transcripts):
            self.films.append(None)

    def _performance(self) -> Performance:
        loading = self.loading or Loading(self.job.entry, error="nothing was loaded")
        if loading.error:
            return Performance(loading, (), self.output)
        if len(self.transcripts) != len(self.job.seconds):
            raise ProtocolError(
                f"{len(self.transcripts)} answers to {len(self.job.seconds)} programs"
            )
        films = tuple(self.films[: self.kinds.count(Kind.FILM)])
        touched = tuple(self.touched)
        return Performance(loading, tuple(self.transcripts), self.output, films, touched)


def _bounded(loading: Loading) -> Loading:
    """As much as a guest tells: whoever tells more is no guest."""
    return replace(
        loading,
        skipped=loading.skipped[:MAX_TOLD],
        bound=loading.bound[:MAX_TOLD],
        absent=loading.absent[:MAX_TOLD],
        notes=loading.notes[:MAX_TOLD],
    )


def _load_error(ending: Ending) -> str:
    match ending:
        case TimedOut(seconds):
            return f"loading did not end within {seconds:g} seconds"
        case NoResult(how):
            return f"the process ended while the submission was loaded ({how})"
        case _:
            return f"the submission could not be loaded ({type(ending).__name__})"
