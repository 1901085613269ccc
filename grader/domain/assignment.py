"""What a teacher asks: an assignment and its cases."""

from __future__ import annotations

from enum import StrEnum

from grader.domain.program import Program
from grader.domain.submission import SourceFile
from grader.domain.transcript import Reading
from grader.domain.vocabulary import VOCABULARY
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Two numbers agree if |observed - expected| <= absolute + relative * |expected|."""

    relative: float = 1e-7
    absolute: float = 1e-9


class Reveal(StrEnum):
    """How much of a case a student's report shows."""

    NONE = "none"
    VERDICT = "verdict"
    ACTUAL = "actual"
    FULL = "full"


class Mode(StrEnum):
    """What is handed in: code that the cases are performed on, or cases that are to notice mistakes."""

    CODE = "code"
    CASES = "cases"


@dataclass(frozen=True, slots=True)
class Convention:
    """Another legal answer: readings that replace the expected ones, and what it is called."""

    title: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One program to be performed, what it is worth and how it is spoken about.

    `graph` is the teacher's own text. `literals` are the answers that the teacher wrote down: they
    are checked against the reference by `grader check`, and are not what students are compared with.
    """

    id: str
    title: str
    concept: str
    graph: str
    program: Program
    literals: tuple[Reading, ...] = ()
    conventions: tuple[Convention, ...] = ()
    points: float = 1.0
    hidden: bool = False
    reveal: Reveal = Reveal.FULL
    hints: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tolerance: Tolerance = Tolerance()
    time_limit: float = 2.0
    file: str = ""
    line: int = 0

    @property
    def is_secret(self) -> bool:
        """Whether a student may see nothing of it but its verdict, if that."""
        return self.hidden or self.reveal in (Reveal.NONE, Reveal.VERDICT)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that a submission must define, and the other names it may have.

    `brought` is one of the functions that the assignment brings, to which no other names lead.
    """

    name: str
    names: tuple[str, ...] = ()
    brought: bool = False

    @property
    def is_function(self) -> bool:
        return self.brought or self.name in VOCABULARY


@dataclass(frozen=True, slots=True)
class Translation:
    """A text of the assignment, as it stands there, in another language."""

    language: str
    text: str
    translation: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Cases, and what a submission must define.

    Students are shown `hint_steps` of each ladder of hints, all of them where it is None. `language` is
    the one that reports are asked to speak, or empty. Texts are in that language, else in English;
    `translations` give them in others. The `seed` decided the sampled inputs. `functions` are the files of
    functions that it brings: they extend the vocabulary and the reference.
    """

    id: str
    title: str
    dialect: str
    requires: tuple[Requirement, ...]
    cases: tuple[Case, ...]
    summary: str = ""
    language: str = ""
    hint_steps: int | None = None
    translations: tuple[Translation, ...] = ()
    seed: int = 0
    mode: Mode = Mode.CODE
    functions: tuple[SourceFile, ...] = ()

    def case(self, id: str) -> Case:
        return next(case for case in self.cases if case.id == id)

    @property
    def max_score(self) -> float:
        return sum(case.points for case in self.cases)
