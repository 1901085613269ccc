"""Workers with a process each: the same results, and a process that dies costs a retry."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from grader.answers import Store
from grader.classroom import processes, schedulers
from grader.classroom.layouts import find
from grader.classroom.model import Finished, Order, Task
from grader.classroom.processes import Lost, Member
from grader.classroom.session import grade_class
from grader.classroom.worker import LevelDropped, Worker
from grader.errors import GraderFault
from grader.grading import compiled
from grader.remembered import Remembered
from tests.classroom.comparing import comparable

OWN = Path(__file__).parents[2]


@pytest.fixture
def order(assignment: Path) -> Order:
    return Order(compiled(assignment, Store.default(), 0), 0, 0)


@pytest.fixture
def tasks(submissions: Path) -> list[Task]:
    found = find(submissions, assignment="small", without=submissions / "out", cases=False)
    return [Task(one, "key", "observed key") for one in found.handed_in]


@pytest.fixture
def member(order: Order) -> Iterator[Member]:
    started = Member(order)
    yield started
    started.close()


def essence(finished: Finished) -> tuple[str, bytes, bytes, str]:
    return finished.id, finished.files["observed"], finished.files["report"], finished.fault


def test_it_grades_like_a_worker(member: Member, order: Order, tasks: list[Task]) -> None:
    worker = Worker(order, Store.default())
    try:
        assert member.level == worker.level
        assert [essence(member.do(one)) for one in tasks] == [
            essence(worker.do(one)) for one in tasks
        ]
    finally:
        worker.close()


@pytest.mark.skipif(sys.platform != "linux", reason="how much it holds is known on Linux only")
def test_one_that_holds_much_forgets_what_it_remembers_and_grades_the_same(
    order: Order, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(order, Store.default())
    kept: Remembered[str] = Remembered()
    try:
        before = [essence(worker.do(one)) for one in tasks]
        kept.get((tasks,), lambda: "made")
        assert [essence(worker.do(one)) for one in tasks] == before
        assert kept.get((tasks,), lambda: "made anew") == "made"
        monkeypatch.setattr(worker, "_much", 0)
        assert [essence(worker.do(one)) for one in tasks] == before
        assert kept.get((tasks,), lambda: "made anew") == "made anew"
    finally:
        worker.close()


def test_what_others_hold_in_the_same_process_has_nothing_forgotten_again_and_again(
    order: Order, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.classroom.worker.bytes_held", lambda: 1 << 30)
    worker = Worker(order, Store.default())
    kept: Remembered[str] = Remembered()
    try:
        worker.do(tasks[0])
        kept.get((tasks,), lambda: "made")
        worker.do(tasks[0])
        assert kept.get((tasks,), lambda: "made anew") == "made"
    finally:
        worker.close()


def test_a_class_graded_by_processes_is_the_class_graded_by_one(
    submissions: Path, assignment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedulers, "WORTH_A_PROCESS", 1)
    started: list[Member] = []
    monkeypatch.setattr(
        schedulers, "Member", lambda *given: started.append(Member(*given)) or started[-1]
    )
    one, many = submissions.parent / "one", submissions.parent / "many"
    grade_class(submissions, one, assignment, workers=1)
    assert not started
    grade_class(submissions, many, assignment, workers=3)
    assert len(started) == 3
    assert comparable(one) == comparable(many)


def test_a_process_that_is_killed_costs_a_retry(member: Member, tasks: list[Task]) -> None:
    undisturbed = essence(member.do(tasks[0]))
    kill(member)
    finished = member.do(tasks[0])
    assert essence(finished) == undisturbed
    assert finished.retried == "the process of a worker was lost (signal SIGKILL)"
    assert member.do(tasks[1]).retried == ""


def test_what_kills_it_again_has_a_result_that_says_so(
    member: Member, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(member, monkeypatch, times=1)
    finished = member.do(tasks[0])
    assert finished.fault == "the process of a worker was lost (signal SIGKILL)"
    assert b'"status":"grader fault"' in finished.files["result"]
    assert member.do(tasks[0]).fault == ""


def test_one_that_is_lost_while_it_learns_is_replaced(member: Member, tasks: list[Task]) -> None:
    kill(member)
    member.learn(0, 1)
    assert member.do(tasks[0]).retried == ""


def test_what_is_raised_there_is_raised_here(member: Member, tasks: list[Task]) -> None:
    with pytest.raises(TypeError, match="'parts'"):
        member._ask("learn", 0)
    assert member.do(tasks[0]).retried == ""


def test_what_cannot_travel_is_told_in_words() -> None:
    class Strange(Exception):
        def __init__(self, one: int, two: int) -> None:
            super().__init__(f"{one} and {two}")

    found = processes._portable(Strange(1, 2))
    assert isinstance(found, GraderFault)
    assert str(found) == "Strange: 1 and 2"
    fault = GraderFault("as it is")
    assert processes._portable(fault) is fault


def test_where_another_protects_less_nothing_more_is_run(member: Member, tasks: list[Task]) -> None:
    member._level = 9
    kill(member)
    with pytest.raises(LevelDropped, match="nothing more was run"):
        member.do(tasks[0])


def test_what_is_said_there_is_told_here(
    order: Order, tasks: list[Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "empty"))
    told: list[str] = []
    learning = Member(order, told.append)
    learning.do(next(task for task in tasks if task.handed_in.id == "bob"))
    learning.close()
    assert any("known mistakes" in message for message in told)


def test_once_ended_it_is_not_started_again(member: Member, tasks: list[Task]) -> None:
    threading.Timer(0.5, member.kill).start()
    with pytest.raises(Lost):
        list(map(member.do, cycle(tasks)))
    member.close()
    assert member._process.poll() is not None


def test_nothing_of_it_outlives_the_one_that_started_it(
    submissions: Path, assignment: Path
) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path\n"
        "from grader.classroom import schedulers, session\n"
        "schedulers.WORTH_A_PROCESS = 1\n"
        "os.environ['MARK'] = 'of-this-test'\n"
        "session.ClassFolder.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "session.grade_class(*map(Path, sys.argv[1:]), workers=3)\n"
    )
    arguments = [str(submissions), str(submissions.parent / "out"), str(assignment)]
    killed = subprocess.run(
        [sys.executable, "-c", code, *arguments], env={**os.environ, "PYTHONPATH": str(OWN)}
    )
    assert killed.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while marked(b"MARK=of-this-test") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not marked(b"MARK=of-this-test")


def test_one_that_is_told_to_end_while_it_ends_ends(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a process with many threads dies, and each of them tells it: once at the worst moment."""
    told_again = (
        "import os, signal, subprocess as s; real = s.Popen._try_wait; "
        "s.Popen._try_wait = lambda *given: (os.kill(os.getpid(), signal.SIGTERM), real(*given))[1]; "
    )
    monkeypatch.setattr(processes, "CODE", told_again + processes.CODE)
    told = Member(order)
    assert told.level
    told.kill()
    told.close()
    assert told._process.returncode == 0


