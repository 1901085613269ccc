"""The class page as data: every decision is made here, so that the template only prints."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from grader.domain.verdict import Outcome
from grader.records import dataclass
from grader.report import class_findings as findings
from grader.report.class_model import ClassReport, Student
from grader.report.language import say, say_count
from grader.report.numbers import number
from grader.report.words import SIGNS, WRONG, word

MAX_LISTED: Final = 60
MAX_ANSWERS: Final = 8
BAR: Final = 240  # px of the longest bar
GROUPS_SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class Link:
    """A submission by name, and where its own page lies (empty where there is none)."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class BarRow:
    label: str
    count: int
    length: int


@dataclass(frozen=True, slots=True)
class CauseRow:
    code: str
    title: str
    count: str
    length: int
    example: Link
    students: tuple[Link, ...]
    more: str


@dataclass(frozen=True, slots=True)
class RiddlePart:
    title: str
    answers: tuple[str, ...]
    students: tuple[Link, ...]
    more: str
    stub: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: str
    title: str
    concept: str
    passed: int
    wrong: int
    crashed: int
    ended: int
    silent: int
    remark: str


@dataclass(frozen=True, slots=True)
class Told:
    """A submission and what there is to say of it."""

    student: Link
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one concept: its name, and their titles in order."""

    concept: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a student reached in one group: `3/4`, and a sign for each case, in runs of wrong and other ones."""

    count: str
    order: float
    runs: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class StudentRow:
    student: Link
    name: str
    status: str
    score: str
    order: float
    codes: str
    titles: str
    patterns: tuple[Pattern, ...]
    words: str


@dataclass(frozen=True, slots=True)
class PairRow:
    left: Link
    right: Link
    share: str
    shared: str


@dataclass(frozen=True, slots=True)
class ClassPage:
    """The whole page."""

    language: str
    title: str
    summary: str
    facts: tuple[str, ...]
    bars: tuple[BarRow, ...]
    causes: tuple[CauseRow, ...]
    unnamed: str
    riddles: tuple[RiddlePart, ...]
    cases: tuple[CaseRow, ...]
    broken: tuple[Told, ...]
    ended: tuple[Told, ...]
    flags: tuple[Told, ...]
    moved: tuple[Told, ...]
    pairs: tuple[PairRow, ...]
    groups: tuple[Group, ...]
    students: tuple[StudentRow, ...]
    legend: str


def class_page(report: ClassReport) -> ClassPage:
    """The page of a class. Texts are safe already; see class_model."""
    links = {student.id: _link(student) for student in report.students}
    return ClassPage(
        language=report.language,
        title=report.title,
        summary=say_count("class.summary", len(report.students)),
        facts=_facts(report),
        bars=_bars(report),
        causes=_causes(report),
        unnamed=_unnamed(report),
        riddles=tuple(
            _riddle(riddle, index)
            for index, riddle in enumerate(findings.riddles(report)[:GROUPS_SHOWN], 1)
        ),
        cases=tuple(map(_case_row, findings.case_counts(report))),
        broken=tuple(Told(_link(one), one.message) for one in findings.broken(report)),
        ended=tuple(Told(_link(one), ", ".join(cases)) for one, cases in findings.ended(report)),
        flags=tuple(
            Told(_link(one), f"{kind}: {reason}")
            for one in report.students
            for kind, reason in one.flags
        ),
        moved=tuple(Told(_link(one), _progress(one)) for one in findings.moved(report)),
        pairs=tuple(
            PairRow(
                links[pair.left],
                links[pair.right],
                f"{pair.share:.0%}",
                say("class.alike.shared", shared=pair.shared, of=pair.of),
            )
            for pair in report.alike
            if pair.left in links and pair.right in links
        ),
        groups=tuple(
            Group(
                concept,
                tuple(column.title for column in report.columns if column.concept == concept),
            )
            for concept in _concepts(report)
        ),
        students=tuple(_student_row(one, report) for one in report.students),
        legend=", ".join(f"{sign} {word(outcome)}" for outcome, sign in SIGNS.items()),
    )


def _facts(report: ClassReport) -> tuple[str, ...]:
    students = report.students
    if not students:
        return ()
    full = sum(one.status == "graded" and one.score >= one.max_score > 0 for one in students)
    levels = sorted({one.level for one in students})
    return (
        say("class.median", share=f"{findings.middle_share(report):.0%}"),
        say_count("class.full", full),
        say_count("class.broken", len(findings.broken(report))),
        say("class.level", levels=", ".join(map(str, levels))),
    )


