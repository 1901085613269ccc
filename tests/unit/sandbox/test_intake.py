"""What this machine does not let us read costs no student a point; what is no file is passed over."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.classroom.model import HandedIn, Task
from grader.classroom.worker import contents_of
from grader.errors import GraderFault
from grader.sandbox import read_submission


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "package").mkdir()
    (tmp_path / "engine.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "package" / "part.py").write_text("y = 1\n", encoding="utf-8")
    return tmp_path


def refusing(monkeypatch: pytest.MonkeyPatch, call: str, name: str, number: int) -> None:
    """Root may read everything, so that a refusal has to be made."""
    real = getattr(os, call)

    def refuse(path: Any, *arguments: Any, **options: Any) -> Any:
        if Path(os.fspath(path)).name == name:
            raise OSError(number, os.strerror(number), os.fspath(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, call, refuse)


@pytest.mark.parametrize("name", ["engine.py", "part.py", "package"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.EMFILE])
def test_what_cannot_be_read_is_no_fault_of_the_student(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    refusing(monkeypatch, "open", name, number)
    with pytest.raises(GraderFault, match=f"{name} cannot be read"):
        read_submission(folder)
    read = contents_of(Task(HandedIn("ann", (), (("", folder),)), "", ""))
    assert read.submission is None
    assert not read.refusal
    assert f"{name} cannot be read ({os.strerror(number)})" in read.fault


@pytest.mark.parametrize("number", [errno.ELOOP, errno.ENXIO, errno.ENOENT])
def test_what_is_no_file_or_gone_is_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refusing(monkeypatch, "open", "part.py", number)
    assert [file.path for file in read_submission(folder).files] == ["engine.py"]


def test_links_pipes_and_sockets_are_passed_over(folder: Path) -> None:
    (folder / "link.py").symlink_to("engine.py")
    (folder / "loop.py").symlink_to("loop.py")
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "socket.py"))
        files = [file.path for file in read_submission(folder).files]
    assert files == ["engine.py", "package/part.py"]


@pytest.mark.skipif(sys.platform != "linux", reason="a file whose first byte nobody can read")
def test_what_can_be_opened_and_not_read_is_no_fault_of_the_student() -> None:
    with pytest.raises(GraderFault, match="mem cannot be read"):
        read_submission(Path("/proc/self/mem"))


def test_what_is_gone_meanwhile_does_not_stop_a_class(tmp_path: Path) -> None:
    read = contents_of(Task(HandedIn("ann", (), (("", tmp_path / "gone.py"),)), "", ""))
    assert (read.submission, read.refusal) == (None, "")
    assert "gone.py" in read.fault
