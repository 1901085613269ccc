"""What changed between two results: the same mistake is told from another one."""

import json

import pytest

from grader.errors import UsageError
from grader.report import changes_text
from grader.report.changes import Kind, changes, read_results
from grader.report.results import results
from tests.unit.report.samples import SAMPLES


def case(id="diamond", outcome="failed", observed=32.0, **others):
    findings = [{"quantity": "x.grad", "kind": "value", "observed": observed}]
    wrong = outcome == "failed"
    return {
        "id": id,
        "outcome": outcome,
        "points": 2 if outcome == "passed" else 0,
        "hidden": False,
        "message": f"yours {observed}" if wrong else "Right.",
        "findings": findings if wrong else [],
        **others,
    }


def document(*cases, diagnoses=(), error=""):
    return {
        "schema_version": 1,
        "status": "ungradable" if error else "graded",
        "assignment": {"id": "backprop"},
        "score": sum(one["points"] for one in cases),
        "max_score": 2 * len(cases),
        "cases": list(cases),
        "diagnoses": [
            {"id": id, "code": id.upper(), "title": f"{id}.", "explains": list(explains)}
            for id, explains in diagnoses
        ],
        "submission": {"loading": {"error": error}},
    }


def kind(old, new):
    """What became of the one case of two documents."""
    (change,) = changes(old, new).cases
    return change.kind


RIGHT = case(outcome="passed")
CRASHED = case(outcome="crashed", findings=[], message="TypeError: no")


@pytest.mark.parametrize(
    ("old", "new", "became"),
    [
        (case(), RIGHT, Kind.FIXED),
        (RIGHT, case(), Kind.BROKEN),
        (RIGHT, RIGHT, Kind.UNCHANGED),
        (case(), case(), Kind.SAME),
        (case(), case(observed=32.0 + 1e-12), Kind.SAME),
        (case(), case(observed=16.0), Kind.ANOTHER),
        (case(observed=[1.0, 2.0]), case(observed=[1.0, 2.0]), Kind.SAME),
        (case(observed=[1.0, 2.0]), case(observed=[1.0, 3.0]), Kind.ANOTHER),
        (case(observed=[1.0, 2.0]), case(observed=[1.0]), Kind.ANOTHER),
        (case(observed=None), case(observed=0.0), Kind.ANOTHER),
        (case(observed="nan"), case(observed="nan"), Kind.SAME),
        (CRASHED, CRASHED, Kind.SAME),
        (CRASHED, CRASHED | {"message": "TypeError: not that either"}, Kind.ANOTHER),
        (CRASHED, case(), Kind.ANOTHER),
        (case(hidden=True), case(hidden=True, observed=16.0), Kind.STILL),
        (case(outcome="not attempted"), case(), Kind.FOUND),
        (case(outcome="not attempted"), RIGHT, Kind.FIXED),
        (case(), case(outcome="skipped"), Kind.UNJUDGED),
        (case(outcome="skipped"), case(outcome="not attempted"), Kind.UNCHANGED),
    ],
)
def test_what_became_of_a_case(old, new, became):
    assert kind(document(old), document(new)) is became


def test_the_same_cause_is_the_same_mistake_whatever_the_numbers():
    cause = [("overwrite", ["diamond"])]
    old, new = document(case(), diagnoses=cause), document(case(observed=7.0), diagnoses=cause)
    assert kind(old, new) is Kind.SAME


def test_another_cause_is_another_mistake_even_with_the_same_numbers():
    old = document(case(), diagnoses=[("overwrite", ["diamond"])])
    new = document(case(), diagnoses=[("stack", ["diamond"])])
    assert kind(old, new) is Kind.ANOTHER
    assert [(one.code, one.since.value) for one in changes(old, new).causes] == [
        ("STACK", "new"),
        ("OVERWRITE", "gone"),
    ]


def test_cases_that_come_and_go():
    found = changes(document(case("old")), document(case("new")))
    assert {one.case: one.kind for one in found.cases} == {"new": Kind.ADDED, "old": Kind.REMOVED}


def test_it_is_worse_only_where_something_broke():
    assert not changes(document(case()), document(case(observed=1.0))).worse
    assert changes(document(RIGHT), document(case())).worse
    assert changes(document(RIGHT), document(RIGHT, error="no Variable")).worse


def test_the_text_says_each_case_and_the_totals():
    old = document(case("a"), case("b"), RIGHT | {"id": "c"}, case("d"))
    new = document(RIGHT | {"id": "a"}, case("b"), case("c"), case("d", observed=5.0))
    assert changes_text.render(changes(old, new), encoding="utf-8").splitlines() == [
        "✓ a  fixed",
        "✗ b  same mistake: yours 32.0",
        "✗ c  broken: yours 32.0",
        "✗ d  another mistake: yours 5.0",
        "    before: yours 32.0",
        "",
        "1 broken, 1 fixed, 1 another mistake, 1 same mistake   2 of 8 points",
    ]
    plain = changes_text.render(changes(old, new), encoding="ascii")
    assert plain.startswith("ok   a  fixed\nFAIL b  same mistake")


def test_a_submission_that_could_not_be_loaded():
    found = changes(document(RIGHT), document(case(outcome="not attempted"), error="no Variable"))
    text = changes_text.render(found, encoding="utf-8")
    assert text.startswith("✗ could not be loaded: no Variable\n")
    assert "(before: 2)" in text


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_changes_from_a_report_to_itself(name):
    said = results(SAMPLES[name]())
    found = changes(said, json.loads(json.dumps(said)))
    assert {one.kind for one in found.cases} <= {Kind.UNCHANGED, Kind.SAME, Kind.STILL}
    assert not found.worse


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "is no results.json of this grader"),
        ("{", "is no results.json of this grader"),
        ('{"schema_version": 1}', "is no results.json of this grader"),
        ('{"schema_version": 99, "cases": []}', "was written by a later version of the grader"),
    ],
)
def test_what_is_no_document(tmp_path, text, said):
    file = tmp_path / "results.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_results(file)
