"""Where attacks are let loose: a guest with some walls, canaries around it, and an honest judge."""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from grader.answers import Store, answers_for
from grader.domain.array import Array
from grader.domain.assignment import Assignment, Case, Requirement
from grader.domain.observed import Observed
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.protocol import Limits
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Transcript
from grader.domain.verdict import Verdict
from grader.observing import observe
from grader.sandbox import Guest, Performance, Protection
from grader.scoring import judged
from grader.shipped import reference_file
from tests.attacks.attack import Attack

DONE = "DEED-DONE"
LIMITS = Limits(load_seconds=4.0, total_seconds=12.0, memory_bytes=1024**3)
REQUIRES = (Requirement("Variable"),)


def _case(name: str, *nodes: tuple[str, str, str]) -> Case:
    """A case over `x`; a node is its target, its function, and its operands with blanks between."""
    applies = tuple(Apply((t,), f, tuple(map(Name, o.split()))) for t, f, o in nodes)
    asked = (Quantity(Aspect.VALUE, nodes[-1][0]), Quantity(Aspect.GRADIENT, "x"))
    program = Program(
        (Input("x", Array.of([3.0, -1.5])),), (*applies, Backward(nodes[-1][0])), asked
    )
    return Case(name, name, "rule", "", program, points=10.0, time_limit=0.4)


ASSIGNMENT = Assignment(
    "arena",
    "Arena",
    "variable-function",
    REQUIRES,
    (
        _case("square", ("y", "square", "x")),
        _case("sum", ("y", "add", "x x")),
        _case("diamond", ("a", "square", "x"), ("b", "square", "a"), ("y", "add", "b a")),
    ),
)


@dataclass
class Canaries:
    """Things nearby that a submission must neither read, reach, change nor leave behind."""

    token: str = field(default_factory=lambda: f"TOKEN-{secrets.token_hex(8)}")
    mark: str = field(default_factory=lambda: f"stray-{secrets.token_hex(4)}")
    key: int = field(default_factory=lambda: secrets.randbelow(1 << 30) + 1)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="canary-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.secret = self._file("secret.txt", 0o644)
        self.private = self._file("private.txt", 0o600)
        self.open = self.folder / "open-to-all"
        self.open.mkdir()
        self.open.chmod(0o777)
        self.writable = self._file("open-to-all/notes.txt", 0o666)
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind("\0" + self.folder.name)
        self.abstract.listen()
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(self.folder / "daemon.sock"))
        (self.folder / "daemon.sock").chmod(0o666)
        self.unix.listen()
        for listener in (self.tcp, self.udp, self.abstract, self.unix):
            listener.setblocking(False)
        self.victim = subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; time.sleep(3600)"],
            env={"PATH": "/usr/bin:/bin", "SECRET_IN_ENVIRONMENT": self.token},
        )
        self.before = self.hashes()

    def _file(self, name: str, mode: int) -> Path:
        path = self.folder / name
        path.write_text(f"{self.token}\n")
        path.chmod(mode)
        return path

    def names(self) -> dict[str, object]:
        return {
            "secret": str(self.secret),
            "private": str(self.private),
            "open": str(self.open),
            "writable": str(self.writable),
            "port": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "abstract": self.folder.name,
            "unix": str(self.folder / "daemon.sock"),
            "victim": self.victim.pid,
            "grader": os.getpid(),
            "reference": str(reference_file()),
            "project": str(reference_file().parent.parent),
            "mark": self.mark,
            "key": self.key,
            "shared": f"/dev/shm/{self.folder.name}",
        }

    def hashes(self) -> dict[str, str]:
        """What the files are, and that there are no others."""
        shared = Path("/dev/shm").glob(f"{self.folder.name}*")
        return {
            str(path): f"{path.stat().st_mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in (*self.folder.iterdir(), *self.open.iterdir(), *shared)
            if path.is_file()
        }

    def connected(self) -> bool:
        """Whether anybody came to a listener."""
        found = False
        for listener in (self.tcp, self.abstract, self.unix):
            with suppress(BlockingIOError):
                listener.accept()[0].close()
                found = True
        with suppress(BlockingIOError):
            found = bool(self.udp.recv(100)) or found
        return found

    def strays(self) -> list[int]:
        """Processes that bear our mark, by their name."""
        found = []
        for comm in Path("/proc").glob("[0-9]*/comm"):
            with suppress(OSError):
                if comm.read_text().strip() == self.mark:
                    found.append(int(comm.parent.name))
        return found

    def segments(self) -> str:
        tables = ("shm", "sem", "msg")
        return "".join(Path(f"/proc/sysvipc/{table}").read_text() for table in tables)

    def restore(self) -> None:
        """Undo what an attack without walls did."""
        self._end_strays()
        for path in [*self.open.iterdir(), *Path("/dev/shm").glob(f"{self.folder.name}*")]:
            if path != self.writable and path.is_file():
                path.unlink()
        self.writable.write_text(f"{self.token}\n")
        self.writable.chmod(0o666)
        self.secret.write_text(f"{self.token}\n")
        self.secret.chmod(0o644)
        self._remove_segments()
        self.connected()

    def _end_strays(self) -> None:
        """Kill them, and wait until they are gone: the next attack is not to be taken for their owner."""
        deadline = time.monotonic() + 5
        while (strays := self.strays()) and time.monotonic() < deadline:
            for pid in strays:
                with suppress(ProcessLookupError):  # it has ended since
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def _remove_segments(self) -> None:
        libc = ctypes.CDLL(None)
        for table, remove in (("shm", libc.shmctl), ("msg", libc.msgctl)):
            for line in Path(f"/proc/sysvipc/{table}").read_text().splitlines()[1:]:
                if line.split()[0] == str(self.key):
                    remove(int(line.split()[1]), 0, None)

    def close(self) -> None:
        self.victim.kill()
        self.victim.wait()
        self.restore()
        for listener in (self.tcp, self.udp, self.abstract, self.unix):
            listener.close()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        self.folder.rmdir()


