"""Is an assignment right, can it see what it should, and is it fair? What `grader check` asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from os import cpu_count
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from grader.answers import Store, answers_for
from grader.authoring import load_assignment
from grader.checking.fairness import fairness
from grader.checking.hiding import hiding, put_better
from grader.checking.model import Checked, Gap, Power, Row, Trial
from grader.checking.power import power, taught
from grader.checking.truth import truth
from grader.checking.verdict import said_of_power
from grader.domain.assignment import Assignment
from grader.domain.transcript import Completed
from grader.errors import AuthoringError, Fault
from grader.grading import catalogue
from grader.predictions import Oracle
from grader.records import replace
from grader.rehearsals import Heard
from grader.sandbox import Guest

MOST_GUESTS: Final = 2

__all__ = ["Checked", "Gap", "Power", "Row", "Trial", "check", "check_all"]


def check(
    path: Path,
    *,
    seed: int = 0,
    guest: Guest | None = None,
    store: Store | None = None,
    tell: Callable[[Checked], None] = lambda checked: None,
) -> Checked:
    """Check one assignment, a folder or its file. See `check_all`."""
    (checked,) = check_all([path], seed=seed, guest=guest, store=store, tell=tell)
    if checked.assignment is None:
        raise AuthoringError(checked.faults)
    return checked


def check_all(
    paths: Sequence[Path],
    *,
    seed: int = 0,
    guest: Guest | None = None,
    store: Store | None = None,
    tell: Callable[[Checked], None] = lambda checked: None,
) -> tuple[Checked, ...]:
    """Check assignments, in their order; `tell` hears of each one as soon as those before it are done.

    Shape and meaning first: a file with such faults is looked at no further. Then truth (literals,
    reference, finite differences and the complex step agree), power (which known misconceptions the cases
    notice) and fairness (starter, solution and wrong solutions earn what they should).
    """
    store = store or Store.default()
    with ExitStack() as stack:
        # Only code of the course's own authors is performed: any level of protection will do.
        guests = [guest or stack.enter_context(Guest(accept_level=0))]
        for _ in range(1, min(MOST_GUESTS, cpu_count() or 1, len(paths))):
            guests.append(stack.enter_context(Guest(accept_level=0)))
        heard: Heard = {}
        checks = [_Check(path, seed, store, heard) for path in paths]
        free: SimpleQueue[Guest] = SimpleQueue()
        for one in guests:
            free.put(one)

        def run(each: _Check) -> Checked:
            used = free.get()
            try:
                return each.run(used)
            finally:
                free.put(used)

        with ThreadPoolExecutor(len(guests)) as pool:
            # The largest first, so that none is left to one core at the end.
            largest_first = sorted(checks, key=lambda each: each.size, reverse=True)
            running = {id(each): pool.submit(run, each) for each in largest_first}
            done = []
            for each in checks:
                done.append(running[id(each)].result())
                tell(done[-1])
    return tuple(done)


class _Check:
    """One assignment on its way through the stages."""

    def __init__(self, path: Path, seed: int, store: Store, heard: Heard) -> None:
        started = time.monotonic()
        self.path = path
        self.store = store
        self.heard = heard
        self.assignment: Assignment | None = None
        self.faults: tuple[Fault, ...] = ()
        try:
            self.assignment = load_assignment(path, seed)
        except AuthoringError as error:
            self.faults = error.faults
        self.seconds = time.monotonic() - started

    @property
    def size(self) -> int:
        return len(self.assignment.cases) if self.assignment else 0

    def run(self, guest: Guest) -> Checked:
        if self.assignment is None:
            return Checked(str(self.path), None, self.faults)
        started = time.monotonic()
        try:
            checked = self._checked(self.assignment, guest)
        except AuthoringError as error:  # what it brings cannot be loaded
            return Checked(str(self.path), None, error.faults)
        return replace(checked, seconds=self.seconds + time.monotonic() - started)

    def _checked(self, assignment: Assignment, guest: Guest) -> Checked:
        answers = answers_for(assignment, guest, self.store)
        found = truth(assignment, answers, guest, self.store)
        checked = Checked(
            str(self.path),
            assignment,
            found.faults,
            found.warnings,
            found.witnessed,
            found.analytic,
        )
        # What the reference cannot perform says nothing about mistakes.
        if not all(isinstance(answer.ending, Completed) for answer in answers.values()):
            return checked
        entries = catalogue(self.store)
        oracle = Oracle(
            assignment, answers, entries, guest, self.store, helped=False, heard=self.heard
        )
        with oracle.rehearsals.kept_once():
            return self._with_power(checked, oracle, guest)

    def _with_power(self, checked: Checked, oracle: Oracle, guest: Guest) -> Checked:
        asked = taught(oracle.assignment, oracle.catalogue.values())
        oracle.forecast(asked)
        oracle.forecast_orders(asked)
        matrix, noticed = power(oracle, guest)
        warnings = [*checked.warnings, *said_of_power(oracle.assignment, matrix)]
        if (other := put_better(oracle, guest)) is not None:
            entries = [oracle.catalogue[id] for id in noticed]
            with other.rehearsals.kept_once():
                other.forecast(entries)
                other.forecast_orders(entries)
                better = {each.id: other.sightings(each) for each in entries}
            warnings += hiding(oracle.assignment, noticed, better)
        fair = fairness(oracle, _folder(self.path), guest)
        return replace(
            checked,
            faults=(*checked.faults, *fair.faults),
            warnings=tuple(warnings),
            power=matrix,
            trials=fair.trials,
        )


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
