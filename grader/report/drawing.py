"""The drawn graph of a case: what each card says, which state it is in, and how it is reached."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Constant,
    Construct,
    Detach,
    Name,
    Operand,
    Quantity,
    Raises,
    TakeGradient,
    flatten,
)
from grader.domain.transcript import Missing, NotANumber, NotOffered, Observation
from grader.domain.verdict import FindingKind, Outcome
from grader.domain.vocabulary import VOCABULARY
from grader.report import numbers
from grader.report.layout import Box, Layout, Link, arrange
from grader.report.model import CaseReport

CHARACTER = 7.0
LINE = 16.0
PADDING = 10.0


class State(Enum):
    """Of a variable: its sign, and the word a screen reader and the legend say."""

    RIGHT = ("✓", "right")
    FIRST = ("⚑", "first wrong")
    WRONG = ("✗", "wrong")
    AFTER = ("✗", "wrong, perhaps only because of an earlier one")
    MISSING = ("∅", "missing gradient")
    EXTRA = ("✗", "a gradient where none is due")
    TYPE = ("✗", "wrong shape or type")
    NOT_FINITE = ("✗", "not a finite number")
    QUIET = ("", "not compared")

    @property
    def sign(self) -> str:
        return self.value[0]

    @property
    def word(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Card:
    """A variable. `lines` are (what, text): its value, its gradient, what was expected."""

    id: str
    name: str
    state: State
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pill:
    """One use of a function."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A variable in the table of the graph."""

    name: str
    state: State
    value: str
    expected_value: str
    gradient: str
    expected_gradient: str
    full_gradient: str
    difference: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the picture and its table show, placed."""

    cards: tuple[Card, ...]
    pills: tuple[Pill, ...]
    layout: Layout
    rows: tuple[Row, ...]
    description: str


def draw(report: CaseReport) -> Drawing | None:
    """The drawing of a case, or None where it has no graph to show."""
    names = tuple(_names(report))
    if not names:
        return None
    cards = tuple(_card(report, name) for name in names)
    boxes = {card.id: _box(card) for card in cards}
    ordered: list[Box] = []
    pills: list[Pill] = []
    links: list[Link] = []
    for name in names:
        if name not in {target for step in _steps(report) for target in _targets(step)}:
            ordered.append(boxes[f"v-{name}"])
    for index, step in enumerate(_steps(report)):
        operands = tuple(_operand_names(step))
        pill = Pill(f"f-{index}", _label(step))
        pills.append(pill)
        ordered.append(Box(pill.id, max(44.0, _width(pill.label) + 2 * PADDING), 24.0))
        links += [
            Link(f"v-{name}", pill.id, port, len(operands)) for port, name in enumerate(operands)
        ]
        for target in _targets(step):
            ordered.append(boxes[f"v-{target}"])
            links.append(Link(pill.id, f"v-{target}"))
    layout = arrange(ordered, links)
    rows = tuple(_row(report, name) for name in names)
    return Drawing(cards, tuple(pills), layout, rows, _description(report, rows))


def _steps(report: CaseReport) -> Iterator[Apply | TakeGradient | Detach]:
    for step in flatten(report.case.program.statements):
        if isinstance(step, Apply | TakeGradient | Detach):
            yield step


def _names(report: CaseReport) -> Iterator[str]:
    seen = []
    for name in (given.name for given in report.case.program.inputs):
        seen.append(name)
        yield name
    for step in flatten(report.case.program.statements):
        found: tuple[str, ...] = (step.target,) if isinstance(step, Construct) else ()
        if isinstance(step, Apply | TakeGradient | Detach):
            found = _targets(step)
        if isinstance(step, Raises):
            continue
        for name in found:
            if name not in seen:
                seen.append(name)
                yield name


def _targets(step: Apply | TakeGradient | Detach) -> tuple[str, ...]:
    return step.targets if isinstance(step, Apply) else (step.target,)


def _operand_names(step: Apply | TakeGradient | Detach) -> Iterator[str]:
    if not isinstance(step, Apply):
        yield step.of
        return
    yield from (operand.name for operand in step.operands if isinstance(operand, Name))


def _label(step: Apply | TakeGradient | Detach) -> str:
    if isinstance(step, TakeGradient):
        return ".grad"
    if isinstance(step, Detach):
        return "detach"
    extras = [_literal(operand) for operand in step.operands if isinstance(operand, Constant)]
    extras += [f"{option.name}={option.value}" for option in step.options]
    name = step.function
    if extras and len(step.operands) == 2 and VOCABULARY[name].operator:
        parts = [_literal(o) if isinstance(o, Constant) else "·" for o in step.operands]
        return f" {VOCABULARY[name].operator} ".join(parts)
    return f"{name} {', '.join(extras)}" if extras else name


def _literal(operand: Operand) -> str:
    return numbers.short(operand.value) if isinstance(operand, Constant) else ""


def _card(report: CaseReport, name: str) -> Card:
    state = _state(report, name)
    value, due_value = _values(report, name)
    gradient, due = _gradients(report, name)
    lines = [("value", numbers.short(value))]
    if (
        state is not State.RIGHT
        and due_value is not None
        and numbers.short(due_value) != lines[0][1]
    ):
        lines.append(("expected", numbers.short(due_value)))
    if report.case.program.backwards() and not isinstance(gradient, NotOffered | None):
        kept = not isinstance(gradient, Missing) or (isinstance(due, Array) and state in _MARKED)
        if kept:
            lines.append(("∂", numbers.short(gradient)))
        if state in _MARKED and due is not None and numbers.short(due) != numbers.short(gradient):
            lines.append(("expected ∂", numbers.short(due)))
    return Card(f"v-{name}", name, state, tuple(lines))


def _box(card: Card) -> Box:
    texts = [card.name + "  " + card.state.sign, *(f"{what} {text}" for what, text in card.lines)]
    width = max(map(_width, texts)) + 2 * PADDING
    return Box(card.id, max(64.0, width), LINE * (1 + len(card.lines)) + 12.0)


def _width(text: str) -> float:
    cells = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return CHARACTER * cells


_MARKED = (
    State.FIRST,
    State.WRONG,
    State.AFTER,
    State.MISSING,
    State.EXTRA,
    State.TYPE,
    State.NOT_FINITE,
)
_KINDS = {
    FindingKind.SHAPE: State.TYPE,
    FindingKind.DTYPE: State.TYPE,
    FindingKind.NOT_A_NUMBER: State.TYPE,
    FindingKind.MISSING: State.MISSING,
    FindingKind.UNEXPECTED: State.EXTRA,
    FindingKind.NOT_FINITE: State.NOT_FINITE,
}


def _state(report: CaseReport, name: str) -> State:
    if name in report.verdict.first_divergent:
        kinds = [f.kind for f in report.verdict.findings if f.quantity.of == name]
        special = _KINDS.get(kinds[0]) if kinds else None
        return State.MISSING if special is State.MISSING else State.FIRST
    for finding in report.verdict.findings:
        if finding.quantity.of == name:
            fallback = State.AFTER if report.verdict.first_divergent else State.WRONG
            return _KINDS.get(finding.kind, fallback)
    if report.verdict.outcome is Outcome.PASSED or _agrees(report, name):
        return State.RIGHT
    return State.QUIET


def _agrees(report: CaseReport, name: str) -> bool:
    gradient, due = _gradients(report, name)
    value, due_value = _values(report, name)
    same = numbers.short(value) == numbers.short(due_value)
    return same and numbers.short(gradient) == numbers.short(due) and value is not None


def _values(report: CaseReport, name: str) -> tuple[Observation | None, Observation | None]:
    return report.observed.primal(name), report.expected.primal(name)


def _gradients(report: CaseReport, name: str) -> tuple[Observation | None, Observation | None]:
    quantity = Quantity(Aspect.GRADIENT, name)
    return report.observed.reading(quantity), report.expected.reading(quantity)


def _row(report: CaseReport, name: str) -> Row:
    value, due_value = _values(report, name)
    gradient, due = _gradients(report, name)
    backward = any(isinstance(s, Backward) for s in flatten(report.case.program.statements))
    kept = gradient if backward else None
    return Row(
        name,
        _state(report, name),
        numbers.short(value),
        numbers.short(due_value),
        numbers.short(kept),
        numbers.short(due) if backward else "—",
        numbers.full(kept),
        _difference(kept, due),
    )


def _difference(observed: Observation | None, expected: Observation | None) -> str:
    if isinstance(observed, NotANumber) or not isinstance(expected, Array):
        return ""
    if not isinstance(observed, Array) or observed.shape != expected.shape:
        return ""
    gaps = [abs(left - right) for left, right in zip(observed.values, expected.values, strict=True)]
    return numbers.number(max(gaps)) if gaps and max(gaps) > 0 else ""


def _description(report: CaseReport, rows: tuple[Row, ...]) -> str:
    wrong = [f"{row.name} is {row.state.word}" for row in rows if row.state in _MARKED]
    graph = "; ".join(line.strip() for line in report.case.graph.strip().splitlines())
    return f"{graph}. {', '.join(wrong) or 'every gradient is right'}."
