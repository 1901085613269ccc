"""Four languages, all complete, and all chosen by the same rule."""

import string
from dataclasses import replace

import pytest

from grader.domain.assignment import Translation
from grader.domain.language import LANGUAGES, language_of
from grader.errors import UsageError
from grader.report import html, results, terminal
from grader.report.english import SENTENCES
from grader.report.language import LOCALE, catalogue, chosen_language, say, speaking
from grader.report.localised import localised
from grader.report.po import Entry, read_po, write_po
from tests.translations import MISCONCEPTION_FOLDER, TRANSLATED, misconception_texts
from tests.unit.report.samples import SAMPLES, overwritten


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_from_the_english_that_is_said_today(language):
    """After a change of an English sentence: `python -m tests.translations`, then translate."""
    entries = catalogue(language)
    assert [(entry.key, entry.english) for entry in entries] == list(SENTENCES.items())
    assert not [entry.key for entry in entries if not entry.text.strip()]


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_placeholders_of_the_english_sentence(language):
    for entry in catalogue(language):
        assert placeholders(entry.text) == placeholders(entry.english), entry.key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_report_can_be_written_in_every_language(sample, language):
    report = replace(SAMPLES[sample](), language=language)
    assert f'<html lang="{language}">' in html.render(report)
    with speaking(language):
        headline = say("page.loading")
    assert headline in html.render(report)
    assert results.to_json(report)
    assert terminal.full(report, encoding="utf-8")


def test_terminal_and_results_speak_the_language_of_the_report():
    report = replace(overwritten(), language="ja")
    message = "3 個のケースのうち 1 個がまだ正しくありません。"
    assert results.results(report)["message"].startswith(message)
    assert message in terminal.full(report, encoding="utf-8")


def test_a_renderer_leaves_no_language_behind():
    html.render(replace(overwritten(), language="ko"))
    assert say("state.right") == "right"


def test_texts_of_the_teacher_are_shown_in_the_language_of_the_report():
    report = overwritten()
    given = (
        Translation("ja", "Both branches meet again", "二つの道がまた出会う"),
        Translation("ja", "Look at Variable.backward.", "Variable.backward を見る。"),
        Translation("ko", "Both branches meet again", "두 갈래가 다시 만난다"),
    )
    report = replace(
        report, language="ja", assignment=replace(report.assignment, translations=given)
    )
    page = html.render(report)
    assert "二つの道がまた出会う" in page
    assert "Variable.backward を見る。" in page
    assert "Both branches meet again" not in page
    assert "두 갈래가 다시 만난다" not in page
    assert localised(localised(report)) == localised(report)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en_GB.UTF-8", "en"),
        ("zh", "zh-Hans"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh-Hans", "zh-Hans"),
        ("JA", "ja"),
        ("ja_JP.eucJP", "ja"),
        ("ko", "ko"),
        ("C.UTF-8", ""),
        ("POSIX", ""),
        ("fr_FR", ""),
        ("kok", ""),
        ("", ""),
    ],
)
def test_tags_and_locales_mean_a_language(tag, language):
    assert language_of(tag) == language


def test_what_is_asked_for_comes_before_what_a_machine_is_set_to(monkeypatch):
    for name in ("GRADER_LANG", *LOCALE):
        monkeypatch.delenv(name, raising=False)
    assert chosen_language() == "en"
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert chosen_language() == "ko"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert chosen_language() == "en"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert chosen_language() == "zh-Hans"
    assert chosen_language(assignment="ja") == "ja"
    monkeypatch.setenv("GRADER_LANG", "ko")
    assert chosen_language(assignment="ja") == "ko"
    assert chosen_language("zh", assignment="ja") == "zh-Hans"


def test_a_language_that_is_not_spoken_is_refused_with_the_ones_that_are(monkeypatch):
    with pytest.raises(
        UsageError, match=r"no language .jp. is spoken here\. There are: en .*日本語"
    ):
        chosen_language("jp")
    monkeypatch.setenv("GRADER_LANG", "tlh")
    with pytest.raises(UsageError, match="tlh"):
        chosen_language()


def test_a_catalogue_is_read_as_it_was_written():
    entries = (Entry("a.b", 'Say "x\\y".', "二つ\n三つ"), Entry("c", "{count} left", ""))
    assert read_po(write_po(entries, "ja")) == entries


def test_a_catalogue_may_break_its_texts_and_carry_comments():
    text = 'msgid ""\nmsgstr ""\n"Language: ja\\n"\n\n# why\n#, fuzzy\n'
    text += 'msgctxt "k"\nmsgid ""\n"one "\n"two"\nmsgstr "い"\n"ち"\n'
    assert read_po(text) == (Entry("k", "one two", "いち"),)


@pytest.mark.parametrize("line", ["msgstr_plural x", 'msgid "open', "msgid bare", "what"])
def test_a_broken_catalogue_is_refused_with_its_line(line):
    with pytest.raises(ValueError, match="line 2"):
        read_po(f"# first\n{line}\n")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_catalogue_of_misconceptions_is_translated(language):
    """After a change of a misconception: `python -m tests.translations`, then translate."""
    file = MISCONCEPTION_FOLDER / f"{language}.po"
    entries = read_po(file.read_text(encoding="utf-8"))
    assert {entry.key: entry.english for entry in entries} == misconception_texts()
    for entry in entries:
        if entry.text == entry.english:
            compile(entry.text, entry.key, "exec")  # only Python is the same in every language
        assert entry.text.strip(), entry.key


def test_a_diagnosis_speaks_the_language_of_the_report():
    known = overwritten()
    catalogued = misconception_texts()
    diagnosis = replace(
        known.diagnoses[0],
        title=catalogued["overwrite.title"],
        message=catalogued["overwrite.what"],
        hints=tuple(catalogued[f"overwrite.hint.{n}"] for n in (1, 2, 3)),
    )
    page = html.render(replace(known, diagnoses=(diagnosis,), language="ko"))
    assert "마지막에 도착한 경로가 다른 경로를 덮어씁니다" in page
    assert catalogued["overwrite.title"] not in page
