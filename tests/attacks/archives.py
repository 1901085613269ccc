"""Archives that lie: about where their members go, what they are, and how large they become."""

from __future__ import annotations

import io
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable

GOOD = b"x = 1\n"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], level: int = 6) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, data in members:
            archive.writestr(name, data, zipfile.ZIP_DEFLATED, level)
    return buffer.getvalue()


def tarred(
    *members: tuple[str, bytes, Callable[[tarfile.TarInfo], None]], mode: str = "w:gz"
) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data, change in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            change(info)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _plain(info: tarfile.TarInfo) -> None:
    pass


def _kind(kind: bytes, link: str = "") -> Callable[[tarfile.TarInfo], None]:
    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname = kind, link

    return change


def _zip_link(name: str, target: bytes) -> bytes:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return zipped((info, target))


def _zip_special() -> bytes:
    info = zipfile.ZipInfo("pipe.py")
    info.external_attr = 0o010666 << 16
    return zipped((info, b""))


def _encrypted() -> bytes:
    data = bytearray(zipped(("a.py", GOOD)))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _lying_size() -> bytes:
    """Says ten bytes, holds a hundred megabytes."""
    data = bytearray(zipped(("a.py", b"\0" * (100 << 20)), level=9))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + offset, 10)
    return bytes(data)


def _nul_name() -> bytes:
    return zipped(("aXpy", GOOD)).replace(b"aXpy", b"a\0py")


def _many(count: int) -> bytes:
    return zipped(*((f"{number}.py", b"") for number in range(count)))


def _sparse() -> bytes:
    """A member of ten gigabytes of nothing, in a few bytes."""

    def change(info: tarfile.TarInfo) -> None:
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.realsize": str(10 << 30),
            "GNU.sparse.name": "a.py",
        }

    return tarred(("a.py", b"0\n".ljust(512, b"\0"), change))


def _tar_bomb() -> bytes:
    return tarred(*((f"{n}.bin", b"\0" * (9 << 20), _plain) for n in range(15)))


# Name of the file, its bytes, and a word that the refusal must hold.
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "leads out": ("a.zip", lambda: zipped(("../../evil.py", GOOD)), "leads out"),
    "leads out within": ("a.zip", lambda: zipped(("a/../../evil.py", GOOD)), "leads out"),
    "absolute": ("a.zip", lambda: zipped(("/etc/cron.d/evil", GOOD)), "absolute"),
    "a drive": ("a.zip", lambda: zipped(("C:/evil.py", GOOD)), "absolute"),
    "a backslash": ("a.zip", lambda: zipped(("..\\evil.py", GOOD)), "backslash"),
    "a link": ("a.zip", lambda: _zip_link("link.py", b"/etc/passwd"), "is a link"),
    "a pipe": ("a.zip", _zip_special, "not a regular file"),
    "encrypted": ("a.zip", _encrypted, "encrypted"),
    "a bomb": ("a.zip", lambda: zipped(("a.py", b"\0" * (100 << 20)), level=9), "too large"),
    "a bomb that lies": ("a.zip", _lying_size, ""),
    "a bomb of many": (
        "a.zip",
        lambda: zipped(*((f"{n}.bin", b"\0" * (9 << 20)) for n in range(7)), level=9),
        "too large",
    ),
    "too many files": ("a.zip", lambda: _many(600), "more than 500"),
    "too many members": ("a.zip", lambda: _many(6000), "more than 5000"),
    "names equal but for case": (
        "a.zip",
        lambda: zipped(("A.py", GOOD), ("a.py", b"")),
        "same name",
    ),
    "names equal but for form": (
        "a.zip",
        lambda: zipped(("caf\u00e9.py", GOOD), ("cafe\u0301.py", b"")),
        "same name",
    ),
    "the same name twice": ("a.zip", lambda: zipped(("a.py", GOOD), ("a.py", b"")), "same name"),
    "a file that is a folder": ("a.zip", lambda: zipped(("a", GOOD), ("a/b.py", b"")), "same name"),
    "too deep": ("a.zip", lambda: zipped(("d/" * 40 + "a.py", GOOD)), "deep"),
    "an endless name": ("a.zip", lambda: zipped(("a" * 5000 + ".py", GOOD)), "usable name"),
    "a name of many bytes": (
        "a.zip",
        lambda: zipped(("\u6587" * 100 + ".py", GOOD)),
        "too long for a file",
    ),
    "a NUL in a name": ("a.zip", _nul_name, "control"),
    "a terminal command in a name": ("a.zip", lambda: zipped(("\x1b[2J.py", GOOD)), "control"),
    "no archive at all": ("a.zip", lambda: b"PK\x05\x06 but no more", ""),
    "half an archive": ("a.zip", lambda: zipped(("a.py", GOOD * 999))[:60], ""),
    "tar leads out": ("a.tar.gz", lambda: tarred(("../evil.py", GOOD, _plain)), "leads out"),
    "tar absolute": ("a.tgz", lambda: tarred(("/tmp/evil.py", GOOD, _plain)), "absolute"),
    "tar link": (
        "a.tar.gz",
        lambda: tarred(("link.py", b"", _kind(tarfile.SYMTYPE, "/etc/passwd"))),
        "is a link",
    ),
    "tar hard link": (
        "a.tar.gz",
        lambda: tarred(("link.py", b"", _kind(tarfile.LNKTYPE, "../../x"))),
        "is a link",
    ),
    "tar device": (
        "a.tar",
        lambda: tarred(("dev.py", b"", _kind(tarfile.CHRTYPE)), mode="w"),
        "regular",
    ),
    "tar pipe": ("a.tar.gz", lambda: tarred(("pipe.py", b"", _kind(tarfile.FIFOTYPE))), "regular"),
    "tar sparse": ("a.tar.gz", _sparse, ""),
    "tar bomb": ("a.tar.gz", _tar_bomb, "too large"),
    "tar names equal but for case": (
        "a.tar.gz",
        lambda: tarred(("A.py", GOOD, _plain), ("a.py", b"", _plain)),
        "same name",
    ),
    "tar damaged": ("a.tar.gz", lambda: tarred(("a.py", GOOD * 999, _plain))[:50], ""),
    "tar of the wrong kind": ("a.tar.gz", lambda: b"BZh9 not at all", ""),
}
