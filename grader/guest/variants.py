"""Variants of a text that is ours: the reference with a line or two changed, loaded in a few milliseconds.

A submission is searched, parsed and executed with care, statement by statement. Of the reference nothing has to
be found out, and a hundred variants of it differ in one statement each: what is unchanged is compiled once, by
the runner, and every child executes it. No submission is ever loaded this way.
"""

from __future__ import annotations

import ast
import signal
import sys
import types
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import CodeType
from typing import Any, Final

from grader.domain.protocol import Base, Kind
from grader.domain.submission import Loading
from grader.guest.families import Namespace
from grader.guest.loading import Loaded
from grader.guest.running import future_flags
from grader.records import dataclass

MODULE: Final = "submission.autodiff"
PROCESSOR_SECONDS: Final = 0.15


class OutOfTime(BaseException):
    """A program used up its processor time. The grader knows it by this name."""


@contextmanager
def processor_limit() -> Iterator[None]:
    """Some mistakes never end. Processor time tells, however busy the machine is; our own code lets it."""

    def stop(number: int, frame: object) -> None:
        raise OutOfTime

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, PROCESSOR_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Original:
    """A text cut into its top-level statements, each compiled."""

    def __init__(self, base: Base) -> None:
        self.filename = base.filename
        body = ast.parse(base.text).body
        self.flags = 0
        for node in body:
            self.flags |= future_flags(node)
        lines = base.text.splitlines(keepends=True)
        starts = [0, *(_first_line(node) - 1 for node in body[1:]), len(lines)]
        self.pieces = ["".join(lines[start:end]) for start, end in pairwise(starts)]
        self.codes = [
            self._compiled(piece, start) for piece, start in zip(self.pieces, starts, strict=False)
        ]

    def load(self, codes: Iterable[CodeType]) -> Loaded:
        """The module of a variant, of whose text these are the codes. Raises what executing it raises."""
        module = types.ModuleType(MODULE)
        module.__file__ = self.filename
        sys.modules[MODULE] = module
        for code in codes:
            exec(code, module.__dict__)
        name = Path(self.filename).name
        return Loaded((Namespace(MODULE, module.__dict__, name),), Loading(name))

    def codes_of(self, text: str) -> Iterator[CodeType]:
        """What to execute, in order: pieces that are unchanged, and between them what is not."""
        at, number = 0, 0
        while number < len(self.pieces):
            if text.startswith(self.pieces[number], at):
                yield self.codes[number]
                at += len(self.pieces[number])
                number += 1
                continue
            following = range(number + 1, len(self.pieces))
            number = next((n for n in following if text.find(self.pieces[n], at) >= 0), -1)
            end = text.find(self.pieces[number], at) if number >= 0 else len(text)
            yield self._compiled(text[at:end], text.count("\n", 0, at))
            at, number = end, number if number >= 0 else len(self.pieces)

    def _compiled(self, piece: str, lines_before: int) -> CodeType:
        padded = "\n" * lines_before + piece
        code: CodeType = compile(padded, self.filename, "exec", self.flags, dont_inherit=True)
        return code


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is performed on variants: for each program the file of a variant, and the program as it was sent.

    A `hasty` child says several answers at a time, which takes half as long.
    """

    original: Original
    files: tuple[str, ...]
    programs: tuple[tuple[Kind, bytes], ...]
    hasty: bool


def _first_line(node: ast.stmt) -> int:
    decorators: list[Any] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(int(one.lineno) for one in decorators)])
