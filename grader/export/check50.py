"""JSON in the shape of check50's: results with a cause, `passed` null where a check waits for another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from grader.export.model import Document, for_student

UNDECIDED: Final = ("skipped", "not attempted", "grader fault")


def render(document: Document) -> str:
    return json.dumps(check50(document), ensure_ascii=False, indent=1) + "\n"


def check50(document: Document) -> dict[str, Any]:
    """The document as data; `error` instead of `results` where nothing could be checked."""
    shown = for_student(document)
    head = {"slug": shown["assignment"]["id"], "version": shown["grader"]["version"]}
    loading = shown["submission"]["loading"]
    if shown["status"] == "ungradable":
        return {
            **head,
            "error": {
                "type": "SubmissionError",
                "value": loading["error"],
                "traceback": [],
                "actions": {"show_traceback": False, "message": loading["error"]},
                "data": {"file": loading["error_file"], "line": loading["error_line"]},
            },
        }
    explained = {case: one for one in reversed(shown["diagnoses"]) for case in one["explains"]}
    return {**head, "results": [_result(case, explained) for case in shown["cases"]]}


def _result(case: Mapping[str, Any], explained: Mapping[str, Any]) -> dict[str, Any]:
    outcome = case["outcome"]
    passed = True if outcome == "passed" else None if outcome in UNDECIDED else False
    return {
        "name": case["id"],
        "description": case["title"] or case["id"],
        "passed": passed,
        "log": [] if case["hidden"] or not case["output"] else case["output"].splitlines(),
        "cause": None if passed else _cause(case, explained.get(case["id"])),
        "data": {"points": case["points"], "max_points": case["max_points"], "outcome": outcome},
        "dependency": case["waits_for"][0] if case["waits_for"] else None,
    }


def _cause(case: Mapping[str, Any], diagnosis: Mapping[str, Any] | None) -> dict[str, Any]:
    cause = {"rationale": case["message"], "help": diagnosis["message"] if diagnosis else None}
    finding = next(iter(case["findings"]), None)
    if finding is not None and finding["expected"] is not None:
        cause |= {"expected": str(finding["expected"]), "actual": str(finding["observed"])}
    return cause
