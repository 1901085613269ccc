"""What the grader and a guest say to each other, and how it is framed.

Down go a folder to load and programs with their inputs; up come plain numbers. A frame is a kind (one byte), a
length (four bytes, big-endian) and a payload. Payloads are JSON of domain values; whatever a
submission's process wrote is passed on unread and decoded by the grader as hostile.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from enum import Enum
from typing import Final

from grader.domain import codec
from grader.domain.assignment import Requirement
from grader.domain.transcript import Frame
from grader.records import dataclass

HEADER: Final = struct.Struct(">cI")
MAX_DOWN: Final = 64 * 1024 * 1024
MAX_UP: Final = 4 * 1024 * 1024


class Kind(Enum):
    """Of a frame. The first seven go down, the others come up.

    REFUSED is LOADING of what cannot be loaded: nothing is performed after it.
    """

    SETUP = b"S"
    BASE = b"B"
    JOB = b"J"
    PROGRAM = b"P"
    FILM = b"M"
    TOUCH = b"C"
    QUIT = b"Q"
    READY = b"R"
    LOADING = b"L"
    REFUSED = b"N"
    OUTPUT = b"O"
    TRANSCRIPT = b"T"
    ENDING = b"E"
    WHERE = b"W"
    DUMP = b"D"
    FINISHED = b"F"


KINDS: Final = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a submission was when its time was up, or when it ended itself: its own frames, deepest last."""

    frames: tuple[Frame, ...]


class ProtocolError(Exception):
    """The other side does not speak the protocol, or has gone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission's process may use. Seconds of wall clock, bytes."""

    load_seconds: float = 10.0
    total_seconds: float = 60.0
    cpu_seconds: int = 60
    memory_bytes: int = 2 * 1024**3
    file_bytes: int = 0
    output_bytes: int = 64 * 1024
    flood_bytes: int = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class Canaries:
    """What the grader has laid out for a guest's self-test, which must not be able to touch it.

    The process id of the grader, the port of a listener on this machine, the name of a listening
    abstract socket, and a file that everybody may read.
    """

    process: int
    port: int
    abstract: str
    file: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How a guest is to be built.

    `box` is the folder in which submissions are laid; `user` the spare user id to change to, or 0;
    `namespaces` is `unshare` where the guest makes them itself, else `bubblewrap` or `none`;
    `groups` are the files by which a process enters its control groups. `without`
    names walls that are left out: by the tests, to show what each of them is good for.
    """

    numpy_folder: str
    grader_folder: str
    box: str
    user: int
    namespaces: str
    groups: tuple[str, ...]
    without: tuple[str, ...]
    canaries: Canaries


@dataclass(frozen=True, slots=True)
class Trial:
    """Something that a submission must not be able to do, tried in the sandbox just built.

    `layer` is the wall that should stop it, `what` the deed in words, `why` how it went.
    """

    layer: str
    what: str
    held: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """The first word of a guest: what its self-test has shown."""

    trials: tuple[Trial, ...]
    landlock: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """A text of our own, of which variants will be performed, and the file in which they will lie."""

    filename: str
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """Load the submission in `folder`, which holds these `files`, and perform some programs on it, in order.

    The programs follow in frames of their own, passed on unread; `seconds` says what each may take.
    With `alone`, each program is performed in a process of its own. A program that comes in a FILM
    frame is recorded: its answer is a transcript and a film. To one in a TOUCH frame, performed
    on a variant, the answer is a transcript and the lines at which the functions begin that it calls. Where
    there are `variants`, the folder holds variants of the Base that was sent before, all ours: the file for
    each program. A process that `stays` waits for the next job, and lives on if that one says that it `continues`.
    """

    folder: str
    files: tuple[str, ...]
    entry: str
    dialect: str
    requires: tuple[Requirement, ...]
    seconds: tuple[float, ...]
    limits: Limits
    alone: bool = False
    variants: tuple[str, ...] = ()
    stays: bool = False
    continues: bool = False


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    return HEADER.pack(kind._value_, len(payload)) + payload


def read_frame(read: Callable[[int], bytes], limit: int) -> tuple[Kind, bytes]:
    """The next frame from `read(count)`, which may return fewer bytes, and none at the end.

    Raises ProtocolError at end of stream, on an unknown kind, and on a payload above `limit`.
    """
    kind, length = parse_header(exactly(read, HEADER.size), limit)
    return kind, exactly(read, length)


class Incoming:
    """Takes in many frames at a time, of which they are then read without a system call for each."""

    def __init__(self, receive: Callable[[int], bytes], size: int) -> None:
        self._receive = receive
        self._size = size
        self._waiting = b""
        self._at = 0

    @property
    def is_waiting(self) -> bool:
        """Whether something was taken in that is not read yet."""
        return self._at < len(self._waiting)

    def read(self, count: int) -> bytes:
        """At most so many bytes, and none at the end."""
        if self._at == len(self._waiting):
            self._waiting, self._at = self._receive(self._size), 0
        piece = self._waiting[self._at : self._at + count]
        self._at += len(piece)
        return piece


def read_setup(descriptor: int) -> Setup:
    """The first frame of a connection, by its descriptor. Raises ProtocolError."""
    kind, payload = read_frame(lambda count: os.read(descriptor, count), MAX_DOWN)
    if kind is not Kind.SETUP:
        raise ProtocolError(f"{kind.name} where SETUP is due")
    setup: Setup = codec.loads(Setup, payload)
    return setup


def parse_header(header: bytes, limit: int) -> tuple[Kind, int]:
    """Kind and payload length. Raises ProtocolError where they are not allowed."""
    letter, length = HEADER.unpack(header)
    kind = KINDS.get(letter)
    if kind is None:
        raise ProtocolError(f"no frame starts with {letter!r}")
    if length > limit:
        raise ProtocolError(f"a frame of {length} bytes; at most {limit} are read")
    return kind, length


def exactly(read: Callable[[int], bytes], count: int) -> bytes:
    """So many bytes from `read(count)`, which may return fewer. Raises ProtocolError at end of stream."""
    pieces: list[bytes] = []
    while count:
        piece = read(min(count, 1 << 20))
        if len(piece) == count and not pieces:  # as nearly always
            return piece
        if not piece:
            raise ProtocolError("the stream ended")
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
