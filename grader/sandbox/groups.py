"""Control groups: a limit for all processes of a guest together, where the machine lets us make them.

Version 2 is asked for a sibling of our own group, which works wherever a subtree is delegated to us;
version 1 for a child of ours, which works for root. Being root, or seeing the files, proves nothing: a
group is made, its limits written and read back.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from grader.domain.protocol import Trial

MOUNTED: Final = Path("/sys/fs/cgroup")
MEMORY_BYTES: Final = 3 * 1024**3
PROCESSES: Final = 128
PATIENCE_SECONDS: Final = 2.0


class Groups:
    """The groups of one guest. None at all where they cannot be made: `why` says it then."""

    def __init__(self, name: str) -> None:
        self.why = ""
        self._made: list[Path] = []
        self._limits: list[tuple[Path, int]] = []
        own = _own_groups()
        try:
            if "" in own and not {"memory", "pids"} & own.keys():
                group = self._make(_version_2() / own[""].parent, name)
                self._limit(group, "memory.max", MEMORY_BYTES)
                self._limit(group, "pids.max", PROCESSES)
            else:
                memory = self._make(MOUNTED / "memory" / own["memory"], name)
                self._limit(memory, "memory.limit_in_bytes", MEMORY_BYTES)
                pids = self._make(MOUNTED / "pids" / own["pids"], name)
                self._limit(pids, "pids.max", PROCESSES)
        except (OSError, KeyError, ValueError) as error:
            self.why = str(error)
            self.close()

    @property
    def doors(self) -> tuple[str, ...]:
        """The files by which a process enters."""
        return tuple(str(group / "cgroup.procs") for group in self._made)

    def trial(self) -> Trial:
        """Whether the limits stand and somebody is bound by them."""
        what = "take more than one guest may have, by many processes"
        if not self._made:
            return Trial("groups", what, False, self.why)
        standing = all(int(file.read_text()) == value for file, value in self._limits)
        entered = all(Path(door).read_text().strip() for door in self.doors)
        return Trial("groups", what, standing and entered, f"{PROCESSES} processes, 3 GiB")

    def close(self) -> None:
        """Remove the groups, once the last process has gone."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while self._made:
            with suppress(OSError):
                self._made[-1].rmdir()
                self._made.pop()
                continue
            if time.monotonic() > give_up:
                return
            time.sleep(0.005)

    def _make(self, parent: Path, name: str) -> Path:
        group = parent / name
        group.mkdir()
        self._made.append(group)
        return group

    def _limit(self, group: Path, file: str, value: int) -> None:
        (group / file).write_text(str(value))
        if int((group / file).read_text()) != value:
            raise OSError(f"{file} does not hold")
        self._limits.append((group / file, value))


def _own_groups() -> dict[str, Path]:
    """Our own group in each hierarchy, by controller; that of version 2 has an empty name."""
    own: dict[str, Path] = {}
    with suppress(OSError):
        for line in Path(f"/proc/{os.getpid()}/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            for controller in controllers.split(","):
                own[controller] = Path(path.lstrip("/"))
    return own


def _version_2() -> Path:
    unified = MOUNTED / "unified"
    return unified if unified.is_dir() else MOUNTED
