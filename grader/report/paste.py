"""A case as lines to paste below the student's own code, in the student's own names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import Aspect, Quantity, Raises, Statement
from grader.domain.submission import Loading
from grader.domain.transcript import Missing, Transcript
from grader.records import replace
from grader.remembered import Remembered
from grader.report import numbers
from grader.report.language import say, spoken
from grader.report.spelling import Spelling

CLASSES: Final = ("Variable", "Value", "Tensor")

_TEXTS: Remembered[str] = Remembered()
_FOUND: Remembered[Spelling] = Remembered(most=4)


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
    spelt = (frozenset(spelling.calls.items()), spelling.variable, spelling.arrays, spelling.clear)
    text = _TEXTS.get((case, expected), lambda: _text(case, spelling, expected), spelt, spoken())
    imports = ["import numpy as np"] if "np." in text else []
    imports += _imports(loading, text)
    return "\n".join([*imports, "", text] if imports else [text])


def _text(case: Case, spelling: Spelling, expected: Transcript | None) -> str:
    lines = [f"{given.name} = {spelling.leaf(given.value)}" for given in case.program.inputs]
    for statement in case.program.statements:
        lines += _performed(spelling, statement)
    lines += _printed(case, expected)
    return "\n".join(lines)


def _spelling(loading: Loading, dialect: str, calls: tuple[tuple[str, str], ...]) -> Spelling:
    found = _FOUND.get((loading,), lambda: _found(loading, dialect), dialect)
    return replace(found, calls={**found.calls, **dict(calls), "": ""})


def _found(loading: Loading, dialect: str) -> Spelling:
    """How the submission itself spells things, as far as loading it showed."""
    found = {bound.name: bound.found_as for bound in loading.bound}
    default = "Value" if dialect == "value" else "Variable"
    named = next((found[name] for name in CLASSES if name in found), default)
    without = ".grad = 0.0" if dialect == "value" else ".grad = None"
    if not loading.bound or loading.bound[0].name not in CLASSES:
        without = Spelling().clear  # nothing is known of the class
    return Spelling(
        calls=found,
        variable=named.partition("(")[0] or default,
        arrays=dialect != "value",
        clear=found.get("cleargrad") or without,
    )


def _imports(loading: Loading, text: str) -> Iterator[str]:
    """Where a package keeps what the lines use. Below a single file, everything is there already."""
    if loading.kind != "package":
        return
    used = set(re.findall(r"\b[A-Za-z_]\w*", text))
    modules: dict[str, list[str]] = {}
    for bound in loading.bound:
        found = re.match(r"[A-Za-z_]\w*", bound.found_as)
        if found and found[0] in used and "/" in bound.file:
            module = bound.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            modules.setdefault(module, []).append(found[0])
    for module, names in modules.items():
        yield f"from {module} import {', '.join(dict.fromkeys(names))}"


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
