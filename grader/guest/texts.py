"""Bytes of a submission -> text: byte order marks, coding cookies, foreign encodings, newlines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from grader.errors import SubmissionError

BYTES_LIMIT = 4_000_000
LINES_LIMIT = 100_000

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How files begin that are sometimes handed in, and that no text begins with.
OTHER_KINDS = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive, or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh91AY&SY", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
)
COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
SURROGATE = re.compile("[\ud800-\udfff]")


def read_text(path: str, data: bytes, limit: int = BYTES_LIMIT) -> tuple[str, tuple[str, ...]]:
    """The text with `\\n` newlines, without byte order mark or lone surrogates, and notes.

    Raises SubmissionError where the file is too large or is not text.
    """
    if len(data) > limit:
        raise SubmissionError(
            f"{path} holds {len(data):,} bytes; at most {limit:,} are read.",
            place=path,
            help="Hand in the code alone, without data or saved output.",
        )
    for start, kind in OTHER_KINDS:
        if data.startswith(start):
            raise SubmissionError(
                f"{path} is {kind}, not text.",
                place=path,
                help="Hand in the code itself: a .py file, a notebook, or a .zip or .tar.gz of them.",
            )
    text, encoding = decode(data)
    notes = () if encoding.startswith("utf") else (f"{path} was read as {encoding}, not UTF-8.",)
    if "\0" in text:
        raise SubmissionError(
            f"{path} is not text: it holds NUL bytes.",
            place=path,
            help="Save it again as a plain text file in UTF-8.",
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = SURROGATE.sub("\ufffd", text)
    if text.count("\n") >= LINES_LIMIT:
        raise SubmissionError(
            f"{path} has {text.count(chr(10)) + 1:,} lines; at most {LINES_LIMIT:,} are read.",
            place=path,
        )
    return text, notes


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding that fits best; latin-1 fits everything."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    for encoding in (*announced(data), "utf-8"):
        text = attempt(data, encoding)
        if text is not None and "\0" not in text:
            return text, encoding
    if b"\0" in data:
        encoding = "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
        text = attempt(data, encoding)
        if text is not None and sum(map(str.isascii, text)) > len(text) / 2:
            return text, encoding
    for encoding, plausible in FOREIGN:
        text = attempt(data, encoding)
        if text is not None and plausible(text):
            return text, encoding
    return data.decode("latin-1"), "latin-1"


def announced(data: bytes) -> tuple[str, ...]:
    """The encoding that a coding cookie in the first two lines names, where Python knows it."""
    for line in data.split(b"\n", 2)[:2]:
        if found := COOKIE.match(line):
            name = found[1].decode("ascii", errors="replace")
            try:
                info = codecs.lookup(name)
                b"".decode(name)
            except (LookupError, UnicodeError, ValueError):
                return ()
            return (info.name,)
    return ()


def attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def share(text: str, belongs: Callable[[str], bool]) -> float:
    """Which part of the characters beyond ASCII belongs to a script."""
    foreign = [character for character in text[:200_000] if character > "\x7f"]
    return sum(map(belongs, foreign)) / max(len(foreign), 1)


def is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3" and len(encoded(character, "euc_kr")) == 2


def is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30fe"


def is_common_chinese(character: str) -> bool:
    return encoded(character, "gb2312") != b""


def is_common_taiwanese(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" and encoded(character, "big5") != b""


def encoded(character: str, encoding: str) -> bytes:
    """The bytes of a character, none where the encoding lacks it."""
    return character.encode(encoding, errors="ignore")


# Bytes of one East Asian encoding are mostly legal in the others: the script decides. Korean comes
# first because all of it is also legal, though senseless, Chinese.
FOREIGN: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cp949", lambda text: share(text, is_hangul) > 0.7),
    ("shift_jis", lambda text: share(text, is_kana) > 0.2),
    ("euc_jp", lambda text: share(text, is_kana) > 0.2),
    ("gb18030", lambda text: share(text, is_common_chinese) > 0.8),
    ("big5", lambda text: share(text, is_common_taiwanese) > 0.8),
)
