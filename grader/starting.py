"""How the process of a guest is started: without a word of what it is for, so that it may be started first of all.

It has its own modules to load before it needs to be told more. Nothing heavy is imported here, not even `typing`:
the sooner it is started, the more of its work is done while the grader loads what is its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

GRADER_FOLDER = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
}


OPEN_FILES = 64  # a guest keeps some by the highest numbers below that


class Started:
    """A guest's process, the connection to it, and where it writes its own complaints."""

    def __init__(
        self, process: subprocess.Popen[bytes], connection: socket.socket, log: IO[bytes]
    ) -> None:
        self.process = process
        self.connection = connection
        self.log = log

    def last_words(self) -> str:
        with suppress(OSError, ValueError):
            self.log.seek(0)
            return self.log.read(4000).decode("utf-8", "replace").strip()
        return ""


def open_standard() -> None:
    """Where standard input or output was closed, nothing is there: what is opened later must not take its place."""
    for standard in range(3):
        try:
            os.fstat(standard)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def files_allowed() -> int:
    """How many files this process may have open: as many as a guest needs, where that may be changed here."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return OPEN_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or soft >= OPEN_FILES:
        return OPEN_FILES
    most = OPEN_FILES if hard == unlimited else min(hard, OPEN_FILES)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return soft


def start(within: Sequence[str] = ()) -> Started:
    """Start the process of a guest, `within` what another command gives it. It waits for its setup.

    It ends by itself once nobody holds the connection any more.
    """
    files_allowed()
    ours, theirs = socket.socketpair()
    log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the guest
    code = os.path.join(GRADER_FOLDER, "grader", "guest", "start.py")
    python = getattr(sys, "_base_executable", "") or sys.executable
    process = subprocess.Popen(
        [*within, python, "-I", "-S", "-B", code, str(theirs.fileno())],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=(theirs.fileno(),),
        start_new_session=True,
        cwd="/",
    )
    theirs.close()
    return Started(process, ours, log)
