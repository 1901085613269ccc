"""Whether a JSON document is a `results.json`: what people hand to a command may be anything."""

from __future__ import annotations

from typing import Any, Final

from grader.export.model import for_student

NUMBER: Final = (int, float)
MOST: Final = 1 << 63
PERHAPS_LINE: Final = (int, type(None))

CASE: Final = {
    "id": str,
    "title": str,
    "concept": str,
    "outcome": str,
    "points": NUMBER,
    "max_points": NUMBER,
    "hidden": bool,
    "message": str,
    "waits_for": [str],
    "findings": [{"quantity": str, "kind": str, "observed": object, "expected": object}],
    "output": str,
    "line": PERHAPS_LINE,
}
DIAGNOSIS: Final = {
    "id": str,
    "code": str,
    "title": str,
    "message": str,
    "explains": [str],
    "line": PERHAPS_LINE,
}
STUDENT: Final = {"id": str, "name": str, "email": str, "keys": [str]}
# What the commands that read a document rely on; it holds more.
RESULTS: Final = {
    "schema_version": int,
    "grader": {"version": str},
    "assignment": {"id": str, "title": str},
    "seed": int,
    "status": str,
    "message": str,
    "score": NUMBER,
    "max_score": NUMBER,
    "submission": {
        "id": str,
        "loading": {"error": str, "error_file": str, "error_line": PERHAPS_LINE},
    },
    "sandbox": {"level": int},
    "cases": [CASE],
    "diagnoses": [DIAGNOSIS],
    "flags": [{"kind": str}],
    "output": str,
}


def misfit(document: Any) -> str:
    """Why a document is no `results.json`, in words; nothing where it is one.

    What nobody relies on may be anything that can be written again.
    """
    why = _misfit(document, RESULTS, "the document")
    return why or _students_misfit(document) or _shown_misfit(document) or _unsound(document)


def _students_misfit(document: Any) -> str:
    students = document.get("students")
    return _misfit(students, [STUDENT], "students") if students is not None else ""


def _shown_misfit(document: Any) -> str:
    """Why what is shown to the student cannot be made of a document; nothing where it can."""
    differs = document.get("for_student")
    if differs is None:
        return ""
    if why := _misfit(differs, {"cases": [object]}, "for_student"):
        return why
    for case in differs["cases"]:
        known = (
            isinstance(case, int)
            and not isinstance(case, bool)
            and case in range(len(document["cases"]))
        )
        if not known and not isinstance(case, dict):
            return f"one of for_student's cases cannot be {case!a:.40}"
    return _misfit(for_student(document), RESULTS, "for_student")


def _misfit(document: Any, shape: Any, where: str) -> str:
    """Where a document first departs from a shape."""
    if isinstance(shape, dict):
        if not isinstance(document, dict):
            return f"{where} is no object"
        for key, inner in shape.items():
            if key not in document:
                return f"{where} has no {key!r}"
            if found := _misfit(document[key], inner, key):
                return found
        return ""
    if isinstance(shape, list):
        if not isinstance(document, list):
            return f"{where} is no list"
        every = (_misfit(item, shape[0], f"one of {where}") for item in document)
        return next(filter(None, every), "")
    fits = shape is object or (isinstance(document, shape) and _is_sound(document, shape))
    return "" if fits else f"{where} cannot be {document!a:.40}"


def _is_sound(document: Any, shape: Any) -> bool:
    return shape is bool if isinstance(document, bool) else _can_be_written(document)


def _can_be_written(document: Any) -> bool:
    """Whether a text has whole letters only, and a number is of a size that numbers have here."""
    match document:
        case int():
            return abs(document) < MOST
        case str():
            return not any("\ud800" <= letter <= "\udfff" for letter in document)
        case _:
            return True


def _unsound(document: Any) -> str:
    """A text or a number, anywhere in a document, that cannot be written again."""
    waiting = [("the document", document)]
    while waiting:
        where, found = waiting.pop()
        if isinstance(found, dict):
            waiting += [("the name of a field", key) for key in found]
            waiting += found.items()
        elif isinstance(found, list):
            waiting += [(where, item) for item in found]
        elif not _can_be_written(found):
            return f"{where} cannot be {found!a:.40}"
    return ""
