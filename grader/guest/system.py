"""Linux by its system calls: the few that Python has no function for."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import ctypes
import os
import platform
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38

LINUX: Final = sys.platform == "linux"
MACHINE: Final = {"amd64": "x86_64", "arm64": "aarch64"}.get(
    platform.machine().lower(), platform.machine().lower()
)

# How capabilities are written down, of the process that asks; and none of them.
_VERSION_3: Final = (ctypes.c_uint32 * 2)(0x20080522, 0)
_NO_CAPABILITIES: Final = (ctypes.c_uint32 * 6)()

# Loaded before any fork: a child must not need the dynamic loader once its world is closed.
_libc = ctypes.CDLL(None, use_errno=True)
if LINUX:
    _libc.syscall.restype = ctypes.c_long
    _used = (_libc.prctl, _libc.capset)  # looked up once

# What `signal.signal` calls, between making enums of all that goes in and comes out.
set_handler, DEFAULT = _signal.signal, _signal.SIG_DFL


def call(name: str, *arguments: object) -> int:
    """What a function of the C library returned. Raises OSError where it failed, or is not there."""
    function = getattr(_libc, name, None)
    if function is None:
        raise OSError(38, f"{name} is not offered by this system")
    result: int = function(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """A system call by number. Whole numbers are passed in full width. Raises OSError."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result: int = _libc.syscall(ctypes.c_long(number), *wide)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def prctl(option: int, value: object, more: object = 0) -> int:
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in (value, more, 0, 0)]
    return call("prctl", ctypes.c_int(option), *wide)


def processor() -> int:
    """The number of the processor on which the caller is executed. Raises OSError."""
    return call("sched_getcpu")


def signal_name(number: int) -> str:
    """Real-time signals have only a number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"


def drop_capabilities() -> None:
    """Give up every capability, those that could be got back included. Raises OSError."""
    call("capset", _VERSION_3, _NO_CAPABILITIES)


def capabilities() -> int:
    """The capabilities that are in force or could be, as one number."""
    data = (ctypes.c_uint32 * 6)()
    call("capget", _VERSION_3, data)
    return data[0] | data[1] | (data[3] | data[4]) << 32
