"""`grader run` on one submission against `python -c "import numpy"`: ratios of wall and processor time.

    python -m tests.benchmarks.run

Both are started anew each time, in turn; medians are compared. The first run makes the answers; in the others
they are kept. Results and page are written each time.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
ROUNDS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        numpy = [sys.executable, "-c", "import numpy"]
        for name in ("learner_export", "overwrite_learner_draft"):
            submission = SUBMISSIONS / name / "submission"
            if not submission.is_dir():
                continue
            run = [sys.executable, "-m", "grader", "run", str(submission), "-qq", "--exit-zero"]
            first = measure(run, folder, cache=f"{folder}/cache-{name}")
            pairs = [
                (measure(run, folder, cache=f"{folder}/cache-{name}"), measure(numpy, folder))
                for _ in range(ROUNDS)
            ]
            ours = [median(times) for times in zip(*(pair[0] for pair in pairs), strict=True)]
            floor = [median(times) for times in zip(*(pair[1] for pair in pairs), strict=True)]
            print(f"{name}: grader run against import numpy (median of {ROUNDS})")
            for what, kept, made, base in zip(("wall", "cpu"), ours, first, floor, strict=True):
                print(
                    f"  {what:<5} {kept / base:5.2f} times ({kept * 1e3:.0f} ms against "
                    f"{base * 1e3:.0f} ms); the first time {made / base:.2f} times"
                )


def measure(command: list[str], folder: str, *, cache: str = "") -> tuple[float, float]:
    """Wall and processor seconds of a command and all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    environment = {**os.environ, "GRADER_CACHE": cache}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
