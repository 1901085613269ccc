"""The bounded copy of what was handed in: regular files only, read once."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, NoReturn

from grader.domain.submission import TOOLS_FOLDERS, SourceFile, Submission
from grader.errors import GraderFault, SubmissionError, UsageError

if TYPE_CHECKING:
    from grader.sandbox.archives import Bounds

ARCHIVES: Final = (".zip", ".tar", ".tar.gz", ".tgz")
MAX_FILES: Final = 500
MAX_FILE_BYTES: Final = 10 * 1024**2
MAX_TOTAL_BYTES: Final = 50 * 1024**2
MAX_DEPTH: Final = 12
MAX_NAME_BYTES: Final = 255  # of a file or folder: what file systems take

# Why a link, a socket, a device without a driver, or what is gone meanwhile cannot be opened.
NO_FILE: Final = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.ENOENT})


def read_submission(path: Path, *, entry: str = "", id: str = "") -> Submission:
    """Read a file, a folder or an archive whole.

    Links, devices and hidden files are passed over; so are folders that hold installed packages.
    Raises UsageError where nothing is at `path`, SubmissionError where it is too large or holds no file, and
    GraderFault where this machine does not let us read it.
    """
    name = _as_text(id or path.resolve().name)
    if not os.path.lexists(path):
        raise UsageError(f"there is no file or folder {str(path)!r}")
    if path.is_dir():
        return Submission(name, "folder", _some(_read_folder(path), path), entry)
    data = read_bytes(path)
    if path.name.lower().endswith(ARCHIVES):
        from grader.sandbox.archives import read_archive  # what it needs is slow to import

        files = read_archive(path.name, data, archive_bounds())
        return Submission(name, "archive", _some(files, path), entry)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(path.name, MAX_FILE_BYTES)
    return Submission(name, "file", (SourceFile(_as_text(path.name), data),), entry)


def archive_bounds() -> Bounds:
    from grader.sandbox.archives import Bounds

    return Bounds(MAX_FILES, MAX_FILE_BYTES, MAX_TOTAL_BYTES, MAX_DEPTH, MAX_NAME_BYTES, _ignored)


def read_bytes(path: Path) -> bytes:
    """The bytes of one regular file, within the limits. Raises SubmissionError where it is none."""
    data = _read_file(_open(path), path.name, MAX_TOTAL_BYTES)
    if data is None:
        raise SubmissionError(f"{path.name} is not a regular file", help="hand in the file itself")
    return data


def files_of(path: Path) -> tuple[Path, ...]:
    """The files that `read_submission` would look at, without reading them; at most MAX_FILES."""
    if not path.is_dir():
        return (path,)
    found: list[Path] = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not _ignored(Path(name)))
        if len(Path(folder).relative_to(path).parts) >= MAX_DEPTH:
            folders.clear()
        found += (Path(folder, name) for name in sorted(names) if not _ignored(Path(name)))
        if len(found) >= MAX_FILES:
            break
    return tuple(found[:MAX_FILES])


def _some(files: tuple[SourceFile, ...], path: Path) -> tuple[SourceFile, ...]:
    if files:
        return files
    raise SubmissionError(
        f"{path.name or str(path)!r} holds no file to grade",
        help="hand in a .py file, a notebook, a notebook's text export, or a folder with them",
    )


def _ignored(path: PurePath) -> bool:
    """Hidden files, caches and installed packages."""
    return any(part in TOOLS_FOLDERS or part.startswith(".") for part in path.parts)


def _read_folder(root: Path) -> tuple[SourceFile, ...]:
    """Every step is taken from an open folder, and no link is followed, so nothing can be swapped."""
    files: list[SourceFile] = []
    total = 0
    for folder, folders, names, descriptor in os.fwalk(root, onerror=_refused):
        relative = Path(folder).relative_to(root)
        folders[:] = sorted(name for name in folders if not _ignored(Path(name)))
        if len(relative.parts) >= MAX_DEPTH:
            folders.clear()
        for name in sorted(name for name in names if not _ignored(Path(name))):
            path = relative / name
            data = _read_file(_open(name, descriptor), path.as_posix(), MAX_FILE_BYTES)
            if data is None:
                continue
            files.append(SourceFile(_as_text(path.as_posix()), data))
            total += len(data)
            if len(files) > MAX_FILES:
                raise SubmissionError(f"the submission holds more than {MAX_FILES} files")
            if total > MAX_TOTAL_BYTES:
                raise _too_large("the submission", MAX_TOTAL_BYTES)
    return tuple(files)


def _as_text(name: str) -> str:
    """A name that can be written down, even where the file system's bytes are not UTF-8, and names a file."""
    data = name.encode("utf-8", "surrogateescape")
    text = data.decode("utf-8", "backslashreplace")
    if all(len(part.encode()) <= MAX_NAME_BYTES for part in text.split("/")):
        return text
    return data.decode("utf-8", "replace").replace("\ufffd", "_")  # no longer than it was


def _open(path: str | Path, folder: int | None = None) -> int:
    """A descriptor, or -1 for what is no file, such as a link."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        if error.errno not in NO_FILE:
            _refused(error)
        return -1


def _refused(error: OSError, name: str = "") -> NoReturn:
    """What cannot be read was handed in all the same: it costs no student a point."""
    raise GraderFault(
        f"{_as_text(name or str(error.filename))} cannot be read ({error.strerror}): "
        "who runs the grader must be allowed to read all that was handed in"
    ) from error


def _too_large(name: str, limit: int) -> SubmissionError:
    return SubmissionError(f"{name} is larger than {limit >> 20} MiB")


def _read_file(descriptor: int, name: str, limit: int) -> bytes | None:
    """The bytes of a regular file, or None for anything else. Closes the descriptor."""
    if descriptor < 0:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        try:
            data = file.read(limit + 1)
        except OSError as error:
            _refused(error, name)
    if len(data) > limit:
        raise _too_large(name, limit)
    return data
