"""The files of a submission: which there are, what they hold, and which of them a name means.

Paths are relative to the root, with forward slashes; the root itself is the empty path. A place is
the path of a file that can be imported, or of a folder, which stands for the package in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath

from grader.domain.submission import TOOLS_FOLDERS
from grader.errors import SubmissionError
from grader.guest.cutting import cut
from grader.guest.outline import Outline, outline
from grader.guest.sources import CODE_SUFFIXES, TEXT_SUFFIXES, Source, read_source
from grader.guest.statements import Parsed, Statement, parse


class Tree:
    """What was handed in, read once and kept. `root` is a folder, beneath which lie the files."""

    def __init__(self, root: str, files: Iterable[str]) -> None:
        self.root = root  # a text: joining paths costs twenty times as much
        self.files = tuple(worth_reading(files))
        self.sources: dict[str, Source] = {}
        self._parsed: dict[str, Parsed] = {}
        self._outlines: dict[str, Outline] = {}
        self._known = set(self.files)
        self.folders = {""}
        for path in self.files:
            if path.endswith(CODE_SUFFIXES):
                while path := folder_of(path):
                    self.folders.add(path)

    @property
    def code(self) -> tuple[str, ...]:
        """The files that are Python by their names."""
        return tuple(path for path in self.files if path.lower().endswith(CODE_SUFFIXES))

    @property
    def texts(self) -> tuple[str, ...]:
        """The files that may hold pasted code."""
        return tuple(
            path for path in self.files if PurePosixPath(path).suffix.lower() in TEXT_SUFFIXES
        )

    def filename(self, path: str) -> str:
        """The name under which a file is compiled: it turns up in tracebacks."""
        return f"{self.root}/{path}" if path else self.root

    def source(self, path: str) -> Source:
        """Raises SubmissionError where the file cannot be read as text."""
        if path not in self.sources:
            try:
                with open(self.filename(path), "rb", buffering=0) as file:
                    data = file.read()
            except OSError as error:
                raise SubmissionError(f"{path} cannot be opened: {error.strerror}.") from None
            self.sources[path] = read_source(path, data)
        return self.sources[path]

    def parsed(self, path: str) -> Parsed:
        if path not in self._parsed:
            self._parsed[path] = cut(self.source(path), self.filename(path))
        return self._parsed[path]

    def compile(self, path: str) -> None:
        """Have the code of all statements of a file that can be compiled ready."""
        flags = 0
        for part in self.parsed(path).parts:
            if isinstance(part, Statement):
                flags |= part.future
                with suppress(Exception):  # it is raised where the statement is to be executed
                    part.compile(self.filename(path), flags)

    def outline(self, path: str) -> Outline:
        if path not in self._outlines:
            if path not in self._parsed:  # what is asked for its trees need not be compiled
                self._parsed[path] = parse(self.source(path))
            self._outlines[path] = outline(self.parsed(path).body, self.source(path).text)
        return self._outlines[path]

    def readable(self, path: str) -> bool:
        try:
            self.source(path)
        except SubmissionError:
            return False
        return True

    def is_package(self, folder: str) -> bool:
        return join(folder, "__init__.py") in self._known

    def file_at(self, place: str) -> str | None:
        """The file to execute for a place; None for a folder without `__init__.py`."""
        if place in self._known:
            return place
        return join(place, "__init__.py") if self.is_package(place) else None

    def place_of(self, path: str) -> str:
        return folder_of(path) if path.rpartition("/")[2] == "__init__.py" else path

    def child(self, place: str, name: str) -> str | None:
        """The place that `name` means within a folder."""
        inner = join(place, name)
        if place not in self.folders:
            return None
        if self.is_package(inner):
            return inner
        for suffix in (".py", ".ipynb"):
            if inner + suffix in self._known:
                return inner + suffix
        return inner if inner in self.folders else None

    def descend(self, folder: str, parts: list[str]) -> str | None:
        """The place that a dotted name means, seen from a folder."""
        place: str | None = folder
        for part in parts:
            place = self.child(place, part) if place is not None else None
        return place


def worth_reading(files: Iterable[str]) -> list[str]:
    """Those that tools did not leave behind, sorted."""
    kept = [path for path in files if not left_behind(path)]
    return sorted(kept, key=lambda path: (path.count("/"), path))


def left_behind(path: str) -> bool:
    *folders, name = path.split("/")
    return name.startswith(".") or any(map(passed_over, folders))


def passed_over(folder: str) -> bool:
    return (
        folder in TOOLS_FOLDERS
        or folder.startswith(".")
        or folder.endswith((".egg-info", ".dist-info"))
    )


def tidy(path: PurePosixPath) -> str:
    text = path.as_posix()
    return "" if text == "." else text


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
