"""A film comes from the submission's process: whatever it says, it is bounded, and speaks of the program."""

from __future__ import annotations

import pytest

from grader.domain import codec
from grader.domain.array import Array
from grader.domain.diagnosis import Place
from grader.domain.film import CUT, Film, Step, Write
from grader.domain.packing import Block, asked, pack_filmed, pack_observed
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.transcript import Completed, Missing
from grader.sandbox import hostile
from tests.unit.sandbox.conftest import Perform

PROGRAM = Program(
    (Input("x", Array.of(3.0)),),
    (Apply(("y",), "square", (Name("x"),)), Backward("y")),
    (Quantity(Aspect.GRADIENT, "x"),),
)
ASKED = asked(PROGRAM)
DONE = pack_observed(Completed(), [], {}, {}, Block())
WRITE = Write("x", Missing(), Array.of(6.0), Place("a.py", 3, "x.grad = gx"))
STEP = Step("square", ("y",), (Array.of(1.0),), None, (WRITE,))


def _film(*steps: Step) -> Film:
    return Film(steps, agrees=False)


def _decoded(film: Film) -> Film:
    return hostile.filmed(pack_filmed(DONE, film), ASKED)[1]


def test_a_film_of_the_program_is_heard():
    film = Film((STEP,), False, (CUT,))
    assert _decoded(film) == film


@pytest.mark.parametrize(
    ("film", "complaint"),
    [
        (_film(Step("square", ("z",))), "no variable 'z'"),
        (
            _film(Step("square", ("y",), (), None, (Write("answer", Missing(), Missing()),))),
            "answer",
        ),
        (_film(*[STEP] * 101), "longer than a camera"),
        (_film(Step("square", ("y",), (), None, (WRITE,) * 201)), "longer than a camera"),
        (_film(Step("square", ("y",), (Array.of([0.0] * 65),))), "larger than a film holds"),
    ],
)
def test_a_film_that_no_camera_makes_is_refused(film, complaint):
    with pytest.raises(codec.Malformed, match=complaint):
        _decoded(film)


def test_a_film_says_only_what_is_known_that_cannot_be_seen():
    payload = pack_filmed(DONE, _film(STEP)).replace(b'"unseen":[]', b'"unseen":["score.full"]')
    with pytest.raises(codec.Malformed, match="could not be recorded"):
        hostile.filmed(payload, ASKED)


def test_text_in_a_film_neither_hides_nor_reorders():
    place = Place("a.py", 3, "x.grad\u202e = \x1b[2Jgx")
    film = _decoded(_film(Step("squ\u202eare", ("y",), (), place)))
    assert film.steps[0].function == "squ\\u202eare"
    assert film.steps[0].place == Place("a.py", 3, "x.grad\\u202e = \\x1b[2Jgx")


def test_a_program_that_is_not_to_be_filmed_has_no_film(perform: Perform):
    done = perform(times=2, filmed=1)
    assert len(done.films) == 1
    assert done.films[0] is not None
    assert len(done.transcripts) == 2


def test_a_forged_film_costs_its_case_and_nothing_else(perform: Perform):
    """The submission's process answers in the grader's place: what it says is no film."""
    answer = "os.write(4, b'T' + (2).to_bytes(4, 'big') + b'[]')"
    forged = f"_square = square\ndef square(x):\n    {answer}\n    return _square(x)"
    done = perform(forged, times=2, filmed=1)
    assert done.films == (None,)
    assert not done.loading.error
