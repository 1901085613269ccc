"""A small graph, put to each use that an assignment may make of it: twice, cleared, not recorded, let go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Delete,
    Detach,
    Name,
    NoGrad,
    Operand,
    Program,
    Quantity,
    Statement,
    TakeGradient,
)
from grader.records import replace

AGAIN: Final = "2"  # ends the names of a graph that is built once more


def forms(program: Program, allowed: frozenset[str]) -> Iterator[Program]:
    """The program itself, then what else can be done with its graph by means of these features."""
    yield program
    if len(program.backwards()) != 1 or any(step.upstream for step in program.backwards()):
        return
    for feature, make in _FORMS.items():
        if feature in allowed:
            yield from make(program)


def _nodes(program: Program) -> tuple[Apply, ...]:
    return tuple(program.applications())


def _output(program: Program) -> str:
    return program.backwards()[0].of


def _gradients(program: Program) -> tuple[Quantity, ...]:
    return tuple(Quantity(Aspect.GRADIENT, given.name) for given in program.inputs)


def _with(program: Program, statements: Sequence[Statement], *asked: Quantity) -> Program:
    return replace(program, statements=tuple(statements), quantities=asked)


def _twice(program: Program) -> Iterator[Program]:
    """`backward()` called twice."""
    once = Backward(_output(program))
    yield _with(program, (*_nodes(program), once, once), *_gradients(program))


def _cleared(program: Program) -> Iterator[Program]:
    """The graph, its gradients cleared, and the graph once more."""
    again = _renamed(program)
    clear = [ClearGradient(given.name) for given in program.inputs]
    last = again[-1].targets[-1]
    statements: list[Statement] = [
        *_nodes(program),
        Backward(_output(program)),
        *clear,
        *again,
        Backward(last),
    ]
    yield _with(program, statements, Quantity(Aspect.VALUE, last), *_gradients(program))


def _inner(program: Program) -> Iterator[Program]:
    """What is left of the gradients that no leaf holds."""
    inner = tuple(Quantity(Aspect.NO_GRADIENT, node.targets[0]) for node in _nodes(program))
    yield replace(program, quantities=(*inner, *_gradients(program)))


def _not_recorded(program: Program) -> Iterator[Program]:
    """Nothing is recorded within `no_grad()`, and all is recorded after it."""
    last = _output(program)
    body = NoGrad(_nodes(program))
    yield _with(program, (body,), Quantity(Aspect.VALUE, last), Quantity(Aspect.NO_CREATOR, last))
    again = _renamed(program)
    yield _with(program, (body, *again, Backward(again[-1].targets[-1])), *_gradients(program))


def _detached(program: Program) -> Iterator[Program]:
    """The first value cut off from its history wherever it is used."""
    first, *rest = _nodes(program)
    if not rest or len(first.targets) > 1:
        return
    cut = {first.targets[0]: "d"}
    after = [_using(node, cut) for node in rest]
    nodes: list[Statement] = [first, Detach("d", first.targets[0]), *after]
    if not any(Name(given.name) in node.operands for node in rest for given in program.inputs):
        return  # nothing would be left to be differentiated
    yield replace(program, statements=(*nodes, Backward(_output(program))))


def _second(program: Program) -> Iterator[Program]:
    """The gradient of the gradient with respect to the first input."""
    x = program.inputs[0].name
    statements: list[Statement] = [
        *_nodes(program),
        Backward(_output(program), create_graph=True),
        TakeGradient("gx", x),
        ClearGradient(x),
        Backward("gx"),
    ]
    yield _with(program, statements, Quantity(Aspect.VALUE, "gx"), Quantity(Aspect.GRADIENT, x))


def _released(program: Program) -> Iterator[Program]:
    """Whether the graph is gone when its last name is."""
    last = _output(program)
    statements: list[Statement] = [*_nodes(program), Backward(last), Delete(last)]
    yield _with(program, statements, Quantity(Aspect.RELEASED, last))


def _renamed(program: Program) -> tuple[Apply, ...]:
    names = {target: target + AGAIN for node in _nodes(program) for target in node.targets}
    return tuple(_using(node, names) for node in _nodes(program))


def _using(node: Apply, names: Mapping[str, str]) -> Apply:
    """The node with other names for some of the variables, its own included."""

    def other(operand: Operand) -> Operand:
        return Name(names.get(operand.name, operand.name)) if isinstance(operand, Name) else operand

    targets = tuple(names.get(target, target) for target in node.targets)
    return replace(node, targets=targets, operands=tuple(map(other, node.operands)))


_FORMS: Final[Mapping[str, Callable[[Program], Iterator[Program]]]] = {
    "several backward": _twice,
    "cleargrad": _cleared,
    "inner gradients": _inner,
    "no_grad": _not_recorded,
    "detach": _detached,
    "create_graph": _second,
    "released": _released,
}
