"""A class on several machines: the same files, whoever dies, stalls, joins or is not fit to work."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.classroom import cluster
from grader.classroom.cluster import on_cluster
from grader.classroom.session import grade_class
from grader.errors import GraderFault, UsageError
from tests.classroom.comparing import comparable
from tests.classroom.conftest import BROKEN, OVERWRITES, RIGHT
from tests.classroom.machines import Cluster

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own, while its processes die


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Twenty-four submissions of four kinds."""
    folder = tmp_path / "handed-in"
    folder.mkdir()
    kinds = (RIGHT, OVERWRITES, BROKEN, RIGHT.replace("2 * x * gy", "2 * gy"))
    for number in range(24):
        (folder / f"s{number:02}.py").write_text(f"# {number}\n{kinds[number % 4]}", "utf-8")
    return folder


@pytest.fixture
def machines(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A scheduler that gives a silent worker up after a time: soon only where a test waits for that."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    started = Cluster(folder, "4s" if "[stalls]" in request.node.name else "60s")
    yield started
    started.close()


def graded(handed_in: Path, assignment: Path, out: str, **options: Any) -> dict[str, Any]:
    """The files that a run leaves, as far as two runs can be compared."""
    grade_class(handed_in, handed_in.parent / out, assignment, **options)
    return comparable(handed_in.parent / out)


def test_a_cluster_writes_what_one_machine_writes(
    many: Path, assignment: Path, machines: Cluster
) -> None:
    machines.add(2)
    told: list[str] = []
    alone = graded(many, assignment, "alone", workers=2)
    found = graded(
        many, assignment, "cluster", scheduler=on_cluster(machines.address), notify=told.append
    )
    assert found == alone
    assert len(found) == 3 * 24 + 3
    assert any("protection level" in message for message in told)


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP], ids=["dies", "stalls"])
def test_a_worker_that_is_lost_costs_a_retry(
    many: Path, assignment: Path, machines: Cluster, harm: int
) -> None:
    alone = graded(many, assignment, "alone", workers=2)
    first, _ = machines.add(2)
    harmed: list[bool] = []
    schedule = on_cluster(machines.address)

    def disturbed(*arguments: Any) -> Iterator[Any]:
        for number, finished in enumerate(schedule(*arguments)):
            if number == 3:
                first.send_signal(harm)
                harmed.append(True)
            yield finished

    found = graded(many, assignment, "cluster", scheduler=disturbed)
    assert harmed
    assert found == alone


def test_a_worker_that_joins_later_is_given_work(
    many: Path, assignment: Path, machines: Cluster
) -> None:
    machines.add(1)
    told: list[str] = []
    schedule = on_cluster(machines.address)

    def joined(*arguments: Any) -> Iterator[Any]:
        for number, finished in enumerate(schedule(*arguments)):
            if number == 0:
                machines.add(1)
                time.sleep(6)  # the other one has work meanwhile
            yield finished

    found = graded(many, assignment, "cluster", scheduler=joined, notify=told.append)
    assert len(found) == 3 * 24 + 3
    assert sum("protection level" in message for message in told) == 2


WEAK = """
from grader.records import replace
from grader.sandbox import guest

proved = guest.protection
guest.protection = lambda *told: replace(proved(*told), level=1)
"""


def test_a_worker_that_protects_too_little_gets_no_work(
    many: Path, assignment: Path, machines: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WEAK, encoding="utf-8")
    weak = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    machines.add(1, PYTHONPATH=weak)
    with pytest.raises(GraderFault, match=r"(?s)no worker .*level 2 is required"):
        graded(many, assignment, "cluster", scheduler=on_cluster(machines.address))


def test_a_worker_of_another_version_gets_no_work(
    many: Path, assignment: Path, machines: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.add(1)
    monkeypatch.setattr(cluster.keys, "code", lambda *parts, **options: "another")
    with pytest.raises(GraderFault, match="another version"):
        graded(many, assignment, "cluster", scheduler=on_cluster(machines.address))


def test_an_address_where_nobody_answers_is_said(
    many: Path, assignment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match="no Dask scheduler answers at tcp://127"):
        graded(many, assignment, "out", scheduler=on_cluster("tcp://127.0.0.1:1"))