def test_where_none_can_be_started_the_class_ends_with_a_word_and_nothing_is_left(
    order: Order, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedulers, "WORTH_A_PROCESS", 1)
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(*given: Any, **named: Any) -> subprocess.Popen[bytes]:
        if started:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        started.append(real(*given, **named))
        return started[0]

    monkeypatch.setattr(processes.subprocess, "Popen", start)
    with pytest.raises(GraderFault, match=r"no process can be started for a worker: .*unavailable"):
        list(schedulers.local(order, tasks, 2))
    assert started[0].poll() is not None


def test_one_that_cannot_be_started_anew_costs_no_more_than_an_attempt(
    member: Member, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = subprocess.Popen, iter([BlockingIOError(11, "unavailable")])

    def start(*given: Any, **named: Any) -> subprocess.Popen[bytes]:
        for refusal in refusals:
            raise refusal
        return real(*given, **named)

    assert member.level
    kill(member)
    monkeypatch.setattr(processes.subprocess, "Popen", start)
    finished = member.do(tasks[0])
    assert finished.fault == "the process of a worker was lost (signal SIGKILL)"
    assert member.do(tasks[0]).fault == ""


def test_one_that_is_lost_again_and_again_ends_with_a_word(
    member: Member, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    level = member.level
    lost(member, monkeypatch, times=3)
    with pytest.raises(GraderFault, match=r"of a worker was lost \(signal SIGKILL"):
        member.do(tasks[0])
    assert member.do(tasks[0]).fault == ""
    assert member.level == level


def test_one_that_is_deaf_is_ended_though_it_has_not_said_all(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "END_SECONDS", 0.2)
    monkeypatch.setattr(
        processes,
        "CODE",
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(600)",
    )
    deaf = Member(order)
    assert deaf._process.stdout is not None
    assert deaf._process.stdout.readline() == b"deaf\n"
    reader = threading.Thread(target=deaf._process.stdout.read)
    reader.start()
    deaf.kill()
    deaf.close()
    assert deaf._process.returncode == -signal.SIGKILL
    reader.join()


def lost(member: Member, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Its process is lost, and so are as many that are started in its place."""
    start, left = member._start, iter(range(times))

    def start_and_lose() -> None:
        start()
        if next(left, None) is not None:
            kill(member)

    kill(member)
    monkeypatch.setattr(member, "_start", start_and_lose)


def kill(member: Member) -> None:
    member._process.kill()
    member._process.wait()


def marked(mark: bytes) -> list[str]:
    """Processes whose environment holds the mark: those of a worker, not their guests, which have none."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:
            continue
    return found
