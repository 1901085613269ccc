"""What happened where a backward pass first went wrong, in a sentence."""

from __future__ import annotations

from grader.domain.array import Array
from grader.domain.diagnosis import Diagnosis, Place
from grader.domain.divergence import Deed, Divergence
from grader.report import numbers
from grader.report.language import say
from grader.report.model import CaseReport, Report
from grader.report.words import listed, place, together


def deed(found: Divergence) -> str:
    """`The gradient of x was 8 and was overwritten with 8; the sum is 16.`"""
    values = {
        "function": found.function,
        "target": found.target,
        "variable": found.variable,
        "before": _number(found.before),
        "arrived": _number(found.arrived),
        "after": _number(found.after),
        "due": _number(found.due),
        "times": found.times,
        "waits_for": listed(found.waits_for),
    }
    if found.deed is Deed.WRONG_SHAPE and found.arrived and found.due:
        values["arrived"], values["due"] = map(numbers.shape, (found.arrived, found.due))
    sentence = say(f"deed.{_key(found)}", **values)
    if found.deed is Deed.TOO_OFTEN and found.waits_for:
        sentence = together(sentence, say("deed.too often.first", **values))
    return sentence


def deed_at(found: Divergence) -> str:
    """The same, beginning with the line that did it, where that is known."""
    where = line_of(found.place)
    return say("deed.at", place=where, deed=deed(found)) if where else deed(found)


def line_of(at: Place | None) -> str:
    """A place as its owner finds it, or nothing."""
    return place(at.file, at.line, at.cell) if at else ""


def shown(diagnosis: Diagnosis, report: Report) -> CaseReport | None:
    """The case whose divergence shows best what a diagnosis says."""
    return next((c for c in report.cases if c.divergence and c.case.id == diagnosis.shown_by), None)


def _key(found: Divergence) -> str:
    """Which of a deed's sentences can be filled in."""
    match found.deed:
        case Deed.WRONG_VALUE if not found.function:
            return "wrong value.input"
        case Deed.LOST if found.after is not None:
            return "lost.some"
        case Deed.NEVER_ASKED | Deed.CRASHED if not found.function:
            return "crashed.somewhere"
        case Deed.NOT_ADDED | Deed.OVERWRITTEN if found.arrived is None:
            return "misadded"
        case Deed.TOO_EARLY if found.arrived is None:
            return "too early.with nothing"
        case _:
            return found.deed.value


def _number(found: Array | None) -> str:
    return numbers.short(found) if found is not None else "None"
