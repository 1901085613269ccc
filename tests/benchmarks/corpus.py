"""How the hand-written submissions are diagnosed: named exactly, an alternative, unknown, or wrongly.

    python -m tests.benchmarks.corpus [part of a folder's name]

What it costs to name them: `python -m tests.benchmarks.cost`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import yaml

import grader
from grader.answers import Store
from grader.sandbox import Guest

TESTS = Path(__file__).parents[1]
ASSIGNMENTS = TESTS.parent / "assignments"


def main() -> None:
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    tally: Counter[str] = Counter()
    styles: defaultdict[str, int] = defaultdict(int)
    store = Store.default()
    with Guest(accept_level=0) as guest:
        for file in sorted((TESTS / "submissions").glob(f"*{part}*/expect.yaml")):
            expected = yaml.safe_load(file.read_text(encoding="utf-8"))
            due = expected.get("diagnosis", "")
            if not due or expected["status"] != "graded":
                continue
            assignment = ASSIGNMENTS / expected["assignment"]
            report = grader.grade(file.parent / "submission", assignment, guest=guest, store=store)
            named = [diagnosis.id for diagnosis in report.diagnoses]
            others = {name for diagnosis in report.diagnoses for name in diagnosis.alternatives}
            word = judged(due, named, others)
            tally[word] += 1
            styles[due] += due != "none"
            if word not in ("named", "right, and nothing said"):
                print(f"  {file.parent.name}: {word}: {named} {sorted(others)}", flush=True)
    wrong = sum(tally.values()) - tally["right, and nothing said"]
    for word, count in tally.most_common():
        print(f"{word}: {count}" + (f" ({count / wrong:.1%})" if "right" not in word else ""))
    print(
        f"{sum(count >= 3 for count in styles.values())} misconceptions in at least 3 submissions"
    )


def judged(due: str, named: list[str], others: set[str]) -> str:
    if due == "none":
        return "RIGHT, AND DIAGNOSED" if named else "right, and nothing said"
    if named == [due]:
        return "named"
    if not named:
        return "unknown"
    return "an alternative" if due in (*named, *others) else "WRONG"


if __name__ == "__main__":
    main()
