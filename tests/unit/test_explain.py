"""Every code can be explained, by the command that messages name."""

import pytest
from click.testing import CliRunner

from grader.authoring import CODES
from grader.authoring.catalogue import load_catalogue
from grader.cli import main
from grader.domain.verdict import Outcome
from grader.explaining import explain
from grader.report.language import say, speaking
from grader.shipped import assignments_folder

CATALOGUE = load_catalogue(assignments_folder() / "misconceptions")


def test_the_catalogue_has_every_entry_once():
    assert len(CATALOGUE) == 114
    assert len({entry.code for entry in CATALOGUE}) == 114


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_a_misconception_is_explained_by_code_and_by_id(entry):
    text = explain(entry.code)
    assert text == explain(entry.id.upper())
    assert entry.title in text
    assert text.count("Hint ") >= 3
    assert "Wrong:" in text


@pytest.mark.parametrize("code", CODES)
def test_an_authoring_fault_is_explained(code):
    assert explain(code).startswith(f"{code}: ")


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ja", "ko"])
@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_explained_in_every_language(outcome, language):
    text = explain(outcome.value, language)
    title, _, rest = text.partition("\n\n")
    assert say_in(language, f"outcome.{outcome}") in title
    assert len(rest) > 25
    assert text == explain(outcome.value.replace(" ", "-").upper(), language)
    assert language == "en" or text != explain(outcome.value, "en")


def say_in(language, key):
    with speaking(language):
        return say(key)


def test_an_unknown_code_is_answered_with_the_nearest():
    done = CliRunner().invoke(main, ["explain", "overwrit"])
    assert done.exit_code == 2
    assert "there is no code 'overwrit'. Did you mean 'overwrite'" in done.stderr


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("ad41", "AD411"), ("ys14", "YS114"), ("Timed-ou", "timed-out"), ("zzzzz", "lists them")],
)
def test_the_nearest_codes_are_written_as_they_are_listed(asked, meant):
    said = CliRunner().invoke(main, ["explain", asked]).stderr
    assert meant in said
    assert meant == "lists them" or explain(meant, "en")


def test_an_outcome_is_found_as_the_report_calls_it():
    assert explain("not-checked", "en") == explain("skipped", "en")


def test_what_became_of_a_submission_is_explained():
    assert "could not be loaded" in explain("ungradable", "en")


def test_without_a_code_all_are_listed():
    done = CliRunner().invoke(main, ["explain"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert {line.split()[0] for line in lines} >= {e.code for e in CATALOGUE} | {*CODES}
    for line in lines:
        assert explain(line.split()[0])
