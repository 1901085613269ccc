"""Executing one top-level statement of a submission, within limits, and saying how it failed."""

from __future__ import annotations
import __future__

import ast
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import nullcontext, suppress
from types import CodeType
from typing import Any, TextIO

from grader.guest.system import DEFAULT, set_handler

OUTPUT_LIMIT = 1_000_000
WHY_LIMIT = 300
TICK_SECONDS = 0.2
IGNORING = [("ignore", None, Warning, None, 0)]  # what simplefilter("ignore") leaves in front


class StoppedError(BaseException):
    """A statement took too long or printed too much. No `except Exception` holds it up."""


class Counted:
    """Standard output that stops a statement which prints without end."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.left = OUTPUT_LIMIT

    def write(self, text: str) -> int:
        self.left -= len(text)
        if self.left < 0:
            raise StoppedError(f"it printed more than {OUTPUT_LIMIT:,} characters, and was stopped")
        return self.stream.write(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class CountedOutput:
    """Standard output is counted, and is what it was afterwards."""

    def __enter__(self) -> Counted | None:
        self.before = sys.stdout
        if self.before is None:
            return None
        sys.stdout = counted = Counted(self.before)
        return counted

    def __exit__(self, *_: object) -> None:
        sys.stdout = self.before


class Stopper:
    """Breaks off what takes too long, while it is entered: StoppedError is raised in it, whatever it is.

    Best effort: only in the main thread, where the platform has timers. The limit that counts is
    the one outside of this process.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._before: Any = self  # until there is a handler

    def __enter__(self) -> Stopper:
        # This asks for the thread as well: once `threading` is imported, every fork costs half a millisecond more.
        with suppress(AttributeError, ValueError):
            self._before = set_handler(signal.SIGALRM, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not self:
            set_handler(signal.SIGALRM, self._before or DEFAULT)

    def start(self, seconds: float, *, again: float = TICK_SECONDS) -> tuple[float, float]:
        """Stop what follows after some seconds, `again` and again should it catch that.

        Gives what `lift` is to be given.
        """
        if self._before is self:
            return 0.0, 0.0
        # The statement that imports a module does not pay for the statements in it.
        before, self._seconds = self._seconds, seconds
        outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds, again)
        return outer, before

    def lift(self, before: tuple[float, float]) -> None:
        """The limit is what it was before."""
        if self._before is not self:
            outer, seconds = before
            signal.setitimer(signal.ITIMER_REAL, outer, TICK_SECONDS if outer else 0)
            self._seconds = seconds

    def _stop(self, number: int, frame: object) -> None:
        raise StoppedError(f"it took longer than {self._seconds:g} seconds, and was stopped")


class IgnoredWarnings:
    """No warning is shown. The filters are as they were afterwards."""

    def __enter__(self) -> None:
        self.before = warnings.filters
        warnings.filters = [*IGNORING, *self.before]

    def __exit__(self, *_: object) -> None:
        warnings.filters = self.before


def disarm() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


def compiled(node: ast.stmt, filename: str, flags: int) -> CodeType:
    """One statement as code. Raises whatever compiling it raises."""
    with nullcontext() if warnings.filters[:1] == IGNORING else IgnoredWarnings():
        code: CodeType = compile(
            ast.Module([node], type_ignores=[]), filename, "exec", flags, dont_inherit=True
        )
    return code


def run_statement(
    code_of: Callable[[], CodeType], namespace: dict[str, Any], stopper: Stopper, seconds: float
) -> BaseException | None:
    """Execute one statement. What it raised, whatever that is, or None."""
    try:
        code = code_of()
        before = stopper.start(seconds)
        try:
            exec(code, namespace)
        finally:
            stopper.lift(before)
    except BaseException as error:  # the border: a submission may raise anything
        if isinstance(error, StoppedError):
            disarm()  # it may have struck while the limit was being lifted
        return error
    return None


def future_flags(node: ast.stmt) -> int:
    """What `from __future__ import ...` switches on for the statements that follow."""
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__" or node.level:
        return 0
    flags = 0
    for alias in node.names:
        feature = getattr(__future__, alias.name, None)
        flags |= getattr(feature, "compiler_flag", 0)
    return flags


def describe(error: BaseException) -> str:
    """An error in one line, as Python says it, or in words where that would puzzle."""
    if isinstance(error, StoppedError):
        return str(error)
    if isinstance(error, SystemExit):
        return "it asked the program to end (SystemExit)"
    if isinstance(error, EOFError):
        return "it waited for typed input, and nobody is there to type (EOFError)"
    name = type(error).__name__
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        line = " ".join(str(text).split())
    except BaseException:  # `__str__` is the submission's own
        line = ""
    whole = f"{name}: {line}" if line else name
    return whole if len(whole) <= WHY_LIMIT else whole[: WHY_LIMIT - 1] + "…"


def line_of(error: BaseException, filename: str, first: int, last: int) -> int:
    """The line of a statement on which it failed: the innermost that is its own.

    Where a limit ended it, the first: the one that happened to be executed says nothing.
    """
    line = first
    if isinstance(error, StoppedError):
        return line
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == filename and first <= number <= last:
            line = number
    if isinstance(error, SyntaxError) and error.filename == filename:
        line = error.lineno if error.lineno and first <= error.lineno <= last else line
    return line
