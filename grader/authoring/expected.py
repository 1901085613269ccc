"""`expect.yaml` of a wrong solution: the cases that it must fail, and what it must be told."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from grader.authoring.nodes import Mapping, Scalar, kind
from grader.authoring.shape import mapping, texts
from grader.authoring.source import Faults, did_you_mean
from grader.authoring.yaml_tree import read_yaml
from grader.errors import UsageError
from grader.records import dataclass

EXPECT: Final = "expect.yaml"
KEYS: Final = ("fails", "diagnosis")


@dataclass(frozen=True, slots=True)
class Expected:
    """`fails` names cases; `diagnosis` a misconception by its id or its code, or nothing."""

    fails: tuple[str, ...] = ()
    diagnosis: str = ""


def read_expected(file: Path, faults: Faults) -> Expected | None:
    """What a file says; None, and faults, where it says nothing usable. Raises UsageError if not there."""
    try:
        tree = read_yaml(file, str(file), faults)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    top = mapping(tree, "the file", faults)
    if top is None:
        return None
    for entry in top:
        if entry.key not in KEYS:
            help = did_you_mean(entry.key, KEYS) or f"the keys are {', '.join(KEYS)}"
            faults.add("YS201", f"the file has no key `{entry.key}`", entry.key_span, help)
    fails = tuple(each.text for each in texts(top.get("fails"), "`fails`", faults))
    return Expected(fails, _diagnosis(top, faults))


def _diagnosis(top: Mapping, faults: Faults) -> str:
    node = top.get("diagnosis")
    if node is None or (isinstance(node, Scalar) and isinstance(node.value, str)):
        return node.text if isinstance(node, Scalar) else ""
    faults.add("YS203", f"`diagnosis` must be text, not {kind(node)}", node.span)
    return ""
