"""Faults as a person sees them in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.authoring import render_faults
from grader.authoring.render import MAX_CELLS, cells
from grader.cli import main
from grader.errors import Fault
from tests.unit.authoring.writing import faults, with_case


def test_a_fault_shows_the_lines_a_caret_and_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = faults(Path(), with_case("a = square(x)\ny = add(a, square(X))"))
    assert render_faults(found) == (
        "error[YS104]: unknown name `X`\n"
        " --> assignment.yaml:8:25\n"
        "  |\n"
        "6 |     graph: |\n"
        "7 |       a = square(x)\n"
        "8 |       y = add(a, square(X))\n"
        "  |                         ^\n"
        "  |\n"
        "  = help: did you mean `x`? Names are case-sensitive\n"
        "  = explain: grader explain YS104"
    )


def test_several_faults_are_counted() -> None:
    one = Fault("YS001", "m", "a.yaml", 1, 1)
    text = render_faults((one, Fault("YS002", "n", "b.yaml", 12, 3, "abc", 9)))
    assert text == (
        "error[YS001]: m\n --> a.yaml:1:1\n  |\n  = explain: grader explain YS001\n\n"
        "error[YS002]: n\n  --> b.yaml:12:3\n   |\n12 | abc\n   |   ^\n   |\n"
        "   = explain: grader explain YS002\n\n2 errors in 2 files"
    )


@pytest.mark.parametrize(
    ("line", "column", "width", "shown", "caret"),
    [
        ("y = sqare(x)", 5, 5, "y = sqare(x)", "    ^^^^^"),
        ("微分 = sqare(x)", 6, 5, "微分 = sqare(x)", "       ^^^^^"),
        ("y = 微分", 5, 2, "y = 微分", "    ^^^^"),
        ("e\u0301 = sqare(x)", 6, 5, "e\u0301 = sqare(x)", "    ^^^^^"),
        ("\ty = q", 6, 1, "    y = q", "        ^"),
        ("ab\tq", 4, 1, "ab  q", "    ^"),
        ("🎓 q", 3, 1, "🎓 q", "   ^"),
        ("ａ q", 3, 1, "ａ q", "   ^"),
        ("a\u202eb q", 5, 1, "a\ufffdb q", "    ^"),
        ("abc", 4, 1, "abc", "   ^"),
    ],
)
def test_the_caret_counts_cells_of_the_terminal(
    line: str, column: int, width: int, shown: str, caret: str
) -> None:
    text = render_faults([Fault("YS103", "m", "no-such-file", 1, column, line, width)])
    assert text.splitlines()[3:5] == [f"1 | {shown}", f"  | {caret}"]


def test_a_long_line_is_cut_around_the_caret() -> None:
    line = "x" * 500 + "WRONG" + "y" * 500
    text = render_faults([Fault("YS103", "m", "no-such-file", 1, 501, line, 5)])
    shown, caret = (row[4:] for row in text.splitlines()[3:5])
    assert cells(shown) <= MAX_CELLS
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "WRONG"
    line = "WRONG" + "y" * 5000
    shown = render_faults([Fault("YS103", "m", "no-such-file", 1, 1, line, 5)]).splitlines()[3]
    assert cells(shown) <= MAX_CELLS + 4


def test_lines_of_a_file_that_has_changed_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one\ntwo\nthree\n")
    fault = Fault("YS103", "m", str(file), 3, 1, "drei")
    assert "two" not in render_faults([fault])


@pytest.mark.parametrize(
    ("escape", "shown"), [("\\e[2J", "\\x1b[2J"), ("\\u202egnp", "\\u202egnp")]
)
@pytest.mark.parametrize(
    "line",
    [
        'inputs: {{"{0}": 1}}\n    graph: y = square(x)',
        'inputs: {{x: 1}}\n    graph: y = square(x)\n    reveal: "{0}"',
        'inputs: {{x: 1}}\n    graph: y = square(x)\n    "{0}": 3',
        'inputs: {{x: "{0}"}}\n    graph: y = square(x)',
        'inputs: {{x: 1}}\n    graph: "y = {0}(x)"',
        'inputs: {{x: 1}}\n    graph: y = square(x)\n    expect: {{"{0}": 3}}',
        'inputs: {{x: 1}}\n    graph: y = square(x)\n    needs: ["{0}"]',
    ],
)
def test_values_that_would_move_the_cursor_or_turn_the_text_are_shown_as_escapes(
    line, escape, shown, tmp_path
):
    text = "title: T\ncases:\n  - case: a\n    title: A\n    concept: rule\n    "
    file = tmp_path / "assignment.yaml"
    file.write_text(text + line.format(escape) + "\n", "utf-8")
    done = CliRunner().invoke(main, ["check", str(file)])
    assert done.exit_code == 2
    assert shown in done.output or "U+001B" in done.output
    assert done.output.replace("\n", "").isprintable()


def test_what_others_called_their_files_is_shown_the_same_way(tmp_path):
    done = CliRunner().invoke(main, ["export", str(tmp_path / "\x1b[2J.json"), "--to", "csv"])
    assert "\\x1b[2J.json cannot be read" in done.output
