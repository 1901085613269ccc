"""What is said of a class as a whole: the page and the table, made from the result files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.classroom.folder import ClassFolder
from grader.domain.language import ENGLISH
from grader.drafts import put_in_place
from grader.export import grades_csv
from grader.export.model import Results
from grader.judging.similarity import alike, unpacked
from grader.records import replace
from grader.report.class_model import ClassReport, Column, Student, columns, student


def results(folder: ClassFolder) -> Results:
    """The results of the class, read from their files whenever they are asked for, one at a time."""
    about = folder.read_class() or {}

    def documents() -> Iterator[dict[str, Any]]:
        for id in about.get("submissions", ()):
            document = folder.document(id)
            if document is not None:
                yield document

    asked = about.get("assignment", {})
    missing = tuple(about.get("missing", ()))
    return Results(asked.get("id", ""), asked.get("title", ""), documents, missing)


def lowest_percent(root: Path) -> float:
    """The least that anybody reached, in percent; 0 for who handed in nothing, 100 for an empty class."""
    found = results(ClassFolder(root))
    shares = [
        document["score"] / document["max_score"] if document["max_score"] else 1.0
        for document in found.documents()
    ]
    return 100.0 * min([*shares, *(0.0 for _ in found.missing), 1.0])


class _Gathered:
    """What the page of a class shows of each result, so that no result is kept whole."""

    def __init__(self, folder: ClassFolder) -> None:
        self.folder = folder
        self.columns: tuple[Column, ...] = ()
        self.students: list[Student] = []
        self.marks: dict[str, frozenset[int]] = {}

    def add(self, document: Mapping[str, Any]) -> None:
        self.columns = self.columns or columns(document)
        page = self.folder.path("report", document["submission"]["id"])
        members = ", ".join(one["id"] for one in document["students"])
        self.marks[members] = unpacked(document["record"]["fingerprints"])
        self.students.append(
            student(
                document,
                self.columns,
                id=members,
                name=", ".join(one["name"] for one in document["students"] if one["name"]),
                link=page.relative_to(self.folder.root).as_posix(),
                attempts=document["record"]["attempts"],
            )
        )

    def report(self) -> ClassReport:
        about = self.folder.read_class() or {}
        return ClassReport(
            title=about.get("assignment", {}).get("title", ""),
            columns=self.columns,
            students=tuple(self.students),
            alike=alike(self.marks, unpacked(about.get("starter", ""))),
            language=about.get("language", ENGLISH),
        )


def write_summary(folder: ClassFolder) -> None:
    """Write `grades.csv` and `class.html` anew. Each result is read once for both."""
    from grader.report.class_html import render_class  # only where something has changed

    found, gathered = results(folder), _Gathered(folder)

    def documents() -> Iterator[Mapping[str, Any]]:
        for document in found.documents():
            gathered.add(document)
            yield document

    table = grades_csv.render(replace(found, documents=documents))
    put_in_place(folder.root / "class.html", render_class(gathered.report()).encode())
    put_in_place(folder.root / "grades.csv", table.encode())
