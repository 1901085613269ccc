"""How small failing graphs become: random graphs of about ten functions, on the reference with one known mistake.

python -m tests.benchmarks.shrinking [graphs] [seed]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from random import Random
from statistics import median

from grader.answers import Store, reference_submission
from grader.domain.program import Program
from grader.domain.submission import Submission
from grader.domain.writing import graph_text
from grader.experiments import Laboratory, alike
from grader.generating.random_graphs import Wanted, random_graphs
from grader.grading import catalogue
from grader.judging.shrink import shrink
from grader.predictions import mutant
from grader.sandbox import Guest

FUNCTIONS = (
    "add", "sub", "mul", "div", "neg", "square", "exp", "log", "sin", "cos", "tanh", "pow",
)  # fmt: skip
PER_MISTAKE = 6


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    rng = Random(seed)
    entries = [
        entry
        for entry in catalogue(Store(None))
        if not entry.convention and set(entry.applies_to or FUNCTIONS) & set(FUNCTIONS)
    ]
    sizes: list[int] = []
    asked: list[int] = []
    spent: list[float] = []
    names: Counter[str] = Counter()
    with Guest(accept_level=0) as guest:
        laboratory = Laboratory(guest, Store(None))
        right = reference_submission()
        for number in range(20 * count):
            if len(sizes) == count:
                break
            entry = rng.choice(entries)
            changed = mutant([entry])
            drawn = random_graphs(Wanted(FUNCTIONS, (8, 12)), PER_MISTAKE, f"{seed}:{number}")
            start = failing(laboratory, right, changed, tuple(drawn)) if changed else None
            if start is None or changed is None:
                continue
            judge = Judge(laboratory, right, changed, start)
            began = time.process_time()
            found = shrink(start, judge.keeps, functions=FUNCTIONS)
            spent.append(time.process_time() - began)
            sizes.append(len(list(found.applications())))
            asked.append(judge.asked)
            names[entry.id] += 1
            if sizes[-1] > 3:
                print(f"  {entry.id}: {sizes[-1]}: {graph_text(found)!r}", flush=True)
    sizes.sort()
    print(
        f"{len(sizes)} failing graphs of {len(names)} mistakes, seed {seed}: median "
        f"{median(sizes):g} functions, 95 % at most {sizes[int(0.95 * len(sizes))]}, largest {sizes[-1]}; "
        f"median {median(asked):g} programs performed (at most {max(asked)}), "
        f"{1e3 * median(spent):.0f} ms CPU"
    )


class Judge:
    """Says of candidates whether the changed reference still answers otherwise, and ends in the same way."""

    def __init__(
        self, laboratory: Laboratory, right: Submission, changed: Submission, start: Program
    ) -> None:
        self.laboratory = laboratory
        self.right = right
        self.changed = changed
        self.asked = 0
        self.ending = type(laboratory.perform(changed, [start])[0].ending)

    def keeps(self, programs: Sequence[Program]) -> list[bool]:
        self.asked += len(programs)
        due = self.laboratory.perform(self.right, programs)
        found = self.laboratory.perform(self.changed, programs)
        return [
            not alike(program, left, right) and type(right.ending) is self.ending
            for program, left, right in zip(programs, due, found, strict=True)
        ]


def failing(
    laboratory: Laboratory, right: Submission, changed: Submission, programs: Sequence[Program]
) -> Program | None:
    """The first of some programs that the changed reference answers otherwise."""
    differs = laboratory.differs(programs, right, changed) if programs else ()
    return next((p for p, other in zip(programs, differs, strict=True) if other), None)


if __name__ == "__main__":
    main()
