"""Completion, versions, reruns, and what `grader --help` must not load."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.commands import COMMANDS
from grader.commands.common import wants_color
from grader.version import __version__

ROOT = Path(__file__).parents[3]
HEAVY = ("numpy", "pydantic", "jinja2", "rich", "yaml")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["version"]])
def test_help_loads_nothing_heavy(arguments):
    script = (
        "import sys\nfrom grader.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_right_submission_loads_nothing_that_only_wrong_ones_need(tmp_path):
    needless = (
        *("grader.diagnosing", "grader.filming", "grader.inquiring", "grader.judging.divergence"),
        *("grader.predictions", "grader.domain.misconception", "dataclasses", "html", "traceback"),
        *("numpy", "pydantic", "rich", "yaml", "pygments", "importlib.resources"),
    )
    arguments = ["run", "tests/submissions/right_single_file/submission", "-qq", "--isolated"]
    arguments += [f"--{name}={tmp_path / name}" for name in ("report", "results")]
    script = (
        "import sys\nfrom grader.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit as ended: print(ended.code)\n"
        f"print(sorted(set({needless!r}) & set(sys.modules)))"
    )
    environment = {**ENVIRONMENT, "GRADER_CACHE": str(tmp_path / "cache")}
    for _ in range(2):  # the first run makes what the second has at hand
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            cwd=ROOT,
        )
    assert done.stdout.splitlines() == ["0", "[]"]


def test_at_the_end_nobody_looks_for_reference_cycles():
    script = (
        "import grader.cli\n"
        "class Found:\n    def __del__(self): print('found')\n"
        "one = Found()\none.itself = one\ndel one"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert done.stdout == ""


def test_every_command_has_its_examples(grader):
    for name in COMMANDS:
        assert f"grader {name}" in grader(name, "--help").output, name


def test_versions(grader):
    assert grader("version").output == f"grader {__version__}\n"
    versions = json.loads(grader("version", "--json").output)
    assert versions["grader"] == __version__
    assert {"reference", "results_schema", "python", "numpy"} <= versions.keys()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(grader, shell):
    done = grader("completion", shell)
    assert f"_GRADER_COMPLETE={shell}_complete" in done.output


def completed(words, desk):
    done = subprocess.run(
        [sys.executable, "-m", "grader"], cwd=desk, capture_output=True, text=True, check=False,
        env={**ENVIRONMENT, "_GRADER_COMPLETE": "bash_complete", "COMP_WORDS": words,
             "COMP_CWORD": str(len(words.split(" ")) - 1)},
    )  # fmt: skip
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_names_of_assignments_and_cases_are_completed(desk):
    assert completed("grader ver", desk) == ["version"]
    assert "micrograd" in completed("grader run -a micr", desk)
    assert "diamond" in completed("grader run -a backprop --case diam", desk)
    assert not [name for name in completed("grader show hidden", desk) if "hidden" in name]


CODE = (
    ROOT / "tests/submissions/overwrite_learner_draft/submission/notebook-export.txt"
).read_text("utf-8")
ASKED = ("-a", "backprop", "--case", "x-plus-x", "--case", "add-forward", "--lang", "en")


def test_only_what_failed_is_graded_again(grader, desk):
    (desk / "a.txt").write_text(CODE, encoding="utf-8")
    first = grader("run", "a.txt", *ASKED)
    assert "1 passed, 1 failed" in first.output
    again = grader("run", "a.txt", "-a", "backprop", "--failed", "--lang", "en")
    assert "1 failed" in again.output
    assert "passed" not in again.output.splitlines()[-2]
    (desk / "results.json").unlink()
    done = grader("run", "a.txt", *ASKED, "--failed")
    assert "there is no results.json of an earlier run" in done.output


def test_signs_fit_an_encoding_that_cannot_hold_them(desk):
    (desk / "a.txt").write_text(CODE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "run", "a.txt", *ASKED], cwd=desk, capture_output=True,
        check=False, env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 1
    assert b"FAIL x-plus-x" in done.stdout


def test_colour_is_asked_for_or_not(grader, desk, monkeypatch):
    (desk / "a.txt").write_text(CODE, encoding="utf-8")
    assert "\x1b[" not in grader("run", "a.txt", *ASKED).output
    assert "\x1b[" in grader("run", "a.txt", *ASKED, "--color", "always").output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in grader("run", "a.txt", *ASKED).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in grader("run", "a.txt", *ASKED).output


@pytest.mark.parametrize(("terminal", "colours"), [("xterm", True), ("dumb", False)])
def test_a_dumb_terminal_is_given_no_colours(terminal, colours, monkeypatch):
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert wants_color("auto") is colours
    assert wants_color("always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert wants_color("auto")
