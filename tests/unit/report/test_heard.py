"""The guest's sentences about loading, said again in the language of the report."""

import re
from pathlib import Path

import pytest

from grader.guest import loader
from grader.records import replace
from grader.report import html
from grader.report.english import SENTENCES
from grader.report.heard import HEARD, heard
from grader.report.language import say, speaking
from tests.unit.report.samples import ungradable

GUEST = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(Path(loader.__file__).parent.glob("*.py"))
)


# What is said of a suite is taken from the same sentences, and cannot differ.
OF_A_GUEST = [key for key in HEARD if not key.startswith("heard.suite.")]


@pytest.mark.parametrize("key", OF_A_GUEST)
def test_the_guest_says_it_in_these_words(key):
    """The longest stretch between two names; the guest may break it over two lines of source."""
    said = re.sub(r'"\s+f?"', "", GUEST)
    longest = max(re.split(r"\{\w+\}", SENTENCES[key]), key=len)
    kinds = ("failed", "is not valid Python")  # which the guest fills in
    assert longest in said or any(kind in longest for kind in kinds)


@pytest.mark.parametrize("key", HEARD)
def test_in_english_every_sentence_stays_as_it_is(key):
    sentence = re.sub(r"\{(\w+)\}", r"<\1>", SENTENCES[key])
    assert heard(sentence) == sentence


def test_names_and_places_go_with_it():
    said = (
        "`Variable` could not be made, because line 12 of In [3] of a.ipynb failed: NameError: np."
    )
    with speaking("ko"):
        assert heard(said) == (
            "`Variable`을(를) 만들 수 없었습니다. In [3] of a.ipynb의 12행에서 실패했기 때문입니다: "
            "NameError: np."
        )


def test_two_sentences_are_said_one_after_the_other():
    said = "a.py does not define `Variable`. It defines `Foo`, `Bar`."
    with speaking("ja"):
        assert heard(said) == (
            "a.py は `Variable` を定義していません。定義されているのは `Foo`, `Bar` です。"
        )
        assert heard("What nobody knows.") == "What nobody knows."


def test_the_page_of_a_submission_that_could_not_be_loaded_speaks_its_language():
    report = ungradable()
    error = "`Variable` is not defined, because line 3 of a.py is not valid Python: bad."
    loading = replace(report.submission.loading, error=error)
    submission = replace(report.submission, loading=loading)
    page = html.render(replace(report, submission=submission, language="zh-Hans"))
    assert "`Variable` 没有定义，因为 a.py 第 3 行 不是合法的 Python：bad。" in page
    with speaking("zh-Hans"):
        assert say("verdict.ungradable") in page
