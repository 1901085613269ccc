"""The first code of a guest on a system that has none of what only Linux has: something like macOS.

Its arguments are the code that is to run there, and the descriptor to talk on.
"""

import builtins
import ctypes
import os
import runpy
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

# They look at the platform themselves: loaded before it changes.
for name in (
    "datetime",
    "faulthandler",
    "inspect",
    "pathlib",
    "platform",
    "resource",
    "select",
    "traceback",
):
    __import__(name)

LINUX_ONLY: dict[Any, tuple[str, ...]] = {
    os: ("O_PATH", "eventfd", "getresgid", "getresuid", "memfd_create", "pidfd_open", "pipe2",
         "sched_getaffinity", "sched_setaffinity", "setns", "setresgid", "setresuid", "unshare"),
    signal: ("pidfd_send_signal", "sigtimedwait", "sigwaitinfo"),
    socket: ("SCM_CREDENTIALS", "SOCK_SEQPACKET", "SO_PASSCRED", "SO_PEERCRED"),
}  # fmt: skip
NO_CALLS = ("capget", "capset", "mount", "prctl", "process_vm_readv", "syscall", "unshare")


class Library:
    """The C library without the calls of Linux."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        if name in NO_CALLS:
            raise AttributeError(name)
        return getattr(self._library, name)


def without_proc(function: Callable[..., Any]) -> Callable[..., Any]:
    def asked(path: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(path, str) and path.startswith("/proc"):
            raise FileNotFoundError(2, "there is no /proc", path)
        return function(path, *arguments, **options)

    return asked


def move_elsewhere() -> None:
    sys.platform = "darwin"
    for module, names in LINUX_ONLY.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    builtins.open, os.open = without_proc(open), without_proc(os.open)
    library, send = ctypes.CDLL, socket.send_fds

    def send_some(connection: Any, buffers: Any, descriptors: Any, *arguments: Any) -> int:
        assert descriptors, "to hand on nothing is refused by some systems"
        return send(connection, buffers, descriptors, *arguments)

    loaded: Any = lambda *arguments, **options: Library(library(*arguments, **options))  # noqa: E731
    ctypes.CDLL, socket.send_fds = loaded, send_some


if __name__ == "__main__":
    move_elsewhere()
    start = sys.argv.pop(1)
    runpy.run_path(start, run_name="__main__")
