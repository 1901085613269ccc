"""Who handed in what: the submissions in a folder, in the layouts in which learning platforms give them.

A layout is recognised by the names that are there; what fits none is a plain folder, in which every folder,
code file, notebook and archive is one submission.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from grader.classroom.folder import file_name
from grader.classroom.model import HandedIn, Student
from grader.errors import UsageError
from grader.suites import ENDINGS as CASES

MAX_ID: Final = 60
MAX_BYTES: Final = 200  # of 255: an ending, and the mark of a draft, come behind it
SUBMITTED: Final = (".py", ".pyw", ".ipynb", ".txt", ".text", ".md", ".markdown")
ARCHIVES: Final = (".zip", ".tar", ".tar.gz", ".tgz")
METADATA: Final = "submission_metadata.yml"

_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)", re.DOTALL
)
_CANVAS = re.compile(
    r"(?P<name>anon_[^_]+|[^_]+)_(?:LATE_)?(?P<user>\d+)_(?P<file_id>\d+)_(?P<file>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was recognised, and the submissions; `passed_over` are names that are none."""

    layout: str
    handed_in: tuple[HandedIn, ...]
    passed_over: tuple[str, ...] = ()


def find(
    folder: Path, *, assignment: str = "", without: Path | None = None, cases: bool = False
) -> Found:
    """The submissions in a folder, in the order of their ids, each id once.

    `assignment` chooses among those of an nbgrader tree; `without` is a folder that is none of them, such as
    that of the results. A YAML file that lies there is one where `cases` are handed in. Raises UsageError where
    there is none.
    """
    if not folder.is_dir():
        hint = ": unpack it first" if folder.suffix == ".zip" else ""
        raise UsageError(f"{folder} is no folder of submissions{hint}")
    other = without.resolve() if without else None
    entries = sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and (other is None or not _is_same(path, other))
    )
    handed_in = [path for path in entries if cases or not path.name.lower().endswith(CASES)]
    name, found = next(
        (name, found)
        for name, layout in LAYOUTS.items()
        if (found := layout(folder, handed_in, assignment)) is not None
    )
    used = {path for one in found for _, path in one.files}
    rest = [
        path.name
        for path in entries
        if path not in used and not any(path in other.parents for other in used)
    ]
    if not found:
        raise UsageError(f"{folder} holds no submission")
    return Found(name, _each_once(found), tuple(rest))


def _moodle(folder: Path, entries: Sequence[Path], assignment: str) -> list[HandedIn] | None:
    """`Full Name_123_assignsubmission_file/`, or the same with a file's name behind it."""
    matches = [(path, _MOODLE.fullmatch(path.name)) for path in entries]
    if not any(match for _, match in matches):
        return None
    by_id: dict[str, tuple[Student, list[tuple[str, Path]]]] = {}
    for path, match in matches:
        if match is None:
            continue
        number, name = match["id"], match["name"]
        keys = (f"Participant {number}", number)
        student = Student(number, "" if name == "Participant" else name, "", keys)
        by_id.setdefault(number, (student, []))[1].append((match["file"], path))
    return [_one(student, files) for student, files in by_id.values()]


def _canvas(folder: Path, entries: Sequence[Path], assignment: str) -> list[HandedIn] | None:
    """`doejane_LATE_123_456_autodiff.py`: name, user, attachment, the file's own name."""
    matches = [(path, _CANVAS.fullmatch(path.name)) for path in entries if path.is_file()]
    if not matches or 2 * sum(match is not None for _, match in matches) <= len(entries):
        return None
    by_id: dict[str, tuple[Student, list[tuple[str, Path]]]] = {}
    for path, match in matches:
        if match is None:
            continue
        student = Student(match["user"], match["name"], "", (match["user"],))
        files = by_id.setdefault(match["user"], (student, []))[1]
        files.append((_without_counter(match["file"]), path))
    return [_one(student, files) for student, files in by_id.values()]


