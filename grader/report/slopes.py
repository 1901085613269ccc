"""The slope of each function in each of its operands, for single numbers: its value, and how it is written.

The report computes nothing that is judged with these. They explain an expected gradient that the reference has
computed, and where they do not lead to it, nothing is explained (`paths.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

# Written with the names of the operands, then computed from their values.
Slope: TypeAlias = tuple[str, Callable[..., float]]

ONE: Final[Slope] = ("1", lambda *_: 1.0)

SLOPES: Final[dict[str, tuple[Slope, ...]]] = {
    "add": (ONE, ONE),
    "sub": (ONE, ("−1", lambda a, b: -1.0)),
    "mul": (("{1}", lambda a, b: b), ("{0}", lambda a, b: a)),
    "div": (("1/{1}", lambda a, b: 1 / b), ("−{0}/{1}²", lambda a, b: -a / b**2)),
    "neg": (("−1", lambda a: -1.0),),
    "pow": (
        ("{1}·{0}^({1}−1)", lambda a, b: b * a ** (b - 1)),
        ("{0}^{1}·log {0}", lambda a, b: a**b * math.log(a)),
    ),
    "square": (("2·{0}", lambda a: 2 * a),),
    "exp": (("exp {0}", math.exp),),
    "log": (("1/{0}", lambda a: 1 / a),),
    "sin": (("cos {0}", math.cos),),
    "cos": (("−sin {0}", lambda a: -math.sin(a)),),
    "tanh": (("1 − tanh² {0}", lambda a: 1 - math.tanh(a) ** 2),),
    "relu": (("{0} > 0", lambda a: float(a > 0)),),
    "abs": (("sign {0}", lambda a: math.copysign(1.0, a)),),
    "maximum": (
        ("{0} ≥ {1}", lambda a, b: float(a >= b)),
        ("{1} > {0}", lambda a, b: float(b > a)),
    ),
    # A single number is its own sum, mean and maximum, and has only one shape.
    **dict.fromkeys(
        ("sum", "mean", "max", "reshape", "transpose", "broadcast_to", "sum_to"), (ONE,)
    ),
}
