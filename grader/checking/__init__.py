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
        first = guest or stack.enter_context(Guest(accept_level=0))
        checks = [_Check(path, seed, first, store) for path in paths]
        count = min(MOST_GUESTS, cpu_count() or 1, len(paths))
        guests = [first] + [stack.enter_context(Guest(accept_level=0)) for _ in range(count - 1)]
        free: SimpleQueue[Guest] = SimpleQueue()
        for one in guests:
            free.put(one)

        def run(each: _Check) -> Checked:
            used = free.get()
            try:
                return each.run(used)
            finally:
                free.put(used)

        done = []
        with ThreadPoolExecutor(len(guests)) as pool:
            for checked in pool.map(run, checks):
                tell(checked)
                done.append(checked)
    return tuple(done)


class _Check:
    """One assignment on its way through the stages."""

    def __init__(self, path: Path, seed: int, guest: Guest, store: Store) -> None:
        self.path = path
        started = time.monotonic()
        self.assignment: Assignment | None = None
        self.oracle: Oracle | None = None
        self.better: Oracle | None = None
        self.faults: tuple[Fault, ...] = ()
        try:
            self.assignment = load_assignment(path, seed)
            answers = answers_for(self.assignment, guest, store)
        except AuthoringError as error:
            self.assignment, self.faults = None, error.faults
            return
        oracle = Oracle(self.assignment, answers, catalogue(store), guest, store, helped=False)
        # What the reference cannot perform says nothing about mistakes.
        if all(isinstance(answer.ending, Completed) for answer in answers.values()):
            self.oracle = oracle
            self.better = put_better(oracle, guest)
        self.truth = truth(self.assignment, answers, guest, store)
        self.seconds = time.monotonic() - started

    def run(self, guest: Guest) -> Checked:
        if self.assignment is None:
            return Checked(str(self.path), None, self.faults)
        started, found = time.monotonic(), self.truth
        checked = Checked(
            str(self.path),
            self.assignment,
            found.faults,
            found.warnings,
            found.witnessed,
            found.analytic,
        )
        if self.oracle is not None:
            oracle = self.oracle.speaking_to(guest)
            with oracle.rehearsals.kept_once():
                checked = self._with_power(checked, oracle, guest)
        return replace(checked, seconds=self.seconds + time.monotonic() - started)

    def _with_power(self, checked: Checked, oracle: Oracle, guest: Guest) -> Checked:
        asked = taught(oracle.assignment, oracle.catalogue.values())
        oracle.forecast(asked)
        oracle.forecast_orders(asked)
        matrix, noticed = power(oracle, guest)
        warnings = [*checked.warnings, *said_of_power(oracle.assignment, matrix)]
        if self.better is not None:
            entries = [oracle.catalogue[id] for id in noticed]
            other = self.better.speaking_to(guest)
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
