"""Archives as they are handed in, read in memory: nothing is unpacked onto the disk.

Every member is looked at before it is read, and bytes are counted while they come: what an archive says of
its own sizes is not believed. What must not be in a submission is refused by name; what is merely
useless (caches, installed packages) is passed over.
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Final, Protocol, cast

from grader.domain.submission import SourceFile
from grader.errors import SubmissionError
from grader.records import dataclass

MAX_MEMBERS: Final = 5_000
MAX_DIRECTORY_BYTES: Final = 2 * 1024**2
MAX_NAME: Final = 240
CHUNK: Final = 1 << 16

DAMAGED: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
    KeyError,
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an archive may hold, and which of its members are passed over."""

    files: int
    file_bytes: int
    total_bytes: int
    depth: int
    name_bytes: int
    ignored: Callable[[PurePosixPath], bool]


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    fault: str  # why it cannot be taken, in words; or empty
    open: Callable[[], IO[bytes]]


def read_archive(name: str, data: bytes, bounds: Bounds) -> tuple[SourceFile, ...]:
    """The files of an archive, in its order. Raises SubmissionError, which names the member."""
    reader = _zip_members if name.lower().endswith(".zip") else _tar_members
    try:
        return _files(name, reader(name, data, bounds), bounds)
    except SubmissionError:
        raise
    except RecursionError:
        raise _refused(name, "its headers are nested too deeply") from None
    except DAMAGED as error:
        raise SubmissionError(
            f"{name} cannot be unpacked: {str(error)[:100] or type(error).__name__}",
            help="the file is damaged or of another kind than its name says: make it anew",
        ) from None


def _files(name: str, members: Iterator[_Member], bounds: Bounds) -> tuple[SourceFile, ...]:
    files: list[SourceFile] = []
    seen: dict[str, str] = {}
    total = 0
    for member in members:
        path = _path(name, member.name, bounds)
        if bounds.ignored(path):
            continue
        if member.fault:
            raise _refused(name, f"the member {_shown(member.name)} {member.fault}")
        _unlike_others(name, path, seen)
        with member.open() as source:
            content = _read(source, min(bounds.file_bytes, bounds.total_bytes - total))
        if content is None:
            raise _refused(name, f"the member {_shown(member.name)} is too large when unpacked")
        total += len(content)
        files.append(SourceFile(path.as_posix(), content))
        if len(files) > bounds.files:
            raise _refused(name, f"it holds more than {bounds.files} files")
    return tuple(files)


def _path(archive: str, name: str, bounds: Bounds) -> PurePosixPath:
    """The member's name as a path below the submission. Raises SubmissionError where it is none."""
    path = PurePosixPath(name)
    for bad, why in (
        (not path.parts or len(name) > MAX_NAME, "has no usable name"),
        (any(unicodedata.category(c) in ("Cc", "Cs") for c in name), "has control characters"),
        ("\\" in name, "has a backslash in its name"),
        (name.startswith("/") or bool(re.match(r"[A-Za-z]:", name)), "has an absolute name"),
        (".." in path.parts, "leads out of the archive"),
        (_longest(path) > bounds.name_bytes, "has a name too long for a file"),
        (len(path.parts) > bounds.depth, f"lies more than {bounds.depth} folders deep"),
    ):
        if bad:
            raise _refused(archive, f"the member {_shown(name)} {why}")
    return path


def _longest(path: PurePosixPath) -> int:
    return max((len(part.encode("utf-8", "replace")) for part in path.parts), default=0)


def _unlike_others(archive: str, path: PurePosixPath, seen: dict[str, str]) -> None:
    """On some file systems names that differ in case or in Unicode's normal form are one file."""
    keys = [_key(part) for part in (path, *path.parents[:-1])]
    if keys[0] in seen or any(seen.get(key) == "file" for key in keys[1:]):
        raise _refused(archive, f"the member {_shown(str(path))} has the same name as another one")
    seen[keys[0]] = "file"
    for key in keys[1:]:
        seen[key] = "folder"


def _key(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", str(path)).casefold())


def _read(source: IO[bytes], limit: int) -> bytes | None:
    pieces, left = [], limit
    while piece := source.read(CHUNK):
        left -= len(piece)
        if left < 0:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _zip_members(name: str, data: bytes, bounds: Bounds) -> Iterator[_Member]:
    _check_directory(name, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise _refused(name, f"it holds more than {MAX_MEMBERS} members")
        for info in infos:
            if not info.is_dir():
                yield _Member(info.orig_filename, _zip_fault(info), _opener(archive, info))


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _zip_fault(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG):
        return "is not a regular file"
    if info.flag_bits & 1:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is compressed in a way that is not read here"
    return ""


def _check_directory(name: str, data: bytes) -> None:
    """The table of contents must be small: it is read as a whole before any member is seen."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) < end + 22:
        raise zipfile.BadZipFile("not a zip file")
    (size,) = struct.unpack_from("<I", data, end + 12)
    if size > MAX_DIRECTORY_BYTES or data[max(end - 20, 0) : end].startswith(b"PK\x06\x07"):
        raise _refused(name, f"it holds more than {MAX_MEMBERS} members")


def _tar_members(name: str, data: bytes, bounds: Bounds) -> Iterator[_Member]:
    raw: _Readable = io.BytesIO(data)
    if data[:2] == b"\x1f\x8b":
        raw = gzip.GzipFile(fileobj=io.BytesIO(data))
    counted = _Counted(name, raw, 2 * bounds.total_bytes)
    stream = cast(IO[bytes], counted)  # read() is all that is asked of a stream
    with tarfile.open(fileobj=stream, mode="r|", errorlevel=2) as archive:
        for number, info in enumerate(archive):
            if number >= MAX_MEMBERS:
                raise _refused(name, f"it holds more than {MAX_MEMBERS} members")
            if not info.isdir():
                yield _Member(info.name, _tar_fault(info), _extractor(archive, info))


def _extractor(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.extractfile(info) or io.BytesIO()


def _tar_fault(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "is a link"
    if not info.isreg() or info.issparse():
        return "is not a regular file"
    return ""


class _Readable(Protocol):
    def read(self, count: int = ..., /) -> bytes: ...


class _Counted:
    """A stream that refuses to give more than a limit, however it is asked."""

    def __init__(self, name: str, source: _Readable, limit: int) -> None:
        self._name = name
        self._source = source
        self._left = limit

    def read(self, count: int = CHUNK, /) -> bytes:
        piece = self._source.read(min(count, self._left + 1))
        self._left -= len(piece)
        if self._left < 0:
            raise _refused(self._name, "it is too large when unpacked")
        return piece


def _shown(name: str) -> str:
    return ascii(name if len(name) <= 80 else name[:80] + "...")


def _refused(archive: str, why: str) -> SubmissionError:
    return SubmissionError(
        f"{archive} is refused: {why}",
        help="hand in an archive with nothing but your own regular files, or the files themselves",
    )
