"""What people hand to `grader diff` and `grader export` is a results.json, or they are told why it is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.export.shape import CASE, DIAGNOSIS, RESULTS, misfit
from grader.report import results
from grader.report.projection import for_student
from tests.unit.report.samples import SAMPLES

STRANGE = [None, True, 1, 10**400, "x", "\ud800", [], {}, [1], {"a": 1}]


def document(name: str = "overwritten") -> dict[str, Any]:
    return json.loads(json.dumps(results.results(SAMPLES[name]())))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_result_of_ours_fits(name: str) -> None:
    assert misfit(document(name)) == ""
    assert misfit(json.loads(json.dumps(results.results(for_student(SAMPLES[name]()))))) == ""


@pytest.mark.parametrize(
    ("owner", "key"),
    [("", key) for key in RESULTS]
    + [("cases", key) for key in CASE]
    + [("diagnoses", key) for key in DIAGNOSIS],
)
def test_what_is_damaged_is_told_and_is_no_fault_of_ours(
    owner: str, key: str, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(document()))
    for strange in ("left out", *STRANGE):
        damaged = document()
        place = damaged[owner][0] if owner else damaged
        if strange == "left out":
            del place[key]
        else:
            place[key] = strange
        bad.write_text(json.dumps(damaged))
        commands = (["diff", good, bad], ["diff", bad, good])
        exports = (["export", bad, "--to", form] for form in ("csv", "junit", "gradescope"))
        for words in (*commands, *exports):
            done = CliRunner().invoke(main, [str(word) for word in words])
            assert done.exit_code in (0, 1, 2), done.output
            if done.exit_code == 2:
                told = ("bad.json is no results.json of this grader", "by a later version")
                assert any(words in done.output for words in told)
    assert misfit({**document(), "cases": 3}) == "cases is no list"
