"""The JSON Schema says what the loader does, and explains every key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.authoring import CODES, json_schema
from grader.authoring.nodes import plain
from grader.authoring.source import Faults
from grader.authoring.yaml_tree import read_yaml
from tests.unit.authoring.writing import faults, in_a_file, with_case

SHIPPED = sorted((Path(__file__).parents[3] / "assignments").glob("*/assignment.yaml"))


def complaints(file: Path) -> list[str]:
    tree = read_yaml(file, str(file), Faults())
    assert tree is not None
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(plain(tree))]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_the_shipped_assignments_obey_it(file: Path) -> None:
    assert complaints(file) == []


def objects(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, dict):
        own = [part] if "properties" in part else []
        return own + [found for value in part.values() for found in objects(value)]
    return [found for item in part for found in objects(item)] if isinstance(part, list) else []


def test_every_key_is_described_and_every_mapping_is_closed() -> None:
    for each in objects(json_schema()):
        assert each["additionalProperties"] is False or each["title"] == "Accept"
        for name, field in each["properties"].items():
            assert field.get("description"), name


@pytest.mark.parametrize(
    "more",
    [
        "points: -1",
        "hiden: true",
        "hidden: 'yes'",
        "reveal: all",
        "tolerance: {rel: 1}",
        "variants: [{points: 1}]",
        "expect: {y: abc}",
        "accept: [{x.grad: 1}]",
    ],
)
def test_the_editor_and_the_loader_refuse_the_same(more: str, tmp_path: Path) -> None:
    text = with_case("y = -x", more=more)
    assert faults(tmp_path, text)
    assert complaints(in_a_file(tmp_path, text))


@pytest.mark.parametrize(
    "inputs",
    ["{x: {normal: [2], seed: 3, dtype: int64}}", "{x: {value: [1], dtype: bool}}", "{x: [[1]]}"],
)
def test_the_editor_and_the_loader_accept_the_same(inputs: str, tmp_path: Path) -> None:
    more = "hint: a\nneeds: []\ncheck: y\ntolerance: 1e-6\nvariants: [{}]\nexpect: {x.grad: null}"
    text = with_case("y = -x", inputs=inputs, more=more)
    assert faults(tmp_path, text) == ()
    assert complaints(in_a_file(tmp_path, text)) == []


def test_every_code_is_explained_with_a_wrong_and_a_right_example() -> None:
    for code, text in CODES.items():
        assert code[:2] == "YS"
        assert len(code) == 5
        assert text.title
        assert text.text.endswith(".")
        assert text.wrong != text.right
