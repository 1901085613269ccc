"""One hostile submission as data, and what would show that it succeeded."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Evidence = Literal["loot", "done", "listener", "files", "processes", "segments", "nothing"]

# Which walls stand in the way of a deed; without all of them it must succeed.
FILES = ("landlock", "namespaces", "user")
WRITES = (*FILES, "limits")
PROCESSES = ("filter",)
NETWORK = ("filter", "landlock", "namespaces")
MEMORY = ("limits",)
RIGHTS = ("filter", "user")
EVERYTHING = ("landlock", "filter", "limits", "user", "namespaces", "burial")

ENGINE = """
import numpy as np

class Variable:
    def __init__(self, data):
        self.data, self.grad, self.creator = np.asarray(data, dtype=float), None, None
    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                if v.creator:
                    for x in v.creator.inputs:
                        visit(x)
                order.append(v)
        visit(self)
        for v in reversed(order):
            if v.creator:
                for x, gx in zip(v.creator.inputs, v.creator.backward(v.grad)):
                    x.grad = gx if x.grad is None else x.grad + gx

class Function:
    def __call__(self, *inputs):
        self.inputs = inputs
        y = Variable(self.forward(*(x.data for x in inputs)))
        y.creator = self
        return y

class Square(Function):
    def forward(self, x):
        return x ** 2
    def backward(self, gy):
        return (2 * self.inputs[0].data * gy,)

class Add(Function):
    def forward(self, a, b):
        return a + b
    def backward(self, gy):
        return gy, gy

def square(x):
    return Square()(x)

def add(a, b):
    return Add()(a, b)
"""

LAZY = (
    ENGINE.replace("return (2 * self.inputs[0].data * gy,)", "return (0 * gy,)")
    .replace("return gy, gy", "return 0 * gy, 0 * gy")
    .replace("return x ** 2", "return 0 * x")
    .replace("return a + b", "return 0 * a")
)
"""The same engine with every number wrong: whatever it earns, it has stolen."""


@dataclass(frozen=True)
class Attack:
    """A submission that tries `source` while it is loaded.

    `needs_off` are the walls without which it must succeed, by the evidence named; `{}` fields of
    a canary are filled in by name, as `CANARY["secret"]`. `after` follows the engine; `engine` is
    the code that is graded. `files` come along.
    """

    name: str
    source: str = ""
    needs_off: tuple[str, ...] = ()
    evidence: Evidence = "loot"
    engine: str = ENGINE
    after: str = ""
    files: Mapping[str, bytes] | None = None

    def text(self, canary: Mapping[str, object]) -> str:
        """The whole file that is handed in."""
        body = textwrap.indent(textwrap.dedent(self.source).strip() or "pass", "    ")
        return (
            f"CANARY = {dict(canary)!r}\n"
            f"def _attack():\n{body}\n"
            "try:\n    _attack()\n"
            "except BaseException as error:\n"
            "    print('refused:', type(error).__name__, error)\n"
            f"{self.engine}\n{textwrap.dedent(self.after)}\n"
        )
