"""What is exported: the documents of a class, or of one submission, and who they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """Results of one assignment. `documents` gives each `results.json`, anew whenever it is called.

    `missing` are students of the roster who handed in nothing: `id`, `name`, `email`, `keys`.
    """

    assignment: str
    documents: Callable[[], Iterable[Document]]
    missing: tuple[Mapping[str, Any], ...] = ()

    def lines(self) -> Iterator[tuple[Mapping[str, Any], Document]]:
        """(student, document), one for each member of a group."""
        for document in self.documents():
            for student in students(document):
                yield student, document


def students(document: Document) -> list[Mapping[str, Any]]:
    """Who handed a submission in; where nothing is known of them, whoever it is called after."""
    found = document.get("students")
    if found:
        return list(found)
    id = document["submission"]["id"]
    return [{"id": id, "name": "", "email": "", "keys": [id]}]


def has_grade(document: Document) -> bool:
    """Whether there is a grade to hand on: a fault of the grader's is none."""
    return bool(document["status"] != "grader fault")


def one_result(document: Document) -> Results:
    """A single `results.json`, as a class of one."""
    return Results(document["assignment"]["id"], lambda: [document])
