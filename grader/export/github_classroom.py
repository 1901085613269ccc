"""What a step of a GitHub Classroom workflow hands to the reporter: `result=` and base64 of JSON.

grader export results.json --to github-classroom >> "$GITHUB_OUTPUT"
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from grader.export.model import Document, for_student

VERSION: Final = 3
ERRORS: Final = ("crashed", "timed out", "out of memory", "no result", "grader fault")


def render(document: Document) -> str:
    """The line to append to the file of step outputs."""
    text = json.dumps(classroom(document), ensure_ascii=False).encode()
    return f"result={base64.b64encode(text).decode('ascii')}\n"


def classroom(document: Document) -> dict[str, Any]:
    """The report as data. `tests` are there whatever happened, each with its own share of the points."""
    shown = for_student(document)
    ungradable = shown["status"] == "ungradable"
    tests = [_test(case, shown) for case in shown["cases"]]
    if shown["status"] != "graded":
        status = "error"
    else:
        status = "pass" if all(test["status"] == "pass" for test in tests) else "fail"
    found = {"version": VERSION, "status": status, "max_score": shown["max_score"], "tests": tests}
    if ungradable:
        found["message"] = shown["submission"]["loading"]["error"]
    return found


def _test(case: Mapping[str, Any], shown: Document) -> dict[str, Any]:
    outcome = case["outcome"]
    loading = shown["submission"]["loading"]
    message = loading["error"] or case["message"]
    return {
        "name": case["title"] or case["id"],
        "status": "pass" if outcome == "passed" else "error" if outcome in ERRORS else "fail",
        "score": case["points"],
        "max_score": case["max_points"],
        "message": "" if outcome == "passed" else message,
        "test_code": case["id"],
        "filename": case.get("file") or loading["error_file"],
        "line_no": case["line"] or loading["error_line"] or 0,
        "duration": 0,
        "output": case["output"],
    }
