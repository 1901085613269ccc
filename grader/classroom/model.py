"""The nouns of a class: who handed in what, what is to be done with it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.domain.assignment import Assignment
from grader.domain.language import ENGLISH
from grader.domain.submission import Submission

# What is kept of each submission: kind -> folder and suffix. The result is written last: where it is, and
# fits, the submission is finished.
KINDS: Final = {
    "observed": ("observed", ".json.z"),
    "report": ("reports", ".html"),
    "result": ("results", ".json"),
}


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody of the class. `keys` are all the names under which a gradebook may know them."""

    id: str
    name: str = ""
    email: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One submission before it is read.

    `files` holds (name within the submission, path); a single folder or archive has the name "". `members`
    are those who handed it in: one, or a group.
    """

    id: str
    members: tuple[Student, ...]
    files: tuple[tuple[str, Path], ...]

    @property
    def student(self) -> Student:
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of every submission alike."""

    assignment: Assignment
    seed: int
    accept_level: int
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class Task:
    """One submission to be graded.

    `observed` is the file of stored observations, where only the scoring has changed. `key` and
    `observed_key` name what the result is made from; `attempts` are the scores of earlier submissions.
    """

    handed_in: HandedIn
    key: str
    observed_key: str
    observed: Path | None = None
    attempts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a task is about, read: nothing but bytes, so that it may travel.

    `refusal` says why a submission cannot be read by anybody, `fault` why not on this machine; `observed` are
    stored observations, where there are any.
    """

    submission: Submission | None
    refusal: str = ""
    observed: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """One submission graded. `files` holds the bytes for each of KINDS, but for what is there already.

    `retried` says what broke the first time, where the grader's machinery did; `fault` what broke the
    second time, `trace` where in our own code.
    """

    id: str
    files: dict[str, bytes]
    level: int
    seconds: float
    retried: str = ""
    fault: str = ""
    trace: str = ""