def _bars(report: ClassReport) -> tuple[BarRow, ...]:
    bins = findings.distribution(report)
    most = max((one.count for one in bins), default=0) or 1
    return tuple(
        BarRow(f"{one.low}–{one.high} %", one.count, round(BAR * one.count / most)) for one in bins
    )


def _causes(report: ClassReport) -> tuple[CauseRow, ...]:
    found = findings.causes(report)
    most = max((len(one.students) for one in found), default=1)
    return tuple(
        CauseRow(
            one.named.code,
            one.named.title,
            say_count("class.students", len(one.students)),
            round(BAR * len(one.students) / most),
            _link(_clearest(one.students)),
            *_listed(one.students),
        )
        for one in found
    )


def _clearest(students: tuple[Student, ...]) -> Student:
    """The student to look at: the fewest mistakes beside this one, then the highest score."""
    return min(students, key=lambda one: (len(one.diagnoses), -one.score, one.id))


def _unnamed(report: ClassReport) -> str:
    silent = sum(bool(one.unexplained) and not one.diagnoses for one in report.students)
    return say_count("class.unnamed", silent) if silent else ""


def _riddle(riddle: findings.Riddle, index: int) -> RiddlePart:
    rest = len(riddle.answers) - MAX_ANSWERS
    answers = riddle.answers[:MAX_ANSWERS]
    return RiddlePart(
        say_count("class.riddle", len(riddle.students), first=riddle.answers[0]),
        (*answers, say_count("class.riddle.more", rest)) if rest > 0 else answers,
        *_listed(riddle.students),
        findings.stub(riddle, index),
    )


def _case_row(count: findings.CaseCount) -> CaseRow:
    outcomes = count.outcomes
    remark = ""
    if count.judged and not count.passed:
        remark = say("class.case.nobody")
    elif count.judged and count.passed == count.judged:
        remark = say("class.case.everybody")
    return CaseRow(
        count.column.id,
        count.column.title,
        count.column.concept,
        count.passed,
        outcomes[Outcome.FAILED.value],
        outcomes[Outcome.CRASHED.value],
        sum(outcomes[outcome] for outcome in findings.ENDED),
        sum(
            outcomes[outcome.value]
            for outcome in (Outcome.NOT_ATTEMPTED, Outcome.SKIPPED, Outcome.GRADER_FAULT)
        ),
        remark,
    )


def _progress(student: Student) -> str:
    steps = (*student.attempts, student.score)
    return " → ".join(map(number, steps))


def _student_row(student: Student, report: ClassReport) -> StudentRow:
    graded = student.status == "graded"
    codes = " ".join(one.code for one in student.diagnoses)
    return StudentRow(
        _link(student),
        student.name,
        "" if graded else student.status,
        number(student.score) if graded else "",
        student.score if graded else -1.0,
        codes,
        "; ".join(one.title for one in student.diagnoses),
        tuple(_pattern(student, report, concept) for concept in _concepts(report)),
        " ".join((student.id, student.name, student.status, codes)).casefold(),
    )


def _pattern(student: Student, report: ClassReport, concept: str) -> Pattern:
    outcomes = [
        Outcome(outcome)
        for outcome, column in zip(student.outcomes, report.columns, strict=True)
        if column.concept == concept and outcome
    ]
    passed = outcomes.count(Outcome.PASSED)
    return Pattern(
        f"{passed}/{len(outcomes)}",
        passed / len(outcomes) if outcomes else 0.0,
        tuple(
            (wrong, "".join(SIGNS[outcome] for outcome in run))
            for wrong, run in groupby(outcomes, key=lambda outcome: outcome in WRONG)
        ),
    )


def _concepts(report: ClassReport) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.concept for column in report.columns))


def _listed(students: tuple[Student, ...]) -> tuple[tuple[Link, ...], str]:
    rest = len(students) - MAX_LISTED
    return tuple(map(_link, students[:MAX_LISTED])), (
        say_count("class.students.more", rest) if rest > 0 else ""
    )


def _link(student: Student) -> Link:
    return Link(student.id, student.link)
