"""`grader run` on one submission against `python -c "import numpy"`: ratios of wall and processor time.

    python -m tests.benchmarks.run

Both are started anew each time, in turn; medians are compared. The first run makes the answers; in the others
they are kept. Results and page are written each time. What no run can do without is measured beside it: a
guest that proves itself and performs nothing, and a Python with the libraries of the command and the page;
the first time with those that read an assignment, too.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from grader.sandbox import Guest
from tests.benchmarks import BLAS

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
ROUNDS = 9

Times = tuple[float, float]
"""Wall and processor seconds."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        numpy = partial(start, [sys.executable, "-c", "import numpy"], folder)
        for name in ("learner_export", "overwrite_learner_draft"):
            submission = SUBMISSIONS / name / "submission"
            if not submission.is_dir():
                continue
            command = [sys.executable, "-m", "grader", "run", str(submission), "-qq", "--exit-zero"]
            run = partial(start, command, folder, cache=f"{folder}/cache-{name}")
            first = measured(run)
            ours, base = in_turn(run, numpy)
            told(f"{name}: grader run", ours, base, first)
        told("a guest that performs nothing", *in_turn(only_a_guest, numpy))
        for imports in ("import click, jinja2", "import click, jinja2, pydantic, yaml"):
            libraries = partial(start, [sys.executable, "-c", imports], folder)
            told(f'python -c "{imports}"', *in_turn(libraries, numpy))
        freely = partial(start, [sys.executable, "-c", "import numpy"], folder, blas_threads="")
        told("import numpy with the BLAS threads that it likes", *in_turn(freely, numpy))


def in_turn(ours: Callable[[], None], base: Callable[[], None]) -> tuple[Times, Times]:
    """The medians of both."""
    pairs = [(measured(ours), measured(base)) for _ in range(ROUNDS)]
    one, other = (
        (median(wall for wall, _ in times), median(cpu for _, cpu in times))
        for times in zip(*pairs, strict=True)
    )
    return one, other


def told(what: str, ours: Times, base: Times, first: Times | None = None) -> None:
    print(f"{what} against import numpy (median of {ROUNDS})")
    for number, unit in enumerate(("wall", "cpu")):
        kept, floor = ours[number], base[number]
        more = f"; the first time {first[number] / floor:.2f} times" if first else ""
        print(
            f"  {unit:<5} {kept / floor:5.2f} times "
            f"({kept * 1e3:.0f} ms against {floor * 1e3:.0f} ms){more}"
        )


def measured(work: Callable[[], None]) -> Times:
    """Wall and processor seconds of a work and of all processes that it starts and waits for."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start(
    command: list[str], folder: str, *, cache: str = "", blas_threads: str | None = None
) -> None:
    environment = {**os.environ, "GRADER_CACHE": cache}
    if blas_threads is not None:
        environment |= dict.fromkeys(BLAS, blas_threads)
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def only_a_guest() -> None:
    with Guest() as guest:
        assert guest.protection.level


if __name__ == "__main__":
    main()
