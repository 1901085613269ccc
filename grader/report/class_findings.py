"""What a teacher learns from a class: causes, riddles, cases that tell nothing, and what to look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median
from typing import Final

from grader.domain.verdict import Outcome
from grader.records import dataclass
from grader.report.class_model import ClassReport, Column, Named, Student

WRONG: Final = (Outcome.FAILED.value, Outcome.CRASHED.value)
ENDED: Final = (Outcome.TIMED_OUT.value, Outcome.OUT_OF_MEMORY.value, Outcome.NO_RESULT.value)
JUDGED: Final = (Outcome.PASSED.value, *WRONG, *ENDED)
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Cause:
    """A misconception and the students who were told of it, in the order of the class."""

    named: Named
    students: tuple[Student, ...]


@dataclass(frozen=True, slots=True)
class Riddle:
    """Submissions that give the same wrong answers, which nothing in the catalogue explains."""

    answers: tuple[str, ...]
    students: tuple[Student, ...]


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How often each outcome of a case occurred."""

    column: Column
    outcomes: Counter[str]

    @property
    def judged(self) -> int:
        return sum(self.outcomes[outcome] for outcome in JUDGED)

    @property
    def passed(self) -> int:
        return self.outcomes[Outcome.PASSED.value]


@dataclass(frozen=True, slots=True)
class Bin:
    """The submissions whose share of the points lies in [low, high); the last one includes 100 %."""

    low: int
    high: int
    count: int


def causes(report: ClassReport) -> tuple[Cause, ...]:
    """The misconceptions of a class, those that most students have first."""
    told: defaultdict[str, list[Student]] = defaultdict(list)
    named: dict[str, Named] = {}
    for student in report.students:
        for one in student.diagnoses:
            named.setdefault(one.id, one)
            told[one.id].append(student)
    found = [Cause(named[id], tuple(students)) for id, students in told.items()]
    return tuple(sorted(found, key=lambda cause: (-len(cause.students), cause.named.code)))


def riddles(report: ClassReport) -> tuple[Riddle, ...]:
    """Groups of equal unknown behaviour, the largest first; those of one student come last."""
    groups: defaultdict[tuple[str, ...], list[Student]] = defaultdict(list)
    for student in report.students:
        if student.unexplained:
            groups[student.unexplained].append(student)
    found = [Riddle(answers, tuple(students)) for answers, students in groups.items()]
    return tuple(sorted(found, key=lambda riddle: (-len(riddle.students), riddle.answers)))


def case_counts(report: ClassReport) -> tuple[CaseCount, ...]:
    """The outcomes of every case, in the order of the cases."""
    return tuple(
        CaseCount(column, Counter(student.outcomes[at] for student in report.students))
        for at, column in enumerate(report.columns)
    )


def distribution(report: ClassReport) -> tuple[Bin, ...]:
    """How many submissions reached which share of the points, in tenths."""
    counts = Counter(min(BINS - 1, int(student.share * BINS)) for student in report.students)
    return tuple(Bin(at * 100 // BINS, (at + 1) * 100 // BINS, counts[at]) for at in range(BINS))


def middle_share(report: ClassReport) -> float:
    """The median share of the points; 0 for an empty class."""
    return median(student.share for student in report.students) if report.students else 0.0


def broken(report: ClassReport) -> tuple[Student, ...]:
    """Submissions that could not be loaded, or on which the grader failed."""
    return tuple(student for student in report.students if student.status != "graded")


def ended(report: ClassReport) -> tuple[tuple[Student, tuple[str, ...]], ...]:
    """Submissions with cases that crashed, timed out or ended their process, and those cases."""
    outcomes = (Outcome.CRASHED.value, *ENDED)
    found = (
        (
            student,
            tuple(
                f"{column.id} ({outcome})"
                for column, outcome in zip(report.columns, student.outcomes, strict=True)
                if outcome in outcomes
            ),
        )
        for student in report.students
    )
    return tuple((student, cases) for student, cases in found if cases)


def moved(report: ClassReport) -> tuple[Student, ...]:
    """Submissions that are not the first attempt of their student."""
    return tuple(student for student in report.students if student.attempts)


def stub(riddle: Riddle, number: int) -> str:
    """The beginning of a catalogue file for behaviour that has no name yet."""
    comment = "\n".join(f"# {line}" for line in riddle.answers[:12])
    return (
        f"# Seen in {len(riddle.students)} submissions, for instance {riddle.students[0].id}:\n"
        f"{comment}\n"
        f"id: unnamed_{number}\n"
        "code: AD9NN\n"
        "concept: # seed, order, rule, accumulate, shape, state or second order\n"
        "title: # what the code does, in one line\n"
        "what: # the same, and what it should do\n"
        "combinable: true\n"
        "hints: # where to look; which idea; the change\n"
        "edit: # the reference, changed so that it answers the same\n"
        "- find: \n"
        "  replace: \n"
    )
