"""Names for what a result was made from: while they are the same, nothing is done again."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Final

from grader.classroom.model import HandedIn, Order
from grader.domain import codec
from grader.errors import GraderError
from grader.sandbox import read_bytes, read_submission
from grader.shipped import assignments_folder, reference_file
from grader.version import __version__

PACKAGE = Path(__file__).resolve().parents[1]
# Code that decides only what is said of observations. All the rest decides what is observed.
SAYING: Final = (
    "report", "export", "commands", "classroom", "platforms", "scoring.py", "checking.py", "explaining.py",
    "grading.py", "cli.py", "__main__.py", "__init__.py", "live.py", "serving.py", "notebook.py",
)  # fmt: skip


def digest(*parts: bytes | str) -> str:
    """A name for some texts, which no other texts have."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()[:32]


def running_key(order: Order) -> str:
    """Changes with all that decides what is observed, but for the submission itself."""
    asked = order.assignment
    cases = [codec.dumps((case.id, case.program, case.time_limit)) for case in asked.cases]
    requires = codec.dumps(asked.requires)
    functions = [file.data for file in asked.functions]
    return digest(
        code(without=SAYING),
        reference(),
        str(order.seed),
        asked.dialect,
        requires,
        *functions,
        *cases,
    )


def scoring_key(order: Order) -> str:
    """Changes with all that decides what is said of observations."""
    catalogue = sorted((assignments_folder() / "misconceptions").glob("*.yaml"))
    entries = [file.read_bytes() for file in catalogue]
    return digest(code(), reference(), order.language, codec.dumps(order.assignment), *entries)


def content(handed_in: HandedIn) -> str:
    """Changes with any byte of a submission. One that cannot be read has a name too."""
    parts: list[bytes | str] = [handed_in.id]
    try:
        for name, path in handed_in.files:
            parts.append(name or path.name)
            if path.is_dir() and not path.is_symlink():
                for file in read_submission(path).files:
                    parts += [file.path, file.data]
            else:
                parts.append(read_bytes(path))
    except (GraderError, OSError) as error:
        parts.append(f"unreadable: {error}")
    return digest(*parts)


def reference() -> bytes:
    return reference_file().read_bytes()


@cache
def code(without: tuple[str, ...] = ()) -> str:
    """A name for the text of the grader, or of all but some of its parts: the same on every machine."""
    found = [__version__]
    for file in _files():
        name = file.relative_to(PACKAGE).as_posix()
        if name.partition("/")[0] not in without:
            found += [name, hashlib.sha256(file.read_bytes()).hexdigest()]
    return digest(*found)


def _files() -> list[Path]:
    files: list[Path] = []
    for folder, folders, names in os.walk(PACKAGE):
        folders[:] = [name for name in folders if name not in ("__pycache__", "_data", "docs")]
        files += [Path(folder, name) for name in names if not name.endswith((".pyc", ".md"))]
    return sorted(files)
