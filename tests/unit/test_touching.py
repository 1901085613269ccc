"""What a program does not call cannot change its answer: which pairs of mistake and case need no performance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.answers import Store, answers_for, reference_submission, reflected
from grader.authoring import load_assignment
from grader.domain.verdict import Outcome
from grader.grading import catalogue
from grader.judging.verdicts import judge
from grader.performing import perform_changed
from grader.predictions import Oracle
from grader.sandbox import Guest
from grader.shipped import assignments_folder
from grader.touching import Anatomy, changes, meets, touched

TEXT = """\
import math

def f(x):
    '''Says what it does.'''
    return x

class C:
    size = 1

    @property
    def g(self):
        def inner(y):
            return y
        return inner(self)

def h(): return 1
"""
F, G = range(3, 6), range(10, 15)


@pytest.fixture(scope="module")
def guest() -> Iterator[Guest]:
    with Guest() as started:
        yield started


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    [
        ("return x", "return -x", {F}),
        ("    return x\n", "    x += 1\n    return x\n", {F}),
        ("return y", "return -y", {G}),
        ("return inner(self)\n", "\n        return 0\n", {G}),
        ("def f(x)", "def f(x, z=1)", None),
        ("size = 1", "size = 2", None),
        ("return 1", "return 2", None),
        ("    return x\n", "    return x\n\ndef k():\n    return 1\n", None),
        ("@property", "@staticmethod", None),
        ("    return x\n", "    return x, (\n", None),
        ("def h(): return 1\n", "", None),
    ],
)
def test_a_function_is_changed_where_its_body_is(
    find: str, replace: str, expected: set[range] | None
) -> None:
    assert TEXT.count(find) == 1
    assert Anatomy(TEXT).changed(TEXT.replace(find, replace)) == expected


def test_a_text_is_all_that_it_was_cut_into() -> None:
    text = reference_submission().files[0].data.decode()
    anatomy = Anatomy(text)
    assert anatomy.changed(text) == frozenset()
    assert len(anatomy.bodies) > 100
    first, *others = anatomy.around
    pairs = zip(anatomy.bodies, others, strict=True)
    assert first + "".join(body.text + after for body, after in pairs) == text


def test_a_program_calls_its_own_functions_and_what_they_call(guest: Guest) -> None:
    reference = reference_submission()
    text = reference.files[0].data.decode()
    assignment = load_assignment(assignments_folder() / "chain", 0)
    case = next(c for c in assignment.cases if c.program.functions() == ("square",))
    ((_, lines),) = touched([reflected(case.program)], reference, guest)

    def meets_change(old: str, new: str) -> bool:
        assert text.count(old) == 1
        functions = changes(reference.files[0].data, text.replace(old, new).encode())
        assert functions
        return meets(functions, lines)

    assert meets_change("gy * 2.0 * x", "gy * 3.0 * x")
    assert meets_change("if x.creator not in seen:", "if x.creator is not None:")
    assert not meets_change("return np.exp(x)", "return np.exp(-x)")
    assert not meets_change("return old + new", "return new")


@pytest.mark.parametrize("name", ["several", "automatic"])
def test_what_is_not_performed_would_pass(name: str, guest: Guest) -> None:
    """In every legal order and by every convention, for every known mistake."""
    store = Store(None)
    assignment = load_assignment(assignments_folder() / name, 0)
    answers = answers_for(assignment, guest, store)
    oracle = Oracle(assignment, answers, catalogue(Store.default()), guest, store)
    reference = reference_submission()
    programs = [reflected(case.program) for case in assignment.cases]
    calls = [lines for _, lines in touched(programs, reference, guest)]
    skipped = 0
    for candidate in oracle.candidates:
        changed = oracle.changed(candidate.ids, candidate.order)
        assert changed is not None
        functions = changes(reference.files[0].data, changed.plainly)
        cases = [
            case
            for case, lines in zip(assignment.cases, calls, strict=True)
            if not meets(functions, lines)
        ]
        made = oracle.implementation(candidate.ids, candidate.order)
        assert made is not None
        found = perform_changed(made, [case.program for case in cases], guest)
        skipped += len(cases)
        for case, transcript in zip(cases, found, strict=True):
            outcome = judge(case, transcript, answers[case.id]).outcome
            assert outcome is Outcome.PASSED, (candidate.ids, candidate.order, case.id)
    assert skipped > 500
