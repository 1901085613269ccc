"""Where a gradient comes from, as the page shows it."""

from __future__ import annotations

import math
from typing import Final

from grader.records import dataclass, replace
from grader.report import numbers
from grader.report.copies import copied, lacks_only_the_sum
from grader.report.differences import agree
from grader.report.flag import flag
from grader.report.language import say, say_count
from grader.report.model import CaseReport
from grader.report.paths import Hop, Origin, Path, origin
from grader.report.words import listed

PORTS: Final = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path: its stations (a variable, and the function behind it), its factors, what it brings.

    `lost` says that the submission's number is without it.
    """

    number: int
    stations: tuple[tuple[str, str], ...]
    factors: str
    brings: str
    lost: bool


@dataclass(frozen=True, slots=True)
class PathsPart:
    title: str
    intro: str
    heading: str
    rows: tuple[PathRow, ...]
    total: str
    yours: str
    remark: str


def paths_part(report: CaseReport) -> PathsPart | None:
    """Of the first wrong variable; None where a value is wrong already, or no gradient is."""
    names = (*flag(report).variables, *report.verdict.first_divergent)
    name = names[0] if names else ""
    value, due = report.observed.primal(name), report.expected.primal(name)
    if value is None or due is None or not agree(value, due, report.case.tolerance):
        return None
    found = origin(report, name)
    if found is None or agree(found.observed, found.expected, report.case.tolerance):
        return None
    return _of_copies(report, found) or paths_of(found)


def _of_copies(report: CaseReport, found: Origin) -> PathsPart | None:
    """Where the variable was broadcast, and what came back lacks nothing but the sum over the copies."""
    use = copied(report, found.name)
    if use is None or not lacks_only_the_sum(report, found.observed, found.expected):
        return None
    expected = numbers.observation(found.expected)
    observed = numbers.observation(found.observed)
    return replace(
        paths_of(replace(found, rows=())),
        intro=say(
            "paths.copied",
            name=found.name,
            small=numbers.shape(use.small),
            target=use.target,
            function=use.function,
            large=numbers.shape(use.large),
            expected=expected,
        ),
        remark=say("paths.copied.unsummed", observed=observed, expected=expected),
    )


def paths_of(found: Origin) -> PathsPart:
    """Where one gradient comes from, in words and numbers."""
    expected = numbers.observation(found.expected)
    key = "paths.uses.intro" if found.uses else "paths.intro" if found.rows else "paths.arrays"
    return PathsPart(
        title=say("paths.title", name=found.name),
        intro=say(key, output=found.output, name=found.name, count=found.count, expected=expected),
        heading=say("paths.use" if found.uses else "paths.path"),
        rows=tuple(_row(row, number) for number, row in enumerate(found.rows, 1)),
        total=_total(found, expected),
        yours=numbers.observation(found.observed),
        remark=_remark(found),
    )


def _row(path: Path, number: int) -> PathRow:
    stations = [(path.hops[0].target, _back(path.hops[0]))]
    stations += [(hop.target, _back(hop)) for hop in path.hops[1:]]
    return PathRow(
        number,
        (*stations, (path.hops[-1].operand, "")),
        _factors(path),
        numbers.number(path.brings),
        path.arrived is False,
    )


def _back(hop: Hop) -> str:
    """The function, and by which of its inputs it is left."""
    return f"{hop.function} {PORTS[hop.position]}" if hop.positions > 1 else hop.function


def _factors(path: Path) -> str:
    """`1 × 2·a = 8 × ...`: each factor as it is written, and its value where that says more."""
    factors = [_factor(hop) for hop in path.hops]
    if not math.isclose(path.seed, 1.0):
        factors.insert(0, numbers.number(path.seed))
    return " × ".join(factors)


def _factor(hop: Hop) -> str:
    value = numbers.number(hop.factor)
    return value if hop.rule.replace("−", "-") == value else f"({hop.rule} = {value})"


def _total(found: Origin, expected: str) -> str:
    if len(found.rows) < 2:
        return expected
    terms = [numbers.number(row.brings) for row in found.rows]
    return f"{' + '.join(f'({term})' if term[0] == '-' else term for term in terms)} = {expected}"


def _remark(found: Origin) -> str:
    lost = [str(number) for number, row in enumerate(found.rows, 1) if row.arrived is False]
    observed = numbers.observation(found.observed)
    if lost:
        return say("paths.without", observed=observed, lost=listed(lost))
    if found.kept:
        return say_count("paths.kept", found.kept, observed=observed, total=len(found.rows))
    return ""
