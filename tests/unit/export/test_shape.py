"""What people hand to `grader diff` and `grader export` is a results.json, or they are told why it is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.export.formats import CLASS_FORMATS, RESULT_FORMATS
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


def for_both() -> dict[str, Any]:
    """As `grader run --instructor` and a class write it."""
    report = SAMPLES["hidden"]()
    known = json.loads(results.to_json(report, for_student(report)))
    return {**known, "students": [{"id": "a", "name": "n", "email": "e", "keys": ["a"]}]}


def places(data: Any, *above: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where something stands in a document; of a list only the first is looked at."""
    items = data.items() if isinstance(data, dict) else enumerate(data[:1])
    for key, inner in items:
        yield *above, key
        if isinstance(inner, dict | list):
            yield from places(inner, *above, key)


@pytest.mark.parametrize("strange", [None, True, 7, 10**400, "x", "\ud800", [], {}, [None]])
def test_a_document_damaged_anywhere_is_told_as_that(strange: object, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    for place in places(for_both()):
        damaged = inner = for_both()
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = strange
        if why := misfit(damaged):
            assert why.isprintable()
            continue
        bad.write_text(json.dumps(damaged))
        exports = (["export", bad, "--to", form] for form in (*CLASS_FORMATS, *RESULT_FORMATS))
        for words in (["diff", "--json", bad, bad], *exports):
            done = CliRunner().invoke(main, [str(word) for word in words])
            assert done.exit_code in (0, 1, 2), (place, words, done.output)
    assert not misfit(for_both())


def test_endless_nesting_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("[" * 100_000)
    for words in (["diff", bad, bad], ["export", bad, "--to", "csv"]):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert (done.exit_code, "bad.json is no results.json" in done.output) == (2, True)
