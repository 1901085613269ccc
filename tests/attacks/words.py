"""Submissions that write their own answers into the pipe of a child, as no honest guest would."""

from __future__ import annotations

import json

from tests.attacks.attack import ENGINE

HUGE = 10**300
NESTED = "[" * 700 + "]" * 700
LOADED = {
    "is": "Loading",
    "entry": "submission.py",
    "kind": "file",
    "skipped": [],
    "bound": [
        {"is": "Bound", "name": name, "found_as": name, "file": "submission.py", "line": 1}
        for name in ("Variable", "square", "add")
    ],
    "absent": [],
    "notes": [],
    "error": "",
    "error_file": "",
    "error_line": 0,
    "error_cell": "",
    "error_text": "",
}
LINE = "&" * 390
SKIPPED = {"is": "Skipped", "file": "a.py", "line": 1, "cell": "", "text": LINE, "why": LINE}
FRAME = {"is": "Frame", "file": "../x", "line": HUGE, "function": "f", "text": "", "cell": ""}


def _ended(kind: str, **fields: object) -> str:
    return json.dumps([{"is": kind, **fields}, [], [], [], ""])


def _answered(found: object) -> str:
    values, readings = [["y", found]], [["y", found], ["x.grad", found]]
    return json.dumps([{"is": "Completed"}, values, readings, [], ""])


# What is said of loading, or nothing, and what is answered to every program.
WORDS = {
    "loading nested too deeply": (NESTED, ""),
    "loading that failed at a line of three hundred digits": (
        json.dumps({**LOADED, "error": "no", "error_file": "a.py", "error_line": HUGE}),
        "",
    ),
    "thousands of statements that were passed over": (
        json.dumps({**LOADED, "skipped": [SKIPPED] * 1900, "notes": [SKIPPED["why"]] * 1900}),
        "",
    ),
    "an answer nested too deeply": ("", f'[{NESTED},[],[],[],""]'),
    "an error in a statement that there is not": (
        "",
        _ended("Crashed", type="E", message="", step=HUGE, frames=[FRAME]),
    ),
    "a refusal missed in the hundredth statement": ("", _ended("NotRaised", error="E", step=100)),
    "a refusal missed in an endless program": ("", _ended("NotRaised", error="E", step=HUGE)),
    "memory of three hundred digits": ("", _ended("OutOfMemory", limit=HUGE, frames=[])),
    "a million million empty rows": ("", _answered([10**12, 0])),
    "a million empty rows": ("", _answered([10**6, 0])),
}


def submission(loading: str, answer: str) -> bytes:
    """A file that says this in place of whatever holds it."""
    return f"""
import os, struct
{ENGINE}
def _say(kind, text):
    message = struct.pack(">cI", kind, len(text)) + text.encode()
    while message:
        message = message[os.write(4, message):]

def _read(count):
    found = b""
    while len(found) < count:
        found += os.read(3, count - len(found)) or os._exit(0)
    return found

_say(b"L", {loading or json.dumps(LOADED)!r})
while True:
    _, length = struct.unpack(">cI", _read(5))
    _read(length)
    _say(b"T", {answer!r})
""".encode()
