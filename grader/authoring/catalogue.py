"""The catalogue of misconceptions: one YAML file each -> what the diagnosis works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from grader.authoring.probes import read_probe
from grader.authoring.source import Faults
from grader.authoring.yaml_tree import FAST
from grader.domain.misconception import Edit, Misconception
from grader.domain.program import Program
from grader.errors import AuthoringError, Fault

REQUIRED = (
    "id",
    "code",
    "concept",
    "title",
    "what",
    "edit",
    "hints",
    "wrong",
    "right",
    "told_apart_by",
)


def load_catalogue(folder: Path) -> tuple[Misconception, ...]:
    """Every entry of a folder, in the order of their codes.

    Raises AuthoringError where an entry lacks something, or its probe cannot be read.
    """
    entries, faults = [], []
    for file in catalogue_files(folder):
        data = yaml.load(file.read_text(encoding="utf-8"), FAST)
        missing = tuple(_missing(data))
        if missing:
            message = f"a misconception needs {', '.join(missing)}"
            faults.append(Fault("YS501", message, str(file), 1, 1))
            continue
        found = Faults()
        probe = read_probe(file, found)
        if probe is None or found:
            faults += [*found]
            continue
        entries.append(_entry(data, probe))
    if faults:
        raise AuthoringError(tuple(faults))
    return tuple(sorted(entries, key=lambda entry: entry.code))


def catalogue_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.yaml")))


def _missing(data: Any) -> Iterator[str]:
    if not isinstance(data, dict):
        yield from REQUIRED
        return
    yield from (f"`{key}`" for key in REQUIRED if not data.get(key))


def _entry(data: Mapping[str, Any], probe: Program) -> Misconception:
    return Misconception(
        id=str(data["id"]),
        code=str(data["code"]),
        concept=str(data["concept"]),
        title=_line(data["title"]),
        what=_line(data["what"]),
        edits=tuple(Edit(edit["find"], edit["replace"]) for edit in data["edit"]),
        hints=tuple(map(_line, data["hints"])),
        wrong=data["wrong"].rstrip(),
        right=data["right"].rstrip(),
        probe=probe,
        applies_to=tuple(data.get("applies_to", ())),
        combinable=bool(data.get("combinable", True)),
        convention=bool(data.get("convention", False)),
        line=str(data.get("line", "")),
    )


def _line(text: object) -> str:
    return " ".join(str(text).split())