def _gradescope(folder: Path, entries: Sequence[Path], assignment: str) -> list[HandedIn] | None:
    """`submission_123/` beside `submission_metadata.yml`, which says whose they are."""
    file = folder / METADATA
    if not file.is_file():
        return None
    import yaml

    try:
        metadata = yaml.safe_load(file.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    known = metadata if isinstance(metadata, dict) else {}
    return [
        HandedIn(path.name, _submitters(path.name, known.get(path.name)), (("", path),))
        for path in entries
        if path.is_dir()
    ]


def _submitters(id: str, entry: Any) -> tuple[Student, ...]:
    listed = entry.get(":submitters") if isinstance(entry, dict) else None
    students = []
    for one in listed if isinstance(listed, list) else []:
        name, email, sid = (str(one.get(f":{key}") or "") for key in ("name", "email", "sid"))
        keys = tuple(key for key in (sid, email, id) if key)
        students.append(Student(sid or email or id, name, email, keys))
    return tuple(students) or (Student(id, keys=(id,)),)


def _nbgrader(folder: Path, entries: Sequence[Path], assignment: str) -> list[HandedIn] | None:
    """`submitted/STUDENT/ASSIGNMENT/`, from the course's folder or from `submitted` itself."""
    root = folder / "submitted" if (folder / "submitted").is_dir() else folder
    if root.name != "submitted":
        return None
    students = [path for path in sorted(root.iterdir()) if path.is_dir() and path.name[:1] != "."]
    names = {part.name for path in students for part in _inside(path) if part.is_dir()}
    if len(names) > 1 and assignment not in names:
        raise UsageError(
            f"{root} holds several assignments: {', '.join(sorted(names))}. "
            "Choose one by the name of the assignment, or give a folder of one"
        )
    chosen = assignment if assignment in names else next(iter(names), "")
    return [
        HandedIn(path.name, (Student(path.name, keys=(path.name,)),), (("", path / chosen),))
        for path in students
        if _is_folder(path / chosen)
    ]


def _classroom(folder: Path, entries: Sequence[Path], assignment: str) -> list[HandedIn] | None:
    """Clones named `homework-octocat`, each with its `.git`: what all begin with is the homework."""
    clones = [path for path in entries if path.is_dir() and path / ".git" in _inside(path)]
    if not clones or len(clones) < len([path for path in entries if path.is_dir()]):
        return None
    prefix = _common([path.name for path in clones])
    return [
        HandedIn(path.name.removeprefix(prefix), (_login(path.name, prefix),), (("", path),))
        for path in clones
    ]


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where it may not be looked into."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it may not be looked at: whoever reads it says so
        return True


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.resolve() == other
    except (OSError, RuntimeError):  # a link that leads nowhere but to itself
        return False


def _login(name: str, prefix: str) -> Student:
    login = name.removeprefix(prefix)
    return Student(login, keys=(login, name))


def _common(names: Sequence[str]) -> str:
    """What all names begin with, up to a hyphen; nothing for a single name."""
    first, last = min(names), max(names)
    if len(names) < 2:
        return ""
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    return first[: first.rfind("-", 0, length) + 1]


def _plain(folder: Path, entries: Sequence[Path], assignment: str) -> list[HandedIn]:
    found = []
    for path in entries:
        if path.is_symlink() or (
            path.is_file() and not path.name.lower().endswith(SUBMITTED + CASES + ARCHIVES)
        ):
            continue
        id = path.name if path.is_dir() else _stem(path.name)
        found.append(HandedIn(id, (Student(id, keys=(id, path.name)),), (("", path),)))
    return found


# In the order in which they are tried; the last fits everything.
LAYOUTS: Final[dict[str, Callable[[Path, Sequence[Path], str], Any]]] = {
    "Gradescope export": _gradescope,
    "nbgrader": _nbgrader,
    "Moodle": _moodle,
    "GitHub Classroom": _classroom,
    "Canvas": _canvas,
    "plain": _plain,
}


def _one(student: Student, files: Sequence[tuple[str, Path]]) -> HandedIn:
    if len(files) == 1 and (files[0][1].is_dir() or files[0][0].lower().endswith(ARCHIVES)):
        files = (("", files[0][1]),)
    return HandedIn(student.id, (student,), tuple(files))


def _without_counter(name: str) -> str:
    """`autodiff-1.py`, as a second upload is called, is `autodiff.py`."""
    return re.sub(r"-\d+(\.[^.]+)$", r"\1", name)


def _stem(name: str) -> str:
    for suffix in (*ARCHIVES, *SUBMITTED, *CASES):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)] or name
    return name


def _as_text(one: HandedIn) -> HandedIn:
    """The same with names that can be written down, even where the file system's bytes are not UTF-8."""

    def text(name: str) -> str:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

    members = (
        Student(text(who.id), text(who.name), text(who.email), tuple(map(text, who.keys)))
        for who in one.members
    )
    files = tuple((text(name), path) for name, path in one.files)
    return HandedIn(text(one.id), tuple(members), files)


def _short(id: str) -> str:
    """What of an id fits into the name of a file, in which some letters take a dozen."""
    kept = id[:MAX_ID]
    while len(file_name(kept).encode()) > MAX_BYTES:
        kept = kept[:-1]
    return kept


def _each_once(found: Iterable[HandedIn]) -> tuple[HandedIn, ...]:
    """Ids that differ in more than case, short enough to name a file."""
    seen: dict[str, int] = {}
    unique = []
    for one in sorted(map(_as_text, found), key=lambda one: one.id):
        id = _short("".join(c if c.isprintable() else "_" for c in one.id)).strip() or "_"
        count = seen[id.casefold()] = seen.get(id.casefold(), 0) + 1
        while count > 1 and f"{id}~{count}".casefold() in seen:
            count += 1
        unique.append(replace(one, id=id if count == 1 else f"{id}~{count}"))
        seen.setdefault(unique[-1].id.casefold(), 1)
    return tuple(unique)