@dataclass(frozen=True)
class Result:
    observed: Observed
    verdicts: tuple[Verdict, ...]
    transcripts: dict[str, Transcript]

    @property
    def score(self) -> float:
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def text(self) -> str:
        """Every word that came from the submission."""
        shown = [self.observed.output, repr(self.observed.loading)]
        shown += [f"{t.output} {t.ending!r}" for t in self.transcripts.values()]
        return "\n".join(shown)


class Arena:
    """A guest with walls, warm for many attacks."""

    def __init__(self, canaries: Canaries, without: Collection[str] = ()) -> None:
        self.canaries = canaries
        self.guest = Guest(without=without, accept_level=0)
        self._answers: Mapping[str, Transcript] = {}

    @property
    def level(self) -> int:
        return self.guest.protection.level

    def answers(self) -> Mapping[str, Transcript]:
        if not self._answers:
            self._answers = answers_for(ASSIGNMENT, self.guest, Store(None))
        return self._answers

    def fight(self, attack: Attack) -> Result:
        files = {"submission.py": attack.text(self.canaries.names()).encode("utf-8", "replace")}
        return self.grade({**files, **(attack.files or {})}, entry="submission.py")

    def fight_in_copies(self, attack: Attack) -> str:
        """Every word that comes from the submission where each case is performed alone."""
        files = {"submission.py": attack.text(self.canaries.names()).encode("utf-8", "replace")}
        sources = [SourceFile(path, data) for path, data in (files | (attack.files or {})).items()]
        done = self.guest.perform(
            Submission("attack", "folder", tuple(sources), "submission.py"),
            [(case.program, case.time_limit) for case in ASSIGNMENT.cases],
            dialect=ASSIGNMENT.dialect,
            requires=REQUIRES,
            alone=True,
            limits=LIMITS,
        )
        told = [f"{one.output} {one.ending!r}" for one in done.transcripts]
        return "\n".join([done.output, repr(done.loading), *told])

    def grade(self, files: dict[str, bytes], entry: str = "") -> Result:
        """Grade a submission just as it is."""
        sources = tuple(SourceFile(path, data) for path, data in files.items())
        handed_in = Submission("attack", "folder", sources, entry)
        answers = self.answers()
        guest = _WithLimits(self.guest)
        observed = observe(handed_in, ASSIGNMENT, answers, guest)  # type: ignore[arg-type]
        verdicts, transcripts = judged(observed, ASSIGNMENT, answers)
        return Result(observed, verdicts, transcripts)

    def succeeded(self, attack: Attack, text: str) -> bool:
        """Whether the canaries, and what the submission said, show what the attack was after."""
        canaries = self.canaries
        match attack.evidence:
            case "loot":
                return canaries.token in text
            case "done":
                return DONE in text
            case "listener":
                return canaries.connected()
            case "files":
                return canaries.hashes() != canaries.before
            case "processes":
                return bool(canaries.strays())
            case "segments":
                return str(canaries.key) in canaries.segments()
            case "nothing":
                return False

    def close(self) -> None:
        self.guest.close()


class _WithLimits:
    """A guest that gives every submission the arena's limits, so that attacks end soon."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest

    @property
    def protection(self) -> Protection:
        return self._guest.protection

    def perform(self, *arguments: object, **options: object) -> Performance:
        return self._guest.perform(*arguments, **options | {"limits": LIMITS})  # type: ignore[arg-type]


def known(attacks: Iterable[Attack]) -> dict[str, Attack]:
    """Attacks by name. Two of the same name would hide one."""
    table: dict[str, Attack] = {}
    for attack in attacks:
        assert attack.name not in table, attack.name
        table[attack.name] = attack
    return table
