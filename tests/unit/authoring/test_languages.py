"""Texts may be given in several languages; one stands in the case, the others beside it."""

import re
from pathlib import Path

import pytest

from grader.authoring import load_assignment
from grader.domain.assignment import Translation
from grader.domain.language import LANGUAGES
from grader.shipped import assignments_folder
from tests.unit.authoring.writing import faults, load, with_case


def test_a_text_given_in_several_languages_stands_in_english_and_is_kept_in_the_others(
    tmp_path: Path,
) -> None:
    more = "title: {ja: 二つ, en: Two}\nhint: {en: [A, B], zh: [甲, 乙]}"
    found = load(tmp_path, with_case("y = square(x)\n", more=more))
    assert found.language == ""
    assert found.cases[0].title == "Two"
    assert found.cases[0].hints == ("A", "B")
    assert found.translations == (
        Translation("ja", "Two", "二つ"),
        Translation("zh-Hans", "A", "甲"),
        Translation("zh-Hans", "B", "乙"),
    )


def test_the_language_of_the_assignment_is_the_one_that_stands(tmp_path: Path) -> None:
    text = with_case("y = square(x)\n", more="title: {ja: 二つ, en: Two}")
    found = load(tmp_path, f"language: ja\n{text}")
    assert found.language == "ja"
    assert found.cases[0].title == "二つ"
    assert found.translations == (Translation("en", "二つ", "Two"),)


def test_each_step_of_a_ladder_may_be_given_in_several_languages(tmp_path: Path) -> None:
    found = load(tmp_path, with_case("y = square(x)\n", more="hint: [{en: A, ko: 가}, B]"))
    assert found.cases[0].hints == ("A", "B")
    assert found.translations == (Translation("ko", "A", "가"),)


def test_a_variant_is_called_by_the_translations_of_both_titles(tmp_path: Path) -> None:
    more = (
        "title: {en: Two, ja: 二つ}\n"
        "variants:\n  - inputs: {x: 3}\n  - title: {en: four, ja: 四}\n    inputs: {x: 4}"
    )
    found = load(tmp_path, with_case("y = square(x)\n", more=more))
    assert [case.title for case in found.cases] == ["Two (1)", "Two: four"]
    translated = {one.text: one.translation for one in found.translations}
    assert translated["Two (1)"] == "二つ (1)"
    assert translated["Two: four"] == "二つ: 四"


def test_ladders_of_different_length_are_reported(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, with_case("y = square(x)\n", more="hint: {en: [A, B], ja: [あ]}"))
    assert (fault.code, fault.line) == ("YS205", 9)
    assert fault.message == "`hint` has 1 steps in `ja`, 2 in `en`"


def test_what_is_no_text_is_reported(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, with_case("y = square(x)\n", more="title: {en: A, ja: 3}"))
    assert (fault.code, fault.line) == ("YS203", 9)
    assert fault.message == "`title` must be text, not the number 3"


def test_a_language_that_is_not_spoken_is_reported_with_the_nearest(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f"language: jp\n{with_case('y = square(x)')}")
    assert (fault.code, fault.line) == ("YS204", 1)
    (fault,) = faults(tmp_path, with_case("y = square(x)\n", more="title: {en: A, koo: 가}"))
    assert fault.help == "did you mean `ko`?"


# Two words of prose in a row: without any, a text is a formula, a title like `(x + x) + x`, or a line of code.
PROSE = re.compile(r"(?<![\w.(`])[A-Za-z][a-z]+,? (?:[a-z]+|[A-Z][a-z]+)(?![\w.(\[:`=])")
CODE = re.compile(r"\b(?:return|def|if|with|for)\b.*|.*=.*")
SHIPPED = sorted(path.parent.name for path in assignments_folder().glob("*/assignment.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_text_of_a_shipped_assignment_can_be_read_in_chinese(name):
    assert untranslated(name, "zh-Hans") == []


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])
def test_the_main_assignment_speaks_every_language(language):
    assert untranslated("backprop", language) == []


def untranslated(name, language):
    """The texts of prose that a student would read in English."""
    assignment = load_assignment(assignments_folder() / name)
    known = {one.text for one in assignment.translations if one.language == language}
    texts = [assignment.title, assignment.summary]
    for case in assignment.cases:
        texts += [case.title, *case.hints]
    return [
        text
        for text in dict.fromkeys(texts)
        if text and text not in known and PROSE.search(text) and not CODE.fullmatch(text)
    ]
