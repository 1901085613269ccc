"""Whatever a submission does, the grader stays small, and so does what it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.attack import ENGINE

GIB = 1 << 30
MAX_OUTPUT = 5_000_000
CASES = ("square-alone", "add-alone", "chain-two", "x-plus-x", "hidden-*")

# Runs the command and says, last, the most memory that its own process had.
WATCHED = """
import resource, sys
from grader.cli import main
try:
    main()
finally:
    sys.stdout.flush()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""

RETURNS = "        return x ** 2"
GLUTTONS = {
    "prints for ever in every case": ENGINE.replace(
        RETURNS, "        print('x' * 10**6)\n" * 20 + RETURNS
    ),
    "answers with the largest of arrays": ENGINE.replace(
        RETURNS, "        return np.ones((1000, 1000))"
    ),
    "answers with arrays that are too large": ENGINE.replace(
        RETURNS, "        return np.ones((5000, 5000))"
    ),
    "raises with an endless message": ENGINE.replace(
        RETURNS, "        raise ValueError('y' * 10**8)"
    ),
    "raises from far down": ENGINE.replace(
        RETURNS,
        "        def f(n):\n            return f(n - 1) if n else 1 / 0\n        return f(900)",
    ),
    "fails in each of many lines": ENGINE + "\n" + "undefined_name\n" * 30_000,
    "is one very long line": ENGINE + "\nwords = '" + "w" * 9_000_000 + "'\n",
    "writes to standard output below Python": ENGINE.replace(
        RETURNS,
        "        import os\n        for _ in range(300): os.write(1, b'z' * 65536)\n" + RETURNS,
    ),
    "has a name of many letters": ENGINE.replace("class Square", f"class {'S' * 100_000}").replace(
        "Square()", f"{'S' * 100_000}()"
    ),
}


@pytest.mark.parametrize("name", GLUTTONS)
def test_the_grader_and_its_outputs_stay_small(name: str, tmp_path: Path) -> None:
    (tmp_path / "autodiff.py").write_text(GLUTTONS[name])
    chosen = [word for case in CASES for word in ("--case", case)]
    command = [
        sys.executable,
        "-c",
        WATCHED,
        "run",
        "autodiff.py",
        "-a",
        "backprop",
        *chosen,
        "--exit-zero",
        "-v",
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stderr.split()[-1]) * 1024 < GIB
    written = [tmp_path / "report.html", tmp_path / "results.json"]
    assert all(0 < file.stat().st_size < MAX_OUTPUT for file in written)
    assert len(done.stdout) < MAX_OUTPUT
    assert json.loads(written[1].read_text(encoding="utf-8"))["status"] in ("graded", "ungradable")
