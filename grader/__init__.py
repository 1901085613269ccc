"""An autograder for courses in which students write their own autodiff.

report = grader.grade(Path("submission/"), Path("assignments/backprop"))
report.score, report.max_score, report.cases

In a notebook, on the classes of the cells above (see `grader.notebook`):

grader.try_out(globals(), "y = add(add(x, x), x)", x=3.0)
"""

from __future__ import annotations

from grader.version import __version__

TYPE_CHECKING = False  # without `typing`, which takes longer than all that is imported before a guest is started
if TYPE_CHECKING:
    from typing import Any

    from grader.authoring import load_assignment
    from grader.grading import grade
    from grader.notebook import load_ipython_extension, try_out

__all__ = ["__version__", "grade", "load_assignment", "load_ipython_extension", "try_out"]

_HOMES = {
    "grade": "grader.grading",
    "load_assignment": "grader.authoring",
    "load_ipython_extension": "grader.notebook",
    "try_out": "grader.notebook",
}


def __getattr__(name: str) -> Any:
    """The public functions are loaded when they are first used: `grader --help` needs none of them."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'grader' has no attribute {name!r}")
