"""`grade_class()`: grade what is not graded yet, and leave a folder that can be gone on with at any time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.answers import Store
from grader.classroom import keys
from grader.classroom.folder import ClassFolder
from grader.classroom.gradebook import Gradebook, Kept
from grader.classroom.layouts import Found, find
from grader.classroom.likeness import likeness_of_starter
from grader.classroom.model import HandedIn, Order, Student, Task
from grader.classroom.progress import Progress, progress
from grader.classroom.roster import Matched, match, read_roster
from grader.classroom.sharing import WHOLE, Shard
from grader.classroom.summary import write_summary
from grader.domain.assignment import Mode
from grader.domain.verdict import Status
from grader.errors import GraderFault
from grader.grading import catalogue, compiled
from grader.report.language import chosen_language
from grader.sandbox import REQUIRED_LEVEL, Guest
from grader.sandbox.launch import require_forks
from grader.suites import yardstick

if TYPE_CHECKING:
    from grader.classroom.schedulers import Notify, Results, Scheduler

SCHEMA_VERSION: Final = 1
BATCH: Final = 25  # results are taken into the gradebook by so many


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """What a run did. `kept` were finished before, `faults` are ids without a result of their own."""

    total: int
    graded: int
    scored: int
    kept: int
    faults: tuple[str, ...]
    retried: tuple[str, ...]
    missing: tuple[Student, ...]
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Which submissions are graded, beside those that have no result yet."""

    regrade: bool = False
    failed: bool = False


def on_this_machine(order: Order, tasks: Sequence[Task], count: int, notify: Notify) -> Results:
    """See `schedulers.local`."""
    from grader.classroom.schedulers import (
        local,
    )  # performs and draws: only where something is left to do

    return local(order, tasks, count, notify)


def grade_class(
    submissions: Path,
    out: Path,
    assignment: Path,
    *,
    roster: Path | None = None,
    seed: int = 0,
    accept_level: int = REQUIRED_LEVEL,
    language: str = "",
    workers: int = 0,
    choice: Choice = Choice(),
    scheduler: Scheduler = on_this_machine,
    shard: Shard = WHOLE,
    notify: Callable[[str], None] = lambda message: None,
    quiet: bool = True,
) -> ClassSummary:
    """Grade every submission of a folder into `out`.

    What is finished and unchanged is not done again; where only points, tolerance or visibility have
    changed, stored observations are scored without running anybody's code. After SIGKILL at any moment the
    same call goes on. A KeyboardInterrupt ends it with `interrupted` set. Of a `shard`, only its share is graded;
    gradebook, table and page are made when the shares are merged.

    Raises UsageError, AuthoringError, and GraderFault where too little protects, at once or later.
    """
    require_forks()
    asked = compiled(assignment, Store.default(), seed)
    order = Order(asked, seed, accept_level, chosen_language(language, asked.language))
    found = find(submissions, assignment=asked.id, without=out, cases=asked.mode is Mode.CASES)
    matched = match(found.handed_in, read_roster(roster) if roster else ())
    _tell(found, matched, bool(roster), notify)
    folder = ClassFolder(out)
    folder.make()
    share = shard.share(matched.handed_in)
    with folder.locked(shard.lock), Gradebook(folder, kept=shard.whole) as gradebook:
        if shard.whole:
            folder.sweep()
        gradebook.sync(None if shard.whole else {one.id for one in share})
        kept = gradebook.kept()
        tasks = list(_tasks(share, order, folder, kept, choice))
        folder.write_class(_class(order, found, matched, likeness_of_starter(assignment)))
        count = min(workers or os.cpu_count() or 1, max(1, len(tasks)))
        with progress(len(tasks), notify, quiet=quiet) as shown:
            done = _Done([], [], [])
            if tasks:
                _run(scheduler(order, tasks, count, notify), folder, gradebook, shown, done)
        if shard.whole and folder.summary_is_stale():
            write_summary(folder)
    finished = set(done.finished)
    scored = sum(t.observed is not None for t in tasks if t.handed_in.id in finished)
    return ClassSummary(
        total=len(share),
        graded=len(done.finished) - scored,
        scored=scored,
        kept=len(share) - len(tasks),
        faults=tuple(done.faults),
        retried=tuple(done.retried),
        missing=matched.missing,
        interrupted=done.interrupted,
    )


