"""A class in shares: each is graded by itself, and together they are what one run would have written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.classroom.session import grade_class
from grader.classroom.sharing import Shard, merge, parse_shard
from grader.cli import main
from grader.errors import UsageError
from tests.classroom.comparing import comparable
from tests.classroom.conftest import OVERWRITES, RIGHT


def test_every_thing_falls_to_one_share() -> None:
    things = tuple(range(11))
    shares = [Shard(number, 4).share(things) for number in (1, 2, 3, 4)]
    assert sorted(thing for share in shares for thing in share) == list(things)
    assert {len(share) for share in shares} == {2, 3}


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/5"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="K/N"):
        parse_shard(text)


@pytest.mark.parametrize("apart", [False, True], ids=["one folder", "a folder each"])
def test_shares_together_are_what_one_run_writes(
    submissions: Path, assignment: Path, tmp_path: Path, apart: bool
) -> None:
    for number in range(4):
        text = (RIGHT, OVERWRITES)[number % 2]
        (submissions / f"s{number}.py").write_text(f"# {number}\n{text}", encoding="utf-8")
    outs = [tmp_path / (f"part-{number}" if apart else "parts") for number in (1, 2)]
    for number, out in enumerate(outs, 1):
        part = grade_class(submissions, out, assignment, shard=Shard(number, 2), workers=2)
        assert part.graded == (4, 3)[number - 1]
        assert not (out / "class.html").exists()
        assert not (out / "gradebook.sqlite").exists()
        again = grade_class(submissions, out, assignment, shard=Shard(number, 2), workers=2)
        assert (again.graded, again.kept) == (0, part.graded)
    merged = tmp_path / ("merged" if apart else "parts")
    found = merge(outs if apart else (), merged)
    assert (found.results, found.lacking) == (7, ())
    grade_class(submissions, tmp_path / "whole", assignment, workers=2)
    assert comparable(merged) == comparable(tmp_path / "whole")
    assert grade_class(submissions, merged, assignment, workers=2).kept == 7


def test_who_has_no_result_yet_is_said(submissions: Path, assignment: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["class", str(submissions), "-o", str(out), "-a", str(assignment), "-j", "1"]
    first = CliRunner().invoke(main, [*command, "--shard", "1/2"])
    assert first.exit_code == 0, first.output
    assert f"when all 2 shares are graded: grader class -o {out} --merge" in first.output
    done = CliRunner().invoke(main, ["class", "-o", str(out), "--merge"])
    assert done.exit_code == 0, done.output
    assert "1 have none yet: bob" in done.output
    assert (out / "class.html").exists()


def test_classes_that_are_not_the_same_are_not_merged(
    submissions: Path, assignment: Path, tmp_path: Path
) -> None:
    grade_class(submissions, tmp_path / "one", assignment, seed=1, workers=1)
    grade_class(submissions, tmp_path / "two", assignment, seed=2, workers=1)
    with pytest.raises(UsageError, match="another class"):
        merge((tmp_path / "two",), tmp_path / "one")
    with pytest.raises(UsageError, match="holds no graded class"):
        merge((tmp_path / "nowhere",), tmp_path / "one")


def test_a_run_names_one_folder(tmp_path: Path) -> None:
    for folders in ([], [str(tmp_path), str(tmp_path)]):
        done = CliRunner().invoke(main, ["class", *folders])
        assert done.exit_code == 2
        assert "one folder of submissions" in done.output
