"""The gradebook follows the result files, can be lost, and can be read while it is written."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from grader.classroom.folder import ClassFolder, file_name, id_of
from grader.classroom.gradebook import NAME, TABLES, VERSION, Gradebook, read_only
from grader.drafts import put_in_place
from grader.errors import UsageError
from tests.unit.export.test_formats import document


def result(id: str, score: float = 1.0) -> dict[str, Any]:
    found = document("overwritten", (id, id.title(), ""))
    record = {"key": "k", "observed_key": "o", "observed_bytes": 1, "report_bytes": 2}
    return {
        **found,
        "score": score,
        "record": {**record, "attempts": [0.5], "retried": "", "seconds": 0.25},
    }


def write(folder: ClassFolder, id: str, found: dict[str, Any]) -> None:
    put_in_place(folder.path("result", id), json.dumps(found).encode())


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    made = ClassFolder(tmp_path)
    made.make()
    for id in ("ada", "bob"):
        write(made, id, result(id))
    return made


def scores(folder: ClassFolder) -> dict[str, float]:
    base = read_only(folder.root)
    try:
        return dict(base.execute("select id, score from submissions order by id"))
    finally:
        base.close()


def test_it_is_made_from_the_files_and_follows_them(folder: ClassFolder) -> None:
    with Gradebook(folder) as gradebook:
        gradebook.sync()
        assert scores(folder) == {"ada": 1.0, "bob": 1.0}
        write(folder, "ada", result("ada", 2.5))
        folder.path("result", "bob").unlink()
        write(folder, "eve", result("eve"))
        folder.path("result", "dan").write_text("half of a resu", encoding="utf-8")
        gradebook.sync()
        assert scores(folder) == {"ada": 2.5, "eve": 1.0}
        assert gradebook.kept()["ada"].attempts == [0.5]


def test_every_table_says_what_the_results_say(folder: ClassFolder) -> None:
    with Gradebook(folder) as gradebook:
        gradebook.sync()
    base = read_only(folder.root)
    found = result("ada")
    for table, columns in TABLES.items():
        rows = base.execute(
            f"select {', '.join(columns)} from {table} where submission = 'ada' order by position"
        )
        assert list(rows) == [tuple(one[column] for column in columns) for one in found[table]]
    base.close()


@pytest.mark.parametrize("damage", ["lost", "garbage", "another version"])
def test_one_that_cannot_be_used_is_made_again(folder: ClassFolder, damage: str) -> None:
    with Gradebook(folder) as gradebook:
        gradebook.sync()
    path = folder.root / NAME
    match damage:
        case "lost":
            path.unlink()
        case "garbage":
            path.write_bytes(b"no database" * 1000)
        case _:
            base = sqlite3.connect(path)
            base.execute(f"pragma user_version = {VERSION + 1}")
            base.close()
    with Gradebook(folder) as gradebook:
        gradebook.sync()
    assert scores(folder) == {"ada": 1.0, "bob": 1.0}


def test_readers_see_whole_results_while_they_are_written(folder: ClassFolder) -> None:
    cases = len(result("ada")["cases"])
    stop, seen, wrong = threading.Event(), [], []

    def read() -> None:
        base = read_only(folder.root)
        while not stop.is_set():
            (submissions,) = base.execute("select count(*) from submissions").fetchone()
            rows = base.execute("select submission, count(*) from cases group by submission")
            wrong.extend(row for row in rows if row[1] != cases)
            seen.append(submissions)
        base.close()

    with Gradebook(folder) as gradebook:
        gradebook.sync()
        reader = threading.Thread(target=read)
        reader.start()
        for number in range(40):
            id = f"s{number:02}"
            write(folder, id, result(id))
            gradebook.add([(id, result(id))])
        stop.set()
        reader.join()
    assert not wrong
    assert seen == sorted(seen)
    assert len(scores(folder)) == 42


@pytest.mark.parametrize(
    "id", ["ada", "Zoë van der Berg", "a/b", "..", ".hidden", "李雷", "50%", "a:b*c?", "x" * 60]
)
def test_an_id_names_a_file_and_comes_back(id: str) -> None:
    name = file_name(id)
    assert "/" not in name
    assert not name.startswith(".")
    assert len(name.encode()) < 240
    assert id_of(name) == id


def test_a_gradebook_that_cannot_be_written_is_told_with_its_place(
    folder: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Gradebook) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Gradebook, "_open", full)
    with pytest.raises(UsageError, match=r"gradebook\.sqlite cannot be written: .* disk is full"):
        Gradebook(folder)
