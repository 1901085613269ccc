"""Where there is nothing of what only Linux has, submissions are performed all the same, at level 1."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import starting
from grader.domain.verdict import Outcome
from grader.errors import GraderFault
from grader.grading import grade
from grader.report.model import CaseReport
from grader.sandbox import Guest
from grader.shipped import assignments_folder

ELSEWHERE = Path(__file__).with_name("elsewhere.py")
CORPUS = Path(__file__).parents[2] / "submissions"
STRAY = """import os, time
    if stray := os.fork():
        print(stray, flush=True)
        os._exit(3)
    time.sleep(99)
"""
CASES = ("square-alone", "add-alone", "diamond")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> starting.Started:
    """A process whose system is another one."""
    popen = subprocess.Popen

    def popen_elsewhere(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        at = next(n for n, word in enumerate(command) if word.endswith("start.py"))
        return popen([*command[:at], str(ELSEWHERE), *command[at:]], **options)

    monkeypatch.setattr(subprocess, "Popen", popen_elsewhere)
    process = starting.start()
    monkeypatch.undo()
    return process


@pytest.fixture
def guest(started: starting.Started) -> Iterator[Guest]:
    with Guest(accept_level=1, without=("namespaces", "user"), started=started) as guest:
        yield guest


def graded(guest: Guest, submission: Path) -> tuple[CaseReport, ...]:
    return grade(submission, assignments_folder() / "backprop", cases=CASES, guest=guest).cases


def outcomes(guest: Guest, submission: Path) -> list[Outcome]:
    return [case.verdict.outcome for case in graded(guest, submission)]


def is_alive(process: int) -> bool:
    """One that is dead may still wait for somebody to ask how it died."""
    found = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True
    )
    return found.stdout.strip()[:1] not in ("", "Z")


def test_submissions_are_performed(guest: Guest) -> None:
    right = CORPUS / "right_loop" / "submission"
    assert outcomes(guest, right) == [Outcome.PASSED] * 3
    assert outcomes(guest, CORPUS / "overwrite_book" / "submission")[-1] is Outcome.FAILED
    assert outcomes(guest, right) == [Outcome.PASSED] * 3
    assert guest.protection.level == 1


def test_what_crashes_or_does_not_end_is_told_and_leaves_nobody_behind(
    guest: Guest, tmp_path: Path
) -> None:
    right = (CORPUS / "right_loop" / "submission" / "autodiff.py").read_text()
    file = tmp_path / "autodiff.py"
    for deed, outcome in (
        ("while True: pass", Outcome.TIMED_OUT),
        ("raise ValueError", Outcome.CRASHED),
        ("import os; os._exit(3)", Outcome.NO_RESULT),
        (STRAY, Outcome.TIMED_OUT),
    ):
        file.write_text(f"{right}\ndef square(x):\n    {deed}\n")
        first, *_ = graded(guest, file)
        assert first.verdict.outcome is outcome
    assert not is_alive(int(first.observed.output))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has users to spare")
def test_a_spare_user_takes_over_or_it_is_told_why_not(started: starting.Started) -> None:
    with Guest(accept_level=1, without=("namespaces",), started=started) as guest:
        layers = guest.protection.layers
        assert "a spare user id" in layers
        if not guest.protection.level:
            with pytest.raises(GraderFault, match="install Python and numpy where other users may"):
                guest.protection.require(1)
