"""Readers of hostile bytes give an answer or their own error, and never anything else."""

from __future__ import annotations

import json
import struct
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import grader
from grader.domain import codec
from grader.domain.array import Array
from grader.domain.program import Aspect, Quantity
from grader.domain.protocol import MAX_UP, Kind, ProtocolError, frame, read_frame
from grader.domain.submission import Loading, SourceFile
from grader.domain.transcript import Completed, Crashed, Frame, NotANumber, Reading, Transcript
from grader.errors import AuthoringError, SubmissionError
from grader.guest.sources import Source, read_source
from grader.sandbox import hostile
from grader.sandbox.archives import read_archive
from grader.sandbox.intake import archive_bounds
from tests.attacks import archives, case_files, notebooks
from tests.attacks.attack import ENGINE

FUZZ = settings(max_examples=80, suppress_health_check=list(HealthCheck))

TRANSCRIPT = Transcript(
    Crashed("ValueError", "no", 1, (Frame("a.py", 3, "f", "x = 1"),)),
    (Reading(Quantity(Aspect.VALUE, "y"), Array.of([1.0, 2.0])),),
    (Reading(Quantity(Aspect.GRADIENT, "x"), NotANumber("str", "'a'")),),
    (("add", "add()"),),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


def _changed(data: st.DataObject, content: bytes) -> bytes:
    """A message with some bytes changed, removed, doubled or put in."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(changed) - 1, 0)))
        match data.draw(st.sampled_from(("set", "cut", "double", "insert", "number"))):
            case "set" if changed:
                changed[at] = data.draw(st.integers(0, 255))
            case "cut":
                del changed[at : at + data.draw(st.integers(1, 40))]
            case "double":
                changed[at:at] = changed[at : at + 40]
            case "insert":
                changed[at:at] = data.draw(st.binary(max_size=12))
            case _ if len(changed) > at + 4:
                struct.pack_into(
                    "<I", changed, at, data.draw(st.sampled_from((0, 1, 2**31, 2**32 - 1)))
                )
    return bytes(changed)


@FUZZ
@given(st.binary(max_size=300))
def test_a_frame_is_read_or_refused(message: bytes) -> None:
    waiting = bytearray(message)

    def read(count: int) -> bytes:
        piece = bytes(waiting[:count])
        del waiting[:count]
        return piece

    try:
        kind, payload = read_frame(read, MAX_UP)
    except ProtocolError:
        return
    assert frame(kind, payload) == message[: 5 + len(payload)]
    assert isinstance(kind, Kind)


@FUZZ
@given(st.data())
def test_a_changed_transcript_is_decoded_or_malformed(data: st.DataObject) -> None:
    try:
        found = hostile.loads(Transcript, _changed(data, codec.dumps(TRANSCRIPT)))
    except codec.Malformed:
        return
    assert isinstance(found, Transcript)
    json.dumps(codec.encode(found)).encode("utf-8")


@FUZZ
@given(JSON, st.sampled_from((Transcript, Loading)))
def test_any_json_is_decoded_or_malformed(value: object, kind: type) -> None:
    with pytest.raises(codec.Malformed):
        hostile.loads(kind, json.dumps(value).encode())


@FUZZ
@given(st.data(), JSON)
def test_a_transcript_with_a_foreign_part_is_decoded_or_malformed(
    data: st.DataObject, foreign: object
) -> None:
    tree = codec.encode(TRANSCRIPT)
    place, key = tree, "ending"
    for _ in range(data.draw(st.integers(0, 6))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list):
            break
        if place[key]:
            place = place[key]
            key = next(iter(place)) if isinstance(place, dict) else 0
    place[key] = foreign
    try:
        found = hostile.loads(Transcript, json.dumps(tree).encode())
    except codec.Malformed:
        return
    assert isinstance(found.ending, object)


@FUZZ
@given(st.text(max_size=300))
def test_text_of_a_transcript_can_always_be_written(text: str) -> None:
    sent = codec.dumps(Transcript(Crashed(text, text, 0)))
    crash = hostile.loads(Transcript, sent).ending
    assert isinstance(crash, Crashed)
    tricky = {"Cc", "Cf", "Cs"}
    assert all(unicodedata.category(c) not in tricky or c in "\n\t" for c in crash.message)
    crash.message.encode("utf-8")


@FUZZ
@given(st.data())
def test_a_changed_archive_is_read_or_refused(data: st.DataObject) -> None:
    name, content = data.draw(
        st.sampled_from(
            (
                ("a.zip", archives.zipped(("a.py", b"x = 1\n" * 50), ("b/c.py", b"y"))),
                ("a.tar", archives.tarred(("a.py", b"x", lambda i: None), mode="w")),
                ("a.tar.gz", archives.tarred(("a.py", b"x = 1\n", lambda i: None))),
            )
        )
    )
    try:
        files = read_archive(name, _changed(data, content), archive_bounds())
    except SubmissionError as error:
        assert str(error).isprintable()
        return
    assert all(isinstance(file, SourceFile) and ".." not in file.path.split("/") for file in files)


@FUZZ
@given(st.data())
def test_a_changed_notebook_is_read_or_refused(data: st.DataObject) -> None:
    name, content = data.draw(
        st.sampled_from(
            (
                ("a.ipynb", notebooks.notebook(ENGINE, "%matplotlib inline\nx = 1")),
                ("a.txt", b"In [1]: x = 1\nOut[1]: 3\n\nIn [2]: y = 2\n   ...: z = 3\n"),
                ("a.md", b"# T\n```python\nx = 1\n```\ntext\n```\ny\n```\n"),
                ("a.py", b"# -*- coding: utf-8 -*-\n>>> x = 1\n1\n"),
            )
        )
    )
    try:
        source = read_source(name, _changed(data, content))
    except SubmissionError:
        return
    assert source is None or isinstance(source, Source)


@settings(FUZZ, max_examples=30)
@given(st.data())
def test_a_changed_assignment_is_loaded_or_refused(data: st.DataObject) -> None:
    text = case_files.case("y = add(square(x), x)").encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "assignment.yaml"
        file.write_bytes(_changed(data, text))
        try:
            grader.load_assignment(file)
        except AuthoringError as error:
            assert error.faults


def test_the_transcript_that_is_changed_is_right_unchanged() -> None:
    assert hostile.loads(Transcript, codec.dumps(TRANSCRIPT)) == TRANSCRIPT
    assert hostile.loads(Transcript, codec.dumps(Transcript(Completed()))).ending == Completed()
