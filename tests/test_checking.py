"""`grader check` on the six cases that many courses have, and on what it proposes for them."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from grader.answers import Store
from grader.checking import check
from grader.checking.closing import reference_answers, shows
from grader.checking.fixing import with_cases
from grader.checking.text import closing
from grader.checking.truth import _faults
from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.transcript import (
    BadAnswer,
    Crashed,
    GivenUp,
    NoResult,
    NotAttempted,
    NotRaised,
    OutOfMemory,
    TimedOut,
    Transcript,
)
from grader.grading import catalogue
from grader.performing import perform_changed
from grader.predictions import mutant
from grader.sandbox import Guest
from tests.unit.authoring.writing import in_a_file

SIX = """\
title: Six cases by hand
requires: [Variable, add, sub, mul, square]
cases:
  - {case: chain, concept: rule, inputs: {x: 3}, graph: "y = square(square(x))"}
  - {case: x-plus-x, concept: accumulate, inputs: {x: 3}, graph: "y = add(x, x)"}
  - {case: sphere, concept: rule, inputs: {x: 1, z: 1}, graph: "y = add(mul(x, x), mul(z, z))"}
  - case: diamond
    concept: order
    inputs: {x: 2}
    graph: |
      a = square(x)
      y = add(square(a), square(a))
  - {case: x-plus-z, concept: accumulate, inputs: {x: 2, z: 3}, graph: "y = add(x, z)"}
  - {case: x-times-x, concept: rule, inputs: {x: 3}, graph: "y = mul(x, x)"}
"""
UNNOTICED = {
    "inplace_alias",
    "queue_seen",
    "generation_min",
    "generation_first_input",
    "sub_swapped",
    "sub_both_plus",
    "no_gy_add",
    "mul_swapped",
    "no_gy_mul",
    "zip_reversed",
}


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        (Crashed("TypeError", "no", 0), "TypeError: no"),
        (TimedOut(7.5), "it did not end within 7.5 seconds"),
        (GivenUp(3), "others before it did not end, and it was given up"),
        (OutOfMemory(1), "it took more memory than there is for it"),
        (NoResult("signal SIGSEGV"), "there is no answer (signal SIGSEGV)"),
        (BadAnswer("not JSON"), "there is no answer (not JSON)"),
        (NotRaised("TypeError", 0), "what should be refused with TypeError is accepted"),
        (NotAttempted("softplus"), "no softplus"),
    ],
)
def test_why_the_reference_cannot_perform_a_case_is_told_in_words(ending, told):
    case = Case("a", "A", "rule", "", Program((), (), ()))
    (fault,) = _faults(case, Transcript(ending), {}, None)
    assert fault.message == f"case `a`: the reference cannot perform this case: {told}"


@pytest.fixture(scope="module")
def guest():
    with Guest(accept_level=0) as guest:
        yield guest


@pytest.fixture(scope="module")
def six(tmp_path_factory, guest):
    file = in_a_file(tmp_path_factory.mktemp("six"), SIX)
    return check(file, guest=guest)


def test_what_six_cases_by_hand_do_not_notice_is_named(six) -> None:
    assert {gap.misconception for gap in six.power.gaps} == UNNOTICED
    said = {fault.message.split("`")[1] for fault in six.warnings if fault.code == "YS601"}
    assert said == UNNOTICED
    assert not six.faults


VALUES = """\
title: Values only
requires: [Variable, relu, mul]
cases:
  - case: relu
    concept: forward
    inputs: {x: [-1, 2]}
    graph: y = relu(x)
    backward: false
    check: [x, y]
  - case: mul
    concept: forward
    inputs: {x: 3, w: 5}
    graph: y = mul(x, w)
    backward: false
