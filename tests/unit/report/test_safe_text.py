"""What students wrote, made safe once."""

from hypothesis import given
from hypothesis import strategies as st

from grader.domain.safe_text import safe, safe_line
from grader.report.border import made_safe
from tests.unit.report.samples import SAMPLES, hostile


def test_harmless_text_stays_as_it_is():
    for text in ("x.grad = gx", "勾配が足りない", "a\n\tb", "émile", "🙂"):
        assert safe(text) == text


def test_control_and_bidi_characters_are_shown_as_escapes():
    assert safe("\x1b[31m") == "\\x1b[31m"
    assert safe("a\u202eb") == "a\\u202eb"
    assert safe("zero\u200bwidth\ufeff") == "zero\\u200bwidth\\ufeff"
    assert safe("a\r\nb") == "a\nb"
    assert safe("\x00") == "\\x00"


def test_lone_surrogates_are_replaced():
    assert safe("\ud800") == "\ufffd"


def test_long_text_is_cut_and_says_so():
    assert safe("x" * 50, 10) == "x" * 9 + "…"


def test_a_line_is_one_line():
    assert safe_line("a\nb\tc") == "a\\nb\\tc"


@given(st.text(st.characters(), max_size=60), st.integers(2, 40))
def test_safe_text_can_be_encoded_is_short_and_stays_the_same(text, limit):
    for make in (safe, safe_line):
        made = make(text, limit)
        made.encode("utf-8")
        assert len(made) <= max(limit, 1) or make is safe
        assert make(made, 10_000) == made


def test_a_report_is_made_safe_as_a_whole_and_only_once():
    once = made_safe(hostile())
    assert made_safe(once) == once
    assert "\\u202e" in once.submission.id
    for sample in SAMPLES.values():
        shown = made_safe(sample())
        assert "\u202e" not in repr(shown)
        assert "\x1b" not in repr(shown)
