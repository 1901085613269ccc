"""The bounded copy of what was handed in: regular files only, read once."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from grader.domain.submission import SourceFile, Submission
from grader.errors import SubmissionError, UsageError

MAX_FILES: Final = 500
MAX_FILE_BYTES: Final = 10 * 1024**2
MAX_TOTAL_BYTES: Final = 50 * 1024**2
MAX_DEPTH: Final = 12

IGNORED_FOLDERS: Final = frozenset(
    {"__pycache__", "__MACOSX", "node_modules", "venv", "env", "site-packages", "build", "dist"}
)


def read_submission(path: Path, *, entry: str = "", id: str = "") -> Submission:
    """Read a file or a folder whole.

    Links, devices and hidden files are passed over; so are folders that hold installed packages.
    Raises UsageError where nothing is at `path`, SubmissionError where it is too large or holds no file.
    """
    name = id or path.resolve().name
    if not path.exists():
        raise UsageError(f"there is no file or folder {str(path)!r}")
    if path.is_dir():
        files = _read_folder(path)
        if not files:
            raise SubmissionError(
                f"the folder {path.name or str(path)!r} holds no file to grade",
                help="hand in a .py file, a notebook, a notebook's text export, or a folder with them",
            )
        return Submission(name, "folder", files, entry)
    data = _read_file(os.open(path, os.O_RDONLY | os.O_NONBLOCK), path.name)
    if data is None:
        raise SubmissionError(f"{path.name} is not a regular file")
    return Submission(name, "file", (SourceFile(path.name, data),), entry)


def _read_folder(root: Path) -> tuple[SourceFile, ...]:
    files: list[SourceFile] = []
    total = 0
    for relative in _walk(root):
        try:
            descriptor = os.open(root / relative, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        data = _read_file(descriptor, relative.as_posix())
        if data is None:
            continue
        files.append(SourceFile(relative.as_posix(), data))
        total += len(data)
        if len(files) > MAX_FILES:
            raise SubmissionError(f"the submission holds more than {MAX_FILES} files")
        if total > MAX_TOTAL_BYTES:
            raise SubmissionError(f"the submission is larger than {MAX_TOTAL_BYTES >> 20} MiB")
    return tuple(files)


def _walk(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(root, followlinks=False):
        relative = Path(folder).relative_to(root)
        folders[:] = sorted(
            name for name in folders if name not in IGNORED_FOLDERS and not name.startswith(".")
        )
        if len(relative.parts) >= MAX_DEPTH:
            folders.clear()
        found += [relative / name for name in sorted(names) if not name.startswith(".")]
    return found


def _read_file(descriptor: int, name: str) -> bytes | None:
    """The bytes of a regular file, or None for anything else. Closes the descriptor."""
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(f"{name} is larger than {MAX_FILE_BYTES >> 20} MiB")
    return data
