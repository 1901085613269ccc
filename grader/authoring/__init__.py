"""People's YAML -> domain objects, with every fault placed where its author can mend it.

Importing this package, and `grader.authoring.files`, loads nothing else: PyYAML and pydantic come with the
first call of `load_assignment` or `json_schema`, the texts of the faults when they are first asked for.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.authoring.code_text import CodeText
    from grader.authoring.codes import CODES
    from grader.authoring.render import render_faults
    from grader.domain.assignment import Assignment, Requirement

__all__ = ["CODES", "CodeText", "json_schema", "load_asked", "load_assignment", "render_faults"]

_HOMES = {"CODES": "codes", "CodeText": "code_text", "render_faults": "render"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"grader.authoring.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'grader.authoring' has no attribute {name!r}")


def load_assignment(path: str | PathLike[str], seed: int = 0) -> Assignment:
    """The assignment at `path`, a folder with `assignment.yaml` or the file itself.

    `seed` decides the sampled inputs. Raises UsageError where nothing is there, and AuthoringError,
    with every fault of every file, where what is there is no assignment.
    """
    from grader.authoring import loader

    return loader.load_assignment(Path(path), seed)


def load_asked(path: str | PathLike[str]) -> tuple[str, tuple[Requirement, ...]]:
    """The dialect and the requirements of the assignment at `path`: see `grader.authoring.loader`."""
    from grader.authoring import loader

    return loader.load_asked(Path(path))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an assignment file, for completion in editors."""
    from grader.authoring import schema

    return schema.json_schema()
