"""The catalogue as a whole: every entry can be planted and seen, and every two can be told apart.

All are performed once on the graphs that tell them from a right implementation, and on some more. With `-s` the
table is printed: a row a misconception, a column a graph.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from itertools import chain, combinations, islice

import pytest

from grader.answers import Store, reference_file, reference_submission
from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Input,
    Name,
    Program,
    Quantity,
    TakeGradient,
)
from grader.domain.transcript import Completed, Transcript
from grader.domain.writing import graph_text
from grader.experiments import Laboratory, alike
from grader.generating.random_graphs import Wanted, random_graphs
from grader.grading import catalogue
from grader.judging.choices import Choice
from grader.judging.small_programs import small_programs
from grader.predictions import LEAVING_TRACES, mutant
from grader.sandbox import Guest

CATALOGUE = catalogue(Store(None))
# What no graph tells apart, and why.
EQUIVALENT: Mapping[tuple[str, str], str] = {
    ("clears_leaf", "inputs_copied"): "a leaf ends without a gradient, whatever the graph",
}
# What an example may call, beside what Python has: the course's own helpers.
KNOWN = {
    "np",
    "sum_to",
    "broadcast_to",
    "reshape",
    "transpose",
    "Function",
    "Variable",
    "as_array",
    "Square",
}
# Whether the backward pass was recorded at all.
RECORDED = Program(
    (Input("x", Array.of(3.0)),),
    (
        Apply(("y",), "mul", (Name("x"), Name("x"))),
        Backward("y", create_graph=True),
        TakeGradient("gx", "x"),
    ),
    (Quantity(Aspect.NO_CREATOR, "gx"),),
)
MORE = tuple(
    chain(
        islice(small_programs(("add", "square", "mul"), 3), 20, 150, 6),
        random_graphs(Wanted(("add", "mul", "square", "sub", "div"), (4, 8)), 12, "catalogue"),
    )
)

Answers = Mapping[str, tuple[Transcript, ...]]


def programs() -> tuple[Program, ...]:
    """The probes of all entries, each once, and some graphs with more sharing."""
    return (*dict.fromkeys(entry.probe for entry in CATALOGUE), RECORDED, *MORE)


@pytest.fixture(scope="module")
def performed() -> Iterator[Answers]:
    with Guest(accept_level=0) as guest:
        laboratory = Laboratory(guest, Store(None))
        found = {"": laboratory.perform(reference_submission(), programs(), alone=True)}
        for entry in CATALOGUE:
            changed = mutant([entry])
            assert changed is not None
            alone = entry.concept in LEAVING_TRACES
            found[entry.id] = laboratory.perform(changed, programs(), alone=alone)
        yield found


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_each_edit_applies_exactly_once(entry):
    text = reference_file().read_text(encoding="utf-8")
    for edit in entry.edits:
        assert text.count(edit.find) == 1, edit.find
        text = text.replace(edit.find, edit.replace)
    compile(text, entry.id, "exec")


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_the_examples_name_nothing_that_they_do_not_have(entry):
    for example in (entry.wrong, entry.right):
        for rule in methods(example):
            names = [one for one in ast.walk(rule) if isinstance(one, ast.Name)]
            given = {one.arg for one in ast.walk(rule) if isinstance(one, ast.arg)}
            given |= {one.id for one in names if isinstance(one.ctx, ast.Store)}
            used = {one.id for one in names} - given - KNOWN - {*dir(builtins)}
            assert not used, example


def methods(example: str) -> list[ast.FunctionDef]:
    """The functions of an example that is a whole class; others stand in a context that is not shown."""
    try:
        classes = [one for one in ast.parse(example).body if isinstance(one, ast.ClassDef)]
    except SyntaxError:
        return []
    return [one for cls in classes for one in cls.body if isinstance(one, ast.FunctionDef)]


def test_the_line_at_fault_is_of_a_kind_that_can_be_looked_for():
    words = {*Choice, "cleargrad"}
    assert {entry.line for entry in CATALOGUE if entry.line} <= words


def test_each_is_seen_on_its_own_graph(performed: Answers) -> None:
    for entry in CATALOGUE:
        at = programs().index(entry.probe)
        right, wrong = performed[""][at], performed[entry.id][at]
        assert not alike(entry.probe, right, wrong), entry.id


def test_each_two_are_told_apart_by_some_graph(performed: Answers) -> None:
    same = {
        (left.id, right.id)
        for left, right in combinations(CATALOGUE, 2)
        if all(map(alike, programs(), performed[left.id], performed[right.id]))
    }
    assert same == set(EQUIVALENT)
    print(f"\n{table(performed)}")


def table(performed: Answers) -> str:
    """`.` right, `x` wrong numbers, `!` anything else than an answer."""
    columns = programs()
    lines = [f"{number:3}  {graph_text(p).strip()!r}" for number, p in enumerate(columns)]
    for entry in CATALOGUE:
        signs = [
            "." if alike(p, right, found) else "x" if isinstance(found.ending, Completed) else "!"
            for p, right, found in zip(columns, performed[""], performed[entry.id], strict=True)
        ]
        lines.append(f"{entry.code} {entry.id:28} {''.join(signs)}")
    return "\n".join(lines)
