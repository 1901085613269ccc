"""A backward pass as it happened: which functions were asked in which order, and who wrote what.

A film is recorded in a performance of its own, beside the one that counts, and says of itself
whether the two gave the same numbers.
"""

from __future__ import annotations

from typing import Final

from grader.domain.diagnosis import Place
from grader.domain.transcript import Observation
from grader.records import dataclass

# Keys of the sentences that say what could not be recorded. A film may hold no others.
CUT: Final = "film.unseen.cut"
NO_FUNCTIONS: Final = "film.unseen.functions"
TRACED: Final = "film.unseen.traced"
UNSEEN: Final = (CUT, NO_FUNCTIONS, TRACED)


@dataclass(frozen=True, slots=True)
class Write:
    """One change of a gradient. `variable` is the program's name for its owner, or empty.

    `in_place` says that the array itself was changed, and `place` the line that did it.
    """

    variable: str
    before: Observation
    after: Observation
    place: Place | None = None
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The backward of one function of the program, and the writes up to the next one's.

    `targets` are the variables that the function computed, by which it is known in the program;
    `place` is the line of its backward. The writes before the first function (the seed's) belong
    to a step whose `function` is empty; so do, in a step with no targets, writes that hand gradients
    out once all functions are done. `downstream` is what the backward gave back, if it gave anything;
    `asked_at` is the line that called it.
    """

    function: str
    targets: tuple[str, ...]
    upstream: tuple[Observation, ...] = ()
    place: Place | None = None
    writes: tuple[Write, ...] = ()
    downstream: tuple[Observation, ...] = ()
    asked_at: Place | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """All steps in order. `agrees` says that the recorded and the unrecorded numbers are the same.

    `unseen` holds keys of sentences that say what could not be recorded.
    """

    steps: tuple[Step, ...]
    agrees: bool
    unseen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if unknown := [key for key in self.unseen if key not in UNSEEN]:
            raise ValueError(f"{unknown[0]!r:.40} is nothing that could not be recorded")
