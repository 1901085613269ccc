"""Every block of `assignments/README.md` is what it says: files that are right, and commands that work."""

import os
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader.answers import Store, answers_for
from grader.authoring import load_assignment
from grader.authoring.expected import read_expected
from grader.authoring.source import Faults
from grader.checking.truth import truth
from grader.sandbox import Guest
from grader.shipped import assignments_folder

README = (assignments_folder() / "README.md").read_text("utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", README, re.S)
(FUNCTIONS,) = re.findall(r"```python\n# functions.py\n(.*?)```", README, re.S)
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.S)


@pytest.fixture(scope="module")
def guest():
    with Guest(accept_level=0) as guest:
        yield guest


@pytest.mark.parametrize("block", YAML, ids=lambda block: block.splitlines()[0][:50])
def test_a_block_is_right(block: str, tmp_path: Path, guest) -> None:
    if "expect.yaml" in block.splitlines()[0]:
        file = tmp_path / "expect.yaml"
        file.write_text(block)
        faults = Faults()
        assert read_expected(file, faults)
        assert not faults
        return
    text = f"title: T\ncases:\n{textwrap.indent(block, '  ')}" if "# fragment" in block else block
    folder = tmp_path / "homework"
    folder.mkdir()
    if "# with functions.py" in block:
        (folder / "functions.py").write_text(FUNCTIONS)
    (folder / "assignment.yaml").write_text(
        text.replace("../backprop", str(assignments_folder() / "backprop"))
    )
    assignment = load_assignment(folder)
    answers = answers_for(assignment, guest, Store(None))
    found = truth(assignment, answers, guest, Store(None))
    assert not found.faults


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.splitlines()[0][:50])
def test_a_session_works(block: str, tmp_path: Path) -> None:
    for line in block.splitlines():
        if line.startswith("$ grader "):
            done = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    "from grader.cli import main; main()",
                    *shlex.split(line)[2:],
                ],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                env=_environment(),
                check=False,
            )
            assert done.returncode == 0, f"{line}: {done.stderr}"


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
