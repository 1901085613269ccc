"""Whether a JSON document is a `results.json`: what people hand to a command may be anything."""

from __future__ import annotations

from typing import Any, Final

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


def misfit(document: Any, shape: Any = RESULTS, where: str = "the document") -> str:
    """Where a document first departs from a shape, in words; nothing where it fits."""
    if isinstance(shape, dict):
        if not isinstance(document, dict):
            return f"{where} is no object"
        for key, inner in shape.items():
            if key not in document:
                return f"{where} has no {key!r}"
            if found := misfit(document[key], inner, key):
                return found
        return ""
    if isinstance(shape, list):
        if not isinstance(document, list):
            return f"{where} is no list"
        every = (misfit(item, shape[0], f"one of {where}") for item in document)
        return next(filter(None, every), "")
    fits = shape is object or (isinstance(document, shape) and _is_sound(document, shape))
    return "" if fits else f"{where} cannot be {document!a:.40}"


def _is_sound(document: Any, shape: Any) -> bool:
    """Whether a text can be written, and a number is one and of a size that numbers have here."""
    match document:
        case bool():
            return shape is bool
        case int():
            return abs(document) < MOST
        case str():
            return not any("\ud800" <= letter <= "\udfff" for letter in document)
        case _:
            return True
