"""What was found, for a terminal: faults and warnings where they stand, then a summary of the assignment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grader.authoring import render_faults
from grader.checking.model import Checked, Gap, Power, Trial
from grader.domain.vocabulary import CONCEPTS

MARGIN: Final = 11
MOST_NAMED: Final = 6


def complaints(checked: Checked) -> str:
    """Errors and warnings with their lines, or nothing."""
    every = (*checked.faults, *checked.warnings)
    return render_faults(every) if every else ""


def summary(checked: Checked, *, verbose: bool = False) -> str:
    """Truth, power and fairness in a few lines; with `verbose`, who notices what."""
    return "\n".join(_lines(checked, verbose))


def proposals(checked: Checked) -> str:
    """The cases that would close the gaps, as YAML ready to paste, or nothing."""
    gaps = closing(checked)
    if not gaps:
        return ""
    return "# paste under `cases:`, or let `grader check --fix` do it\n" + "\n".join(
        f"{gap.text}" for gap in gaps
    )


def closing(checked: Checked) -> tuple[Gap, ...]:
    """One gap for each graph: the same graph may close several."""
    found = (
        {} if checked.power is None else {gap.case.program: gap for gap in checked.power.gaps[::-1]}
    )
    return tuple(found.values())[::-1]


def _lines(checked: Checked, verbose: bool) -> Iterator[str]:
    assignment = checked.assignment
    if assignment is None:
        yield f"{checked.path}: cannot be read as an assignment"
        return
    yield (
        f"{checked.path}: {len(assignment.cases)} cases, {assignment.max_score:g} points"
        f"{_faulty(checked)}   ({checked.seconds:.1f} s)"
    )
    confirmed = f"{checked.witnessed} gradients confirmed by finite differences"
    exact = f", {checked.analytic} by the complex step" if checked.analytic else ""
    yield _entry("truth", confirmed + exact)
    if checked.power is not None:
        yield from _power(checked.power, verbose)
    if checked.trials:
        yield _entry("fairness", ", ".join(_fair(checked)))


def counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count != 1 else ''}"


def _faulty(checked: Checked) -> str:
    return f", {counted(len(checked.faults), 'error')}" if checked.faults else ""


def _power(power: Power, verbose: bool) -> Iterator[str]:
    yield _entry("power", f"{power.caught} of {len(power.rows)} misconceptions noticed")
    for concept in CONCEPTS:
        rows = [row for row in power.rows if row.entry.concept == concept]
        if not rows:
            continue
        missed = [row.entry.id for row in rows if row.gaps]
        yield _entry(
            "",
            f"{concept:<12} {len(rows) - len(missed):>2} of {len(rows)}"
            + (f"   missed: {', '.join(missed)}" if missed else ""),
        )
        for row in rows if verbose else ():
            by = f"notices {_named(row.caught_by)}" if row.caught_by else "nobody notices"
            yield _entry("", f"  {row.entry.code} {row.entry.id}: {by.removeprefix('notices ')}")
    for tie in power.ties if verbose else ():
        yield _entry("", f"not told apart: {', '.join(tie.misconceptions)}")
    if power.silent and verbose:
        yield _entry("", f"notice nothing known: {', '.join(power.silent)}")
    if power.spare and verbose:
        yield _entry("", f"notice nothing that others do not: {', '.join(power.spare)}")


def _fair(checked: Checked) -> Iterator[str]:
    for kind in ("starter", "solution"):
        for trial in _of(checked, kind):
            yield f"{kind} {trial.score:g} of {trial.max_score:g}"
    if wrong := _of(checked, "wrong"):
        bad = {fault.file for fault in checked.faults if fault.code in ("YS703", "YS704")}
        good = len(wrong) - len(bad)
        yield f"{good} of {len(wrong)} wrong solutions fail and are told what they should"


def _of(checked: Checked, kind: str) -> tuple[Trial, ...]:
    return tuple(trial for trial in checked.trials if trial.kind == kind)


def _named(ids: tuple[str, ...]) -> str:
    more = len(ids) - MOST_NAMED
    return ", ".join(ids[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _entry(label: str, text: str) -> str:
    return f"  {label:<{MARGIN - 2}}{text}"
