"""What programs make use of, beside their functions: which mistakes could show in them at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from grader.domain.assignment import Assignment
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Constant,
    Detach,
    Name,
    NoGrad,
    Program,
    flatten,
)
from grader.domain.vocabulary import VOCABULARY
from grader.generating.primal import ELEMENTWISE

# A mistake whose own probe has one of these cannot show where it is missing; without the others (arrays, a
# given upstream, several outputs) it often can.
NECESSARY: Final = frozenset(
    {
        "several backward",
        "cleargrad",
        "no_grad",
        "detach",
        "create_graph",
        "released",
        "inner gradients",
        "integers",
        "numbers",
        "broadcast",
    }
)


def features(program: Program) -> frozenset[str]:
    """The features of one program, by the words of this module."""
    found: set[str] = set()
    backwards = 0
    shapes = {given.name: given.value.shape for given in program.inputs}
    for step in flatten(program.statements):
        match step:
            case Apply(targets, function, operands):
                if len(targets) > 1:
                    found.add("several outputs")
                numbers = operands[:1] if function == "pow" else operands
                if any(isinstance(operand, Constant) for operand in numbers):
                    found.add("numbers")
                known = [
                    shapes[o.name] for o in operands if isinstance(o, Name) and o.name in shapes
                ]
                if function in ELEMENTWISE and len(known) == len(operands):
                    found |= {"broadcast"} if len(set(known)) > 1 else set()
                    shapes |= dict.fromkeys(targets, max(known, key=len))
            case Backward(upstream=upstream, create_graph=create_graph):
                backwards += 1
                found |= {"upstream"} if upstream is not None else set()
                found |= {"create_graph"} if create_graph else set()
            case ClearGradient():
                found.add("cleargrad")
            case NoGrad():
                found.add("no_grad")
            case Detach():
                found.add("detach")
    if backwards > 1 and not found & {"create_graph", "cleargrad"}:
        found.add("several backward")
    for given in program.inputs:
        found |= {"arrays"} if given.value.shape else set()
        found |= {"integers"} if given.value.dtype.startswith("int") else set()
    leaves = {given.name for given in program.inputs}
    for quantity in program.quantities:
        inner = quantity.of not in leaves
        match quantity.aspect:
            case Aspect.RELEASED:
                found.add("released")
            case Aspect.GRADIENT | Aspect.NO_GRADIENT if inner and "create_graph" not in found:
                found.add("inner gradients")
            case Aspect.NO_CREATOR | Aspect.GENERATION:
                found.add("creator")
    return frozenset(found)


def means(assignment: Assignment) -> tuple[tuple[str, ...], frozenset[str]]:
    """The functions and the features that an assignment's cases use or its requirements name."""
    used = {name for case in assignment.cases for name in case.program.functions()}
    required = {requirement.name for requirement in assignment.requires}
    functions = tuple(name for name in VOCABULARY if name in used | required)
    found: set[str] = set()
    for case in assignment.cases:
        found |= features(case.program)
    return functions, frozenset(found | (required & {"no_grad"}))


def within(program: Program, functions: Iterable[str], allowed: frozenset[str]) -> bool:
    """Whether a program makes do with these means."""
    return set(program.functions()) <= set(functions) and features(program) <= allowed
