"""Wrong numbers earn nothing, whatever else a submission does; a naive grader is fooled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.domain.transcript import Faulted
from tests.attacks import forging, values
from tests.attacks.arena import Arena, known
from tests.attacks.attack import LAZY, Attack

ATTACKS = known(forging.ATTACKS)
NAIVE = Path(__file__).with_name("naive.py")


@pytest.mark.parametrize("name", ATTACKS)
def test_a_forgery_earns_nothing(name: str, arena: Arena) -> None:
    result = arena.fight(ATTACKS[name])
    assert result.score == 0
    assert not any(isinstance(t.ending, Faulted) for t in result.transcripts.values())


@pytest.mark.parametrize("name", [attack.name for attack in forging.BEATS_NAIVE])
def test_the_same_forgery_beats_a_naive_grader(name: str, tmp_path: Path) -> None:
    assert _naive_score(ATTACKS[name], tmp_path) > 0


def test_the_naive_grader_gives_nothing_for_wrong_numbers_alone(tmp_path: Path) -> None:
    assert _naive_score(Attack("honest", engine=LAZY), tmp_path) == 0


@pytest.mark.parametrize("what", values.STRANGE)
def test_a_strange_value_earns_nothing_and_breaks_nothing(what: str, arena: Arena) -> None:
    result = arena.grade({"submission.py": values.submission(values.STRANGE[what])})
    assert not result.observed.loading.error
    assert result.score == 0
    assert not any(isinstance(t.ending, Faulted) for t in result.transcripts.values())
    assert len(result.text) < 100_000


def _naive_score(attack: Attack, folder: Path) -> float:
    file = folder / "submission.py"
    file.write_text(attack.text({}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(NAIVE), str(file)], capture_output=True, text=True, timeout=60
    )
    scores = [json.loads(line)["score"] for line in done.stdout.splitlines() if "{" in line]
    return float(scores[-1])
