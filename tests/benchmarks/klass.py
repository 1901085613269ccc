"""What a class costs: submissions a second, processor time, memory, and how both grow.

    python -m tests.benchmarks.klass [--sizes 250,500,1000,2000] [--kills 20] [--cluster 2,4]

Submissions are those of `tests/submissions`, each with a line of its own, so that no two are the same file: right,
wrong, crashing, and 2 % that hang. Processor time is compared with `import numpy`, measured in the same run; what
hanging ones use up is the time limit's, so that it is counted apart.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from grader.classroom.bundles import Bundles
from grader.shipped import assignments_folder
from tests.benchmarks.sandbox import forks, plain_cases
from tests.classroom.comparing import comparable
from tests.classroom.machines import Cluster

CORPUS = Path(__file__).parents[1] / "submissions"
RIGHT = ("right_single_file", "right_closures", "right_package", "right_methods", "learner_export")
WRONG = (
    "overwrite_closures", "overwrite_book", "no_gy_square", "stack_seen_all_functions", "seed_zero",
    "generation_min", "first_wins_slots", "square_no_two", "div_sign", "mul_swapped", "two_mistakes",
    "no_gy_exp", "wrong_shape_gradient", "inplace_alias_book",
)  # fmt: skip
CRASHING = ("crash_in_backward", "os_exit_in_backward", "syntax_error_at_the_top", "missing_class")
HANGING = ("hang_in_forward", "queue_no_seen")  # for ever, or for longer than a case may take
SHARES = ((RIGHT, 0.6), (WRONG, 0.3), (CRASHING, 0.08), (HANGING, 0.02))
NUMPY_ROUNDS = 9
PATIENCE_SECONDS = 10.0
MEGABYTE = 1024  # of ru_maxrss, in kilobytes


@dataclass(frozen=True, slots=True)
class Used:
    """What a command took: seconds of wall and processor, and the largest process in megabytes."""

    wall: float
    cpu: float
    memory: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,200")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--cluster", default="", help="numbers of Dask workers, e.g. 2,4")
    parser.add_argument("--class-of", type=int, default=300, help="for kills and cluster")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",") if size]
    with tempfile.TemporaryDirectory(prefix="grader-class-") as folder:
        root = Path(folder)
        os.environ.setdefault("GRADER_CACHE", str(root / "cache"))
        first = used(grader(make(root / "first", 8, hanging=False), root / "out-first", options.j))
        print(f"the first class learns what known mistakes do: {first.wall:.0f} s once")
        if sizes:
            costs(root, sizes, options.j)
        if options.kills:
            kills(root, options.class_of, options.kills, options.j)
        if options.cluster:
            clusters(root, options.class_of, [int(one) for one in options.cluster.split(",")])


def costs(root: Path, sizes: list[int], jobs: int) -> None:
    numpy = median(used([sys.executable, "-c", "import numpy"]).cpu for _ in range(NUMPY_ROUNDS))
    print(f"import numpy: {1e3 * numpy:.0f} ms CPU (median of {NUMPY_ROUNDS})")
    plain: list[Used] = []
    for size in sizes:
        submissions, out = make(root / f"plain-{size}", size, hanging=False), root / f"o-{size}"
        took = used(grader(submissions, out, jobs))
        plain.append(took)
        each = took.cpu / size
        print(
            f"{size:5} submissions: {size / took.wall:6.1f} a second, {1e3 * each:5.1f} ms CPU each "
            f"({each / numpy:.2f} of import numpy; aim {25 / 120:.2f}), "
            f"largest process {took.memory:.0f} MB"
        )
        again = used(grader(submissions, out, jobs))
        print(f"      unchanged:   {again.wall:6.2f} s")
        rescored = used(
            [*grader(cheaper(root, submissions), out, jobs)[:-2], "-a", str(root / "a")]
        )
        scored = json.loads((out / "class.json").read_bytes())["assignment"]["max_score"]
        print(f"      scored anew: {rescored.wall:6.2f} s (of {scored:g} points now)")
    alone = performed_alone(root / f"o-{sizes[-1]}")
    least = 1e3 * forks(plain_cases()).anew
    print(
        f"      {alone:.1f} cases of each are performed alone, in a fresh process; a warm one that forks, executes "
        f"the source and performs a case takes {least:.1f} ms, with no wall around it: {alone * least:.0f} ms each "
        f"({1e-3 * alone * least / numpy:.2f} of import numpy) are the least"
    )
    if len(sizes) > 1:
        print(
            f"growth: time ~ size^{exponent(sizes, [one.wall for one in plain]):.2f}, "
            f"memory {plain[0].memory:.0f} -> {plain[-1].memory:.0f} MB"
        )
    size = sizes[-1]
    took = used(grader(make(root / "hanging", size), root / "o-hanging", jobs))
    print(
        f"{size:5} with 2 % that hang: {size / took.wall:6.1f} a second, "
        f"{1e3 * took.cpu / size:.0f} ms CPU each, {took.memory:.0f} MB"
    )


def performed_alone(out: Path) -> float:
    """How many cases of a submission, on average, had a process of their own."""
    files = sorted((out / "observed").iterdir())
    observed = map(Bundles().loads, map(Path.read_bytes, files))
    return sum(one.alone is not None for each in observed for one in each.performed) / len(files)


def kills(root: Path, size: int, count: int, jobs: int) -> None:
    """Kill the parent, a worker or a guest at random moments; the end must be as if nothing had been.

    What a guest performs is left alone: there a submission may have ended itself.
    """
    submissions = make(root / "killed", size, hanging=False)
    undisturbed, out = root / "undisturbed", root / "disturbed"
    whole = used(grader(submissions, undisturbed, jobs))
    chance = random.Random(7)
    parents = below = 0
    while parents + below < count:
        process = subprocess.Popen(grader(submissions, out, jobs), stdout=-3, stderr=-3)
        time.sleep(chance.uniform(0.2, 2.5 * whole.wall / count + 1.0))
        started = [one for one in descendants(process.pid) if is_ours(one)]
        if process.poll() is None and started and chance.random() < 0.5:
            os.kill(chance.choice(started), signal.SIGKILL)
            below += 1
            time.sleep(chance.uniform(0.1, 1.0))
        if process.poll() is None:
            started = descendants(process.pid)
            process.kill()
            parents += 1
        process.wait()
        assert not outliving(started), "processes stay behind"
        if len(list((out / "results").glob("*.json"))) == size:
            shutil.rmtree(out)  # done before all kills are spent: once more from the beginning
    used(grader(submissions, out, jobs))
    unlike = differences(out, undisturbed)
    print(
        f"{parents} kills of the parent and {below} of workers and guests over {size} submissions: "
        f"{unlike or 'the same results, byte for byte, times aside'}; no process stays behind"
    )
    assert not unlike


def clusters(root: Path, size: int, counts: Sequence[int]) -> None:
    """The same class on Dask workers of this machine, one of them killed mid-way, beside as many local ones."""
    submissions = make(root / "clustered", size, hanging=False)
    for count in counts:
        here, there = root / f"local-{count}", root / f"cluster-{count}"
        alone = used(grader(submissions, here, count))
        (logs := root / f"logs-{count}").mkdir()
        machines = Cluster(logs, "60s")
        try:
            victim, *_ = machines.add(count)
            process = subprocess.Popen(
                [*grader(submissions, there, count), "--scheduler", machines.address]
            )
            start = time.monotonic()
            while len(list((there / "results").glob("*.json"))) < size / 2:
                assert process.poll() is None
                time.sleep(0.05)
            half = time.monotonic() - start
            victim.kill()
            machines.add(1)
            assert process.wait() == 0
        finally:
            machines.close()
        unlike = differences(here, there)
        print(
            f"{count} Dask workers: {1e3 * (2 * half - alone.wall) / size:+.0f} ms a submission beside {count} "
            f"local ones ({1e3 * alone.wall / size:.0f} ms), by its first half, their start included; one killed "
            f"mid-way: {unlike or 'the same results, byte for byte, times aside'}"
        )
        assert not unlike


def differences(out: Path, other: Path) -> str:
    """The files that two gradings do not have in common, and where the first differs."""
    ours, theirs = comparable(out), comparable(other)
    names = [one for one in sorted({*ours, *theirs}) if ours.get(one) != theirs.get(one)]
    if not names:
        return ""
    a, b = (str(found.get(names[0], "")) for found in (ours, theirs))
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    around = slice(max(0, at - 60), at + 60)
    return f"DIFFERENT: {', '.join(names[:9])}, the first in {a[around]!r}, {b[around]!r}"


def make(folder: Path, size: int, *, hanging: bool = True) -> Path:
    """A class of so many, the kinds mixed evenly, the same every time."""
    folder.mkdir(parents=True)
    chance = random.Random(size)
    shares = SHARES if hanging else SHARES[:-1]
    kinds: list[str] = []
    for names, share in shares:
        kinds += [names[n % len(names)] for n in range(math.ceil(share * size))]
    chance.shuffle(kinds)
    for number, kind in enumerate(kinds[:size]):
        target = folder / f"s{number:04}"
        shutil.copytree(CORPUS / kind / "submission", target)
        for file in sorted(target.rglob("*"))[-1:]:
            file.write_bytes(file.read_bytes() + f"\n# {number}\n".encode())
    return folder


def cheaper(root: Path, submissions: Path) -> Path:
    """The same submissions; beside them the same assignment with other points."""
    if not (root / "a").exists():
        shutil.copytree(assignments_folder() / "backprop", root / "a")
        file = root / "a" / "assignment.yaml"
        text = file.read_text("utf-8")
        assert "points: 3" in text
        file.write_text(text.replace("points: 3", "points: 30"), encoding="utf-8")
    return submissions


def grader(submissions: Path, out: Path, jobs: int) -> list[str]:
    command = [sys.executable, "-m", "grader", "class", str(submissions), "-o", str(out)]
    return [*command, "-j", str(jobs), "-qq", "-a", str(assignments_folder() / "backprop")]


def used(command: list[str]) -> Used:
    start = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    cpu = usage.ru_utime + usage.ru_stime
    return Used(time.monotonic() - start, cpu, usage.ru_maxrss / MEGABYTE)


def exponent(sizes: Iterable[int], seconds: Iterable[float]) -> float:
    """The slope of a straight line through the logarithms."""
    points = [(math.log(a), math.log(b)) for a, b in zip(sizes, seconds, strict=True)]
    x0, y0 = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    return sum((x - x0) * (y - y0) for x, y in points) / sum((x - x0) ** 2 for x, _ in points)


def descendants(pid: int) -> list[int]:
    """All processes below one: workers, guests, and what they are performing."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) in (pid, *found):
            found.append(int(path.parent.name))
    return found


def is_ours(process: int) -> bool:
    """Whether a process runs as who we are, and not as the user of submissions."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    return f"\nUid:\t{os.getuid()}\t" in status


def outliving(processes: Sequence[int]) -> list[int]:
    """Those that still run some seconds after what they belong to has ended."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    left = list(processes)
    while left and time.monotonic() < give_up:
        time.sleep(0.05)
        left = [process for process in left if Path(f"/proc/{process}").exists()]
    return left


if __name__ == "__main__":
    main()
