"""JSON Schemas of formats that others read, written from their documentation."""

from __future__ import annotations

from typing import Any, Final

VISIBILITY: Final = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT: Final = {"enum": ["text", "html", "simple_format", "md", "ansi"]}

GRADESCOPE: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["score", "max_score"],
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string", "minLength": 1},
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
        "leaderboard": {"type": "array"},
    },
}

CHECK50: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["slug", "version"],
    "oneOf": [{"required": ["results"]}, {"required": ["error"]}],
    "additionalProperties": False,
    "properties": {
        "slug": {"type": "string"},
        "version": {"type": "string"},
        "error": {
            "type": "object",
            "required": ["type", "value", "traceback", "actions", "data"],
            "properties": {
                "traceback": {"type": "array", "items": {"type": "string"}},
                "actions": {"type": "object", "required": ["show_traceback", "message"]},
            },
        },
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [
                    *("name", "description", "passed", "log", "cause", "data", "dependency")
                ],
                "properties": {
                    "name": {"type": "string"},
                    "description": {"type": "string", "minLength": 1},
                    "passed": {"type": ["boolean", "null"]},
                    "log": {"type": "array", "items": {"type": "string"}},
                    "cause": {
                        "oneOf": [
                            {"type": "null"},
                            {
                                "type": "object",
                                "required": ["rationale", "help"],
                                "properties": {
                                    "rationale": {"type": "string"},
                                    "help": {"type": ["string", "null"]},
                                    "expected": {"type": "string"},
                                    "actual": {"type": "string"},
                                },
                            },
                        ]
                    },
                    "data": {"type": "object"},
                    "dependency": {"type": ["string", "null"]},
                },
            },
        },
    },
}

CLASSROOM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["version", "status", "max_score", "tests"],
    "properties": {
        "version": {"const": 3},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": {"type": "number"},
        "message": {"type": "string"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "status", "score", "message", "test_code", "line_no"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "status": {"enum": ["pass", "fail", "error"]},
                    "score": {"type": "number"},
                    "message": {"type": "string"},
                    "filename": {"type": "string"},
                    "line_no": {"type": "integer"},
                    "duration": {"type": "number"},
                },
            },
        },
    },
}
