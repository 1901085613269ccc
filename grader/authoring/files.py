"""Which files an assignment is made of. Standard library only: no YAML is read to find out.

An assignment that has not changed needs neither PyYAML nor pydantic; whoever keeps compiled
assignments asks `content_of` for the key.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from grader.errors import UsageError

NAME: Final = "assignment.yaml"
FUNCTIONS: Final = "functions.py"

_EXTENDS = re.compile(
    r"^extends:[ \t]+(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s#\"'][^\n]*?))[ \t]*(?:[ \t]#.*)?\r?$",
    re.MULTILINE,
)


def assignment_file(path: Path) -> Path:
    """The file that `path`, a folder or the file itself, means. Raises UsageError if not there."""
    if path.is_dir():
        if (path / NAME).is_file():
            return path / NAME
        raise UsageError(f"the folder {path} holds no {NAME}")
    if path.is_file():
        return path
    raise UsageError(f"there is no assignment at {path}")


def assignment_files(path: Path) -> tuple[Path, ...]:
    """All files whose content decides what the assignment at `path` is, its own first.

    Those of `extends:` are found by their line alone; one that is not there, or that was seen, ends
    the list. Raises UsageError where `path` itself is not there.
    """
    found: list[Path] = []
    seen: set[Path] = set()
    file: Path | None = assignment_file(path)
    while file is not None and (place := file.resolve()) not in seen:
        found.append(file)
        seen.add(place)
        other = extended_by(file.read_text(encoding="utf-8-sig", errors="replace"))
        file = extended_file(file, other) if other else None
    return tuple(found)


def functions_files(path: Path) -> tuple[Path, ...]:
    """The files of functions beside an assignment and those that it extends, as far as they have one."""
    return _functions_beside(assignment_files(path))


def _functions_beside(files: tuple[Path, ...]) -> tuple[Path, ...]:
    found = (file.with_name(FUNCTIONS) for file in files)
    return tuple(dict.fromkeys(file for file in found if file.is_file()))


def extended_by(text: str) -> str:
    """The path after `extends:` at the beginning of a line, or nothing."""
    match = _EXTENDS.search(text)
    return "" if match is None else (match[1] or match[2] or match[3] or "")


def extended_file(file: Path, other: str) -> Path | None:
    """The file that `file` extends, named as its author would; None if it is not there."""
    path = Path(os.path.normpath(file.parent / other))
    try:
        return assignment_file(path)
    except (UsageError, OSError, ValueError):
        return None


def content_of(path: Path) -> str:
    """A digest of the names and contents of all files of an assignment.

    The same digest means the same assignment, up to the seed. Raises UsageError where `path` is not
    there.
    """
    digest, own = hashlib.sha256(), assignment_files(path)
    for file in (*own, *_functions_beside(own)):
        data = file.read_bytes()
        digest.update(
            f"{file}\0{file.resolve().parent.name}\0{len(data)}\0".encode("utf-8", "replace")
        )
        digest.update(data)
    return digest.hexdigest()
