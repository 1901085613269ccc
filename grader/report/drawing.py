"""The graph of a case as a picture in data: what each node says, where it stands, what it links."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from grader.domain.contribution import Contribution, ContributionWord
from grader.domain.program import (
    Apply,
    Backward,
    Construct,
    Delete,
    Detach,
    Name,
    NoGrad,
    Statement,
    TakeGradient,
)
from grader.domain.transcript import Crashed
from grader.domain.vocabulary import entry_of
from grader.records import dataclass
from grader.report import numbers
from grader.report.flag import flag
from grader.report.language import say
from grader.report.layout import Layout, Link, Node, arrange
from grader.report.model import CaseReport
from grader.report.sharing import sharers
from grader.report.states import Condition, State, kept
from grader.report.walk import performed
from grader.report.words import listed, together

CELL: Final = 7.3  # width of one character of 12 px type
SMALL_CELL: Final = 6.8  # of 11 px type
LINE: Final = 16.0
PADDING: Final = 9.0
MAX_CELLS: Final = 34
LABEL_GAP: Final = 8.0
PILL_HEIGHT: Final = 24.0


class Kind(Enum):
    CARD = "card"
    PILL = "pill"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card. `role` is `value`, `gradient`, `expected` or `note`."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """What a node looks like: a card has a name, a state and lines; a pill a name and a note.

    `mark` is by which the steps of the backward pass call it: `v-x` a variable, `f-y` what computed `y`.
    """

    id: str
    kind: Kind
    name: str
    state: State = State.RIGHT
    word: str = ""
    lines: tuple[Line, ...] = ()
    off: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands beside the end of an arrow."""

    route: int
    text: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order of the layout's nodes.

    `dotted` numbers the routes that belong to no function, `generations` the rows to be labelled.
    """

    shapes: tuple[Shape, ...]
    layout: Layout
    dotted: tuple[int, ...]
    generations: tuple[int, ...]
    description: str
    labels: tuple[Label, ...] = ()


def draw(report: CaseReport, conditions: Sequence[Condition]) -> Drawing:
    """The drawing of everything that the program computes, inside `no_grad` too."""
    plan = _Plan(report, {one.name: one for one in conditions})
    layout = arrange(plan.nodes, plan.links)
    plain = all(
        isinstance(step, Apply | Backward) for step in performed(report.case.program.statements)
    )
    return Drawing(
        tuple(plan.shapes),
        layout,
        tuple(plan.dotted),
        tuple(range(0, len(layout.rows), 2)) if plain and len(layout.rows) > 1 else (),
        _description(report, conditions),
        tuple(plan.labels),
    )


class _Plan:
    """Collects nodes and links while it walks through the program."""

    def __init__(self, report: CaseReport, conditions: dict[str, Condition]) -> None:
        self.conditions = conditions
        self.shapes: list[Shape] = []
        self.nodes: list[Node] = []
        self.links: list[Link] = []
        self.dotted: list[int] = []
        self.differentiated: list[str] = []
        self.labels: list[Label] = []
        # Where an array is shared, what arrived was right, and is no longer what is there.
        self.sharers = sharers(report)
        owed = () if self.sharers else report.contributions
        self.owed = {(one.target, one.position): one for one in owed}
        self.at: dict[str, str] = {}  # the node at which each name stands now
        steps = performed(report.case.program.statements)
        self.deleted = [step.name for step in steps if isinstance(step, Delete)]
        ending = report.observed.ending
        self.stopped = ending.step if isinstance(ending, Crashed) else -2
        self.untimely = flag(report).untimely
        for given in report.case.program.inputs:
            self._card(given.name)
        for number, statement in enumerate(report.case.program.statements):
            self._walk(statement, number, off=False)

    def _walk(self, statement: Statement, number: int, *, off: bool) -> None:
        match statement:
            case Apply():
                self._apply(
                    statement, f"f{len(self.nodes)}", stopped=number == self.stopped, off=off
                )
            case NoGrad(body):
                for inner in body:
                    self._walk(inner, number, off=True)
            case Backward(of):
                self.differentiated.append(of)
            case TakeGradient(target, of):
                # It stands below the output that it is a gradient of, linked with that one too.
                sources = dict.fromkeys(self.at[name] for name in (of, *self.differentiated[-1:]))
                self._dotted(tuple(sources), self._card(target))
            case Detach(target, of):
                self._dotted((self.at[of],), self._card(target))
            case Construct(target):
                self._card(target)

    def _apply(self, node: Apply, id: str, *, stopped: bool, off: bool) -> None:
        sources = []
        for port, operand in enumerate(node.operands):
            if isinstance(operand, Name):
                sources.append(self.at[operand.name])
            else:
                sources.append(f"{id}c{port}")
                text = _cut(numbers.observation(operand.value))
                self._add(Shape(sources[-1], Kind.CONSTANT, text))
        label = _label(node)
        note = say("drawing.crashed") if stopped else say("drawing.no_grad") if off else ""
        state = State.FIRST if stopped else State.RIGHT
        if self.untimely and self.untimely.target in node.targets:
            note, state = say(f"drawing.{self.untimely.deed.value}"), State.FIRST
        mark = f"f-{node.targets[0]}"
        self._add(Shape(id, Kind.PILL, label, state, note, off=off, mark=mark), self._label(node))
        self.links += [Link(source, id, port, len(sources)) for port, source in enumerate(sources)]
        for outlet, target in enumerate(node.targets):
            self.links.append(Link(id, self._card(target), 0, 1, outlet, len(node.targets)))

    def _card(self, name: str) -> str:
        """A new card; a name that is given again moves on to it."""
        condition = self.conditions[name]
        lines = tuple(self._lines(condition))
        id = self.at[name] = f"v{len(self.nodes)}"
        state, word = condition.state, _mark(condition)
        self._add(Shape(id, Kind.CARD, name, state, word, lines, mark=f"v-{name}"))
        return id

    def _lines(self, one: Condition) -> Iterator[Line]:
        if one.value is not None:
            yield Line("value", _cut(numbers.observation(one.value)))
        if one.expected_value is not None:
            yield _expected(numbers.observation(one.expected_value))
        if kept(one.gradient):
            yield Line("gradient", _cut(f"∂ {numbers.observation(one.gradient)}"))
        elif one.expected_gradient is not None:
            yield Line("gradient", f"∂ {numbers.observation(one.gradient)}")
        elif one.dropped and one.state is not State.UNKNOWN:
            yield Line("gradient", f"∂ {say('drawing.not_kept')}")
        if one.expected_gradient is not None:
            yield _expected(numbers.observation(one.expected_gradient))
        for found, due in one.remarks:
            yield Line("gradient", _cut(found))
            if due:
                yield _expected(due)
        if one.name in self.sharers:
            yield Line("note", _cut(say("drawing.shared", names=listed(self.sharers))))
        if one.name in self.deleted:
            yield Line("note", say("drawing.deleted"))

    def _label(self, node: Apply) -> float:
        """Write beside each arrow into a function what it owes, and tell how wide the node must be for it."""
        count, widest = len(node.operands), 0.0
        for port in range(count):
            owed = self.owed.get((node.targets[0], port))
            if owed is None or (owed.word is ContributionWord.UNKNOWN and not _misshapen(owed)):
                continue
            right = owed.word is ContributionWord.RIGHT
            word = "✓" if right else f"✗ {_word(owed)}"
            due = numbers.observation(owed.due) if owed.due.shape == () else ""
            text = say("drawing.contribution", due=due, word=word).strip()
            self.labels.append(Label(len(self.links) + port, text, not right))
            widest = max(widest, cells(text) * SMALL_CELL + LABEL_GAP)
        return widest * (count + 1 if count > 1 else 2)

    def _add(self, shape: Shape, least: float = 0.0) -> None:
        width, height = _size(shape)
        width = max(width, round(least))
        self.shapes.append(shape)
        self.nodes.append(Node(shape.id, width, height, shape.kind is Kind.CONSTANT))

    def _dotted(self, sources: tuple[str, ...], target: str) -> None:
        for port, source in enumerate(sources):
            self.dotted.append(len(self.links))
            self.links.append(Link(source, target, port, len(sources), span=2))


def _word(owed: Contribution) -> str:
    if _misshapen(owed):
        return say("state.wrong_shape")
    return say(f"contribution.{owed.word.value}")


def _misshapen(owed: Contribution) -> bool:
    return owed.arrived is not None and owed.arrived.shape != owed.due.shape


def _mark(one: Condition) -> str:
    """The word beside the sign: a card that is right needs none."""
    return "" if one.state is State.RIGHT else one.word


def _label(node: Apply) -> str:
    entry = entry_of(node.function)
    options = ", ".join(
        str(option.value) if option.name == "index" else f"{option.name}={option.value}"
        for option in node.options
    )
    if entry.name == "getitem":
        return f"[{options}]"
    return _cut(f"{entry.name} {options}".rstrip())


def _expected(text: str) -> Line:
    return Line("expected", _cut(say("drawing.expected", expected=text)))


def _size(shape: Shape) -> tuple[float, float]:
    if shape.kind is Kind.CONSTANT:
        return cells(shape.name) * CELL + 12, 20.0
    if shape.kind is Kind.PILL:
        note = cells(shape.word) * SMALL_CELL + 8 if shape.word else 0.0
        return max(46.0, cells(shape.name) * CELL + note + 22), PILL_HEIGHT
    head = cells(shape.name) * CELL + 22 + (cells(shape.word) * SMALL_CELL if shape.word else 0)
    body = max((cells(line.text) * CELL for line in shape.lines), default=0.0)
    width = max(64.0, max(head, body) + 2 * PADDING)
    return round(width), LINE * (1 + len(shape.lines)) + 10


def cells(text: str) -> int:
    """How many characters wide a text is set: Chinese, Japanese and Korean ones count twice."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CELLS else f"{text[: MAX_CELLS - 1]}…"


def _description(report: CaseReport, conditions: Sequence[Condition]) -> str:
    graph = "; ".join(line.strip() for line in report.case.graph.strip().splitlines())
    telling = [one for one in conditions if one.state is not State.RIGHT]
    states = together(*(say("drawing.state", name=one.name, state=one.word) for one in telling))
    owed = together(
        *(
            say(
                "drawing.owed",
                target=one.target,
                operand=one.operand,
                due=numbers.observation(one.due),
                word=_word(one),
            )
            for one in report.contributions
        )
    )
    told = together(states or say("drawing.all_right"), owed)
    return say("drawing.described", graph=graph, states=told)
