"""`grader show`: a case as its author sees it, and the settings."""

import shutil
import subprocess
from xml.etree import ElementTree

import pytest

BACKPROP = ("-a", "backprop")
DIAMOND = """\
title: One diamond
requires: [Variable]
cases:
  - {case: diamond, title: Both branches, concept: order, points: 2, inputs: {x: 2},
     graph: "a = square(x)\\ny = add(square(a), square(a))"}
  - {case: secret, title: Behind, concept: rule, hidden: true, inputs: {x: 3}, graph: "y = mul(x, 2)"}
"""


@pytest.fixture
def assignment(desk):
    (desk / "hw").mkdir()
    (desk / "hw" / "assignment.yaml").write_text(DIAMOND, encoding="utf-8")
    return "-a", "hw"


def test_values_gradients_paths_and_order(grader, assignment):
    done = grader("show", "diamond", *assignment)
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    assert lines[:4] == [
        "diamond Both branches (order, 2 points)",
        "x = 2",
        "a = square(x)",
        "y = add(square(a), square(a))",
    ]
    assert "variable value gradient" in lines
    assert "x 2 64" in lines
    assert "a 4 16" in lines
    assert "32 + 32 = 64" in lines
    order = [line.split()[1] for line in lines if line[:2] in {"1 ", "2 ", "3 ", "4 "}]
    assert order[-4:] == ["add", "square", "square", "square"]
    assert lines[-1] == "4 square (a) x.grad None → 64"


def test_the_drawing_alone(grader, assignment):
    root = ElementTree.fromstring(grader("show", "diamond", "--svg", *assignment).output)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert [part.tag.rpartition("}")[2] for part in root][:3] == ["style", "title", "desc"]
    assert "64" in "".join(root.itertext())


def test_graphviz_text_draws_a_repeated_input_twice(grader, assignment):
    text = grader("show", "diamond", "--dot", *assignment).output
    assert text.count('"y1" -> "add') == 1
    assert text.count('"a" -> "square') == 2
    assert 'label="x\\n2\\n∂ 64"' in text
    if shutil.which("dot"):
        drawn = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True)
        assert drawn.returncode == 0, drawn.stderr


def test_hidden_cases_are_shown_to_instructors_only(grader, assignment):
    refused = grader("show", "secret", *assignment)
    assert refused.exit_code == 5
    assert "no case of 'hw' matches 'secret'" in refused.output
    assert "mul" not in refused.output
    assert "y = mul(x, 2)" in grader("show", "secret", "--instructor", *assignment).output


def test_a_case_of_the_course_is_found_without_its_assignment(grader, desk):
    done = grader("show", "diamnod")
    assert done.exit_code == 5
    assert "no case of the course matches 'diamnod'. Did you mean 'diamond'" in done.output


def test_settings_say_where_they_come_from(grader, desk, monkeypatch):
    (desk / "grader.toml").write_text("# ours\nseed = 3\n", encoding="utf-8")
    monkeypatch.setenv("GRADER_ACCEPT_LEVEL", "3")
    lines = grader("show", "config").output.splitlines()
    assert lines[0] == f"file: {desk / 'grader.toml'}"
    assert f"seed = 3   ({desk / 'grader.toml'}:2)" in lines
    assert "accept-level = 3   (environment: GRADER_ACCEPT_LEVEL)" in lines
    assert "report = report.html   (default)" in lines
    assert "assignment =   (default)" in lines
    keys = [line.partition(" =")[0] for line in lines[1:]]
    assert len(keys) == len(set(keys))
