"""Where a difference begins: the first wrong variable, forward in values, backward in gradients."""

from __future__ import annotations

from collections.abc import Iterator

from grader.domain.assignment import Case
from grader.domain.program import Apply, Aspect, Quantity, TakeGradient, flatten
from grader.domain.transcript import NotOffered, Transcript
from grader.judging.compare import agree


def first_divergent(case: Case, observed: Transcript, expected: Transcript) -> tuple[str, ...]:
    """The variables at which the two transcripts part.

    A wrong value comes first: the earliest variable computed wrongly. Otherwise the variables
    nearest the output whose gradient differs while every known gradient nearer the output agrees.
    Variables whose gradient the submission did not keep are passed over.
    """
    for name in _names(case):
        left, right = observed.primal(name), expected.primal(name)
        if left is not None and right is not None and not agree(left, right, case.tolerance):
            return (name,)
    wrong = {name for name in _names(case) if _gradient_differs(case, name, observed, expected)}
    if not wrong:
        return ()
    tainted: set[str] = set()
    first: list[str] = []
    for name in reversed(_names(case)):
        above = [output for output, operands in _uses(case) if name in operands]
        if any(output in wrong or output in tainted for output in above):
            tainted.add(name)
        elif name in wrong:
            first.append(name)
    return tuple(first)


def _gradient_differs(case: Case, name: str, observed: Transcript, expected: Transcript) -> bool:
    quantity = Quantity(Aspect.GRADIENT, name)
    left, right = observed.reading(quantity), expected.reading(quantity)
    if left is None or right is None or isinstance(left, NotOffered):
        return False
    asked = quantity in case.program.quantities
    inner = name not in {given.name for given in case.program.inputs}
    if inner and not asked and (type(left) is not type(right)):
        return False  # kept or dropped: a convention
    return not agree(left, right, case.tolerance)


def _names(case: Case) -> tuple[str, ...]:
    """Every variable of the program, in the order of computation."""
    names = [given.name for given in case.program.inputs]
    for step in flatten(case.program.statements):
        match step:
            case Apply(targets):
                names += targets
            case TakeGradient(target):
                names.append(target)
    return tuple(dict.fromkeys(names))


def _uses(case: Case) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(output, its operands) of every node."""
    for node in case.program.applications():
        operands = tuple(operand.name for operand in node.operands if hasattr(operand, "name"))
        for target in node.targets:
            yield target, operands
