"""What the grader and a guest say to each other, and how it is framed.

Down go a folder to load, inputs and programs; up come plain numbers. A frame is a kind (one byte), a
length (four bytes, big-endian) and a payload. Payloads are JSON of domain values; whatever a
submission's process wrote is passed on unread and decoded by the grader as hostile.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from grader.domain.assignment import Requirement
from grader.domain.program import Program

HEADER: Final = struct.Struct(">cI")
MAX_DOWN: Final = 64 * 1024 * 1024
MAX_UP: Final = 16 * 1024 * 1024


class Kind(Enum):
    """Of a frame. The first three go down, the others come up."""

    JOB = b"J"
    PROGRAM = b"P"
    QUIT = b"Q"
    READY = b"R"
    LOADING = b"L"
    OUTPUT = b"O"
    TRANSCRIPT = b"T"
    ENDING = b"E"
    FINISHED = b"F"


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
class Task:
    """A program and the seconds it may take."""

    program: Program
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """Load the submission in `folder` and perform some programs on it, in order.

    With `alone`, each program is performed in a process of its own.
    """

    folder: str
    entry: str
    dialect: str
    requires: tuple[Requirement, ...]
    tasks: tuple[Task, ...]
    limits: Limits
    alone: bool = False


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    return HEADER.pack(kind.value, len(payload)) + payload


def read_frame(read: Callable[[int], bytes], limit: int) -> tuple[Kind, bytes]:
    """The next frame from `read(count)`, which may return fewer bytes, and none at the end.

    Raises ProtocolError at end of stream, on an unknown kind, and on a payload above `limit`.
    """
    kind, length = parse_header(_exactly(read, HEADER.size), limit)
    return kind, _exactly(read, length)


def parse_header(header: bytes, limit: int) -> tuple[Kind, int]:
    """Kind and payload length. Raises ProtocolError where they are not allowed."""
    letter, length = HEADER.unpack(header)
    try:
        kind = Kind(letter)
    except ValueError:
        raise ProtocolError(f"no frame starts with {letter!r}") from None
    if length > limit:
        raise ProtocolError(f"a frame of {length} bytes; at most {limit} are read")
    return kind, length


def _exactly(read: Callable[[int], bytes], count: int) -> bytes:
    pieces = []
    while count:
        piece = read(min(count, 1 << 20))
        if not piece:
            raise ProtocolError("the stream ended")
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
