"""Gradescope's `results.json`: a test for each case, hidden ones as far as a student may see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.export.model import Document, for_student


def render(document: Document) -> str:
    """The file as Gradescope reads it."""
    return json.dumps(gradescope(document), ensure_ascii=False, indent=1) + "\n"


def gradescope(document: Document) -> dict[str, Any]:
    """The same as data.

    What a student may know is visible: a hidden case is a test that tells its verdict alone. A case that
    is left out of reports altogether is a test with visibility `hidden`; Gradescope then shows no total,
    so that the text above the tests says how many of the visible points were reached.
    """
    shown = for_student(document)
    visible = [_test(case, number, "visible") for number, case in enumerate(shown["cases"], 1)]
    names = {case["id"] for case in document["cases"] if case.get("reveal") == "none"}
    withheld = [
        _test(case, len(visible) + number, "hidden")
        for number, case in enumerate((c for c in document["cases"] if c["id"] in names), 1)
    ]
    return {
        "score": document["score"],
        "output": _output(shown, visible, bool(withheld)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "tests": [*visible, *withheld],
        "extra_data": {
            "assignment": document["assignment"]["id"],
            "grader_version": document["grader"]["version"],
            "seed": document["seed"],
            "status": document["status"],
            "sandbox_level": document["sandbox"]["level"],
            "diagnoses": [one["id"] for one in document["diagnoses"]],
            "flags": [one["kind"] for one in document["flags"]],
        },
    }


def unfinished(title: str, max_score: float) -> dict[str, Any]:
    """What stands there until grading has ended."""
    return {
        "score": 0,
        "output": f"{title}: grading did not finish. This is no fault of your code that we know of: hand in "
        "again, and tell your instructor if it happens twice.",
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": "grading",
                "score": 0,
                "max_score": max_score,
                "status": "failed",
                "output": "did not finish",
                "visibility": "visible",
            }
        ],
        "extra_data": {"status": "grader fault"},
    }


def _test(case: Mapping[str, Any], number: int, visibility: str) -> dict[str, Any]:
    return {
        "name": case["title"] or case["id"],
        "number": str(number),
        "score": case["points"],
        "max_score": case["max_points"],
        "status": "passed" if case["outcome"] == "passed" else "failed",
        "output": f"{case['outcome']}: {case['message']}",
        "tags": [case["concept"]] if case["concept"] else [],
        "visibility": visibility,
        "extra_data": {"id": case["id"], "outcome": case["outcome"]},
    }


def _output(shown: Document, visible: list[dict[str, Any]], withheld: bool) -> str:
    error = shown["submission"]["loading"]["error"]
    lines = [shown["message"], *([error] if error else [])]
    for one in shown["diagnoses"]:
        where = f" (line {one['line']})" if one.get("line") else ""
        lines.append(f"{one['code']} {one['title']}{where}: {one['message']}")
    if withheld:
        score = sum(test["score"] for test in visible)
        whole = sum(test["max_score"] for test in visible)
        lines.append(f"{score:g} of {whole:g} points in the cases that are shown.")
    return "\n".join(lines)
