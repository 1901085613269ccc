"""What isolation costs: run as `python -m tests.benchmarks.sandbox [submissions ...]`.

Every figure is a ratio of two things measured in turns in this one run, or a difference of two of them. CPU
is what all processes of both sides have used. No figure is printed unless every verdict was right.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

import grader
from grader.answers import Store, answers_for
from grader.domain import decoy, terse
from grader.domain.assignment import Assignment, Case
from grader.domain.program import Apply, Backward, Name, Program
from grader.domain.protocol import Job, Limits
from grader.domain.submission import SourceFile, Submission
from grader.domain.twin import twins
from grader.domain.verdict import Outcome
from grader.grading import compiled, select
from grader.guest.engine import open_engine, read_job
from grader.guest.perform import answer
from grader.observing import observe
from grader.report import html
from grader.report.projection import for_student
from grader.report.results import to_json
from grader.sandbox import Guest, read_submission
from grader.scoring import judged
from grader.shipped import assignments_folder

ASSIGNMENT = assignments_folder() / "backprop"
SOLUTION = ASSIGNMENT / "solution" / "autodiff.py"
CASES = 30
ROUNDS = 7
WORKERS = 2
NEW_WORLD = 0x00020000 | 0x04000000 | 0x08000000 | 0x40000000  # mounts, host name, IPC, network
SMALL = b"class Variable:\n    def __init__(self, data):\n        self.data = data\n"
LAYERS = ("limits", "user", "landlock", "filter")

KINDS: dict[str, tuple[Callable[[str], str], Outcome]] = {
    "right": (lambda text: text, Outcome.PASSED),
    "wrong": (lambda text: text.replace("return (2 * self", "return (self"), Outcome.FAILED),
    "crashing": (
        lambda text: text.replace("return (2 * self", "return (self.missing"),
        Outcome.CRASHED,
    ),
}


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [30]
    cases = plain_cases()
    print(
        f"{len(cases)} cases of {ASSIGNMENT.name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    one_submission(cases)
    layers(cases)
    for count in counts:
        classes(cases, count)


def plain_cases() -> list[Case]:
    """Cases that a plain test can say just as well: functions of the solution, and backward()."""
    assignment = compiled(ASSIGNMENT, Store.default(), 0)
    chosen = [case for case in assignment.cases if as_python(case.program)]
    return chosen[:CASES]


def as_python(program: Program) -> str:
    """The program as a student would write it; empty where that is not so simple."""
    lines = [
        f"{given.name} = Variable(np.array({given.value.nested()!r}))" for given in program.inputs
    ]
    for statement in program.statements:
        match statement:
            case Apply((target,), "add" | "square" as function, operands) if all(
                isinstance(operand, Name) for operand in operands
            ):
                names = ", ".join(operand.name for operand in operands if isinstance(operand, Name))
                lines.append(f"{target} = {function}({names})")
            case Backward(of, None, False, False):
                lines.append(f"{of}.backward()")
            case _:
                return ""
    return "\n".join(lines)


# One submission: CPU of the warm server, and of the floor.


def one_submission(cases: Sequence[Case]) -> None:
    patterns = tuple(case.id for case in cases)
    store = Store.default()
    handed_in = read_submission(SOLUTION)
    codes = [compile(as_python(case.program), case.id, "exec") for case in cases]
    text = SOLUTION.read_text()
    floor, warm, page, own = [], [], [], []
    for _ in range(ROUNDS):
        floor.append(cpu(lambda: in_a_fork(lambda: perform_plainly(text, codes)), 20))
        with_guest, without = [], []
        for times, into in ((10, with_guest), (0, without)):
            start, own_start = used(), time.process_time()
            with Guest() as guest:
                asked = select(compiled(ASSIGNMENT, store, 0), patterns)
                answers = answers_for(asked, guest, store)
                for _ in range(times):
                    observed = observe(handed_in, asked, answers, guest)
                    verdicts, _ = judged(observed, asked, answers)
                    assert all(verdict.outcome is Outcome.PASSED for verdict in verdicts)
            into.append(used() - start)
            into.append(time.process_time() - own_start)
        own.append((with_guest[1] - without[1]) / 10)
        warm.append((with_guest[0] - without[0]) / 10)
        page.append(cpu(Pages(cases, SOLUTION), 5))
    imports = min(
        cpu(lambda: subprocess.run([sys.executable, "-c", "import numpy"]), 3) for _ in range(3)
    )
    low, served, paged, judging = (statistics.median(each) for each in (floor, warm, page, own))
    print(f"floor: a warm fork, exec, the same cases     {1e3 * low:7.1f} ms CPU")
    print(
        f"warm server, contained and judged            {1e3 * served:7.1f} ms CPU   "
        f"ratio {served / low:.2f} (aim 2)"
    )
    unforked = {"judging": judging, **in_this_process(asked)}
    least = low + sum(unforked.values())
    print("  what no floor does, in one process that does it again and again, nothing forked:")
    print("   ", ", ".join(f"{what} {1e3 * seconds:.2f} ms" for what, seconds in unforked.items()))
    print(
        f"  the floor and these                        {1e3 * least:7.1f} ms CPU   ratio {least / low:.2f}"
    )
    print(
        f"the same with page and results.json          {1e3 * (served + paged):7.1f} ms CPU, "
        f"or {70 * (served + paged) / imports:.0f} where importing numpy takes 70 (aim 25)"
    )


def in_this_process(asked: Assignment) -> dict[str, float]:
    """Seconds for the programs of a submission as a child performs them, in a process that is used to it.

    What the floor takes to execute the same cases is taken off.
    """
    programs = [one.program for one in (*asked.cases, *twins(asked))] + list(decoy.PROGRAMS)
    sent = [terse.dumps(Program, program) for program in programs]
    plain = [compile(as_python(case.program), case.id, "exec") for case in asked.cases]
    names: dict[str, object] = {"__name__": "submission", "np": np}
    exec(SOLUTION.read_text(), names)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SOLUTION, folder)
        job = Job(folder, (SOLUTION.name,), "", asked.dialect, asked.requires, (), Limits())
        _, engine = open_engine(job, read_job(job))
        assert engine is not None
    dialect, frames = engine.dialect, engine.frames
    works: dict[str, Callable[[], object]] = {
        "floor": lambda: [exec(code, names) for code in plain],
        "reading the programs": lambda: [terse.loads(Program, text) for text in sent],
        "performing them, reading and packing every value": lambda: [
            answer(program, dialect, frames) for program in programs
        ],
    }
    taken = {what: min(cpu(work, 5) for _ in range(ROUNDS)) for what, work in works.items()}
    taken["performing them, reading and packing every value"] -= taken.pop("floor")
    return taken


class Pages:
    """Writes the page and the results of one report, again and again."""

    def __init__(self, cases: Sequence[Case], submission: Path) -> None:
        self.folder = Path(tempfile.mkdtemp())
        patterns = tuple(case.id for case in cases)
        self.report = grader.grade(submission, ASSIGNMENT, cases=patterns)

    def __call__(self) -> None:
        shown = for_student(self.report)
        (self.folder / "report.html").write_text(html.render(shown), encoding="utf-8")
        (self.folder / "results.json").write_text(to_json(shown), encoding="utf-8")


# Each layer: what it adds to the smallest of jobs.


def layers(cases: Sequence[Case]) -> None:
    everything = (*LAYERS, "namespaces")
    variants = {"none": everything}
    variants |= {layer: tuple(one for one in everything if one != layer) for layer in everything}
    variants |= {"level 2": ("namespaces",), "level 3": ()}
    found: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(ROUNDS):
        for name, without in variants.items():
            found[name].append(job_cpu(cases[:1], without))
    base = min(found["none"])  # noise only ever adds
    print(f"a job of one case without walls              {1e3 * base:7.2f} ms CPU")
    for name in list(variants)[1:]:
        print(f"  with {name:<20} adds {1e3 * (min(found[name]) - base):7.2f} ms")


def job_cpu(cases: Sequence[Case], without: tuple[str, ...], times: int = 40) -> float:
    handed_in = Submission("small", "file", (SourceFile("small.py", SMALL),))
    spent = []
    for count in (times, 0):
        start = used()
        with Guest(without=without, accept_level=0) as guest:
            assert guest.protection.level >= 0
            for _ in range(count):
                guest.perform(
                    handed_in,
                    [(case.program, 5.0) for case in cases],
                    dialect="variable-function",
                    requires=(),
                )
        spent.append(used() - start)
    return (spent[0] - spent[1]) / times


# A class: wall time on two workers.


def classes(cases: Sequence[Case], count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mixed = [handed_in(folder, number) for number in range(count)]
        tests = folder / "plain_test.py"
        tests.write_text(unittest_text(cases))
        patterns = json.dumps([case.id for case in cases])
        by_us(mixed[:6], patterns)  # answers and predictions of the assignment are made once
        ours = wall(lambda: by_us(mixed, patterns))
        alone = failing(mixed)
        plain = wall(lambda: by_unittest(mixed, tests))
        floor = wall(lambda: by_floor(mixed, cases))
    print(
        f"{count} mixed submissions, {WORKERS} workers: {ours:.2f} s; a plain unittest process each "
        f"{plain:.2f} s: {plain / ours:.1f} times faster (aim {6 if count <= 30 else 10}); "
        f"warm forks with namespaces and a page {floor:.2f} s: ratio {ours / floor:.2f} (aim 1.5)"
    )
    whole, anew, loaded = forks(cases)
    page = cpu(Pages(cases, SOLUTION), 5)
    least = (count * (whole + page) + alone * loaded) / WORKERS
    print(
        f"  {alone / count:.1f} cases of each fail and are performed again, each in a fresh process. With no wall "
        f"around it, a warm fork that\n  executes the source and performs a case takes {1e3 * anew:.1f} ms, in all "
        f"{alone * anew / WORKERS:.2f} s; forked by who has executed the source, {1e3 * loaded:.1f} ms, in all "
        f"{alone * loaded / WORKERS:.2f} s.\n  The latter, and for each submission a fork with all cases and the "
        f"page of a right one, take {least:.2f} s: {plain / least:.1f} times faster, ratio {least / floor:.2f}"
    )


def handed_in(folder: Path, number: int) -> tuple[Path, str]:
    kind = list(KINDS)[number % len(KINDS)]
    place = folder / f"student-{number}"
    place.mkdir()
    change, _ = KINDS[kind]
    changed = change(SOLUTION.read_text())
    assert kind == "right" or changed != SOLUTION.read_text()
    (place / "autodiff.py").write_text(f"# student {number}\n{changed}")
    return place, kind


WORKER = """
import json, sys
from pathlib import Path
import grader
from grader.answers import Store
from grader.report import html
from grader.report.projection import for_student
from grader.report.results import to_json
from grader.sandbox import Guest
cases, assignment, *places = json.load(sys.stdin)
store = Store.default()
with Guest() as guest:
    for place in map(Path, places):
        report = grader.grade(place, Path(assignment), cases=tuple(cases), guest=guest, store=store)
        shown = for_student(report)
        (place / "report.html").write_text(html.render(shown, cache=store.folder), encoding="utf-8")
        (place / "results.json").write_text(to_json(shown), encoding="utf-8")
