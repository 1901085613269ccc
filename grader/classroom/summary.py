"""What is said of a class as a whole: the page and the table, made from the result files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.classroom.folder import ClassFolder, replace
from grader.domain.language import ENGLISH
from grader.export import grades_csv
from grader.export.model import Results
from grader.judging.similarity import alike, unpacked
from grader.report.class_model import ClassReport, columns, student


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


def class_report(folder: ClassFolder) -> ClassReport:
    """The class as data."""
    about = folder.read_class() or {}
    rows, cases = [], None
    marks = {}
    for document in results(folder).documents():
        cases = cases or columns(document)
        page = folder.path("report", document["submission"]["id"])
        members = ", ".join(one["id"] for one in document["students"])
        marks[members] = unpacked(document["record"]["fingerprints"])
        rows.append(
            student(
                document,
                cases,
                id=members,
                name=", ".join(one["name"] for one in document["students"] if one["name"]),
                link=page.relative_to(folder.root).as_posix(),
                attempts=document["record"]["attempts"],
            )
        )
    return ClassReport(
        title=about.get("assignment", {}).get("title", ""),
        columns=cases or (),
        students=tuple(rows),
        alike=alike(marks, unpacked(about.get("starter", ""))),
        language=about.get("language", ENGLISH),
    )


def write_summary(folder: ClassFolder) -> None:
    """Write `class.html` and `grades.csv` anew."""
    from grader.report.class_html import render_class  # only where something has changed

    replace(folder.root / "class.html", render_class(class_report(folder)).encode())
    replace(folder.root / "grades.csv", grades_csv.render(results(folder)).encode())
