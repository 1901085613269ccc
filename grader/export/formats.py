"""Every format by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from grader.export import (
    canvas,
    check50,
    github_classroom,
    grades_csv,
    gradescope,
    junit,
    moodle,
    nbgrader,
)
from grader.export.model import Document, Filled, Results, Sheet

# One text for the whole class.
CLASS_FORMATS: Final[dict[str, Callable[[Results], str]]] = {
    "csv": grades_csv.render,
    "junit": junit.render,
    "moodle": moodle.render,
    "nbgrader": nbgrader.render,
}
# A text for each submission, and the suffix of its file.
RESULT_FORMATS: Final[dict[str, tuple[Callable[[Document], str], str]]] = {
    "gradescope": (gradescope.render, ".json"),
    "check50": (check50.render, ".json"),
    "github-classroom": (github_classroom.render, ".txt"),
}
Filler: TypeAlias = Callable[[Sheet, Results, str], Filled]
# The file that a teacher downloaded, with grades in it and nothing else touched.
FILLED_FORMATS: Final[dict[str, Filler]] = {"canvas": canvas.fill, "moodle": moodle.fill}
FORMATS: Final = tuple(dict.fromkeys((*CLASS_FORMATS, *FILLED_FORMATS, *RESULT_FORMATS)))
