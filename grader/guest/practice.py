"""What a process does for the first time costs it more than all later times: here it is done before any fork.

Python rewrites code as it is executed, and fills tables. What is practised on computes nothing: whoever looks
through the memory of a child finds no answer there.
"""

from __future__ import annotations

import builtins
import linecache
import os
import sys
from typing import Final

from grader.domain import codec, terse
from grader.domain.array import Array
from grader.domain.program import Apply, Aspect, Backward, Input, Name, Program, Quantity
from grader.domain.protocol import Job, Limits
from grader.guest.dialects import DIALECTS
from grader.guest.engine import Engine, open_engine
from grader.guest.importing import PREFIX, SPARE_BUILTINS
from grader.guest.loading import HandedIn
from grader.guest.perform import answer
from grader.guest.sources import read_source
from grader.guest.tree import Tree

ENOUGH: Final = 4  # for each dialect: Python rewrites a function once it was called eight times
PROGRAM: Final = Program(
    (Input("x", Array.of([1.0, 2.0])), Input("w", Array.of(1.0))),
    (
        Apply(("y",), "square", (Name("x"),)),
        Apply(("z",), "add", (Name("y"), Name("w"))),
        Backward("z"),
    ),
    (Quantity(Aspect.VALUE, "z"), Quantity(Aspect.GRADIENT, "x")),
)
FILE: Final = "hollow.py"
# Variables of which nothing depends on anything.
HOLLOW: Final = b"""
import numpy as np


class Variable:
    def __init__(self, data):
        self.data = data
        self.grad = data

    def backward(self):
        pass


def square(variable):
    return Variable(variable.data)


def add(variable, other):
    return Variable(variable.data)
"""


def practise() -> list[bytes]:
    """Load something and answer a program as a child does, again and again. The answers."""
    message = terse.dumps(Program, PROGRAM)
    answers = []
    for dialect in DIALECTS:
        *_, engine = (_load(dialect) for _ in range(ENOUGH))
        answers += [
            answer(terse.loads(Program, message), engine.dialect, engine.frames)
            for _ in range(ENOUGH)
        ]
    _forget()
    return answers


def _load(dialect: str) -> Engine:
    tree = Tree(os.devnull, (FILE,))
    tree.sources[FILE] = read_source(FILE, HOLLOW)
    tree.parsed(FILE)
    job = Job(tree.root, tree.files, FILE, dialect, (), (), Limits())
    loading, engine = open_engine(job, HandedIn(tree, (), FILE, ()))
    codec.dumps(loading)
    assert engine is not None
    return engine


def _forget() -> None:
    """Leave no module behind, and builtins for the first one of a child."""
    del sys.modules[f"{PREFIX}.{FILE.removesuffix('.py')}"]
    linecache.clearcache()
    SPARE_BUILTINS[:] = [dict(builtins.__dict__)]
