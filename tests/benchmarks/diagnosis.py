"""How well mistakes are named: every entry of the catalogue alone, and random pairs of compatible entries.

    python -m tests.benchmarks.diagnosis [--pairs 200] [--seed 1] [--singles]

The changed reference takes the place of a submission. The cases are those of all assignments for `Variable` and
`Function` together. What no case notices is counted apart: there is nothing to diagnose. Graphs that decide
are performed, the smallest that show a mistake are not looked for.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from random import Random

from grader.answers import Store, answers_for
from grader.authoring import load_assignment
from grader.diagnosing import diagnose, suspect
from grader.domain.assignment import Assignment
from grader.domain.diagnosis import Diagnosis
from grader.domain.misconception import Misconception
from grader.domain.observed import Experiment
from grader.domain.transcript import Transcript
from grader.grading import catalogue
from grader.inquiring import Inquiry
from grader.predictions import Oracle, mutant
from grader.sandbox import Guest

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
PAIRS = 200


@dataclass(frozen=True)
class Bench:
    guest: Guest
    assignment: Assignment
    answers: dict[str, Transcript]
    oracle: Oracle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--singles", action="store_true", help="every entry alone, too")
    options = parser.parse_args()
    store = Store.default()
    with Guest(accept_level=0) as guest:
        assignment = everything()
        answers = dict(answers_for(assignment, guest, store))
        oracle = Oracle(assignment, answers, catalogue(store), guest, store)
        bench = Bench(guest, assignment, answers, oracle)
        known = [entry for entry in catalogue(store) if not entry.convention]
        print(
            f"{len(assignment.cases)} cases, {len(known)} entries, seed {options.seed}", flush=True
        )
        if options.singles:
            report("singles", bench, ((entry,) for entry in known))
        if options.pairs:
            report("pairs", bench, drawn(known, bench, options.pairs, Random(options.seed)))


def everything() -> Assignment:
    """The cases of all assignments of one dialect, each once."""
    cases = {}
    for file in sorted(ASSIGNMENTS.glob("*/assignment.yaml")):
        found = load_assignment(file)
        if found.dialect == "variable-function":
            cases |= {case.id: replace(case, needs=()) for case in found.cases}
            first = found
    return replace(first, id="everything", cases=tuple(cases.values()))


def drawn(
    known: list[Misconception], bench: Bench, count: int, rng: Random
) -> Iterator[tuple[Misconception, ...]]:
    """Random pairs whose edits leave each other room, and of which both show."""
    shows = {
        entry.id
        for entry in known
        if entry.combinable
        and (found := bench.oracle.predict((entry.id,))) is not None
        and found.departures
    }
    able = list(combinations([e for e in known if e.id in shows], 2))
    rng.shuffle(able)
    compatible = (pair for pair in able if mutant(pair) is not None and both_show(bench, pair))
    for _, pair in zip(range(count), compatible, strict=False):
        yield pair


def both_show(bench: Bench, pair: tuple[Misconception, ...]) -> bool:
    """Whether two mistakes together answer otherwise than either alone: one may hide the other."""
    together = bench.oracle.predict(tuple(entry.id for entry in pair))
    alone = [bench.oracle.predict((entry.id,)) for entry in pair]
    return together is not None and all(
        one is not None and one.departures != together.departures for one in alone
    )


def report(what: str, bench: Bench, sets: Iterable[tuple[Misconception, ...]]) -> None:
    tally: Counter[str] = Counter()
    spent = []
    for entries in sets:
        started = time.process_time()
        word, named = judged(bench, entries)
        spent.append(time.process_time() - started)
        tally[word] += 1
        if word not in ("named", "not noticed"):
            ids = " and ".join(entry.id for entry in entries)
            print(f"  {len(spent)}. {ids}: {word}: {named}", flush=True)
        if len(spent) % 20 == 0:
            print(f"  of {len(spent)}: {dict(tally)}", flush=True)
    noticed = sum(tally.values()) - tally["not noticed"]
    shares = ", ".join(f"{word} {n} ({n / noticed:.1%})" for word, n in tally.most_common())
    print(f"{what}: {noticed} noticed: {shares}; {1e3 * sum(spent) / len(spent):.0f} ms CPU each")


def judged(bench: Bench, entries: tuple[Misconception, ...]) -> tuple[str, str]:
    ids = tuple(entry.id for entry in entries)
    together = bench.oracle.predict(ids)
    changed = bench.oracle.implementation(ids)
    assert together is not None
    assert changed is not None
    if not together.departures:
        return "not noticed", ""
    observed = bench.answers | {one.case: one.transcript for one in together.departures}
    suspicion = suspect(bench.assignment, observed, bench.answers, bench.oracle)
    experiments: tuple[Experiment, ...] = ()
    if suspicion is not None:
        inquiry = Inquiry(changed, bench.assignment, bench.oracle, bench.guest)
        experiments = tuple(inquiry.deciding(suspicion))
    found = diagnose(bench.assignment, observed, bench.answers, bench.oracle, experiments)
    return verdict(set(ids), found), "; ".join(f"{d.id} (or {d.alternatives})" for d in found)


def verdict(ids: set[str], found: tuple[Diagnosis, ...]) -> str:
    names = {diagnosis.id for diagnosis in found}
    if names == ids:
        return "named"
    others = {name for d in found for text in d.alternatives for name in text.split(" and ")}
    if not found:
        return "unknown"
    if ids <= names | others:
        return "an alternative"
    return "one of two" if names < ids else "WRONG"


if __name__ == "__main__":
    main()
