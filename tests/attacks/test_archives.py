"""Hostile archives are refused by name; nothing is written anywhere, and honest ones are read."""

from __future__ import annotations

import os
import resource
import tarfile
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.sandbox import Guest, read_submission
from tests.attacks import archives

MEMORY = 1 << 30


@pytest.mark.parametrize("what", archives.HOSTILE)
def test_a_hostile_archive_is_refused_by_name(what: str, tmp_path: Path) -> None:
    name, make, word = archives.HOSTILE[what]
    file = tmp_path / "in" / name
    file.parent.mkdir()
    file.write_bytes(make())
    with pytest.raises(SubmissionError) as refusal:
        read_submission(file)
    assert name in str(refusal.value)
    assert word in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert refusal.value.help
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(["in", name])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MEMORY


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tgz", "a.tar"])
def test_an_honest_archive_is_read(name: str, tmp_path: Path) -> None:
    members = {"hw/autodiff.py": b"x = 1\n", "hw/\u00fcbung/notes.txt": b"hello"}
    file = tmp_path / name
    if name == "a.zip":
        file.write_bytes(archives.zipped(*members.items()))
    else:
        plain = [(path, data, lambda info: None) for path, data in members.items()]
        file.write_bytes(archives.tarred(*plain, mode="w" if name == "a.tar" else "w:gz"))
    read = read_submission(file)
    assert read.kind == "archive"
    assert {source.path: source.data for source in read.files} == members


def test_links_of_an_installed_environment_are_passed_over(tmp_path: Path) -> None:
    """Students zip their whole folder: what is not theirs is not looked at."""
    file = tmp_path / "a.tar.gz"
    link = archives._kind(tarfile.SYMTYPE, "/usr/bin/python3")
    file.write_bytes(
        archives.tarred(
            ("venv/bin/python", b"", link),
            (".git/HEAD", b"x", lambda info: None),
            ("__MACOSX/._a.py", b"x", lambda info: None),
            ("a.py", b"x = 1\n", lambda info: None),
        )
    )
    assert [source.path for source in read_submission(file).files] == ["a.py"]


def test_links_and_special_files_of_a_folder_are_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("TOKEN")
    folder = tmp_path / "handed-in"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\n")
    (folder / "link.py").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.py")
    assert [source.path for source in read_submission(folder).files] == ["a.py"]


def test_a_name_that_is_no_text_names_a_file_when_it_is_written_down(tmp_path: Path) -> None:
    short, long = b"\xce\xc4.py", b"\xce\xc4" * 40 + b".py"
    (tmp_path / os.fsdecode(short)).write_bytes(b"x = 1\n")
    (tmp_path / os.fsdecode(long)).write_bytes(b"x = 1\n")
    names = [source.path for source in read_submission(tmp_path).files]
    assert sorted(names) == sorted([r"\xce\xc4.py", "_" * 80 + ".py"])
    with Guest(accept_level=0) as guest:
        done = guest.perform(
            read_submission(tmp_path), [], dialect="variable-function", requires=()
        )
    assert any("_" * 80 in note for note in done.loading.notes)


def test_a_submission_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_submission(tmp_path / "link.py")


def test_a_device_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="not a regular file"):
        read_submission(Path("/dev/zero"))
