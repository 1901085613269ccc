"""All that running a submission showed: what is stored, so that it can be judged again without running it."""

from __future__ import annotations

from enum import StrEnum

from grader.domain.film import Film
from grader.domain.program import Program
from grader.domain.submission import CellLines, Loading
from grader.domain.transcript import Faulted, Reading, Transcript
from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Performed:
    """One case as it was performed: `first` beside the others, and `alone` where that was in doubt.

    Where it did not pass, `film` is the recording of its backward passes, and `slopes` are the gradients of
    its inputs by finite differences of the submission's own forward pass.
    """

    case: str
    first: Transcript
    alone: Transcript | None = None
    film: Film | None = None
    slopes: tuple[Reading, ...] = ()

    @property
    def decisive(self) -> Transcript:
        """The transcript that is judged: nothing that another case left behind is in it."""
        return self.alone or self.first


class Purpose(StrEnum):
    """Of an experiment: it decides between explanations, or it is the smallest graph that shows a failure."""

    DECIDES = "decides"
    SHOWS = "shows"


@dataclass(frozen=True, slots=True)
class Experiment:
    """A graph that no teacher wrote, performed on the submission after the cases.

    `about` names the misconceptions that it is about; `case` the failing case that it was shrunk from, where
    nothing known explains that.
    """

    purpose: Purpose
    about: tuple[str, ...]
    program: Program
    transcript: Transcript
    case: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """One submission, run. Judging it needs nothing else of the submission.

    `files` holds (path, text) of the sources, for quoting lines, and `cells` says where notebooks have
    theirs. `performed` has one entry for each case, and none where `loading` has an `error`. `decoy` is
    the transcript of the decoy, where it was answered; `twins` are cases with other numbers in them;
    `experiments` are what was performed once the cases had been judged. `level`, `layers` and `missing` say
    what protection was in force.
    """

    submission: str
    kind: str
    files: tuple[tuple[str, str], ...]
    seed: int
    level: int
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    loading: Loading
    performed: tuple[Performed, ...] = ()
    decoy: Transcript | None = None
    twins: tuple[Performed, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    output: str = ""
    cells: tuple[CellLines, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What the grader's own machinery failed at, in words."""
        return tuple(
            dict.fromkeys(
                ending.how
                for one in self.performed
                if isinstance(ending := one.decisive.ending, Faulted)
            )
        )