"""


def by_us(mixed: Sequence[tuple[Path, str]], patterns: str) -> None:
    def work(share: Sequence[tuple[Path, str]]) -> None:
        places = [json.loads(patterns), str(ASSIGNMENT), *(str(place) for place, _ in share)]
        subprocess.run(
            [sys.executable, "-c", WORKER], input=json.dumps(places), text=True, check=True
        )

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, [mixed[index::WORKERS] for index in range(WORKERS)]))
    for place, kind in mixed:
        outcomes = {
            case["outcome"] for case in json.loads((place / "results.json").read_text())["cases"]
        }
        assert KINDS[kind][1] in outcomes, (kind, outcomes)
        assert (outcomes == {"passed"}) == (kind == "right"), (kind, outcomes)


def failing(mixed: Sequence[tuple[Path, str]]) -> int:
    """How many cases of all submissions did not pass."""
    results = (json.loads((place / "results.json").read_text()) for place, _ in mixed)
    wrong = (Outcome.FAILED, Outcome.CRASHED, Outcome.SKIPPED)
    return sum(case["outcome"] in wrong for document in results for case in document["cases"])


class Forks(NamedTuple):
    """Processor seconds of a fork of this process, with no wall around it.

    Of one that executes a submission and performs all cases, one that does so with a single case, and one that
    performs a single case of a submission that is executed already.
    """

    whole: float
    anew: float
    loaded: float


def forks(cases: Sequence[Case]) -> Forks:
    codes = [compile(as_python(case.program), case.id, "exec") for case in cases]
    text = SOLUTION.read_text()
    names: dict[str, object] = {"__name__": "submission", "np": np}
    exec(compile(text, "submission", "exec"), names)

    def taken(work: Callable[[], None]) -> float:
        return statistics.median(cpu(lambda: in_a_fork(work), 20) for _ in range(5))

    return Forks(
        taken(lambda: perform_plainly(text, codes)),
        taken(lambda: perform_plainly(text, codes[:1])),
        taken(lambda: exec(codes[0], names)),
    )


def unittest_text(cases: Sequence[Case]) -> str:
    """The same cases as a teacher would write them by hand, expected values written in."""
    store = Store.default()
    with Guest() as guest:
        asked = select(compiled(ASSIGNMENT, store, 0), [case.id for case in cases])
        answers = answers_for(asked, guest, store)
    lines = [
        "import unittest",
        "import numpy as np",
        "from autodiff import *",
        "class T(unittest.TestCase):",
    ]
    for number, case in enumerate(cases):
        lines.append(f"    def test_{number}(self):")
        lines += [f"        {line}" for line in as_python(case.program).splitlines()]
        for quantity in case.program.quantities:
            due = answers[case.id].reading(quantity)
            read = str(quantity) if str(quantity).endswith(".grad") else f"{quantity}.data"
            if hasattr(due, "nested"):
                lines.append(
                    f"        np.testing.assert_allclose({read}, {due.nested()!r}, rtol=1e-7)"
                )
    return "\n".join([*lines, "if __name__ == '__main__':", "    unittest.main()"])


def by_unittest(mixed: Sequence[tuple[Path, str]], tests: Path) -> None:
    def work(submission: tuple[Path, str]) -> None:
        place, kind = submission
        done = subprocess.run(
            [sys.executable, str(tests)],
            cwd=place,
            env={"PYTHONPATH": str(place)},
            capture_output=True,
        )
        assert (done.returncode == 0) == (kind == "right"), done.stderr.decode()[-2000:]

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, mixed))


def by_floor(mixed: Sequence[tuple[Path, str]], cases: Sequence[Case]) -> None:
    codes = [compile(as_python(case.program), case.id, "exec") for case in cases]
    workers = []
    for index in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            for place, _ in mixed[index::WORKERS]:
                text = (place / "autodiff.py").read_text()
                in_a_fork(lambda text=text: apart(text, codes))  # type: ignore[misc]
                (place / "floor.html").write_text("x" * 38_000)
            os._exit(0)
        workers.append(pid)
    for pid in workers:
        os.waitpid(pid, 0)


def apart(text: str, codes: Sequence[object]) -> None:
    ctypes.CDLL(None).unshare(NEW_WORLD | (0x10000000 if os.geteuid() else 0))
    perform_plainly(text, codes)


def perform_plainly(text: str, codes: Sequence[object]) -> None:
    names: dict[str, object] = {"__name__": "submission", "np": np}
    exec(compile(text, "submission", "exec"), names)
    for code in codes:
        try:
            exec(code, names)  # type: ignore[arg-type]
        except Exception:
            continue


def in_a_fork(work: Callable[[], None]) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def used() -> float:
    """Seconds of CPU of this process and of all that it has waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def cpu(work: Callable[[], object], times: int) -> float:
    start = used()
    for _ in range(times):
        work()
    return (used() - start) / times


def wall(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