"""


def test_where_only_values_are_taught_what_shows_in_them_counts(tmp_path: Path, guest) -> None:
    power = check(in_a_file(tmp_path, VALUES), guest=guest).power
    noticed = {row.entry.id: row.caught_by for row in power.rows}
    assert noticed == {"relu_in_place": ("relu",), "as_array_missing": ("mul",)}
    assert power.gaps == ()


def test_the_reason_is_given_where_there_is_a_plain_one(six) -> None:
    why = {f.message.split("`")[1]: f.message.rpartition("; ")[2] for f in six.warnings}
    assert why["mul_swapped"] == "`mul` is only ever given one variable twice"
    assert why["no_gy_add"] == "`add` only ever stands last, where the upstream is 1"
    assert why["sub_swapped"] == "no case uses `sub`"


def test_inputs_that_hide_something_are_named_with_the_reason(six) -> None:
    said = {(fault.code, fault.message.partition(",")[0]) for fault in six.warnings}
    assert ("YS612", "case `sphere`: `x` is 1 somewhere") in said
    assert ("YS616", "case `diamond`: every use of `a` brings 8 to its gradient") in said


def test_the_proposed_graphs_close_every_gap(six, tmp_path: Path, guest) -> None:
    from grader.authoring.source import Source

    text = with_cases(Source.of("f", SIX), [gap.text for gap in closing(six)])
    closed = check(in_a_file(tmp_path, text), guest=guest)
    assert not closed.faults
    assert closed.power.gaps == ()
    assert len(closed.power.rows) == len(six.power.rows)


def test_no_smaller_graph_would_do(six, guest) -> None:
    """By exhaustive comparison: every graph of fewer functions, whoever made the list."""
    entries = {entry.id: entry for entry in catalogue(Store.default())}
    smaller = {size: tuple(_graphs(size)) for size in (1, 2)}
    answers = {size: reference_answers(programs, guest) for size, programs in smaller.items()}
    for gap in six.power.gaps:
        size = sum(1 for _ in gap.case.program.applications())
        assert size <= 3
        changed = mutant((entries[gap.misconception],))
        for less in range(1, size):
            found = perform_changed(changed, smaller[less], guest)
            seen = [
                program
                for program, answer, transcript in zip(
                    smaller[less], answers[less], found, strict=True
                )
                if shows(program, transcript, answer)
            ]
            assert seen == [], gap.misconception


def _graphs(size: int):
    """Every graph of so many functions on two leaves, written without regard for what is like another."""
    arity = {"add": 2, "sub": 2, "mul": 2, "square": 1}

    def grow(nodes: tuple[Apply, ...]):
        if len(nodes) == size:
            yield nodes
            return
        known = ["x", "w", *(node.targets[0] for node in nodes)]
        for function, count in arity.items():
            for operands in product(known, repeat=count):
                node = Apply((f"v{len(nodes)}",), function, tuple(map(Name, operands)))
                yield from grow((*nodes, node))

    for nodes in grow(()):
        used = {operand.name for node in nodes for operand in node.operands}
        if not all(node.targets[0] in used for node in nodes[:-1]):
            continue
        inputs = tuple(
            Input(name, Array.of(value)) for name, value in (("x", 3.0), ("w", 5.0)) if name in used
        )
        last = nodes[-1].targets[0]
        asked = (
            Quantity(Aspect.VALUE, last),
            *(Quantity(Aspect.GRADIENT, given.name) for given in inputs),
        )
        yield Program(inputs, (*nodes, Backward(last)), asked)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", "check", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )


def test_the_command_shows_proposes_and_adds(six, tmp_path: Path) -> None:
    file = in_a_file(tmp_path, SIX)
    shown = command(str(file), "--strict")
    assert shown.returncode == 1
    assert "29 of 39 misconceptions noticed" in shown.stdout
    assert "  - case: queue-seen\n" in shown.stdout
    assert "warning[YS601]: no case notices `queue_seen` (AD203)" in shown.stderr
    assert file.read_text() == SIX
    added = command(str(file), "--fix", "--json")
    assert added.returncode == 0
    document = json.loads(added.stdout)
    (found,) = document["assignments"]
    assert found["power"]["noticed"] == 29
    assert {m["id"] for m in found["power"]["misconceptions"] if m["gaps"]} == UNNOTICED
    assert file.read_text().startswith(SIX)
    assert "39 of 39 misconceptions noticed" in command(str(file)).stdout
