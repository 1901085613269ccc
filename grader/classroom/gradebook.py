"""The gradebook: an SQLite index over the result files, which can be made anew from them at any time.

The files are the truth; a gradebook that is lost, damaged or of another version is made again. Its schema, in
SCHEMA, is versioned by `PRAGMA user_version`; columns are added, never renamed. Readers may open it while a class
is being graded (write-ahead log).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from grader.classroom.folder import ClassFolder
from grader.errors import UsageError

NAME: Final = "gradebook.sqlite"
VERSION: Final = 1
SCHEMA: Final = """
-- One row for each submission that has a result.
create table submissions (
    id text primary key,          -- as in results/ID.json
    status text not null,         -- graded, ungradable, grader fault
    score real not null,          -- points earned, hidden cases included
    max_score real not null,
    message text not null,        -- the verdict in a sentence
    level integer not null,       -- protection in force, 0 to 4
    seconds real not null,        -- that grading took
    retried text not null,        -- what of the grader's broke the first time; or empty
    attempts text not null,       -- scores of earlier submissions, JSON list, oldest first
    key text not null,            -- what the result was made from
    observed_key text not null,   -- what the observations were made from
    observed_bytes integer not null,
    report_bytes integer not null,
    file_bytes integer not null,  -- of results/ID.json, with the next one, to notice a change
    file_time integer not null    -- nanoseconds
) without rowid;
-- Who handed it in: one row for each member of a group.
create table students (
    submission text not null, position integer not null,
    id text not null, name text not null, email text not null,
    primary key (submission, position)
) without rowid;
-- One row for each case of each submission.
create table cases (
    submission text not null, position integer not null,
    id text not null, concept text not null, outcome text not null,
    points real not null, max_points real not null, hidden integer not null,
    primary key (submission, position)
) without rowid;
-- Misconceptions that were told.
create table diagnoses (
    submission text not null, position integer not null,
    id text not null, code text not null, title text not null, confidence text not null,
    primary key (submission, position)
) without rowid;
-- What an instructor should look at.
create table flags (
    submission text not null, position integer not null, kind text not null, reason text not null,
    primary key (submission, position)
) without rowid;
"""
# Tables that are filled from a list of the same name in the document, with these columns.
TABLES: Final = {
    "students": ("id", "name", "email"),
    "cases": ("id", "concept", "outcome", "points", "max_points", "hidden"),
    "diagnoses": ("id", "code", "title", "confidence"),
    "flags": ("kind", "reason"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a finished submission without opening its result."""

    key: str
    observed_key: str
    status: str
    score: float
    observed_bytes: int
    report_bytes: int
    attempts: list[float]
    clean: bool  # no case crashed, timed out or met another end that is no answer


class Gradebook:
    """The gradebook of a class folder, in step with its files once `sync` was called. A context manager.

    One that is not `kept` lives in memory: several machines may grade into one folder, and SQLite's locks do not
    reach from one to the next.
    """

    def __init__(self, folder: ClassFolder, *, kept: bool = True) -> None:
        self.folder = folder
        self.path = folder.root / NAME if kept else Path(":memory:")
        try:
            self.base = self._open()
        except sqlite3.DatabaseError:
            for file in (self.path, *map(self.path.with_name, (f"{NAME}-wal", f"{NAME}-shm"))):
                file.unlink(missing_ok=True)
            try:
                self.base = self._open()
            except sqlite3.DatabaseError as error:  # a full disk, a folder without locks
                raise UsageError(f"{self.path} cannot be written: {error}") from error

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *how: object) -> None:
        self.base.close()

    def sync(self, only: Collection[str] | None = None) -> None:
        """Take in every result file that is new or changed, and forget those that are gone.

        With `only`, other submissions are of no interest.
        """
        there = self.folder.results()
        if only is not None:
            there = {id: found for id, found in there.items() if id in only}
        known = {
            id: (size, time)
            for id, size, time in self.base.execute(
                "select id, file_bytes, file_time from submissions"
            )
        }
        with self.base:
            for id in known.keys() - there.keys():
                self._forget(id)
            for id, found in there.items():
                if known.get(id) != (found.st_size, found.st_mtime_ns):
                    self._forget(id)
                    document = self.folder.document(id)
                    if document is not None:
                        self._add(id, document, found)

    def add(self, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Take in results that were just written, all or none."""
        with self.base:
            for id, document in documents:
                self._forget(id)
                self._add(id, document, self.folder.path("result", id).stat())

    def kept(self) -> dict[str, Kept]:
        """What is finished, by submission."""
        unclean = {
            id
            for (id,) in self.base.execute(
                "select distinct submission from cases where outcome in"
                " ('crashed', 'timed out', 'out of memory', 'no result', 'grader fault')"
            )
        }
        rows = self.base.execute(
            "select id, key, observed_key, status, score, observed_bytes, report_bytes, attempts"
            " from submissions"
        )
        return {
            row[0]: Kept(
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                row[6],
                json.loads(row[7]),
                row[0] not in unclean,
            )
            for row in rows
        }

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.path, timeout=30.0)
        base.execute("pragma journal_mode = wal")
        base.execute("pragma synchronous = normal")
        (version,) = base.execute("pragma user_version").fetchone()
        if version not in (0, VERSION):
            base.close()
            raise sqlite3.DatabaseError(f"version {version}")
        if version == 0:
            with base:
                base.executescript(f"begin;{SCHEMA}pragma user_version = {VERSION};commit;")
        base.execute("select count(*) from submissions").fetchone()
        return base

    def _forget(self, id: str) -> None:
        self.base.execute("delete from submissions where id = ?", (id,))
        for table in TABLES:
            self.base.execute(f"delete from {table} where submission = ?", (id,))

    def _add(self, id: str, document: Mapping[str, Any], file: os.stat_result) -> None:
        record = document["record"]
        row = (
            id,
            document["status"],
            document["score"],
            document["max_score"],
            document["message"],
            document["sandbox"]["level"],
            record["seconds"],
            record["retried"],
            json.dumps(record["attempts"]),
            record["key"],
            record["observed_key"],
            record["observed_bytes"],
            record["report_bytes"],
            file.st_size,
            file.st_mtime_ns,
        )
        self._insert("submissions", [row])
        for table, columns in TABLES.items():
            self._insert(
                table,
                [
                    (id, position, *(item[column] for column in columns))
                    for position, item in enumerate(document[table])
                ],
            )

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self.base.executemany(f"insert into {table} values ({places})", rows)


def read_only(folder: Path) -> sqlite3.Connection:
    """The gradebook in a folder, for reading, beside whoever writes it."""
    return sqlite3.connect(f"file:{folder / NAME}?mode=ro", uri=True, timeout=30.0)
