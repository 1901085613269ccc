"""The backward pass step by step, as the page shows it: the submission's order beside one that works."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Final

from grader.domain.assignment import Tolerance
from grader.domain.diagnosis import Place
from grader.domain.film import Film, Step, Write
from grader.domain.transcript import Completed, Crashed, Missing
from grader.records import dataclass
from grader.report import numbers
from grader.report.differences import agree
from grader.report.language import say, say_count
from grader.report.model import CaseReport, SubmissionReport
from grader.report.source import Reference, reference
from grader.report.spelling import Spelling
from grader.report.words import listed

MAX_STEPS: Final = 40


@dataclass(frozen=True, slots=True)
class WritePart:
    """`x.grad 8 → 8`, and the line that wrote it."""

    text: str
    note: str
    place: Reference | None


@dataclass(frozen=True, slots=True)
class StepPart:
    """One step: what is walked back, what it was handed, what was written. `marks` name nodes of the picture."""

    function: str
    remark: str
    writes: tuple[WritePart, ...]
    place: Reference | None
    marks: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The same step of both films. `parts` says how they differ here, for the first time."""

    number: int
    yours: StepPart | None
    right: StepPart | None
    parts: str


@dataclass(frozen=True, slots=True)
class FilmPart:
    pairs: tuple[Pair, ...]
    has_right: bool
    more: str
    remarks: tuple[str, ...]


def film_part(submission: SubmissionReport, report: CaseReport) -> FilmPart | None:
    """Both films side by side; None where the submission's was not recorded or shows nothing."""
    film, right = report.film, report.right_film
    if film is None or not film.steps:
        return None
    tolerance = report.case.tolerance
    pairs = list(zip_longest(_telling(film, tolerance), _telling(right, tolerance)))
    said = {
        node.targets: " ".join(Spelling().lines(node))
        for node in report.case.program.applications()
    }
    apart = next(
        (n for n, (one, other) in enumerate(pairs) if right and not _same(one, other, tolerance)),
        -1,
    )
    return FilmPart(
        tuple(
            Pair(
                number + 1,
                _step(one, said, submission, first=not number),
                _step(other, said, first=not number),
                _parts(one, report) if number == apart else "",
            )
            for number, (one, other) in enumerate(pairs[:MAX_STEPS])
        ),
        right is not None,
        say_count("film.more", len(pairs) - MAX_STEPS) if len(pairs) > MAX_STEPS else "",
        tuple(_remarks(film, crashed=isinstance(report.observed.ending, Crashed))),
    )


def places(film: Film | None) -> tuple[Place, ...]:
    """The lines of the submission that a film names, in its order."""
    steps = film.steps[:MAX_STEPS] if film else ()
    found = (place for step in steps for place in (step.place, *(w.place for w in step.writes)))
    return tuple(place for place in found if place)


def place_of_fault(report: CaseReport) -> Place | None:
    """The line of the submission at which it first goes wrong, as far as that is known."""
    known = report.divergence.place if report.divergence else None
    return known or parting(report)


def parting(report: CaseReport) -> Place | None:
    """The line of the submission at which its film first differs from the right one."""
    film, right = report.film, report.right_film
    if film is None or right is None or not film.agrees:
        return None
    tolerance = report.case.tolerance
    for one, other in zip_longest(_telling(film, tolerance), _telling(right, tolerance)):
        if one is not None and not _same(one, other, tolerance):
            written = (write.place for write in one.writes if write.place)
            return next(written, one.place)
    return None


def _telling(film: Film | None, tolerance: Tolerance) -> list[Step]:
    """The steps of a film, but for what is only put away after the last function."""
    steps = list(film.steps if film else ())
    held = {write.variable: write.after for step in steps for write in step.writes if step.function}
    seed = {write.variable for write in steps[0].writes} - held.keys() if steps else set()

    def put_away(write: Write) -> bool:
        if write.variable in seed and isinstance(write.after, Missing):
            return True
        return agree(held.get(write.variable), write.after, tolerance)

    while len(steps) > 1 and not steps[-1].function and all(map(put_away, steps[-1].writes)):
        steps.pop()
    return steps


def _parts(yours: Step | None, report: CaseReport) -> str:
    stopped = yours is None and not isinstance(report.observed.ending, Completed)
    return say("film.stopped") if stopped else say("film.parts")


def _remarks(film: Film, *, crashed: bool) -> list[str]:
    agreeing = () if film.agrees else (say("film.disagrees"),)
    # Where the code stopped before it asked any function, there was none to be seen.
    unseen = (key for key in film.unseen if not crashed or key != "film.unseen.functions")
    return [*agreeing, *map(say, unseen)]


def _same(one: Step | None, other: Step | None, tolerance: Tolerance) -> bool:
    """Whether two steps ask the same function, hand it the same, and leave the same gradients."""
    if one is None or other is None:
        return False
    if (one.function, one.targets) != (other.function, other.targets):
        return False
    handed = zip_longest(one.upstream, other.upstream)
    written = zip_longest(_left(one), _left(other))
    return all(agree(left, right, tolerance) for left, right in handed) and all(
        left is not None
        and right is not None
        and left.variable == right.variable
        and agree(left.after, right.after, tolerance)
        for left, right in written
    )


def _left(step: Step) -> list[Write]:
    """What a step leaves in the variables of the program: the last write of each, by name."""
    last = {write.variable: write for write in step.writes if write.variable}
    return [last[name] for name in sorted(last)]


def _step(
    step: Step | None,
    statements: Mapping[tuple[str, ...], str],
    submission: SubmissionReport | None = None,
    *,
    first: bool,
) -> StepPart | None:
    """`statements` are those of the program, by what they compute. Lines are named of a submission only."""
    if step is None:
        return None
    writes = [_write(write, submission) for write in step.writes]
    if submission is None:  # two places in which the same is kept are of no interest there
        writes = list(dict.fromkeys(writes))
    return StepPart(
        statements.get(step.targets, step.function) if step.function else "",
        _remark(step, first=first),
        tuple(writes),
        reference(submission, step.place) if submission and step.place else None,
        " ".join(
            (
                *(f"f-{target}" for target in step.targets[:1]),
                *dict.fromkeys(f"v-{write.variable}" for write in step.writes if write.variable),
            )
        ),
    )


def _remark(step: Step, *, first: bool) -> str:
    if not step.function:
        return say("film.seed" if first else "film.rest")
    handed = listed(map(numbers.observation, step.upstream))
    return say("film.upstream", upstream=handed) if handed else ""


def _write(write: Write, submission: SubmissionReport | None) -> WritePart:
    return WritePart(
        say(
            "film.write",
            name=write.variable or say("film.unnamed"),
            before=numbers.observation(write.before),
            after=numbers.observation(write.after),
        ),
        say("film.in_place") if write.in_place else "",
        reference(submission, write.place) if submission and write.place else None,
    )
