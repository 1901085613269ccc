"""Whatever breaks while a submission is loaded or performed, the grader goes on and says what was wrong."""

from __future__ import annotations

import time

import pytest

from grader.domain.transcript import Completed, Faulted
from tests.attacks import broken, resources
from tests.attacks.arena import LIMITS, Arena
from tests.attacks.attack import ENGINE, Attack

FULL = 30.0
GRACE = 8.0


@pytest.mark.parametrize("what", broken.LOADING)
def test_a_submission_that_breaks_while_loading_is_no_fault_of_ours(
    what: str, arena: Arena
) -> None:
    result = arena.grade({"submission.py": broken.LOADING[what]}, entry="submission.py")
    assert not any(isinstance(t.ending, Faulted) for t in result.transcripts.values())
    assert len(result.text) < 200_000
    assert arena.fight(Attack("an honest one after it")).score == FULL


@pytest.mark.parametrize("what", broken.STATE_THAT_COSTS)
def test_what_one_case_leaves_behind_costs_nothing_in_another(what: str, arena: Arena) -> None:
    result = arena.fight(Attack(what, after=broken.STATE_THAT_COSTS[what]))
    assert result.score == FULL, result.text


@pytest.mark.parametrize("what", broken.STATE_THAT_WOULD_EARN)
def test_what_one_case_leaves_behind_earns_nothing_in_another(what: str, arena: Arena) -> None:
    source = broken.STATE_THAT_WOULD_EARN[what].encode()
    assert arena.grade({"submission.py": source}).score == 0


@pytest.mark.parametrize("what", resources.TIME_EATERS)
def test_a_submission_that_never_ends_is_ended(what: str, arena: Arena) -> None:
    start = time.monotonic()
    attack = Attack(what, after=f"def square(x):\n{_indented(resources.TIME_EATERS[what])}")
    result = arena.fight(attack)
    assert time.monotonic() - start < 2 * LIMITS.total_seconds + GRACE
    assert result.score <= FULL / 3
    assert not any(isinstance(t.ending, Faulted) for t in result.transcripts.values())


@pytest.mark.parametrize("what", resources.FLOODS)
def test_a_flood_of_output_is_cut(what: str, arena: Arena) -> None:
    attack = Attack(what, after=f"def square(x):\n{_indented(resources.FLOODS[what])}")
    result = arena.fight(attack)
    assert len(result.text) < 1_000_000
    assert isinstance(result.transcripts["sum"].ending, Completed)


def _indented(source: str) -> str:
    import textwrap

    return textwrap.indent(textwrap.dedent(source).strip(), "    ")


def test_a_right_submission_is_right_after_all_that(arena: Arena) -> None:
    assert arena.grade({"submission.py": ENGINE.encode()}).score == FULL
