"""A function whose backward is deliberately not the derivative of its forward.

An engine that walks the graph asks the function and gets what its backward says. One that differentiates
numerically never asks, and finds the slope of the forward. No tolerance is needed to tell them apart.
"""

from __future__ import annotations

from typing import Final

from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity

DECOY: Final = "decoy"
FACTOR: Final = 7.0
"""What the decoy's backward multiplies by. Its forward is x * x."""

X: Final = 1.5
SLOPE: Final = 2 * X
SECONDS: Final = 1.0

GRADIENT: Final = Quantity(Aspect.GRADIENT, "x")
PROGRAM: Final = Program(
    (Input("x", Array.of(X)),), (Apply(("y",), DECOY, (Name("x"),)), Backward("y")), (GRADIENT,)
)
