"""Rounds of a submission under watch: what is told at once, and what is told again."""

from pathlib import Path
from typing import Any

import pytest

from grader.answers import Store
from grader.domain.verdict import Outcome
from grader.live import Live
from grader.sandbox import Guest, Performance

ROOT = Path(__file__).parents[2]
RIGHT = next((ROOT / "tests/submissions/right_single_file/submission").glob("*.py"))
# What was differentiated before makes the next backward() fail: alone, each case is right.
ONCE = """

_walk, _walked = Variable.backward, []


def _only_once(self, *given, **options):
    if _walked:
        raise RuntimeError("only once")
    _walked.append(self)
    return _walk(self, *given, **options)


Variable.backward = _only_once
"""


@pytest.fixture
def live(tmp_path):
    """Rounds of a file with this text."""
    opened = []

    def live(text):
        file = tmp_path / "autodiff.py"
        file.write_text(text, encoding="utf-8")
        watched = Live(
            file,
            lambda guest: ROOT / "assignments" / "backprop",
            cases=("square-alone", "x-plus-x", "diamond"),
            store=Store.default(),
        )
        opened.append(watched)
        return watched.rounds()

    yield live
    for one in opened:
        one.__exit__(None, None, None)


def outcomes(told):
    return [one.verdict.outcome for one in told.report.cases]


def test_what_is_right_is_told_once_and_for_good(live):
    first = next(live(RIGHT.read_text("utf-8")))
    assert set(outcomes(first)) == {Outcome.PASSED}
    assert not first.unfinished


def test_a_first_look_that_another_case_has_spoilt_is_corrected(live):
    rounds = live(RIGHT.read_text("utf-8") + ONCE)
    first = next(rounds)
    assert first.unfinished
    assert Outcome.CRASHED in outcomes(first)
    second = next(rounds)
    assert (second.follows, second.corrected, second.unfinished) == (True, True, False)
    assert set(outcomes(second)) == {Outcome.PASSED}


def test_what_is_wrong_alone_too_is_not_called_corrected(live):
    wrong = RIGHT.read_text("utf-8").replace("2 * x * gy", "x * gy")
    rounds = live(wrong)
    first, second = next(rounds), next(rounds)
    assert outcomes(first) == outcomes(second)
    assert Outcome.FAILED in outcomes(second)
    assert not second.corrected
    assert second.report.diagnoses
    assert not first.report.diagnoses


def test_a_guest_that_breaks_at_secret_cases_is_not_asked_in_the_next_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a student sees after a save is about that save, and not about a guest that broke before."""
    perform, breaks = Guest.perform, [True]

    def performed(guest: Guest, *arguments: Any, **options: Any) -> Performance:
        if options.get("continues") and breaks.pop():
            guest.kill()
            guest._started.process.wait()
        return perform(guest, *arguments, **options)

    monkeypatch.setattr(Guest, "perform", performed)
    file = tmp_path / "autodiff.py"
    file.write_text(RIGHT.read_text("utf-8"), encoding="utf-8")
    backprop = ROOT / "assignments" / "backprop"
    with Live(file, lambda guest: backprop, store=Store.default()) as watched:
        rounds = watched.rounds()
        first = next(rounds)
        assert {Outcome.PASSED, Outcome.GRADER_FAULT} == set(outcomes(first))
        breaks.append(False)
        file.write_text(RIGHT.read_text("utf-8") + "\n", encoding="utf-8")
        second = next(rounds)
    assert second.report is not None
    assert set(outcomes(second)) == {Outcome.PASSED}
