"""Every pair of colours that meets on the page can be told apart, in light and in dark."""

import re
from pathlib import Path

import pytest

from grader.report import html
from grader.report.states import State

CSS = (Path(html.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
SURFACES = ("page", "card", "quote", "bad-fill")
TEXTS = ("ink", "soft", "bad", "accent")


def palettes():
    found = re.findall(r":root\{([^}]*--page[^}]*)\}", CSS)
    return [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", one)) for one in found]


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_palettes_name_the_same_colours():
    light, dark = palettes()
    assert light.keys() == dark.keys()


@pytest.mark.parametrize("colours", palettes(), ids=["light", "dark"])
def test_text_can_be_read_on_every_surface(colours):
    pairs = [(text, surface) for text in TEXTS for surface in SURFACES]
    pairs += [(text, surface) for text in ("good", "wait") for surface in ("page", "card")]
    pairs += [("pill-ink", "pill"), ("ink", "mark"), ("card", "bad")]
    code = ("keyword", "string", "comment", "name")
    pairs += [(text, surface) for text in code for surface in ("quote", "mark")]
    for text, surface in pairs:
        assert contrast(colours[text], colours[surface]) >= 4.5, (text, surface)


@pytest.mark.parametrize("colours", palettes(), ids=["light", "dark"])
def test_lines_and_borders_can_be_seen(colours):
    for line in ("edge", "bad", "accent", "pill"):
        for surface in ("page", "card"):
            assert contrast(colours[line], colours[surface]) >= 3, (line, surface)


def test_the_style_sheet_uses_no_colour_outside_its_palettes():
    body = re.sub(r":root\{[^}]*\}", "", CSS)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", body)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_border_of_its_own_a_sign_and_a_word(state):
    assert len(state.sign) == 1
    assert state.word
    if state is not State.RIGHT:
        assert f".card.{state.key} rect" in CSS


def test_signs_and_borders_differ_between_states():
    assert len({state.sign for state in State}) == len(State)
