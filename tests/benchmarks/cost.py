"""What naming a mistake costs: processor time of grading a failing submission with a diagnosis and without.

    python -m tests.benchmarks.cost [rounds]

Both in turn, in one process with one guest, once the predictions are kept: what is counted is this process and
the guest with all its children, and what is added is the median of the rounds' differences. Without a diagnosis
there are verdicts, films and slopes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from statistics import median

from grader.answers import Store, answers_for
from grader.grading import catalogue, compiled, observe_at
from grader.predictions import Oracle
from grader.sandbox import Guest
from grader.scoring import score

TESTS = Path(__file__).parents[1]
BACKPROP = TESTS.parent / "assignments" / "backprop"
NAMES = (
    "overwrite_book", "stack_learner_draft", "generation_min", "first_wins_slots", "seed_zero", "mul_swapped",
    "inplace_alias_book", "queue_no_seen", "two_mistakes", "overwrite_in_add_only", "nan_rule",
)  # fmt: skip
ROUNDS = 9
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    store = Store.default()
    added, ratios = [], []
    with Guest(accept_level=0) as guest:
        for name in NAMES:
            runs = [partial(graded, name, guest, store, diagnosed=d) for d in (False, True)]
            runs[True]()  # learns
            taken = [[spent(run, guest) for run in runs] for _ in range(rounds)]
            without, diagnosed = (median(column) for column in zip(*taken, strict=True))
            added.append(median(after - before for before, after in taken))
            ratios.append(1 + added[-1] / without)
            print(
                f"{name}: {1e3 * without:.0f} ms without, {1e3 * diagnosed:.0f} ms with a diagnosis: "
                f"{1e3 * added[-1]:.0f} ms more, {ratios[-1]:.2f} times",
                flush=True,
            )
    print(
        f"a diagnosis adds {1e3 * median(added):.0f} ms of processor time (median; at most "
        f"{1e3 * max(added):.0f}), {median(ratios):.2f} times the run without it (at most {max(ratios):.2f})"
    )


def graded(name: str, guest: Guest, store: Store, *, diagnosed: bool) -> object:
    """What `grade()` does, with an oracle to ask or without."""
    asked = compiled(BACKPROP, store, 0)
    answers = answers_for(asked, guest, store)
    oracle = cache(lambda: Oracle(asked, answers, catalogue(store), guest, store))
    submission = TESTS / "submissions" / name / "submission"
    observed = observe_at(submission, asked, answers, guest, oracle=oracle if diagnosed else None)
    return score(observed, asked, answers, oracle if diagnosed else None)


def spent(run: Callable[[], object], guest: Guest) -> float:
    """Seconds of processor time, of this process and of the guest with what it has buried."""
    before = time.process_time() + _of_guest(guest)
    run()
    return time.process_time() + _of_guest(guest) - before


def _of_guest(guest: Guest) -> float:
    """Of the runner, which is a session of its own, and of the children that it has waited for."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            if int(fields[3]) == guest._started.process.pid:
                ticks += sum(map(int, fields[11:15]))
    return ticks / TICK


if __name__ == "__main__":
    main()
