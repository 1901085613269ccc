"""Which variables a program makes, and which of them its backward passes walk through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.domain.program import (
    Apply,
    Backward,
    Construct,
    Detach,
    Name,
    NoGrad,
    Program,
    Statement,
    TakeGradient,
)


def performed(statements: Iterable[Statement]) -> Iterator[Statement]:
    """All statements, those under `no_grad` too, but not what `raises(...)` wants refused."""
    for statement in statements:
        yield statement
        if isinstance(statement, NoGrad):
            yield from performed(statement.body)


def inputs(program: Program) -> tuple[str, ...]:
    return tuple(given.name for given in program.inputs)


def variables(program: Program) -> tuple[str, ...]:
    """Every variable, once, in the order of computation."""
    names = [*inputs(program)]
    for step in performed(program.statements):
        match step:
            case Apply(targets):
                names += targets
            case TakeGradient(target) | Detach(target) | Construct(target):
                names.append(target)
    return tuple(dict.fromkeys(names))


def upstreams(program: Program) -> frozenset[str]:
    """The variables that are handed to a backward pass as its upstream gradient, and used nowhere else."""
    steps = tuple(performed(program.statements))
    handed = {
        step.upstream.name
        for step in steps
        if isinstance(step, Backward)
        if isinstance(step.upstream, Name)
    }
    used = {
        one.name
        for step in steps
        if isinstance(step, Apply)
        for one in step.operands
        if isinstance(one, Name)
    }
    return frozenset(handed - used)


def reached(program: Program) -> frozenset[str]:
    """The variables that some backward pass walks through, where it is right."""
    parents: dict[str, tuple[str, ...]] = {}
    latest: tuple[str, ...] = ()
    seen: dict[str, None] = {}
    for step in program.statements:  # what is computed under no_grad has no parents
        match step:
            case Apply(targets, _, operands):
                names = tuple(one.name for one in operands if isinstance(one, Name))
                parents |= dict.fromkeys(targets, names)
            case TakeGradient(target):
                parents[target] = latest
            case Backward(of):
                latest = (of,)
                waiting = [of]
                while waiting:
                    name = waiting.pop()
                    if name not in seen:
                        seen[name] = None
                        waiting += parents.get(name, ())
    return frozenset(seen)
