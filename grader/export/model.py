"""What is exported: the documents of a class, or of one submission, and who they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from grader.records import dataclass

Document: TypeAlias = Mapping[str, Any]
Student: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """Results of one assignment. `documents` gives each `results.json`, anew whenever it is called.

    `missing` are students of the roster who handed in nothing: `id`, `name`, `email`, `keys`.
    """

    assignment: str
    title: str
    documents: Callable[[], Iterable[Document]]
    missing: tuple[Student, ...] = ()

    def lines(self) -> Iterator[tuple[Student, Document]]:
        """(student, document), one for each member of a group."""
        for document in self.documents():
            for student in students(document):
                yield student, document


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file that was downloaded: its name, for messages, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """The file with grades in it, and what a teacher should know of it."""

    data: bytes
    notes: tuple[str, ...] = ()


def students(document: Document) -> list[Student]:
    """Who handed a submission in; where nothing is known of them, whoever it is called after."""
    found = document.get("students")
    if found:
        return list(found)
    id = document["submission"]["id"]
    return [{"id": id, "name": "", "email": "", "keys": [id]}]


def has_grade(document: Document) -> bool:
    """Whether there is a grade to hand on: a fault of the grader's is none."""
    return bool(document["status"] != "grader fault")


def for_student(document: Document) -> Document:
    """The document as the student may read it: a class keeps what differs beside the teacher's."""
    differs = document.get("for_student")
    if differs is None:
        return document
    cases = [document["cases"][one] if isinstance(one, int) else one for one in differs["cases"]]
    return {**document, **differs, "cases": cases, "for_student": None}


def what_differs(teachers: Document, students: Document) -> Document:
    """What `for_student` needs to make the one document of the other."""
    places = {id(case): place for place, case in enumerate(teachers["cases"])}
    differs = {
        key: value
        for key, value in students.items()
        if key != "cases" and teachers.get(key) != value
    }
    known = {case["id"]: case for case in teachers["cases"]}
    cases = [
        places[id(known[case["id"]])] if known.get(case["id"]) == case else case
        for case in students["cases"]
    ]
    return {**differs, "cases": cases}


def one_result(document: Document) -> Results:
    """A single `results.json`, as a class of one."""
    about = document["assignment"]
    return Results(about["id"], about["title"], lambda: [document])


def told(document: Document) -> str:
    """What a student is told in a sentence or two, and the names of what was misunderstood."""
    error = document["submission"]["loading"]["error"]
    found = [f"{one['code']} {one['title']}" for one in document["diagnoses"]]
    return " ".join([error or document["message"], *found])
