"""Which functions of the reference a program calls: a variant that changes no other answers as the reference does.

Coverage, the classic of mutation testing, at the grain of whole functions, where it is exact: until a variant
enters a function whose text was changed, it does what the reference does. What changes anything outside of the
functions (a signature, a class's own statements, a new name) may show everywhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from grader.domain.program import Program
from grader.domain.submission import Submission
from grader.domain.transcript import Transcript
from grader.errors import GraderFault
from grader.parsing import parsed
from grader.performing import perform_variants
from grader.records import dataclass
from grader.sandbox import Guest

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Body:
    """The statements of an outermost function, and the lines of the whole function in its file."""

    lines: range
    indent: str
    text: str


class Anatomy:
    """A text cut into the bodies of its outermost functions and what stands around them."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        self.bodies: list[Body] = []
        self.around: list[str] = []
        at = 0
        for node in _functions(parsed(text).body):
            first, start, end = node.body[0], _first_line(node.body[0]) - 1, node.end_lineno or 0
            if start >= node.lineno:  # not on the line of its `def`
                self.around.append("".join(lines[at:start]))
                whole = range(_first_line(node), end + 1)
                text_of_body = "".join(lines[start:end])
                self.bodies.append(Body(whole, " " * first.col_offset, text_of_body))
                at = end
        self.around.append("".join(lines[at:]))

    def changed(self, text: str) -> frozenset[range] | None:
        """The functions, by their lines, in whose bodies another text differs; None where it does elsewhere."""
        if not text.startswith(self.around[0]):
            return None
        at, found = len(self.around[0]), []
        for body, following in zip(self.bodies, self.around[1:], strict=True):
            if text.startswith(body.text, at) and text.startswith(following, at + len(body.text)):
                end = at + len(body.text)
            else:
                end = text.find(following, at) if following else len(text)
                if end < 0 or not _is_body(text[at:end], body.indent):
                    return None
                found.append(body.lines)
            at = end + len(following)
        return frozenset(found) if at == len(text) else None


@lru_cache(4096)
def changes(reference: bytes, variant: bytes) -> frozenset[range] | None:
    """The functions of a reference, by their lines, that a variant changes within; None where it changes more."""
    return _anatomy(reference).changed(variant.decode())


def touched(
    programs: Sequence[Program], reference: Submission, guest: Guest
) -> tuple[tuple[Transcript, frozenset[int]], ...]:
    """For each program what the reference answers, and the lines at which the functions begin that it calls."""
    if not programs:
        return ()
    file = reference.files[0].path
    tasks = [(program, SECONDS) for program in programs]
    variants = [file] * len(programs)
    done = perform_variants(reference, tasks, variants, guest, reference, touching=True)
    if len(done.touched) < len(programs):
        raise GraderFault("the reference did not end on a program")
    return tuple(zip(done.transcripts, done.touched, strict=True))


def meets(functions: frozenset[range] | None, lines: frozenset[int]) -> bool:
    """Whether a program that calls what begins at these lines may call one of the functions."""
    return functions is None or any(line in function for function in functions for line in lines)


@lru_cache(8)
def _anatomy(reference: bytes) -> Anatomy:
    return Anatomy(reference.decode())


def _functions(body: Sequence[ast.stmt]) -> Iterator[ast.FunctionDef]:
    for node in body:
        match node:
            case ast.FunctionDef():
                yield node
            case ast.ClassDef(body=inner):
                yield from _functions(inner)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def _is_body(text: str, indent: str) -> bool:
    """Whether lines are statements of a function, and of nothing that stands around it."""
    if not all(line.startswith(indent) or not line.strip() for line in text.splitlines()):
        return False
    try:
        parsed(f"def _():\n{text}")
    except SyntaxError:
        return False
    return bool(text.strip())
