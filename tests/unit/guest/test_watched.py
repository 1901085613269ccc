"""The runner beside a process of a submission: where there can be no copy, there is a child of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from grader.domain.protocol import Job, Kind, Limits, frame
from grader.guest import proving, seccomp, system, template
from grader.guest.confine import Walls
from grader.guest.template import Template
from grader.guest.watched import Outbox, Watched
from grader.guest.zygote import Zygote

NO_WALLS = Walls(0, -1, 0, (), (), False, left_out=("user",))
ALLOWING = seccomp.assemble([(seccomp.RETURN, 0, 0, seccomp.ALLOW)], 0x7FFFFFFF)
FILTERED = Walls(0, -1, 0, ALLOWING, (), False)
linux = pytest.mark.skipif(not system.LINUX, reason="copies are made on Linux only")


class Forgetful(Template):
    """Its copy has begun to talk when it turns out that nobody can hold it."""

    def __init__(self) -> None:
        pass

    def copy(self, feed: int, answers: int, prints: int, *, told: bool) -> None:
        os.write(answers, frame(Kind.READY))


def test_no_fork_of_a_runner_pays_for_threads() -> None:
    """Once `threading` is imported, it tidies up in every child."""
    code = "import numpy, sys; before = set(sys.modules); import grader.guest.runner; "
    code += "print('threading' in set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_where_a_copy_is_lost_a_child_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class Variable:\n    pass\n")
    job = Job(str(tmp_path), ("a.py",), "a.py", "variable-function", (), (), Limits())
    ours, theirs = socket.socketpair()
    with ours, theirs:
        zygote = Zygote(NO_WALLS)
        forgetful, child = (
            partial(Forgetful().copy, told=True),
            partial(zygote.child, job, told=True),
        )
        watched = Watched(job.limits, Outbox(ours), forgetful, child)
        try:
            assert watched.load(time.monotonic() + 10, announce=False) is None
            assert not watched.refused
        finally:
            watched.end()
            zygote.close()


@linux
def test_a_machine_that_refuses_the_handle_of_a_process_makes_no_copies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(1, "Operation not permitted")

    assert template.possible(FILTERED)
    assert not template.possible(NO_WALLS)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pidfd_open", refuse)
        assert not template.possible(FILTERED)
    with monkeypatch.context() as patched:
        patched.setattr(signal, "pidfd_send_signal", refuse)
        assert not template.possible(FILTERED)
    monkeypatch.delattr(os, "pidfd_open")
    assert not template.possible(FILTERED)


def test_a_trial_of_copies_that_ends_without_a_word_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(proving.child, "arrange_descriptors", lambda *_: os._exit(0))
    setup = proving.Setup.__new__(proving.Setup)
    ready = proving.Ready((), 0)
    assert not proving.stand_around_copies(setup, NO_WALLS, ready)


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (40, "SIG40")])
def test_signals_without_a_name_have_a_number(number: int, name: str) -> None:
    assert system.signal_name(number) == name
