"""What is said of each variable of a case: its value, its gradient, and whether they are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

from grader.domain.array import Array
from grader.domain.program import Aspect, Quantity
from grader.domain.transcript import Completed, Missing, NotOffered, Observation
from grader.domain.verdict import Finding, FindingKind, Outcome
from grader.records import dataclass
from grader.report import numbers
from grader.report.differences import agree
from grader.report.flag import Flag, flag
from grader.report.language import say
from grader.report.model import WITHHELD, CaseReport
from grader.report.walk import inputs, reached, upstreams, variables
from grader.report.words import listed


class State(Enum):
    """Of a variable: its key in the style sheet and the sentences, and its sign."""

    RIGHT = ("right", "✓")
    FIRST = ("first", "⚑")
    LATER = ("later", "✗")
    NOT_REACHED = ("not_reached", "—")
    GIVEN = ("given", "↑")
    MISSING = ("missing", "∅")
    EXTRA = ("extra", "+")
    WRONG_TYPE = ("wrong_type", "≠")
    NOT_FINITE = ("not_finite", "!")
    NOT_COMPARED = ("not_compared", "·")
    UNKNOWN = ("unknown", "?")

    def __init__(self, key: str, sign: str) -> None:
        self.key = key
        self.sign = sign

    @property
    def word(self) -> str:
        return say(f"state.{self.key}")

    @property
    def is_wrong(self) -> bool:
        return self in _WRONG


_WRONG: Final = (
    State.FIRST,
    State.LATER,
    State.MISSING,
    State.EXTRA,
    State.WRONG_TYPE,
    State.NOT_FINITE,
)
_OWN_STATE: Final = {
    FindingKind.MISSING: State.MISSING,
    FindingKind.UNEXPECTED: State.EXTRA,
    FindingKind.SHAPE: State.WRONG_TYPE,
    FindingKind.DTYPE: State.WRONG_TYPE,
    FindingKind.NOT_A_NUMBER: State.WRONG_TYPE,
    FindingKind.NOT_FINITE: State.NOT_FINITE,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One variable. `word` says its state in short, and in what way it is wrong.

    An expected observation is None where it is not known, or agrees, or may not be shown. With
    `dropped`, a gradient came by and is not kept, as the convention of many implementations is.
    `remarks` are other questions that were answered wrongly: (what was found, what is expected).
    """

    name: str
    state: State
    word: str
    value: Observation | None
    expected_value: Observation | None
    gradient: Observation | None
    expected_gradient: Observation | None
    dropped: bool = False
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one variable. `inner`: no input; `reached`: by some backward pass.

    `given`: handed to `backward()` as the upstream gradient, and used for nothing else.
    """

    name: str
    value: Observation | None
    due_value: Observation | None
    gradient: Observation | None
    due_gradient: Observation | None
    findings: tuple[Finding, ...]
    inner: bool
    reached: bool
    given: bool

    @property
    def finding(self) -> Finding | None:
        """What is wrong with it, its gradient before the rest."""
        by_gradient = (f for f in self.findings if f.quantity.aspect is Aspect.GRADIENT)
        return next(by_gradient, self.findings[0] if self.findings else None)

    @property
    def compares(self) -> bool:
        """Whether its gradient can be called wrong: unasked, kept or dropped is a convention."""
        if any(finding.quantity.aspect is Aspect.GRADIENT for finding in self.findings):
            return True
        return isinstance(self.gradient, Array) and isinstance(self.due_gradient, Array)


def conditions(report: CaseReport) -> tuple[Condition, ...]:
    """Every variable of the program, in the order of computation."""
    flagged = flag(report)
    return tuple(_condition(report, facts, flagged) for facts in _facts(report))


def kept(gradient: Observation | None) -> bool:
    """Whether the submission holds this gradient at all."""
    return gradient is not None and not isinstance(gradient, Missing | NotOffered)


def _facts(report: CaseReport) -> Iterator[_Facts]:
    program = report.case.program
    leaves, walked, given = inputs(program), reached(program), upstreams(program)
    observed = {one.quantity: one.found for one in report.observed.readings}
    expected = {one.quantity: one.found for one in report.expected.readings}
    differentiated = bool(program.backwards())
    for name in variables(program):
        value, gradient = Quantity(Aspect.VALUE, name), Quantity(Aspect.GRADIENT, name)
        yield _Facts(
            name,
            observed.get(value) or report.observed.primal(name),
            expected.get(value) or report.expected.primal(name),
            observed.get(gradient) if differentiated else None,
            _due(report, gradient, expected),
            tuple(one for one in report.verdict.findings if one.quantity.of == name),
            name not in leaves,
            name in walked,
            name in given,
        )


def _due(
    report: CaseReport, quantity: Quantity, expected: Mapping[Quantity, Observation]
) -> Observation | None:
    """What is expected, by the convention that was recognised where there is one."""
    for convention in report.case.conventions:
        if convention.title == report.verdict.convention:
            for reading in convention.readings:
                if reading.quantity == quantity:
                    return reading.found
    return expected.get(quantity)


def _condition(report: CaseReport, facts: _Facts, flagged: Flag) -> Condition:
    state = _state(report, facts, flagged)
    tolerance = report.case.tolerance
    due_value = due_gradient = None
    if state.is_wrong:
        if facts.due_value is not None and not agree(facts.value, facts.due_value, tolerance):
            due_value = facts.due_value
        if facts.compares and not agree(facts.gradient, facts.due_gradient, tolerance):
            due_gradient = facts.due_gradient
    return Condition(
        facts.name,
        state,
        _word(state, facts.finding),
        facts.value,
        due_value,
        facts.gradient,
        due_gradient,
        dropped=facts.inner and facts.reached and not kept(facts.gradient) and due_gradient is None,
        remarks=tuple(_remarks(facts)),
    )


def _state(report: CaseReport, facts: _Facts, flagged: Flag) -> State:
    verdict, finding, tolerance = report.verdict, facts.finding, report.case.tolerance
    if facts.name in flagged.variables:
        return State.FIRST
    if finding is not None and finding.kind is not FindingKind.NOT_OFFERED:
        alone = State.LATER if flagged.names else State.FIRST
        return _OWN_STATE.get(finding.kind, alone)
    if facts.value is None or not isinstance(report.observed.ending, Completed):
        return State.UNKNOWN
    if verdict.outcome is not Outcome.PASSED:
        if facts.due_value is not None and not agree(facts.value, facts.due_value, tolerance):
            return State.LATER
        if facts.compares and not agree(facts.gradient, facts.due_gradient, tolerance):
            return State.LATER
        if kept(facts.gradient) and not kept(facts.due_gradient):
            return State.NOT_COMPARED
    if isinstance(facts.gradient, Missing) and not facts.reached:
        return State.GIVEN if facts.given else State.NOT_REACHED
    return State.RIGHT


def _word(state: State, finding: Finding | None) -> str:
    """`right`, `first wrong`, `first wrong, missing`, `wrong shape`."""
    word = say(f"state.{state.key}")
    if not state.is_wrong or finding is None or finding.kind not in _OWN_STATE:
        return word
    shape = finding.kind is FindingKind.SHAPE
    own = say("state.wrong_shape" if shape else f"state.{_OWN_STATE[finding.kind].key}")
    return listed((word, own)) if state is State.FIRST else own


def _remarks(facts: _Facts) -> Iterator[tuple[str, str]]:
    for one in facts.findings:
        if one.quantity.aspect not in (Aspect.VALUE, Aspect.GRADIENT):
            due = "" if one.expected == WITHHELD else numbers.observation(one.expected)
            yield f"{one.quantity.aspect.value}: {numbers.observation(one.observed)}", due
