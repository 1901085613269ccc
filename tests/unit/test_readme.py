"""The README's lines are true: its two commands, its YAML, and the places it points to."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

from grader.authoring import load_assignment

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def command(name: str) -> str:
    found = re.search(rf"<!-- {name} command -->\n```sh\n(.+)\n```", README)
    assert found, f"the README marks its {name} command"
    return found[1]


def test_the_main_command_installs_and_writes_a_report(tmp_path):
    make, install, run = command("main").split(" && ")
    assert make == "python3 -m venv .venv"
    assert shlex.split(install)[-1] == "."
    grader, *arguments = shlex.split(run)
    assert grader == ".venv/bin/grader"
    sample = ROOT / arguments[1]
    done = subprocess.run(
        [sys.executable, "-m", "grader", "run", str(sample), *arguments[2:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "open report: report.html"
    assert "46 passed, 16 not attempted" in done.stdout
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "results.json").is_file()


def test_ci_runs_the_readmes_test_command_and_no_other():
    make, install, run = command("test").split(" && ")
    assert make == "python3 -m venv .venv"
    assert shlex.split(install)[-1] == ".[test]"
    assert run.startswith(".venv/bin/pytest")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test command -->" in script
    assert not re.search(r"^[^#\n]*pytest [^*]", script, re.MULTILINE)


def test_the_case_in_the_readme_can_be_graded(tmp_path):
    found = re.search(r"```yaml\n(.+?)```", README, re.DOTALL)
    assert found
    cases = yaml.safe_load(found[1])
    text = yaml.safe_dump({"title": "README", "requires": ["Variable"], "cases": cases})
    (tmp_path / "assignment.yaml").write_text(text, encoding="utf-8")
    (case,) = load_assignment(tmp_path).cases
    assert case.id == "diamond"


def test_every_place_that_the_readme_points_to_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_dependency_has_its_reason_in_one_line():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "grader" / "README.md").read_text(encoding="utf-8")
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert f"| {name} |" in reasons, name


def test_the_top_level_holds_nothing_else():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    allowed = {"reference", "assignments", "grader", "tests", "pyproject.toml", "README.md"}
    extra = {name for name in names if not name.startswith(".")} - allowed
    assert extra <= {"LICENSE", "CHANGELOG.md"}
