"""Whose turn is it? Every error of the project is the author's, the student's or ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a file that a person wrote, placed so that an editor can jump to it.

    `line` and `column` count from 1, in code points; `text` is the line itself. A `severity` of
    `warning` stops nobody.
    """

    code: str
    message: str
    file: str
    line: int
    column: int
    text: str = ""
    width: int = 1
    help: str = ""
    severity: str = "error"

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class GraderError(Exception):
    """Base of the errors that end a command with a message instead of a traceback."""

    exit_code = 3


class UsageError(GraderError):
    """The command line asks for something that is not there: the caller must act."""

    exit_code = 2


class AuthoringError(GraderError):
    """An assignment cannot be used as written: its author must act. Carries all faults found."""

    exit_code = 2

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{fault.place}: {fault.message}" for fault in faults))
        self.faults = faults


class SubmissionError(GraderError):
    """A submission cannot be graded: the student must act."""

    exit_code = 4

    def __init__(self, message: str, *, place: str = "", help: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.help = help

    @property
    def told(self) -> str:
        """What is wrong, and what to do."""
        return f"{self}: {self.help}" if self.help else str(self)


class NoCaseSelected(GraderError):
    """A selection of cases matches none."""

    exit_code = 5


class GraderFault(GraderError):
    """The grader itself, or the machine it runs on, is at fault: nobody loses a point for it."""

    exit_code = 3


MAX_KNOWN: Final = 24


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`. Did you mean 'diamond'?` where a known name is near, or known names, not too many, where none is."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(wrong, names, n=3)
    if near:
        return meant(near)
    if len(names) > MAX_KNOWN:
        return f"; there are {len(names)}, among them: {', '.join(names[:MAX_KNOWN])}"
    return f"; there are: {', '.join(names)}" if names else ""


def meant(near: Iterable[str]) -> str:
    """The question itself, about known names that are near."""
    return f". Did you mean {' or '.join(map(repr, near))}?"
