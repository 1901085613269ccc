"""The closer look at a case, as JSON: where it went wrong first, what each edge brought, the film."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.domain.contribution import Contribution
from grader.domain.diagnosis import Place
from grader.domain.divergence import Divergence
from grader.domain.film import Film, Step, Write
from grader.domain.transcript import Observation
from grader.report import deeds
from grader.report.model import CaseReport

Plain = Callable[[Observation], Any]


def closer(report: CaseReport, plain: Plain) -> dict[str, Any]:
    """The fields that a case has where it was looked at more closely; all of them, empty otherwise.

    `plain` says how an observation is written.
    """
    found = report.divergence
    return {
        "side": report.side,
        "divergence": _divergence(found, plain) if found else None,
        "contributions": [_contribution(one, plain) for one in report.contributions],
        "consequences": list(report.consequences),
        "film": _film(report.film, plain) if report.film else None,
    }


def where(place: Place | None) -> dict[str, Any]:
    """A line of the submission."""
    return {
        "file": place.file if place else "",
        "line": place.line if place else None,
        "cell": place.cell if place else "",
        "line_text": place.text if place else "",
    }


def _divergence(found: Divergence, plain: Plain) -> dict[str, Any]:
    numbers = {
        name: None if value is None else plain(value)
        for name, value in (
            ("before", found.before),
            ("arrived", found.arrived),
            ("after", found.after),
            ("due", found.due),
        )
    }
    return {
        "seam": found.seam.value,
        "deed": found.deed.value,
        "message": deeds.deed(found),
        "function": found.function,
        "target": found.target,
        "variable": found.variable,
        **where(found.place),
        **numbers,
        "times": found.times,
        "waits_for": list(found.waits_for),
    }


def _contribution(one: Contribution, plain: Plain) -> dict[str, Any]:
    return {
        "target": one.target,
        "position": one.position,
        "operand": one.operand,
        "due": plain(one.due),
        "arrived": None if one.arrived is None else plain(one.arrived),
        "word": one.word.value,
    }


def _film(film: Film, plain: Plain) -> dict[str, Any]:
    return {
        "agrees": film.agrees,
        "unseen": list(film.unseen),
        "steps": [_step(step, plain) for step in film.steps],
    }


def _step(step: Step, plain: Plain) -> dict[str, Any]:
    return {
        "function": step.function,
        "targets": list(step.targets),
        "upstream": [plain(one) for one in step.upstream],
        "downstream": [plain(one) for one in step.downstream],
        **where(step.place),
        "writes": [_write(write, plain) for write in step.writes],
    }


def _write(write: Write, plain: Plain) -> dict[str, Any]:
    return {
        "variable": write.variable,
        "before": plain(write.before),
        "after": plain(write.after),
        "in_place": write.in_place,
        **where(write.place),
    }
