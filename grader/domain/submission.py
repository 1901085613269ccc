"""What was handed in, and what loading it showed."""

from __future__ import annotations

from typing import Final

from grader.records import dataclass

# Folders that tools fill, in which nobody writes what is handed in.
TOOLS_FOLDERS: Final = frozenset(
    {"__pycache__", "__MACOSX", "node_modules", "venv", "env", "site-packages", "build", "dist"}
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A regular file of a submission. `path` is relative, with forward slashes."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """The bounded copy of what was handed in: nothing of the original is read again.

    `kind` is `file`, `folder`, `archive`; `entry` is the file that the caller insists on, or empty.
    """

    id: str
    kind: str
    files: tuple[SourceFile, ...]
    entry: str = ""


@dataclass(frozen=True, slots=True)
class CellLines:
    """Lines `first` to `last` of a file's text are the cell that the learner calls `label`."""

    file: str
    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A top-level statement of the submission that failed while loading, and was passed over."""

    file: str
    line: int
    cell: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What answers to a word of the assignment: `add` is spoken to as class `Add` of `steps.py`."""

    name: str
    found_as: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Loading:
    """What loading found out. `error` is empty unless the submission cannot be graded."""

    entry: str
    kind: str = ""
    skipped: tuple[Skipped, ...] = ()
    bound: tuple[Bound, ...] = ()
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    error_file: str = ""
    error_line: int = 0
    error_cell: str = ""
    error_text: str = ""
