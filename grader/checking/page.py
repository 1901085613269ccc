"""The matrix of misconceptions and cases as one HTML file that opens from disk: no network, no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from grader.checking.model import Checked, Power, Trial
from grader.checking.text import closing, counted
from grader.domain.safe_text import safe, safe_line
from grader.domain.vocabulary import CONCEPTS
from grader.errors import Fault
from grader.records import dataclass
from grader.report.html import environment
from grader.version import __version__


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    title: str
    missed: bool
    cells: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    concept: str
    tally: str
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class _Complaint:
    code: str
    message: str
    place: str
    help: str
    tone: str
    sign: str


@dataclass(frozen=True, slots=True)
class _Trial:
    name: str
    points: str
    fails: str
    told: str


@dataclass(frozen=True, slots=True)
class _Part:
    anchor: str
    title: str
    tally: str
    lines: tuple[str, ...]
    complaints: tuple[_Complaint, ...]
    cases: tuple[str, ...]
    groups: tuple[_Group, ...]
    notes: tuple[str, ...]
    proposals: str
    trials: tuple[_Trial, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    title: str
    parts: tuple[_Part, ...]
    version: str = __version__


def render(checks: Sequence[Checked]) -> str:
    """The page. The same checks give the same bytes: no time and no duration is in it."""
    text = files("grader.checking").joinpath("templates", "matrix.html").read_text("utf-8")
    parts = tuple(_part(number, checked) for number, checked in enumerate(checks, 1))
    title = parts[0].title if len(parts) == 1 else "What the cases can see"
    return environment(None).from_string(text).render(page=_Page(title, parts))


def _part(number: int, checked: Checked) -> _Part:
    assignment, power = checked.assignment, checked.power
    return _Part(
        anchor=f"assignment-{number}",
        title=safe_line(assignment.title if assignment else checked.path),
        tally=_tally(checked),
        lines=tuple(_lines(checked)),
        complaints=tuple(map(_complaint, (*checked.faults, *checked.warnings))),
        cases=tuple(case.id for case in assignment.cases) if assignment else (),
        groups=_groups(checked, power) if power else (),
        notes=tuple(_notes(power)) if power else (),
        proposals=safe("\n".join(gap.text for gap in closing(checked)), 100_000),
        trials=tuple(map(_trial, checked.trials)),
    )


def _tally(checked: Checked) -> str:
    if checked.power is None:
        return counted(len(checked.faults), "error")
    return f"{checked.power.caught} of {len(checked.power.rows)} misconceptions noticed"


def _lines(checked: Checked) -> Iterator[str]:
    if checked.assignment is not None:
        cases = counted(len(checked.assignment.cases), "case")
        yield f"{cases}, {checked.assignment.max_score:g} points"
        yield (
            f"{counted(checked.witnessed, 'gradient')} confirmed by finite differences, "
            f"{checked.analytic} by the complex step"
        )


def _complaint(fault: Fault) -> _Complaint:
    bad = fault.severity == "error"
    return _Complaint(
        fault.code,
        safe_line(fault.message),
        safe_line(fault.place),
        safe_line(fault.help),
        "bad" if bad else "wait",
        "✗" if bad else "!",
    )


def _groups(checked: Checked, power: Power) -> tuple[_Group, ...]:
    assert checked.assignment is not None
    ids = [case.id for case in checked.assignment.cases]
    found = []
    for concept in CONCEPTS:
        rows = [row for row in power.rows if row.entry.concept == concept]
        seen = sum(not row.gaps for row in rows)
        if rows:
            made = tuple(
                _Row(
                    row.entry.id,
                    f"{row.entry.code}: {row.entry.title}",
                    bool(row.gaps),
                    tuple(id in row.caught_by for id in ids),
                )
                for row in rows
            )
            found.append(_Group(concept, f"{seen} of {len(rows)}", made))
    return tuple(found)


def _notes(power: Power) -> Iterator[str]:
    for tie in power.ties:
        yield f"Not told apart by any case: {', '.join(tie.misconceptions)}; {tie.graph} would."
    if power.silent:
        yield f"Notice nothing that is known: {', '.join(power.silent)}."
    if power.spare:
        yield f"Notice nothing that others do not: {', '.join(power.spare)}."


def _trial(trial: Trial) -> _Trial:
    return _Trial(
        safe_line(trial.name),
        f"{trial.score:g} of {trial.max_score:g}",
        ", ".join(trial.failed),
        ", ".join(trial.diagnoses),
    )
