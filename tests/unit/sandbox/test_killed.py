"""A process that somebody else kills, as a machine does that is short of memory, costs nobody a point."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

import grader
from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Completed, NoResult
from grader.domain.verdict import Outcome
from grader.guest import system
from grader.sandbox import Guest
from grader.shipped import assignments_folder
from tests.unit.sandbox.conftest import ENGINE

pytestmark = pytest.mark.skipif(not system.LINUX, reason="processes are looked up in /proc")

SQUARE = Program(
    (Input("x", Array.of(3.0)),),
    (Apply(("y",), "square", (Name("x"),)), Backward("y")),
    (Quantity(Aspect.GRADIENT, "x"),),
)
SLOW = f"{ENGINE}\nimport time\nclass Variable(Variable):\n    def backward(self):\n        time.sleep(0.3)\n"
SLOW += "        super().backward()\n"


def children(process: int) -> list[int]:
    with suppress(OSError):
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        return [int(word) for word in text.split()]
    return []


@contextmanager
def killing(guest: Guest, chosen: Callable[[int, int], int]) -> Iterator[None]:
    """Kill one of the first template and its copy, once they are there."""
    assert guest.protection.layers  # it is ready
    hit: list[int] = []
    runner = guest._started.process.pid

    def kill() -> None:
        give_up = time.monotonic() + 10
        while time.monotonic() < give_up:
            for template in (child for zygote in children(runner) for child in children(zygote)):
                for copy in children(template):
                    time.sleep(0.1)
                    if copy in children(template):  # it has loaded by now, and is asleep
                        hit.append(chosen(template, copy))
                        os.kill(hit[0], signal.SIGKILL)
                        return

    killer = Thread(target=kill)
    killer.start()
    yield
    killer.join()
    assert hit


def the_template(template: int, copy: int) -> int:
    return template


def the_copy(template: int, copy: int) -> int:
    return copy


@pytest.mark.parametrize("chosen", [the_template, the_copy])
def test_what_is_killed_is_told_at_once_and_the_rest_goes_on(
    chosen: Callable[[int, int], int],
) -> None:
    handed_in = Submission("a", "file", (SourceFile("a.py", SLOW.encode()),))
    with Guest(without=("namespaces",)) as guest, killing(guest, chosen):
        done = guest.perform(
            handed_in,
            [(SQUARE, 2.0)] * 3,
            dialect="variable-function",
            requires=(),
            alone=True,
        )
    first, *rest = (one.ending for one in done.transcripts)
    assert first == NoResult("signal SIGKILL")
    assert rest == [Completed()] * 2


@pytest.mark.parametrize("chosen", [the_template, the_copy])
def test_a_case_is_judged_by_what_was_killed_by_nobody(
    tmp_path: Path, chosen: Callable[[int, int], int]
) -> None:
    solution = assignments_folder() / "backprop" / "solution" / "autodiff.py"
    text, slow = solution.read_text(encoding="utf-8"), "time.sleep(0.3) or (self"
    assert "return (2 * self" in text
    wrong = text.replace("return (2 * self", f"import time\n        return {slow}")
    (tmp_path / "autodiff.py").write_text(wrong, encoding="utf-8")
    with Guest(without=("namespaces",)) as guest, killing(guest, chosen):
        report = grader.grade(
            tmp_path,
            assignments_folder() / "backprop",
            cases=("square-forward", "square-alone", "square-array"),
            guest=guest,
        )
    outcomes = [case.verdict.outcome for case in report.cases]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED, Outcome.FAILED]
