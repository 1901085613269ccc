"""Classes made by hand for tests, without running anything."""

from grader.domain.alike import Alike
from grader.report.class_model import ClassReport, columns, student
from grader.report.results import results
from tests.unit.report.samples import SAMPLES

KINDS = ("right", "overwritten", "every_state", "ungradable")


def documents():
    """results.json of the samples that stand for a class, by name."""
    return {name: results(SAMPLES[name]()) for name in KINDS if name in SAMPLES}


def class_of(count):
    """A class of `count` submissions of mixed kinds, on the cases of the sample with most states."""
    found = documents()
    head = columns(found["every_state"])
    kinds = list(found)
    students = tuple(
        student(
            found[kinds[number % len(kinds)]],
            head,
            id=f"student-{number:04d}",
            name=f"Name {number}",
            link=f"reports/student-{number:04d}.html",
            attempts=(0.5,) if number % 5 == 0 else (),
        )
        for number in range(count)
    )
    pairs = (Alike("student-0000", "student-0001", 40, 50),) if count > 1 else ()
    return ClassReport("Backpropagation", head, students, pairs)
