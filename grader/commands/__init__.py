"""One module a command. Each is a thin call of the library, and loads it only when it runs."""

from __future__ import annotations

from typing import Final

# Name on the command line -> module of this package, in the order of `grader --help`. The command in
# a module has the name of the module.
COMMANDS: Final = {
    "run": "run",
    "class": "grade_class",
    "watch": "watch",
    "serve": "serve",
    "diff": "diff",
    "export": "export",
    "check": "check",
    "new": "new",
    "pack": "pack",
    "show": "show",
    "explain": "explain",
    "schema": "schema",
    "doctor": "doctor",
    "completion": "completion",
    "version": "version",
}
