"""The folder of a graded class: one set of files per submission, each written whole and then renamed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

from grader.classroom.model import KINDS, Finished
from grader.drafts import DRAFT, put_in_place
from grader.errors import UsageError

CLASS_FILE: Final = "class.json"
LOCK_FILE: Final = ".lock"
SUMMARY: Final = ("class.html", "grades.csv")
PLAIN: Final = frozenset(" -_.@+=,()")


class ClassFolder:
    """Reads and writes `OUT/`. What it reads may be half of something: then it is not there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, kind: str, id: str) -> Path:
        folder, suffix = KINDS[kind]
        return self.root / folder / (file_name(id) + suffix)

    def make(self) -> None:
        """Raises UsageError where the folder cannot be made."""
        try:
            for folder, _ in KINDS.values():
                (self.root / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.root} cannot be used: {error.strerror}") from error

    @contextmanager
    def locked(self, part: str = "") -> Iterator[None]:
        """Nobody else grades into this folder (or this part of it) meanwhile. Raises UsageError."""
        import fcntl  # Windows has none

        with (self.root / f"{LOCK_FILE}{part}").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UsageError(f"{self.root} is being graded into by another process") from None
            yield

    def write(self, finished: Finished) -> None:
        """Write the files of a submission. The result is last: where it is, all are."""
        for kind in KINDS:
            if kind in finished.files:
                put_in_place(self.path(kind, finished.id), finished.files[kind])
        if finished.trace:
            fault = self.root / "faults" / f"{file_name(finished.id)}.txt"
            fault.parent.mkdir(exist_ok=True)
            put_in_place(fault, finished.trace.encode())

    def sweep(self) -> None:
        """Remove what a killed process left half written."""
        for folder, _ in KINDS.values():
            for file in (self.root / folder).glob(f".*{DRAFT}"):
                file.unlink(missing_ok=True)

    def results(self) -> dict[str, os.stat_result]:
        """The result files that are there, by submission."""
        folder, suffix = KINDS["result"]
        found = {}
        with suppress(FileNotFoundError), os.scandir(self.root / folder) as entries:
            for entry in entries:
                if entry.name.endswith(suffix) and not entry.name.startswith("."):
                    found[id_of(entry.name.removesuffix(suffix))] = entry.stat()
        return found

    def sizes(self, kind: str) -> dict[str, int]:
        """The sizes of the files of one kind, by submission."""
        folder, suffix = KINDS[kind]
        found = {}
        with suppress(FileNotFoundError), os.scandir(self.root / folder) as entries:
            for entry in entries:
                if entry.name.endswith(suffix):
                    found[id_of(entry.name.removesuffix(suffix))] = entry.stat().st_size
        return found

    def document(self, id: str) -> dict[str, Any] | None:
        """The result of a submission, or None where there is none that can be read."""
        try:
            found = json.loads(self.path("result", id).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and "record" in found else None

    def write_class(self, content: dict[str, Any]) -> None:
        """Write what is graded here, where it has changed: the time of the file tells when it did."""
        text = json.dumps(content, ensure_ascii=False, indent=1)
        if self.read_class() != json.loads(text):
            put_in_place(self.root / CLASS_FILE, text.encode())

    def summary_is_stale(self) -> bool:
        """Whether a result, or who is in the class, is newer than the page and table of the class."""
        try:
            made = min((self.root / name).stat().st_mtime_ns for name in SUMMARY)
        except FileNotFoundError:
            return True
        newest = [found.st_mtime_ns for found in self.results().values()]
        return made <= max([*newest, (self.root / CLASS_FILE).stat().st_mtime_ns])

    def read_class(self) -> dict[str, Any] | None:
        """What was graded here, or None."""
        with suppress(OSError, ValueError):
            found = json.loads((self.root / CLASS_FILE).read_bytes())
            if isinstance(found, dict):
                return found
        return None


def file_name(id: str) -> str:
    """A name for the files of a submission from which `id_of` makes the id again."""
    name = "".join(c if c.isalnum() or c in PLAIN else quote(c, safe="") for c in id)
    return f"%2E{name[1:]}" if name.startswith(".") else name


def id_of(name: str) -> str:
    return unquote(name)
