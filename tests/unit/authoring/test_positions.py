"""A fault within a text points at the very letters, however YAML wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.positions import positions
from tests.unit.authoring.writing import faults

HEAD = "title: T\ncases:\n  - case: c\n    concept: rule\n    inputs: {x: 2}\n"

GRAPHS = [
    ("    graph: y = sqare(x)\n", 6, 16),
    ("    graph: 'y = sqare(x)'\n", 6, 17),
    ('    graph: "y = sqare(x)"\n', 6, 17),
    ('    graph: "\\x79 \\u003D sqare(x)"\n', 6, 25),
    ('    graph: "a = -x\\ny = sqare(a)"\n', 6, 25),
    ('    graph: "y =\\\n        \\ sqare(x)"\n', 7, 11),
    ("    graph: |\n      y = sqare(x)\n", 7, 11),
    ("    graph: |-\n\n\n      a = -x\n\n      y = sqare(a)\n", 11, 11),
    ("    graph: |2\n      y = sqare(x)\n", 7, 11),
    ("    graph: >-\n\n      a = -x\n\n\n      y = sqare(a)\n", 11, 11),
    ("    graph: >\n      with no_grad():\n          y = sqare(x)\n      # end\n", 8, 15),
    ("    graph: >\n      y = sqare(x)\n", 7, 11),
    ("    graph: >\n      y = add(x,\n      sqare(x))\n", 8, 7),
    ("    graph: >-\n      a = -x\n\n      y = sqare(a)\n", 9, 11),
    ("    graph: y = add(x,\n      sqare(x))\n", 7, 7),
    ("    graph: 'y = add(x,\n\n      sqare(x))'\n", 8, 7),
    ('    graph: "y = add(x,\n      sqare(x))"\n', 7, 7),
    ("    graph: &g y = sqare(x)\n", 6, 19),
    ("    graph: &g |\n      y = sqare(x)\n", 7, 11),
    ("    graph: |  # a remark\n      # 说明\n      y = sqare(x)\n", 8, 11),
    ("    graph:\n      y = sqare(x)\n", 7, 11),
]


@pytest.mark.parametrize(("graph", "line", "column"), GRAPHS)
def test_a_graph_is_placed_in_every_style(
    graph: str, line: int, column: int, tmp_path: Path
) -> None:
    found = next(f for f in faults(tmp_path, HEAD + graph) if f.code == "YS103")
    assert found.message == "no function `sqare`"
    assert (found.line, found.column, found.width) == (line, column, 5)
    assert found.text[column - 1 :].startswith("sqare")


@given(st.text(alphabet="ab '\"\\\n:#é中\t", max_size=30), st.sampled_from(["'", '"', "|", ">"]))
def test_every_letter_of_a_text_is_found_where_it_was_written(text: str, style: str) -> None:
    written = yaml.dump({"k": text}, default_style=style, allow_unicode=True, width=12)
    events = [e for e in yaml.parse(written) if isinstance(e, yaml.ScalarEvent)]
    event = events[-1]
    raw = written[event.start_mark.index : event.end_mark.index]
    offsets = positions(event.value, raw, event.style or "")
    assert len(offsets) == len(event.value) + 1
    assert list(offsets) == sorted(offsets)
    for letter, offset in zip(event.value, offsets, strict=False):
        if letter in "abé中" and raw[offset : offset + 1] != "\\":
            assert raw[offset] == letter
