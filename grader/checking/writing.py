"""A case as YAML, ready to be pasted under `cases:`."""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.quantities import default_quantities
from grader.domain.array import Array
from grader.domain.assignment import Case
from grader.domain.program import Program, Quantity, variables
from grader.domain.transcript import Count, Flag, Missing, Observation, Transcript
from grader.domain.writing import graph_text, number_text


def case_text(case: Case, answer: Transcript) -> str:
    """The case with what the reference answers as `expect`. Ends with a line break."""
    return "\n".join(_lines(case, answer)) + "\n"


def _lines(case: Case, answer: Transcript) -> Iterator[str]:
    yield f"  - case: {case.id}"
    yield f"    title: {_text(case.title)}"
    yield f"    concept: {case.concept}"
    inputs = ", ".join(f"{given.name}: {_input(given.value)}" for given in case.program.inputs)
    yield f"    inputs: {{{inputs}}}"
    yield "    graph: |"
    yield from (f"      {line}" for line in graph_text(case.program).splitlines())
    if not case.program.backwards():
        yield "    backward: false"
    quantities = case.program.quantities
    if _needs_check(case.program):
        yield f"    check: [{', '.join(map(str, quantities))}]"
    answers = [(q, answer.reading(q)) for q in quantities]
    written = [f"{_key(q)}: {_answer(found)}" for q, found in answers if found is not None]
    yield f"    expect: {{{', '.join(written)}}}"


def _needs_check(program: Program) -> bool:
    """Whether anything else is asked than what is asked of every case that says nothing."""
    plain = default_quantities(program.inputs, program.statements, variables(program))
    return set(program.quantities) != set(plain)


def _key(quantity: Quantity) -> str:
    return str(quantity)


def _input(value: Array) -> str:
    if value.dtype != "float64":
        return f"{{value: {number_text(value)}, dtype: {value.dtype}}}"
    return number_text(value)


def _answer(found: Observation) -> str:
    match found:
        case Array():
            return number_text(found)
        case Flag(value):
            return str(value).lower()
        case Count(value):
            return str(value)
        case Missing():
            return "null"
        case _:
            return "null"


def _text(title: str) -> str:
    return '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
