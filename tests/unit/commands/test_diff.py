"""`grader diff`, on results as `grader run` writes them."""

import json

from grader.report.results import to_json
from tests.unit.report.samples import SAMPLES


def written(desk, name, sample):
    (desk / name).write_text(to_json(SAMPLES[sample]()), encoding="utf-8")
    return name


def test_two_results_are_compared(desk, grader):
    old, new = written(desk, "old.json", "overwritten"), written(desk, "new.json", "right")
    done = grader("diff", old, new)
    assert "another" not in done.output
    assert "points (before: " in done.output
    again = grader("diff", new, old, "--json")
    document = json.loads(again.output)
    assert document["worse"] is (again.exit_code == 1)
    assert sum(document["counts"].values()) == len(document["cases"])


def test_the_same_results_twice(desk, grader):
    done = grader("diff", *[written(desk, "old.json", "right")] * 2)
    assert (done.exit_code, done.output.split("   ")[0]) == (0, "nothing changed")


def test_languages(desk, grader):
    done = grader("diff", *[written(desk, "old.json", "right")] * 2, "--lang", "ja")
    assert done.output.startswith("変化なし")


def test_a_file_that_is_not_there(desk, grader):
    done = grader("diff", "old.json", "new.json")
    assert done.exit_code == 2
    assert "old.json cannot be read: No such file or directory" in done.output
