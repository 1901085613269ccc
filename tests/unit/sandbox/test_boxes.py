"""A grader that is killed leaves a box behind, with somebody's submission in it: the next one removes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import Guest, launch

OWN = Path(__file__).parents[3]
KILLED = """
import os, signal
from grader.sandbox import Guest
guest = Guest(accept_level=0)
guest.protection
print(guest._box, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def boxes(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o1777)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def killed() -> Path:
    process = subprocess.run(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "PYTHONPATH": str(OWN)}, capture_output=True, text=True,
    )  # fmt: skip
    assert process.returncode == -signal.SIGKILL, process.stderr
    return Path(process.stdout.strip())


def canary_of(box: Path) -> Path:
    return box.with_name(box.name + launch.CANARY)


def make_old(box: Path) -> None:
    os.utime(canary_of(box), (0, 0))


def test_the_box_of_a_grader_that_was_killed_is_removed_by_the_next(boxes: Path) -> None:
    left = killed()
    assert left.parent == boxes
    (left / "submission").mkdir(exist_ok=True)
    with Guest(accept_level=0):
        assert left.is_dir(), "it may just be made"
    make_old(left)
    with Guest(accept_level=0):
        assert not left.exists()
        assert not canary_of(left).exists()
    assert list(boxes.iterdir()) == []


def test_the_box_of_one_that_lives_is_left_alone(boxes: Path) -> None:
    with Guest(accept_level=0) as first:
        make_old(first._box)
        with Guest(accept_level=0):
            assert first._box.is_dir()
            assert canary_of(first._box).exists()
