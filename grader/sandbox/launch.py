"""How a guest is started: its command line, its box, its user, and what is laid out for its self-test."""

from __future__ import annotations

import os
import random
import shutil
import socket
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from typing import IO, Final

from grader.domain import codec
from grader.domain.protocol import Canaries, Kind, Setup, frame
from grader.errors import GraderFault
from grader.starting import GRADER_FOLDER, Started, start

BUBBLEWRAP: Final = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap")
BOX: Final = "grader-box-"
CANARY: Final = ".canary"
SETTLED_SECONDS: Final = 60  # a box this new may just be made
SPARE_USERS: Final = range(60706, 61184)  # given to nobody by distributions and by systemd


def require_forks() -> None:
    """Raises GraderFault where no process can be copied: on Windows."""
    if not hasattr(os, "fork"):
        raise GraderFault(
            "submissions are performed on Linux and on macOS: on Windows, use the grader in WSL "
            "(`wsl --install`) or in a container"
        )


class Planted:
    """Listeners and a file that a guest's self-test must not reach. Closed with the guest."""

    def __init__(self, box: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._abstract = socket.socket(socket.AF_UNIX)
        self.file = box.with_name(box.name + CANARY)
        self._open = self.file.open("w", encoding="utf-8")
        self._open.write("a submission that reads this has left its box\n")
        self._open.flush()
        self.file.chmod(0o644)
        _locked(self._open)  # as long as we live
        self.name = ""
        with suppress(OSError):  # abstract names exist on Linux only
            self._abstract.bind("\0" + box.name)
            self._abstract.listen()
            self.name = box.name

    def canaries(self) -> Canaries:
        port = self._listener.getsockname()[1]
        return Canaries(os.getpid(), port, self.name, str(self.file))

    def close(self) -> None:
        self._listener.close()
        self._abstract.close()
        self._open.close()
        self.file.unlink(missing_ok=True)


def launch(setup: Setup, started: Started | None = None) -> Started:
    """Start a guest, or set up one that is `started`. Returns at once: the guest says READY when it is."""
    if started is None:
        started = start(_bubblewrap(setup) if setup.namespaces == "bubblewrap" else ())
    started.connection.sendall(frame(Kind.SETUP, codec.dumps(setup)))
    _keep_compiled()
    return started


@cache
def _keep_compiled() -> None:
    """Compile what only guests import. They may write nothing, and would compile it at every start.

    Once it is installed there is nothing to do.
    """
    if sys.dont_write_bytecode:
        return
    for file in Path(GRADER_FOLDER, "grader", "guest").rglob("*.py"):
        with suppress(OSError):
            kept = Path(cache_from_source(str(file)))
            if not kept.exists() or kept.stat().st_mtime < file.stat().st_mtime:
                from py_compile import compile

                compile(str(file), quiet=2)


def new_box(user: int) -> Path:
    """An empty folder for submissions, which the guest's user can reach and nobody else can read."""
    folders = (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm")
    parent = next((f for f in folders if not user or _open_to_all(Path(f))), None)
    _sweep(Path(parent or tempfile.gettempdir()))
    box = Path(tempfile.mkdtemp(prefix=BOX, dir=parent)).resolve()
    if user:
        os.chown(box, -1, user)
        box.chmod(0o750)
    return box


def remove_box(box: Path) -> None:
    shutil.rmtree(box, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove the boxes of graders that were killed: nobody holds the lock of their canary any more."""
    for canary in parent.glob(f"{BOX}*{CANARY}"):
        with suppress(OSError):
            found = canary.lstat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < SETTLED_SECONDS:
                continue
            with canary.open(encoding="utf-8") as file:
                if _locked(file):
                    remove_box(canary.with_name(canary.name.removesuffix(CANARY)))
                    canary.unlink()


def _locked(file: IO[str]) -> bool:
    """Lock a file for as long as it is open. False where somebody else has, or where there are no such locks."""
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def spare_user() -> int:
    """A user id that belongs to nobody, where we are root; else 0: we stay who we are."""
    if os.geteuid() != 0:
        return 0
    import pwd

    first = random.SystemRandom().randrange(len(SPARE_USERS))  # not the one that a neighbour takes
    user: int
    for user in (*SPARE_USERS[first:], *SPARE_USERS[:first]):
        try:
            pwd.getpwuid(user)
        except KeyError:
            return user
    return 0


def ways() -> tuple[str, ...]:
    """How namespaces may be had here, the best first; the last is to go without."""
    if sys.platform != "linux":
        return ("none",)
    found = ("bubblewrap",) if os.geteuid() and bubblewrap() else ()
    return ("unshare", *found, "none")


@cache
def bubblewrap() -> str:
    return next((path for path in BUBBLEWRAP if os.access(path, os.X_OK)), "")


@cache
def numpy_folder() -> str:
    """Where numpy lies, found without importing it."""
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:
        raise GraderFault("numpy is not installed beside the grader")
    return str(Path(spec.origin).resolve().parent.parent)


def _open_to_all(folder: Path) -> bool:
    try:
        return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))
    except OSError:
        return False


def _bubblewrap(setup: Setup) -> list[str]:
    """The command that starts a guest in namespaces made by bubblewrap, which some systems allow alone."""
    import sysconfig

    python = Path(getattr(sys, "_base_executable", "") or sys.executable)
    stdlib = Path(sysconfig.get_path("stdlib")).resolve()
    grader = Path(setup.grader_folder) / "grader"
    folders = [
        *(Path(f) for f in ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache")),
        Path("/usr/share/zoneinfo"),
        *(file for file in (Path(sys.base_prefix) / "lib").glob("libpython*")),
        python,
        python.resolve(),
        stdlib,
        *(Path(setup.numpy_folder) / name for name in ("numpy", "numpy.libs")),
        *(grader / name for name in ("guest", "domain", "errors.py", "records.py")),
        Path(setup.box),
    ]
    command = [bubblewrap(), "--unshare-all", "--as-pid-1", "--cap-drop", "ALL"]
    for folder in dict.fromkeys(folders):
        command += ["--ro-bind-try", str(folder), str(folder)]
    for device in ("/dev/null", "/dev/urandom"):
        command += ["--dev-bind-try", device, device]
    return [*command, "--chdir", "/", "--"]
