"""The self-test: deeds that must fail, tried by the guest itself in the sandbox just built.

First in the guest's own world, with no wall of a child's put up, so that what namespaces stop is seen
by itself; then behind all walls. No submission is near. What is reported is what held, not what was configured.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterator

import numpy as np

from grader.domain.protocol import Limits, Ready, Setup, Trial
from grader.guest import system
from grader.guest.confine import Walls, close_world

PROBE_FILE = "probe"


class StillPossible(Exception):
    """A deed that must fail was done."""


def run(setup: Setup, walls: Walls, limits: Limits, runner: int) -> Ready:
    """All trials, in the calling process, which is confined afterwards and fit for nothing else."""
    trials: list[Trial] = []
    if setup.namespaces != "none" and "namespaces" not in setup.without:
        trials += _tried(_outside(setup))
    close_world(walls, limits)
    trials += _tried(_behind_walls(setup, limits, runner))
    return Ready(tuple(trials), walls.abi)


Deed = tuple[str, str, Callable[[], object]]


def _outside(setup: Setup) -> Iterator[Deed]:
    """What namespaces alone must stop."""
    there = setup.canaries
    yield "namespaces", "see a file outside", lambda: os.stat(there.file)
    yield "namespaces", "reach a listener of this machine", lambda: _connect(there.port)
    yield "namespaces", "reach an abstract socket", lambda: _connect_abstract(there.abstract)
    yield "namespaces", "see the grader's process", lambda: _see(there.process)


def _behind_walls(setup: Setup, limits: Limits, runner: int) -> Iterator[Deed]:
    own = f"{setup.grader_folder}/grader/guest/start.py"
    outside = setup.canaries
    yield "landlock", "read a file that everybody may read", lambda: _any(_read, own, outside.file)
    yield "landlock", "list a folder outside", lambda: os.listdir("/")
    yield "landlock", "write beside the submission", lambda: _write(f"{setup.box}/{PROBE_FILE}")
    yield (
        "landlock",
        "write into a folder for all",
        lambda: _any(_write_for_all, "/tmp", "/dev/shm"),
    )
    yield (
        "landlock",
        "read the grader's environment",
        lambda: _read(f"/proc/{outside.process}/environ"),
    )
    yield "filter", "start a process", _fork
    yield "filter", "run a program", _execute
    yield "filter", "open a socket", lambda: socket.socket(socket.AF_INET).close()
    yield "filter", "make a file in memory", _make_in_memory
    yield "filter", "change the copy's access rights", lambda: os.chmod(setup.box, 0o777)
    yield "filter", "send a signal to the runner", lambda: os.kill(runner, 0)
    yield "filter", "have the kernel signal the runner", lambda: _be_told(runner)
    yield "filter", "read the runner's memory", lambda: _read_memory(runner)
    yield "limits", "take more memory", lambda: mmap.mmap(-1, limits.memory_bytes + 1).close()
    yield "limits", "raise a limit", _raise_limit
    yield "user", "be root or hold a capability", _privileged
    yield "use", "be unable to read what honest code needs", lambda: _unusable(setup)


def _tried(deeds: Iterator[Deed]) -> list[Trial]:
    trials = []
    for layer, what, deed in deeds:
        try:
            deed()
        except (OSError, ValueError, MemoryError) as error:
            trials.append(Trial(layer, what, True, str(error)))
        except StillPossible as error:
            trials.append(Trial(layer, what, False, str(error)))
        else:
            trials.append(Trial(layer, what, False, "it was done"))
    return trials


def _any(deed: Callable[[str], object], *places: str) -> None:
    """Done if it can be done in one of the places."""
    last: OSError | None = None
    for place in places:
        try:
            deed(place)
        except OSError as error:
            last = error
        else:
            return
    if last:
        raise last


def _read(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY))


def _write(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    os.unlink(path)


def _write_for_all(folder: str) -> None:
    _write(f"{folder}/.grader-probe-{os.getpid()}")


def _connect(port: int) -> None:
    with socket.socket(socket.AF_INET) as probe:
        probe.settimeout(0.2)
        probe.connect(("127.0.0.1", port))


def _connect_abstract(name: str) -> None:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect("\0" + name)


def _see(process: int) -> None:
    if os.getppid() == 1:
        raise ProcessLookupError(errno.ESRCH, "the runner is process 1 of its own world")
    os.kill(process, 0)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _make_in_memory() -> None:
    if not hasattr(os, "memfd_create"):
        raise OSError(errno.ENOSYS, "this system has no such files")
    os.close(os.memfd_create("probe"))


def _be_told(process: int) -> None:
    """Have it signalled as soon as something can be read."""
    reading, writing = os.pipe()
    try:
        fcntl.fcntl(reading, fcntl.F_SETOWN, process)
    finally:
        os.close(reading)
        os.close(writing)


def _execute() -> None:
    """Permission is checked before the path, so a missing program tells, and does not replace us."""
    try:
        os.execv("/missing", ["missing"])
    except FileNotFoundError:
        raise StillPossible("only the program was missing") from None


def _read_memory(process: int) -> None:
    """Permission is checked before the address, so any address tells."""
    here = ctypes.create_string_buffer(8)
    part = (ctypes.c_void_p * 2)(ctypes.addressof(here), 8)
    try:
        system.call("process_vm_readv", process, part, 1, part, 1, 0)
    except OSError as error:
        if error.errno == errno.EFAULT:
            raise StillPossible("only the address was wrong") from None
        raise


def _raise_limit() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))


def _privileged() -> None:
    if os.getuid() and not (system.LINUX and system.capabilities()):
        raise PermissionError("an ordinary user without capabilities")


def _unusable(setup: Setup) -> None:
    """The other way round: honest code must find its libraries and the submission."""
    folders = [path for path in sys.path if not path.endswith(".zip")]
    try:
        for path in (setup.box, *folders, *np.__path__):
            os.listdir(path)
    except OSError as error:
        raise StillPossible(str(error)) from None
    raise PermissionError("all of it can be read")
