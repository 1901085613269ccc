"""The autograder archive for Gradescope: the grader itself, one assignment, and the two scripts that are due.

The archive holds everything but the packages of `requirements.txt`, which `setup.sh` installs while the image is
built; nothing is fetched when a submission is graded. The same inputs give the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from os.path import commonpath
from pathlib import Path
from typing import Final

from grader.authoring.files import assignment_files, functions_files
from grader.shipped import assignments_folder, reference_file

PACKAGE: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = ("numpy", "PyYAML", "Jinja2", "click", "rich", "pydantic")
SCRIPTS: Final = ("setup.sh", "run_autograder")
SUFFIXES: Final = (".py", ".html", ".css", ".js", ".json", ".po", ".mo", ".md")
MOMENT: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Settings:
    """How submissions are graded there. `assignment` is a path within the archive.

    `limit` submissions are graded within `limit_hours`, 0 for any number; more get their last score.
    """

    assignment: str
    title: str
    max_score: float
    seed: int = 0
    language: str = ""
    accept_level: int = 2
    limit: int = 0
    limit_hours: float = 24.0


def assignment_name(path: Path) -> str:
    """Where the assignment at `path` stands within the archive."""
    return next(name for name, file in _assignment(path) if file == assignment_files(path)[0])


def archive(assignment: Path, settings: Settings) -> bytes:
    """The zip file, with the scripts at its root."""
    contents: dict[str, bytes] = {}
    scripts = files("grader.platforms").joinpath("gradescope")
    for name in SCRIPTS:
        contents[name] = scripts.joinpath(name).read_bytes()
    contents["requirements.txt"] = "".join(map(_pinned, PACKAGES)).encode()
    contents["settings.json"] = (json.dumps(asdict(settings), indent=1) + "\n").encode()
    for name, file in (*_package(), *_data(), *_assignment(assignment)):
        contents[name] = file.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            out.writestr(info, contents[name])
    return packed.getvalue()


def _package() -> Iterator[tuple[str, Path]]:
    for file in sorted(PACKAGE.rglob("*")):
        inside = file.relative_to(PACKAGE)
        scripts = file.parent.name == "gradescope"
        if inside.parts[0] == "_data" or "__pycache__" in inside.parts or not file.is_file():
            continue
        if file.suffix in SUFFIXES or scripts:
            yield f"package/grader/{inside.as_posix()}", file


def _data() -> Iterator[tuple[str, Path]]:
    yield "package/grader/_data/reference/autodiff.py", reference_file()
    for file in sorted((assignments_folder() / "misconceptions").rglob("*.yaml")):
        inside = file.relative_to(assignments_folder()).as_posix()
        yield f"package/grader/_data/assignments/{inside}", file


def _assignment(path: Path) -> Iterator[tuple[str, Path]]:
    """The assignment's own files and those it extends, with their functions: no solution, no starter."""
    own = (*assignment_files(path), *functions_files(path))
    root = Path(commonpath([file.resolve().parent.parent for file in own]))
    for file in own:
        yield f"assignments/{file.resolve().relative_to(root).as_posix()}", file


def _pinned(name: str) -> str:
    """The version that is installed here, with which the grader was tried."""
    try:
        return f"{name}=={version(name)}\n"
    except PackageNotFoundError:
        return f"{name}\n"
