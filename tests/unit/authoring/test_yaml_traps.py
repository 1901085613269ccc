"""What YAML 1.1, its reader and hostile files do to people, and does not happen here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from grader.authoring.nodes import plain
from grader.authoring.source import Faults, Source
from grader.authoring.yaml_tree import parse
from tests.unit.authoring.writing import case, faults, load, with_case


def read(text: str) -> object:
    collected = Faults()
    tree = parse(Source.of("file.yaml", text), collected)
    assert tree is not None
    assert not list(collected)
    return plain(tree)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1e-6", 1e-6),
        ("1E5", 1e5),
        (".5", 0.5),
        ("-2.", -2.0),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("+3", 3),
        (".inf", float("inf")),
        ("-.INF", float("-inf")),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("on", "on"),
        ("no", "no"),
        ("yes", "yes"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("2024-01-02", "2024-01-02"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("tRuE", "tRuE"),
        ("'1e-6'", "1e-6"),
        ('"true"', "true"),
    ],
)
def test_a_word_means_what_the_core_schema_says(word: str, value: object) -> None:
    assert read(f"a: {word}") == {"a": value}


def test_nan_is_a_number() -> None:
    found = read("a: .nan")
    assert isinstance(found, dict)
    assert found["a"] != found["a"]


def test_keys_stay_the_words_that_were_written() -> None:
    assert read("on: 1\nno: 2\n012: 3\n1e-6: 4") == {"on": 1, "no": 2, "012": 3, "1e-6": 4}


def test_a_merge_key_is_no_key_here(tmp_path: Path) -> None:
    text = with_case("y = -x", more="<<: {points: 3}")
    (found,) = faults(tmp_path, text)
    assert found.message == "case `c` has no key `<<`"


def test_aliases_repeat_a_value(tmp_path: Path) -> None:
    text = with_case("y = x + z", inputs="{x: &v [1, 2], z: *v}")
    program = load(tmp_path, text).cases[0].program
    assert program.inputs[0].value == program.inputs[1].value


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    started = time.perf_counter()
    (found,) = faults(tmp_path, "\n".join(lines))
    assert found.code == "YS005"
    assert found.message == "the file holds more than 100,000 values, aliases written out"
    assert found.line == 5
    assert time.perf_counter() - started < 2


def test_thousands_of_brackets_are_refused_without_a_traceback(tmp_path: Path) -> None:
    for text in ("[" * 100_000, "{" * 100_000, "- " * 100_000, "? " * 5_000):
        (found,) = faults(tmp_path, text)
        assert found.code == "YS005"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_move_nothing(
    newline: str, mark: str, tmp_path: Path
) -> None:
    text = with_case("a = square(x)\ny = sqare(a)").replace("\n", newline)
    (found,) = faults(tmp_path, mark + text)
    assert (found.line, found.column, found.text) == (8, 11, "      y = sqare(a)")


def test_columns_count_code_points(tmp_path: Path) -> None:
    text = with_case("微分 = square(x)\ny = add(微分, 𐀀)", more="title: 前向 🎓")
    (found,) = faults(tmp_path, text)
    assert (found.message, found.line, found.column) == ("unknown name `𐀀`", 8, 19)


def test_a_chinese_title_stays_as_it_is(tmp_path: Path) -> None:
    assert case(tmp_path, "y = -x", more="title: 两条支路再会合").title == "两条支路再会合"
