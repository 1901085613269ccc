"""What a process takes away from itself before it opens a submission."""

from __future__ import annotations

import ctypes
import resource
import signal
from pathlib import Path
from typing import Final

from grader.domain.protocol import Limits

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38

# Loaded before any fork: a child must not need the dynamic loader once its world is closed.
_libc = ctypes.CDLL(None, use_errno=True)


def confine(limits: Limits, folder: Path) -> None:
    """Close the world around the calling process. `folder` is the submission it will open."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    limit_resources(limits)


def limit_resources(limits: Limits) -> None:
    """Hard limits of this process: memory, processor time, file size, open files, no core dump."""
    for name, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _prctl(option: int, value: int) -> None:
    if hasattr(_libc, "prctl"):
        _libc.prctl(option, value, 0, 0, 0)
