"""A function whose backward is deliberately not the derivative of its forward.

An engine that walks the graph asks the function and gets what its backward says. One that differentiates
numerically never asks, and finds the slope of the forward. No tolerance is needed to tell them apart.
How often the forward ran is counted as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.transcript import Completed, Transcript

DECOY: Final = "decoy"
IN_A_TUPLE: Final = "decoy in a tuple"
"""The same for engines whose functions give their gradients in a tuple, even one alone."""
COUNT: Final = "forward calls of the decoy"
FACTOR: Final = 7.0
"""What the decoy's backward multiplies by. Its forward is x * x."""

X: Final = 1.5
SLOPE: Final = 2 * X
SECONDS: Final = 1.0

GRADIENT: Final = Quantity(Aspect.GRADIENT, "x")
FORWARD_CALLS: Final = Quantity(Aspect.VALUE, "n")
PROGRAMS: Final = tuple(
    Program(
        (Input("x", Array.of(X)),),
        (Apply(("y",), kind, (Name("x"),)), Backward("y"), Apply(("n",), COUNT, ())),
        (GRADIENT, FORWARD_CALLS),
    )
    for kind in (DECOY, IN_A_TUPLE)
)


def answered(transcripts: Sequence[Transcript]) -> Transcript | None:
    """Of what was answered to PROGRAMS, the one that came to its end; none where no one did."""
    ended = (one for one in transcripts if isinstance(one.ending, Completed))
    return next(ended, None)
