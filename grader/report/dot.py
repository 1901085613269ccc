"""The graph of a case as Graphviz text, for people who draw with that."""

from __future__ import annotations

from collections.abc import Iterator

from grader.domain.array import Array
from grader.domain.program import Apply, Constant, Detach, Name, TakeGradient
from grader.report import numbers
from grader.report.model import CaseReport
from grader.report.states import conditions
from grader.report.walk import performed

HEAD = """\
digraph {
  ordering=in
  node [fontname="monospace" fontsize=11]
"""


def dot(report: CaseReport) -> str:
    """One node a variable and one a function, as DeZero's book draws them; a repeated input is two edges."""
    lines = [*_variables(report), *_functions(report)]
    return HEAD + "".join(f"  {line}\n" for line in lines) + "}"


def _variables(report: CaseReport) -> Iterator[str]:
    for one in conditions(report):
        label = f"{one.name}\n{numbers.observation(one.value)}"
        if isinstance(one.gradient, Array):
            label += f"\n∂ {numbers.observation(one.gradient)}"
        yield f"{_quoted(one.name)} [label={_quoted(label)} shape=box style=rounded]"


def _functions(report: CaseReport) -> Iterator[str]:
    for number, step in enumerate(performed(report.case.program.statements)):
        match step:
            case Apply(targets, function, operands):
                node = _quoted(f"{function} {number}")
                yield f"{node} [label={_quoted(function)} shape=box style=filled fillcolor=lightblue]"
                for position, operand in enumerate(operands):
                    yield from _operand(operand, node, f"{number}.{position}")
                yield from (f"{node} -> {_quoted(target)}" for target in targets)
            case TakeGradient(target, of) | Detach(target, of):
                yield f"{_quoted(of)} -> {_quoted(target)} [style=dotted]"


def _operand(operand: Name | Constant, node: str, place: str) -> Iterator[str]:
    match operand:
        case Name(name):
            yield f"{_quoted(name)} -> {node}"
        case Constant(value):
            constant = _quoted(f"constant {place}")
            yield f"{constant} [label={_quoted(numbers.observation(value))} shape=plain]"
            yield f"{constant} -> {node}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
