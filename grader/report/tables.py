"""The tables of the page: the graph in words, and the elements that differ."""

from __future__ import annotations

from typing import Final

from grader.domain.array import Array
from grader.domain.transcript import Observation
from grader.domain.verdict import Finding
from grader.records import dataclass
from grader.report import numbers, words
from grader.report.differences import differing
from grader.report.language import say, say_count
from grader.report.states import Condition, kept

MAX_ENTRIES: Final = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it is written, and in full where that is more."""

    text: str
    full: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A variable of the graph."""

    name: str
    tone: str
    sign: str
    word: str
    value: Cell
    expected_value: Cell | None
    gradient: Cell
    expected_gradient: Cell | None
    difference: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    index: str
    observed: Cell
    expected: Cell
    difference: str
    ratio: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What is said of one finding; `rows` are the elements that differ, in arrays."""

    message: str
    title: str
    rows: tuple[EntryRow, ...]
    more: str


def row(one: Condition) -> Row:
    """A variable as a row of the graph's table."""
    return Row(
        one.name,
        one.state.key,
        one.state.sign,
        one.word,
        cell(one.value),
        cell(one.expected_value) if one.expected_value is not None else None,
        cell(one.gradient)
        if kept(one.gradient) or one.expected_gradient
        else Cell(numbers.NOTHING),
        cell(one.expected_gradient) if one.expected_gradient is not None else None,
        _difference(one),
    )


def cell(found: Observation | None) -> Cell:
    text, full = numbers.observation(found), numbers.observation_in_full(found)
    return Cell(text, full if full != text else "")


def differences(finding: Finding) -> Differences:
    """A finding as a sentence, with a table where elements of an array differ."""
    observed, expected = finding.observed, finding.expected
    entries = (
        differing(observed, expected, finding.tolerance)
        if isinstance(observed, Array) and isinstance(expected, Array) and observed.shape
        else ()
    )
    rest = len(entries) - MAX_ENTRIES
    what = words.quantity(finding.quantity)
    return Differences(
        say("table.elements", what=what) if entries else words.finding(finding),
        str(finding.quantity),
        tuple(
            EntryRow(
                entry.place,
                Cell(numbers.number(entry.observed), _more(entry.observed)),
                Cell(numbers.number(entry.expected), _more(entry.expected)),
                numbers.number(entry.difference),
                numbers.number(entry.ratio) if entry.ratio is not None else "",
            )
            for entry in entries[:MAX_ENTRIES]
        ),
        say_count("table.more", rest) if rest > 0 else "",
    )


def _more(value: float) -> str:
    exact = numbers.exact(value)
    return exact if exact != numbers.number(value) else ""


def _difference(one: Condition) -> str:
    """Yours minus expected, of the gradient or else of the value; the largest one of an array."""
    for observed, expected in (
        (one.gradient, one.expected_gradient),
        (one.value, one.expected_value),
    ):
        if not (isinstance(observed, Array) and isinstance(expected, Array)):
            continue
        if observed.shape != expected.shape or not observed.size:
            continue
        pairs = zip(observed.values, expected.values, strict=True)
        gaps = [left - right for left, right in pairs]
        return numbers.number(max(gaps, key=abs))
    return ""
