"""Rounds of a submission under watch: what is told at once, and what is told again."""

from pathlib import Path

import pytest

from grader.answers import Store
from grader.domain.verdict import Outcome
from grader.live import Live

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
