"""A transcript comes as it was packed; whatever else is in its place is refused."""

import json
from base64 import b64encode

import pytest

from grader.domain.array import Array
from grader.domain.codec import Malformed
from grader.domain.packing import Block, asked, pack_observed, unpack
from grader.domain.program import Apply, Aspect, Input, Name, Program, Quantity
from grader.domain.transcript import (
    Completed,
    Count,
    Flag,
    Missing,
    NotANumber,
    NotOffered,
    Reading,
    Transcript,
)

PROGRAM = Program(
    (Input("x", Array.of(3.0)),),
    (Apply(("y",), "square", (Name("x"),)),),
    (Quantity(Aspect.GENERATION, "y"), Quantity(Aspect.NO_CREATOR, "y")),
)
ASKED = asked(PROGRAM)
DONE = {"is": "Completed"}
ONE = b64encode(bytes(8)).decode()


def _heard(message: bytes) -> Transcript:
    return unpack(json.loads(message), ASKED, str)


def test_every_observation_comes_as_it_was_packed():
    found = {
        "x": Array.of([[1.0, float("nan")], [-0.0, float("inf")]], "float32"),
        "y": Array.of([]),
        "x.grad": Array.of(5.0),
        "y.grad": Missing(),
        "y.generation": Count(-3),
        "y.creator is None": Flag(True),
    }
    numbers = Block()
    packed = {
        name: numbers.add(one.shape, one.dtype, one.data) if isinstance(one, Array) else one
        for name, one in found.items()
    }
    values = [(name, packed[name]) for name in ("x", "y")]
    rest = {name: packed[name] for name in list(packed)[2:]}
    said = _heard(pack_observed(Completed(), values, rest, {"square": "Square()"}, numbers))
    assert {str(one.quantity): one.found for one in said.primals + said.readings} == found
    assert said.calls == (("square", "Square()"),)


def test_what_is_no_number_comes_as_it_was_packed():
    values = [("x", NotANumber("str", "'3'")), ("y", NotOffered("y"))]
    said = _heard(pack_observed(Completed(), values, {}, {}, Block()))
    assert said.primals == tuple(Reading(ASKED[0][name], one) for name, one in values)


def test_what_no_array_could_be_is_not_packed():
    with pytest.raises(ValueError, match="at most 8 axes"):
        Block().add((1,) * 9, "float64", bytes(8))


@pytest.mark.parametrize(
    ("observation", "block", "complaint"),
    [
        ([], "", "needs 8 bytes"),
        ([2], ONE, "needs 16 bytes"),
        ([-1], ONE, "no negative"),
        ([-1, -1], ONE, "no negative"),
        ([10**9], ONE, "at most"),
        ([10**12, 0], "", "even empty ones"),
        ([1] * 9, ONE, "at most 8 axes"),
        ([True], ONE, "not an array"),
        ([1.0], ONE, "not an array"),
        ([[1]], ONE, "not an array"),
        ([1, "float64"], ONE, "not an array"),
        (["object"], ONE, "no type of numbers"),
        (["float32", "float32"], ONE, "not an array"),
        ([], ONE + ONE, "not base64"),
        ([], "?", "not base64"),
        ([], "é", "not base64"),
        ([], 0, "int where base64 is due"),
        ([], None, "NoneType where base64 is due"),
        ([], [0.0], "list where base64 is due"),
    ],
)
def test_what_nobody_packs_is_refused(observation, block, complaint):
    message = json.dumps([DONE, [["x", observation]], [], [], block])
    with pytest.raises(Malformed, match=complaint):
        _heard(message.encode())


def test_what_was_added_and_not_noted_says_nothing():
    numbers = Block()
    noted = [("x", numbers.add((), "float64", bytes(8)))]
    numbers.add((2,), "float64", bytes(16))
    said = _heard(pack_observed(Completed(), noted, {}, {}, numbers))
    assert said.primals == (Reading(ASKED[0]["x"], Array.of(0.0)),)


def test_the_same_bytes_are_no_two_arrays():
    message = json.dumps([DONE, [["x", []]], [["x.grad", []]], [], ONE])
    with pytest.raises(Malformed, match="needs 8 bytes"):
        _heard(message.encode())
