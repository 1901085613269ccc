"""What looks like cheating, for the instructor to judge. Nothing here ever costs a point.

Each flag says what was seen and what else may explain it. None is raised by a mistake alone: a broken engine
asks functions for their backward, and is right or wrong with any numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final

from grader.domain.array import Array
from grader.domain.assignment import Assignment
from grader.domain.decoy import FACTOR, FORWARD_CALLS, GRADIENT, SLOPE
from grader.domain.diagnosis import Flag
from grader.domain.observed import Observed
from grader.domain.program import Quantity
from grader.domain.transcript import Transcript
from grader.domain.twin import original, twins
from grader.domain.verdict import Outcome
from grader.judging.verdicts import judge

CLOSE: Final = 1e-2
LEAST_KEYED: Final = 3
ENGINES: Final = (
    "torch", "jax", "autograd", "tensorflow", "tinygrad", "dezero", "micrograd", "chainer", "theano",
    "pytensor", "casadi", "mxnet", "keras", "numdifftools",
)  # fmt: skip
IMPORT: Final = re.compile(rf"^[ \t]*(?:import|from)[ \t]+({'|'.join(ENGINES)})\b", re.M)


def flags(
    observed: Observed,
    assignment: Assignment,
    answers: Mapping[str, Transcript],
    passed: frozenset[str],
) -> tuple[Flag, ...]:
    """What the instructor should look at. `answers` hold those of the twins, `passed` the cases passed."""
    return (
        *_numerical(observed.decoy),
        *_keyed(observed, assignment, answers, passed),
        *_engines(observed),
    )


def _numerical(decoy: Transcript | None) -> Iterator[Flag]:
    """What the performance of the decoy tells. Silence where the submission could not be asked."""
    gradient, calls = _number(decoy, GRADIENT), _number(decoy, FORWARD_CALLS)
    if gradient is not None and math.isclose(gradient, SLOPE, rel_tol=CLOSE):
        yield Flag(
            "numerical differentiation",
            "A function whose backward is deliberately not the slope of its forward got the slope "
            f"({SLOPE:g}, where its backward says {FACTOR:g}): gradients do not seem to come from "
            "the functions' own backward. Read how backward() is made before you judge.",
        )
    elif calls is not None and calls > 1:
        yield Flag(
            "forward run again",
            f"One use of a function and one backward() ran its forward {calls:g} times. Finite differences "
            "do that; so does an engine that keeps no values and computes them again.",
        )


def _keyed(
    observed: Observed,
    assignment: Assignment,
    answers: Mapping[str, Transcript],
    passed: frozenset[str],
) -> Iterator[Flag]:
    """Cases that pass with the numbers of the assignment and with no others."""
    found = {one.case: one.decisive for one in observed.twins}
    asked = [
        twin
        for twin in twins(assignment)
        if twin.id in found and twin.id in answers and original(twin) in passed
    ]
    odd = [
        original(twin)
        for twin in asked
        if judge(twin, found[twin.id], answers[twin.id]).outcome
        in (Outcome.FAILED, Outcome.CRASHED)
    ]
    if len(odd) >= LEAST_KEYED and 2 * len(odd) > len(asked):
        yield Flag(
            "answers keyed by inputs",
            f"{len(odd)} of {len(asked)} cases pass as the assignment states them and fail with other numbers "
            f"in the same graph: {', '.join(odd)}. Answers may be looked up instead of computed.",
        )


def _engines(observed: Observed) -> Iterator[Flag]:
    """Engines of others that the source names. Nothing of the kind can be imported where it is run."""
    own = {path.rpartition("/")[2].partition(".")[0] for path, _ in observed.files}
    named = {
        name: path
        for path, text in observed.files
        for name in IMPORT.findall(text)
        if name not in own
    }
    for name, path in sorted(named.items()):
        yield Flag(
            "another engine is imported",
            f"{path} imports {name}, which was not there when it was graded. A comparison with it is "
            "harmless; a backward() that hands over to it is not the student's own.",
        )


def _number(transcript: Transcript | None, quantity: Quantity) -> float | None:
    found = transcript.reading(quantity) if transcript else None
    return found.values[0] if isinstance(found, Array) and found.size == 1 else None
