"""Who takes turns with the runner is executed where the runner is, until one works for long."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from grader.domain.array import Array
from grader.domain.program import Apply, Input, Name, Program
from grader.domain.submission import SourceFile, Submission
from grader.guest import system
from grader.guest.turns import LONG_SECONDS, Turns
from grader.sandbox import Guest

if not system.LINUX:
    pytest.skip("processors are chosen on Linux only", allow_module_level=True)

TELLING = (
    "import os, time\n{first}\nprint(sorted(os.sched_getaffinity(0)))\nclass Variable:\n    pass\n"
)
SEVERAL = os.sched_getaffinity(0)

several = pytest.mark.skipif(len(SEVERAL) < 2, reason="there is one processor only")


def told(guest: Guest, first: str) -> list[int]:
    """The processors on which a submission may be executed, as it finds them."""
    text = TELLING.format(first=first).encode()
    handed_in = Submission("telling", "file", (SourceFile("a.py", text),))
    done = guest.perform(handed_in, [], dialect="variable-function", requires=())
    assert not done.loading.error
    return [int(word) for word in done.output.strip().strip("[]").split(",")]


@several
def test_a_submission_shares_a_processor_until_it_works_for_long() -> None:
    with Guest() as guest:
        assert len(told(guest, "")) == 1
        assert told(guest, f"time.sleep({5 * LONG_SECONDS})") == sorted(SEVERAL)
        assert len(told(guest, "")) == 1


@several
def test_between_two_jobs_a_runner_is_anywhere() -> None:
    with Guest(without=("namespaces",)) as guest:
        told(guest, "")
        assert guest._started is not None
        status = Path(f"/proc/{guest._started.process.pid}/status").read_text(encoding="ascii")
        told(guest, "")
    (allowed,) = (line for line in status.splitlines() if line.startswith("Cpus_allowed:"))
    assert int(allowed.split()[1].replace(",", ""), 16).bit_count() == len(SEVERAL)


@several
def test_copies_of_a_template_are_let_go_with_the_one_that_works_for_long() -> None:
    text = f"""
import os, time
class Variable:
    def __init__(self, data):
        self.data = data
def square(x):
    if x.data == 0:
        time.sleep({5 * LONG_SECONDS})
    print(len(os.sched_getaffinity(0)))
    return x
"""
    handed_in = Submission("telling", "file", (SourceFile("a.py", text.encode()),))
    programs = [
        Program((Input("x", Array.of(number)),), (Apply(("y",), "square", (Name("x"),)),), ())
        for number in (1, 0, 1, 1)
    ]
    with Guest() as guest:
        done = guest.perform(
            handed_in,
            [(program, 5.0) for program in programs],
            dialect="variable-function",
            requires=(),
            alone=True,
        )
    printed = [int(one.output) for one in done.transcripts]
    assert printed == [1, len(SEVERAL), len(SEVERAL), len(SEVERAL)]


@several
def test_what_an_error_ends_has_ended() -> None:
    turns = Turns()
    where: list[set[int]] = []
    with suppress(ZeroDivisionError), turns.taken():
        where.append(os.sched_getaffinity(0))
        raise ZeroDivisionError
    assert list(map(len, where)) == [1]
    assert os.sched_getaffinity(0) == SEVERAL


@several
def test_where_it_is_refused_nothing_else_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with Turns().taken():
        assert os.sched_getaffinity(0) == SEVERAL