@dataclass
class _Done:
    finished: list[str]
    faults: list[str]
    retried: list[str]
    interrupted: bool = False


def _run(
    results: Results, folder: ClassFolder, gradebook: Gradebook, shown: Progress, done: _Done
) -> None:
    fresh: list[tuple[str, bytes]] = []
    try:
        with closing(results):
            for finished in results:
                folder.write(finished)
                fresh.append((finished.id, finished.files["result"]))
                done.finished.append(finished.id)
                if finished.fault:
                    done.faults.append(finished.id)
                elif finished.retried:
                    done.retried.append(finished.id)
                shown.step(finished.id)
                if len(fresh) >= BATCH:
                    _index(gradebook, fresh)
    except KeyboardInterrupt:
        done.interrupted = True
    finally:
        _index(gradebook, fresh)


def _index(gradebook: Gradebook, fresh: list[tuple[str, bytes]]) -> None:
    gradebook.add((id, json.loads(result)) for id, result in fresh)
    fresh.clear()


def _tasks(
    handed_in: Sequence[HandedIn],
    order: Order,
    folder: ClassFolder,
    kept: dict[str, Kept],
    choice: Choice,
) -> Iterator[Task]:
    """What is left to do, in the order of the class."""
    running, scoring = keys.running_key(order), keys.scoring_key(order)
    observed, reports = folder.sizes("observed"), folder.sizes("report")
    for one in handed_in:
        observed_key = keys.digest(running, keys.content(one))
        key = keys.digest(observed_key, scoring, *map(repr, one.members))
        before = kept.get(one.id)
        attempts: tuple[float, ...] = ()
        stored = None
        if before is not None:
            whole = (observed.get(one.id), reports.get(one.id)) == (
                before.observed_bytes,
                before.report_bytes,
            )
            fault = before.status == Status.GRADER_FAULT or not whole
            again = choice.regrade or (choice.failed and not _well(before))
            if before.key == key and not fault and not again:
                continue
            if before.observed_key == observed_key:
                attempts = tuple(before.attempts)
                if not fault and not again:
                    stored = folder.path("observed", one.id)
            else:
                attempts = (*before.attempts, before.score)
        yield Task(one, key, observed_key, stored, attempts)


def _well(kept: Kept) -> bool:
    return kept.status == Status.GRADED and kept.clean


def _class(order: Order, found: Found, matched: Matched, starter: str) -> dict[str, Any]:
    asked = order.assignment
    return {
        "schema_version": SCHEMA_VERSION,
        "assignment": {"id": asked.id, "title": asked.title, "max_score": _max_score(order)},
        "layout": found.layout,
        "language": order.language,
        "seed": order.seed,
        "submissions": [one.id for one in matched.handed_in],
        "missing": [asdict(student) for student in matched.missing],
        "starter": starter,
    }


def _max_score(order: Order) -> float:
    """Where cases are handed in, it is not the teacher's own that bring points, but what there is to be noticed."""
    asked = order.assignment
    if asked.mode is not Mode.CASES:
        return asked.max_score
    store = Store.default()
    with Guest(accept_level=order.accept_level) as guest:
        return float(len(yardstick(asked, catalogue(store), guest, store)))


def _tell(found: Found, matched: Matched, roster: bool, notify: Callable[[str], None]) -> None:
    notify(f"{len(found.handed_in)} submissions, laid out as: {found.layout}")
    if found.passed_over:
        notify(f"passed over, no submissions: {_few(found.passed_over)}")
    if roster and matched.unknown:
        notify(f"not in the roster: {_few(matched.unknown)}")
    if matched.missing:
        notify(f"handed in nothing: {_few([one.name or one.id for one in matched.missing])}")


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown


def require_faultless(summary: ClassSummary) -> None:
    """Raises GraderFault where somebody has no result."""
    if summary.faults:
        raise GraderFault(
            f"{len(summary.faults)} of {summary.total} could not be graded, by no fault of theirs: "
            f"{_few(summary.faults)}. The same command tries them again"
        )
