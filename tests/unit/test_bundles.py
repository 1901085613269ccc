"""Stored observations are the observations, whatever fields they have, and small."""

from __future__ import annotations

import pytest

from grader.classroom.bundles import Bundles
from grader.domain import codec
from grader.domain.array import Array
from grader.domain.film import CUT, Film
from grader.domain.observed import Observed, Performed
from grader.domain.program import Aspect, Quantity
from grader.domain.submission import Loading
from grader.domain.transcript import Completed, Crashed, Reading, Transcript

GRADIENT = Reading(Quantity(Aspect.GRADIENT, "x"), Array.of([1.0, float("nan")]))
RIGHT = Transcript(Completed(), (), (GRADIENT,), (("add", "+"),), "printed")
WRONG = Transcript(Crashed("ValueError", "no", 3))
OBSERVED = Observed(
    "ada", "file", (("a.py", "x = 1\n"),), 7, 2, ("Landlock",), (), Loading("a.py"),
    performed=(
        Performed("one", RIGHT),
        Performed("two", WRONG, RIGHT, Film((), True, (CUT,)), (GRADIENT,)),
        Performed("three", RIGHT),
    ),
    decoy=WRONG,
    output="hello",
)  # fmt: skip


def test_what_is_read_is_what_was_written() -> None:
    assert repr(Bundles().loads(Bundles().dumps(OBSERVED))) == repr(OBSERVED)


def test_the_same_answer_is_written_and_read_once() -> None:
    bundles = Bundles()
    read = bundles.loads(bundles.dumps(OBSERVED))
    assert read.performed[0].first is read.performed[2].first
    assert bundles.loads(bundles.dumps(OBSERVED)).performed[0].first is read.performed[0].first


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_what_is_damaged_is_no_observation(cut: int) -> None:
    data = Bundles().dumps(OBSERVED)
    with pytest.raises(codec.Malformed):
        Bundles().loads(data[:cut])
