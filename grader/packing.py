"""What is given to whom: the students' handout and the instructor's copy, from one folder.

A bundle is a mapping of paths to bytes. The handout is made of what is shown: texts, pictures, the starter,
and the assignment file without its hidden cases, comments that belong to them included. It is read again and
searched for whatever the hidden cases say before it leaves this module.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Final

from grader.authoring import load_assignment
from grader.authoring.files import assignment_files, functions_files
from grader.authoring.redaction import without_cases
from grader.domain.assignment import Assignment, Case, Reveal
from grader.errors import GraderFault, UsageError

Bundle = Mapping[str, bytes]

SHOWN: Final = (".md", ".svg", ".png", ".jpg", ".jpeg", ".pdf", ".txt", ".csv")
KEPT_BACK: Final = frozenset({"solution", "solutions"})
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes, whenever it is packed
LEAST_LETTERS: Final = 4


def handout(path: Path) -> Bundle:
    """What students get of an assignment, and of those that it extends.

    Raises AuthoringError and UsageError, and GraderFault where something hidden would have been in it.
    """
    assignment = load_assignment(path)
    if all(_is_hidden(case) for case in assignment.cases):
        raise UsageError(f"every case of {assignment.id!r} is hidden: there is nothing to hand out")
    hidden = {case.id.partition("/")[0] for case in assignment.cases if _is_hidden(case)}
    files: dict[str, bytes] = {}
    for file in assignment_files(path):
        folder = file.resolve().parent
        text = without_cases(file, hidden)
        files[f"{folder.name}/{file.name}"] = text.encode()
        files |= _shown(folder)
    _prove(files, assignment, path)
    return files


def instructors_copy(path: Path) -> Bundle:
    """Everything in the folders of an assignment and of those that it extends."""
    load_assignment(path)
    files: dict[str, bytes] = {}
    for file in assignment_files(path):
        folder = file.resolve().parent
        files |= {_name(folder, each): each.read_bytes() for each in _files(folder)}
    return files


# What can be packed, by the name that ends the file's. Other platforms' bundles find their place here.
PARTS: Final[Mapping[str, Callable[[Path], Bundle]]] = {
    "handout": handout,
    "instructor": instructors_copy,
}


def pack(path: Path, out: Path) -> tuple[Path, ...]:
    """Write a zip file for each part of an assignment into a folder, and give their paths."""
    name = load_assignment(path).id
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for part, make in PARTS.items():
        file = out / f"{name}-{part}.zip"
        file.write_bytes(as_zip(make(path)))
        written.append(file)
    return tuple(written)


def as_zip(files: Bundle) -> bytes:
    """A zip file of a bundle: the same files give the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def _shown(folder: Path) -> dict[str, bytes]:
    """The texts and pictures of a folder, and its starter. `functions.py` is none of them: it holds answers."""
    found = {}
    for file in _files(folder):
        inside = file.relative_to(folder)
        top = inside.parts[0]
        shown = file.suffix in SHOWN or top == "starter"
        if shown and top not in KEPT_BACK:
            found[_name(folder, file)] = file.read_bytes()
    return found


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).parts
        if file.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in inside):
            yield file


def _name(folder: Path, file: Path) -> str:
    return (PurePosixPath(folder.name) / file.relative_to(folder).as_posix()).as_posix()


def _is_hidden(case: Case) -> bool:
    return case.hidden or case.reveal is not Reveal.FULL


def _prove(files: Bundle, assignment: Assignment, path: Path) -> None:
    """Read the handout as an assignment, and search it for what the hidden cases say."""
    with TemporaryDirectory() as folder:
        for name, data in files.items():
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        # Not a part of the handout, but its cases cannot be read without them.
        for file in functions_files(path):
            copy(file, Path(folder) / file.resolve().parent.name)
        top = assignment_files(path)[0]
        shown = load_assignment(Path(folder) / top.resolve().parent.name / top.name)
    kept = {case.id for case in assignment.cases if not _is_hidden(case)}
    if {case.id for case in shown.cases} != kept:
        raise GraderFault("the handout does not hold exactly the cases that are shown")
    texts = [data.decode("utf-8", "replace") for data in files.values()]
    open_texts = {text for case in assignment.cases if case.id in kept for text in _said(case)}
    for case in assignment.cases:
        for text in _said(case) if case.id not in kept else ():
            said_openly = any(text in each for each in open_texts)
            if not said_openly and any(text in each for each in texts):
                raise UsageError(
                    f"the hidden case `{case.id}` says {text!r}, and so does something in the handout"
                )


def _said(case: Case) -> Iterator[str]:
    """The texts of a case by which it could be recognised."""
    said = (case.id, case.title, case.graph.strip(), *case.hints)
    yield from (text for text in said if len(text) >= LEAST_LETTERS)
