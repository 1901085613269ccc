"""A class as data: what each submission came to, small enough to keep two thousand at hand.

Everything is taken from the `results.json` of the submissions, one after another, so that a class page can be made
anew from a folder of results without grading anybody again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from grader.domain.alike import Alike
from grader.domain.language import ENGLISH
from grader.domain.safe_text import safe_line
from grader.records import dataclass

MAX_WRONG: Final = 40  # wrong answers of one submission that are kept to compare it with others
MAX_TEXT: Final = 120


@dataclass(frozen=True, slots=True)
class Column:
    """One case, as a column of the class."""

    id: str
    title: str
    concept: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A misconception that somebody was told."""

    id: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Student:
    """One submission. `outcomes` has an entry for each column, empty where there is none.

    `unexplained` are the wrong answers that no diagnosis explains, each in a line; `attempts` the scores of earlier
    attempts, oldest first; `link` leads to the page of the submission, as seen from the class page.
    """

    id: str
    name: str
    link: str
    status: str
    message: str
    score: float
    max_score: float
    level: int
    outcomes: tuple[str, ...]
    diagnoses: tuple[Named, ...] = ()
    unexplained: tuple[str, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    attempts: tuple[float, ...] = ()

    @property
    def share(self) -> float:
        return self.score / self.max_score if self.max_score else 0.0


@dataclass(frozen=True, slots=True)
class ClassReport:
    """A graded class. `alike` holds pairs of submissions to look at; `language` is what the page speaks."""

    title: str
    columns: tuple[Column, ...]
    students: tuple[Student, ...]
    alike: tuple[Alike, ...] = ()
    language: str = ENGLISH


def columns(results: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns of a class, from any one of its results."""
    return tuple(
        Column(case["id"], case["title"] or case["id"], case["concept"], case["hidden"])
        for case in results["cases"]
    )


def student(
    results: Mapping[str, Any],
    columns: Sequence[Column],
    *,
    id: str,
    name: str = "",
    link: str = "",
    attempts: Iterable[float] = (),
) -> Student:
    """One submission of the class, from its `results.json` as an instructor has it."""
    cases = {case["id"]: case for case in results["cases"]}
    explained = {case for one in results["diagnoses"] for case in one["explains"]}
    wrong = [
        line
        for case in results["cases"]
        if case["id"] not in explained
        for line in _wrong_answers(case)
    ]
    return Student(
        id=safe_line(id),
        name=safe_line(name),
        link=link,
        status=results["status"],
        message=_message(results),
        score=results["score"],
        max_score=results["max_score"],
        level=results["sandbox"]["level"],
        outcomes=tuple(
            cases[column.id]["outcome"] if column.id in cases else "" for column in columns
        ),
        diagnoses=tuple(
            Named(one["id"], one["code"], one["title"]) for one in results["diagnoses"]
        ),
        unexplained=tuple(wrong[:MAX_WRONG]),
        flags=tuple((one["kind"], safe_line(one["reason"])) for one in results["flags"]),
        attempts=tuple(attempts),
    )


def _message(results: Mapping[str, Any]) -> str:
    loading = results["submission"]["loading"]
    return safe_line(loading["error"] or results["message"], 2 * MAX_TEXT)


def _wrong_answers(case: Mapping[str, Any]) -> Iterable[str]:
    """What is wrong in one case, each in a line that is the same for the same wrong answer."""
    if case["outcome"] == "failed":
        for finding in case["findings"]:
            yield safe_line(
                f"{case['id']}: {finding['quantity']} {finding['kind']} "
                f"{_short(finding['observed'])}",
                MAX_TEXT,
            )
    elif case["outcome"] == "crashed":
        yield safe_line(f"{case['id']}: {case['message']}", MAX_TEXT)


def _short(observed: Any) -> Any:
    """Numbers as far as two machines agree on them."""
    match observed:
        case bool() | int() | str() | None:
            return observed
        case float():
            return float(f"{observed:.6g}")
        case list():
            return [_short(item) for item in observed[:8]]
        case {"first": first}:
            return _short(first)
        case {"type": kind}:
            return kind
    return ""
