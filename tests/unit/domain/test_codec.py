"""Messages survive the journey, and nothing else does."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain import codec
from grader.domain.array import Array
from grader.domain.contribution import Contribution, ContributionWord
from grader.domain.diagnosis import Place
from grader.domain.film import Film, Step, Write
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Constant,
    Construct,
    Input,
    Name,
    NoGrad,
    Option,
    Program,
    Quantity,
    Raises,
)
from grader.domain.transcript import Crashed, Ending, Frame, Missing, Reading, TimedOut, Transcript

PROGRAM = Program(
    (Input("x", Array.of([[1.0, 2.0]])),),
    (
        Apply(("a",), "square", (Name("x"),)),
        NoGrad(
            (Apply(("b",), "sum", (Name("a"),), (Option("axis", None), Option("keepdims", True))),)
        ),
        Apply(("c",), "reshape", (Name("a"),), (Option("shape", (2, 1)),)),
        Raises("TypeError", Construct("v", "a")),
        Backward("c", Constant(Array.of([[1.0], [-3.0]]))),
    ),
    (Quantity(Aspect.GRADIENT, "x"), Quantity(Aspect.NO_CREATOR, "x")),
)


def test_a_program_survives_the_journey():
    assert codec.loads(Program, codec.dumps(PROGRAM)) == PROGRAM


def test_every_float_survives_to_the_last_bit():
    values = [0.1, -0.0, 1e308, 5e-324, float("inf"), 2.0**53 + 1]
    array = Array.of(values)
    assert codec.loads(Array, codec.dumps(array)).data == array.data


def test_a_union_is_decoded_by_its_tag():
    ending = Crashed("ValueError", "no", 2, (Frame("a.py", 3, "f", "x = 1", "In [2]"),))
    assert codec.loads(Ending, codec.dumps(ending)) == ending
    assert codec.loads(Ending, codec.dumps(TimedOut(1.5))) == TimedOut(1.5)


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"", "not JSON"),
        (b"[", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"null", "not a Array"),
        (b'{"is":"Array"}', "wrong fields"),
        (b'{"is":"Array","shape":[],"dtype":"float64","data":"AA=="}', "needs 8 bytes"),
        (b'{"is":"Array","shape":[-1],"dtype":"float64","data":""}', "no negative lengths"),
        (b'{"is":"Array","shape":[1.0],"dtype":"float64","data":""}', "$.shape[0]: float"),
        (b'{"is":"Array","shape":[true],"dtype":"float64","data":""}', "bool where int is due"),
        (b'{"is":"Array","shape":[],"dtype":"float64","data":"?"}', "$.data: not base64"),
        (b'{"is":"Array","shape":[99999999],"dtype":"f","data":""}', "at most 1000000 elements"),
        (b'{"is":"Array","shape":[0,0,0,0,0,0,0,0,0],"dtype":"f","data":""}', "at most 8 axes"),
        (b'{"is":"Program","shape":[],"dtype":"f","data":""}', "not a Array"),
    ],
)
def test_a_hostile_array_is_refused_with_its_place(message, complaint):
    with pytest.raises(codec.Malformed) as fault:
        codec.loads(Array, message)
    assert complaint in str(fault.value)


def test_a_class_that_the_type_does_not_name_is_never_built():
    with pytest.raises(codec.Malformed, match="'Input' is not allowed here"):
        codec.loads(Ending, codec.dumps(Input("x", Array.of(1.0))))


def test_deep_nesting_is_refused_and_not_a_crash():
    with pytest.raises(codec.Malformed):
        codec.loads(Transcript, b"[" * 100_000)
    deep = '{"is":"NoGrad","body":[' * 5000 + "]}" * 5000
    body = f'{{"is":"Program","inputs":[],"statements":[{deep}],"quantities":[]}}'
    with pytest.raises(codec.Malformed):
        codec.loads(Program, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["is", "ending", "primals", "readings", "shape", "data", "of", "x"]),
            inner | st.sampled_from(["Transcript", "Completed", "Reading", "Array"]),
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_json_comes_only_a_transcript_or_malformed_results(data):
    with suppress(codec.Malformed):
        assert isinstance(codec.loads(Transcript, json.dumps(data)), Transcript)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_only_a_transcript_or_malformed_results(data):
    with suppress(codec.Malformed):
        assert isinstance(codec.loads(Transcript, data), Transcript)


def test_a_transcript_of_readings_survives():
    reading = Reading(Quantity(Aspect.GRADIENT, "x"), Missing())
    transcript = Transcript(Crashed("E", "m", 0), (reading,), (reading,), (("add", "+"),), "out")
    assert codec.loads(Transcript, codec.dumps(transcript)) == transcript


def test_a_film_survives():
    eight, place = Array.of(8.0), Place("a.py", 43, "x.grad = gx", "In [2]")
    seed = Step("", (), (), None, (Write("y", Missing(), eight),))
    square = Step("square", ("a",), (eight,), place, (Write("x", eight, eight, place, True),))
    film = Film((seed, square), True, ("film.unseen.cut",))
    assert codec.loads(Film, codec.dumps(film)) == film


def test_a_contribution_survives():
    lost = Contribution("y", 1, "x", Array.of(8.0), None, ContributionWord.LOST)
    assert codec.loads(Contribution, codec.dumps(lost)) == lost
