"""The level that is told is the level that was proved; below the required one nothing is run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import grader
from grader.cli import main
from grader.domain.program import Program
from grader.domain.protocol import Ready, Trial
from grader.domain.submission import SourceFile, Submission
from grader.errors import GraderFault
from grader.sandbox import Guest
from grader.sandbox.levels import ADVICE, LEVELS, NAMES, protection
from grader.shipped import assignments_folder, reference_file
from tests.unit.sandbox.conftest import ENGINE

CI = bool(os.environ.get("CI"))


def _needs(level: int, guest: Guest) -> None:
    if guest.protection.level < level and not CI:
        pytest.skip(f"this machine reaches level {guest.protection.level}")


@pytest.mark.parametrize(
    ("without", "level"),
    [
        ((), 3),
        (("namespaces",), 2),
        (("landlock",), 1),
        (("filter",), 1),
        (("limits",), 1),
        (("user",), 1),
    ],
)
def test_a_wall_that_is_missing_is_noticed(
    without: tuple[str, ...], level: int, guest: Guest
) -> None:
    _needs(level, guest)
    with Guest(without=without, accept_level=0) as other:
        assert min(other.protection.level, 3) == level
        for layer in without:
            assert any(missing.startswith(NAMES[layer]) for missing in other.protection.missing)


def test_below_the_required_level_nothing_is_run(program: Program) -> None:
    submission = Submission("a", "file", (SourceFile("a.py", ENGINE.encode()),))
    with Guest(without=("landlock", "namespaces")) as weak, pytest.raises(GraderFault) as refusal:
        weak.perform(submission, [(program, 1.0)], dialect="variable-function", requires=())
    for word in (
        "level 1",
        "level 2 is required",
        "Landlock",
        ADVICE["landlock"],
        "--accept-level 1",
    ):
        assert word in str(refusal.value)


def test_a_lower_level_is_accepted_where_somebody_says_so(program: Program) -> None:
    submission = Submission("a", "file", (SourceFile("a.py", ENGINE.encode()),))
    with Guest(without=("landlock", "namespaces"), accept_level=1) as weak:
        done = weak.perform(submission, [(program, 1.0)], dialect="variable-function", requires=())
    assert len(done.transcripts) == 1


def test_a_layer_holds_only_if_all_of_its_trials_held() -> None:
    trials = [Trial(layer, "do it", True) for layers in LEVELS.values() for layer in layers]
    assert protection(Ready(tuple(trials))).level == 4
    assert protection(Ready((*trials, Trial("filter", "fork", False, "it was done")))).level == 1
    assert protection(Ready(tuple(t for t in trials if t.layer != "user"))).level == 1
    assert protection(Ready(())).level == 0


def test_the_report_states_the_level(guest: Guest) -> None:
    report = grader.grade(
        reference_file(), assignments_folder() / "backprop", cases=("square-alone",), guest=guest
    )
    assert report.sandbox.level == guest.protection.level
    assert report.sandbox.layers


def test_the_doctor_says_what_holds_and_what_to_do() -> None:
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code in (0, 3)
    assert "Protection: level" in done.output
    for name in NAMES.values():
        assert name in done.output


def test_the_command_refuses_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    from grader.sandbox import groups

    monkeypatch.setattr(groups, "MOUNTED", tmp_path)
    done = CliRunner().invoke(main, ["run", str(reference_file()), "--accept-level", "4"])
    assert done.exit_code == 3
    assert "level 4 is required" in done.output
    assert "control groups" in done.output
    assert not (tmp_path / "report.html").exists()


def test_control_groups_hold_where_they_can_be_made(guest: Guest) -> None:
    _needs(3, guest)
    with Guest(groups=True) as grouped:
        level = grouped.protection.level
        made = [Path(door).parent for door in grouped._groups.doors] if grouped._groups else []
        assert (level == 4) == bool(made)
        assert all(group.is_dir() for group in made)
    assert not any(group.exists() for group in made)
