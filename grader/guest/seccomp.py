"""The system call filter: a list of refused calls as a program for the kernel's packet filter.

Refused calls fail with EPERM; what the kernel would not let us look into (clone3, io_uring) and what
is newer than our tables fails with ENOSYS, so that the C library falls back. A call by another
architecture's numbers kills. Threads are allowed, processes are not; signals reach the process itself only.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import Final

from grader.guest.syscalls import LAST_KNOWN, absent, inspected, refused
from grader.guest.system import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl

PR_SET_SECCOMP: Final = 22
MODE_FILTER: Final = 2

ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT: Final = 0x40000000

# Offsets in the kernel's description of a call; arguments are looked at by their lower half, as
# the kernel itself does for all that are inspected here.
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24

LOAD: Final = 0x20
EQUAL: Final = 0x15
GREATER: Final = 0x25
AT_LEAST: Final = 0x35
ANY_BIT: Final = 0x45
RETURN: Final = 0x06

ALLOW: Final = 0x7FFF0000
KILL: Final = 0x80000000
REFUSE: Final = 0x00050000 | errno.EPERM
UNKNOWN: Final = 0x00050000 | errno.ENOSYS

LOOKED_THROUGH: Final = 8
CLONE_THREAD: Final = 0x00010000
PRCTL_ALLOWED: Final = (15, 16, 0x53564D41)  # set and get a thread's name; name a memory area
PRCTL_STARTING: Final = (PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS)
STARTING: Final = ("fork", "setsid", "recvmsg")
IOCTL_REFUSED: Final = (0x5412, 0x541C)  # put characters into a terminal's input
FCNTL_REFUSED: Final = (8, 10, 15)  # whom the kernel signals about a file, and with which signal

Instruction = tuple[int, int, int, int]


def program(machine: str, pid: int, *, starting: bool = False) -> list[Instruction]:
    """The filter for a process on `x86_64` or `aarch64`. `pid` is whom it may signal: itself.

    One that is `starting` others may do that, be handed descriptors, and confine itself further; of whom they
    may signal it leaves the decision to theirs.
    """
    numbers = inspected(machine)
    steps: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    if machine == "x86_64":
        steps += [(AT_LEAST, 0, 1, X32_BIT), (RETURN, 0, 0, KILL)]
    steps += [(GREATER, 0, 1, LAST_KNOWN), (RETURN, 0, 0, UNKNOWN)]
    for number in absent(machine).values():
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, UNKNOWN)]
    threads = [(ANY_BIT, 0, 1, CLONE_THREAD), (RETURN, 0, 0, ALLOW)]
    steps += _if(numbers["clone"], threads, ALLOW if starting else REFUSE)
    for name in ("kill", "tgkill"):
        itself = [(EQUAL, 0, 1, pid), (RETURN, 0, 0, ALLOW)]
        steps += _if(numbers[name], itself, ALLOW if starting else REFUSE)
    steps += _if(numbers["prlimit64"], [(EQUAL, 0, 1, 0), (RETURN, 0, 0, ALLOW)], REFUSE)
    options = PRCTL_ALLOWED + (PRCTL_STARTING if starting else ())
    steps += _if(numbers["prctl"], _any_of(options, ALLOW), REFUSE)
    steps += _if(numbers["ioctl"], _any_of(IOCTL_REFUSED, REFUSE), ALLOW)
    steps += _if(numbers["fcntl"], _any_of(FCNTL_REFUSED, REFUSE), ALLOW, argument=SECOND)
    allowed = STARTING if starting else ()
    return steps + _refusing(
        sorted(number for name, number in refused(machine).items() if name not in allowed)
    )


def assemble(instructions: list[Instruction], pid: int) -> tuple[bytes, ...]:
    """A filter as the kernel reads it, cut wherever `pid` stood: `number` puts another there."""
    pieces = [b""]
    for code, yes, no, value in instructions:
        pieces[-1] += struct.pack("<HBB", code, yes, no)
        if value == pid:
            pieces.append(b"")
        else:
            pieces[-1] += number(value)
    return tuple(pieces)


def number(value: int) -> bytes:
    """An operand as the kernel reads it."""
    return struct.pack("<I", value)


def enter(code: bytes) -> None:
    """Bind the calling thread, and threads it starts, to a filter for ever. Raises OSError."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    pointer = ctypes.c_char_p(code)
    header = struct.pack("@HP", len(code) // 8, ctypes.c_void_p.from_buffer(pointer).value)
    prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.c_char_p(header))


def _if(
    number: int, inspection: list[Instruction], otherwise: int, argument: int = FIRST
) -> list[Instruction]:
    """Look at one argument of one call, and decide."""
    body = [(LOAD, 0, 0, argument), *inspection, (RETURN, 0, 0, otherwise)]
    return [(EQUAL, 0, len(body), number), *body]


def _refusing(numbers: list[int]) -> list[Instruction]:
    """Refuse some calls, given in order, and allow all others.

    Looked for by halves: when a filter is entered, the kernel tries all numbers on it.
    """
    count = len(numbers)
    if count > LOOKED_THROUGH:
        low, high = _refusing(numbers[: count // 2]), _refusing(numbers[count // 2 :])
        return [(AT_LEAST, len(low), 0, numbers[count // 2]), *low, *high]
    steps = [(EQUAL, count - index, 0, number) for index, number in enumerate(numbers)]
    return [*steps, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]


def _any_of(values: tuple[int, ...], then: int) -> list[Instruction]:
    return [step for value in values for step in ((EQUAL, 0, 1, value), (RETURN, 0, 0, then))]
