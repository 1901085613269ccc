"""Notebooks and exports that want to be more than cells of code."""

from __future__ import annotations

import json
from typing import Any

from tests.attacks.attack import ENGINE


def notebook(*cells: Any, **changes: Any) -> bytes:
    listed = [
        cell if isinstance(cell, dict) else {"cell_type": "code", "source": cell, "outputs": []}
        for cell in cells
    ]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": listed, **changes}).encode()


STEAL = "print(open(CANARY_FILE).read())\n"

# File name, content; a word of the canary, a marker or a crash of ours must not come out of them.
HOSTILE: dict[str, tuple[str, bytes]] = {
    "a shell command": ("a.ipynb", notebook("!cat CANARY_FILE && echo DEED-DONE\n", ENGINE)),
    "a cell magic": ("a.ipynb", notebook("%%bash\ncat CANARY_FILE; echo DEED-DONE\n", ENGINE)),
    "a magic that runs files": ("a.ipynb", notebook("%run CANARY_FILE\n", ENGINE)),
    "a magic that writes files": ("a.ipynb", notebook("%%writefile CANARY_OPEN/new\nx\n", ENGINE)),
    "captured output of a command": (
        "a.ipynb",
        notebook("x = !echo DEED-DONE\nprint(x)\n", ENGINE),
    ),
    "code that steals": ("a.ipynb", notebook(STEAL, ENGINE)),
    "outputs full of markup": (
        "a.ipynb",
        notebook(
            {
                "cell_type": "code",
                "source": ENGINE,
                "outputs": [{"data": {"text/html": "<script>alert(1)</script>DEED-DONE"}}],
            }
        ),
    ),
    "cells that are no list": ("a.ipynb", notebook(cells={"a": 1})),
    "cells of numbers": ("a.ipynb", notebook(cells=[1, 2, None, [], "x"])),
    "a source of numbers": ("a.ipynb", notebook({"cell_type": "code", "source": [1, 2]})),
    "nested without end": ("a.ipynb", b'{"cells":' + b"[" * 100_000),
    "a number without end": ("a.ipynb", b'{"cells": [], "nbformat": ' + b"9" * 100_000 + b"}"),
    "not JSON": ("a.ipynb", b"<html>DEED"),
    "a hundred thousand cells": ("a.ipynb", notebook(*["x = 1\n"] * 100_000)),
    "half a character": ("a.ipynb", b'{"cells":[{"cell_type":"code","source":"x = \'\\ud800\'"}]}'),
    "an export with a million marks": ("a.txt", b"In [1]: x = 1\n" * 200_000),
    "an export with endless numbers": ("a.txt", b"In [" + b"9" * 100_000 + b"]: x = 1\n"),
    "a fence that never closes": ("a.md", b"```python\n" + b"x = 1\n" * 1000),
    "a session with prompts for ever": ("a.txt", b">>> " * 200_000),
}
