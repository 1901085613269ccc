"""A process that stays after its job goes on with the next one, if that is about the same submission."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from grader.domain.assignment import Requirement
from grader.domain.program import Program
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Completed, NoResult
from grader.guest import system
from grader.sandbox import Guest, Performance
from tests.unit.sandbox.conftest import ENGINE

TELLING = f"""{ENGINE}
print("loading")
calls = []
class Variable(Variable):
    def backward(self):
        calls.append(os.getpid())
        print(os.getpid(), len(calls))
        if len(calls) == DIES_AT:
            os._exit(3)
        super().backward()
"""


def telling(dies_at: int = 0) -> Submission:
    text = TELLING.replace("DIES_AT", str(dies_at))
    return Submission("telling", "file", (SourceFile("a.py", text.encode()),))


def ask(guest: Guest, submission: Submission, program: Program, **options: bool) -> Performance:
    done = guest.perform(
        submission,
        [(program, 1.0)] * 2,
        dialect="variable-function",
        requires=(Requirement("Variable"),),
        **options,
    )
    assert not done.loading.error
    assert [bound.name for bound in done.loading.bound][:1] == ["Variable"]
    return done


def told(done: Performance) -> Sequence[tuple[str, str]]:
    """By each program, the number of the process and how often it was called there."""
    return [(one.output.split()[0], one.output.split()[1]) for one in done.transcripts]


def test_it_goes_on_where_it_was(guest: Guest, program: Program) -> None:
    submission = telling()
    before = ask(guest, submission, program, stays=True)
    after = ask(guest, submission, program, continues=True)
    assert len({process for process, _ in (*told(before), *told(after))}) == 1
    assert [count for _, count in told(after)] == ["3", "4"]
    assert (before.output, after.output) == ("loading\n", "")
    assert before.loading == after.loading


@pytest.mark.parametrize("other", ["another job", "another submission", "nobody stayed", "alone"])
def test_else_another_one_begins(guest: Guest, program: Program, other: str) -> None:
    submission = telling()
    before = ask(guest, submission, program, stays=other != "nobody stayed")
    if other == "another job":
        ask(guest, submission, program)
    if other == "another submission":
        submission = telling()
    after = ask(guest, submission, program, continues=other != "alone", alone=other == "alone")
    assert told(after)[0][1] == "1"
    assert after.output == "loading\n"
    assert {process for process, _ in told(before)}.isdisjoint(p for p, _ in told(after))


def test_who_has_died_does_not_stay(guest: Guest, program: Program) -> None:
    submission = telling(dies_at=2)
    ask(guest, submission, program, stays=True)
    after = ask(guest, submission, program, continues=True)
    assert [type(one.ending) for one in after.transcripts] == [Completed, NoResult]


def test_who_came_in_the_place_of_another_does_not_stay(guest: Guest, program: Program) -> None:
    """Nobody was told what it loaded."""
    submission = telling(dies_at=1)
    ask(guest, submission, program, stays=True)
    assert ask(guest, submission, program, continues=True).output == "loading\n"


@pytest.mark.skipif(not system.LINUX, reason="it is killed by the process that started it")
def test_who_stays_for_nothing_ends_with_the_guest(program: Program) -> None:
    with Guest(without=("namespaces",)) as guest:
        ((process, _), _) = told(ask(guest, telling(), program, stays=True))
        os.kill(int(process), 0)
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)
