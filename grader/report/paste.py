"""A case as lines to paste below the student's own code, in the student's own names."""

from __future__ import annotations

from collections.abc import Iterator

from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import Aspect, Quantity, Raises, Statement
from grader.domain.submission import Loading
from grader.domain.transcript import Missing, Transcript
from grader.report import numbers
from grader.report.language import say
from grader.report.spelling import Spelling


def paste_lines(
    case: Case,
    loading: Loading,
    *,
    dialect: str = "variable-function",
    calls: tuple[tuple[str, str], ...] = (),
    expected: Transcript | None = None,
) -> str:
    """Python that performs the case with what the submission defines, and prints what is asked.

    `calls` says how the functions were called when it was performed, which is more exact than what
    loading found; `expected` is printed beside each answer where it is given.
    """
    spelling = _spelling(loading, dialect, calls)
    lines = [f"{given.name} = {spelling.leaf(given.value)}" for given in case.program.inputs]
    for statement in case.program.statements:
        lines += _performed(spelling, statement)
    lines += _printed(case, expected)
    text = "\n".join(lines)
    return f"import numpy as np\n\n{text}" if "np." in text else text


def _spelling(loading: Loading, dialect: str, calls: tuple[tuple[str, str], ...]) -> Spelling:
    found = {bound.name: bound.found_as for bound in loading.bound}
    default = "Value" if dialect == "value" else "Variable"
    named = next(
        (found[name] for name in ("Variable", "Value", "Tensor") if name in found), default
    )
    return Spelling(
        calls=found | dict(calls) | {"": ""},
        variable=named.partition("(")[0] or default,
        arrays=dialect != "value",
    )


def _performed(spelling: Spelling, statement: Statement) -> Iterator[str]:
    if not isinstance(statement, Raises):
        yield from spelling.lines(statement)
        return
    refused = say("paste.refused", error=statement.error)
    yield "try:"
    yield from (f"    {line}" for line in spelling.lines(statement.statement))
    yield f"    print('accepted, but {refused}')"
    yield f"except {statement.error}:"
    yield "    print('refused')"


def _printed(case: Case, expected: Transcript | None) -> Iterator[str]:
    for quantity in case.program.quantities:
        text = _expression(quantity)
        if not text:
            continue
        due = expected and expected.reading(quantity)
        comment = ""
        if isinstance(due, Array | Missing):
            comment = f"  # {say('paste.expected', expected=numbers.observation(due))}"
        yield f'print("{text} =", {text}){comment}'


def _expression(quantity: Quantity) -> str:
    match quantity.aspect:
        case Aspect.VALUE:
            return f"{quantity.of}.data"
        case Aspect.RELEASED:
            return ""
        case _:
            return str(quantity)
