"""What looks like cheating, for the instructor to judge. Nothing here ever costs a point."""

from __future__ import annotations

import math
from typing import Final

from grader.domain.array import Array
from grader.domain.decoy import FACTOR, GRADIENT, SLOPE
from grader.domain.diagnosis import Flag
from grader.domain.transcript import Transcript

CLOSE: Final = 1e-2


def flags(decoy: Transcript | None) -> tuple[Flag, ...]:
    """What the performance of the decoy tells. Silence where the submission could not be asked."""
    found = decoy.reading(GRADIENT) if decoy else None
    if not isinstance(found, Array) or found.size != 1:
        return ()
    if math.isclose(found.values[0], SLOPE, rel_tol=CLOSE):
        return (
            Flag(
                "numerical differentiation",
                "A function whose backward is deliberately not the slope of its forward got the slope "
                f"({SLOPE:g}, where its backward says {FACTOR:g}): gradients do not seem to come from "
                "the functions' own backward. Read how backward() is made before you judge.",
            ),
        )
    return ()
