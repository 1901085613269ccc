"""`y`, `x.grad`, `y.generation`, `released(y)`: what is asked of a graph, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from grader.authoring.nodes import Node, Scalar, kind
from grader.authoring.numbers import read_numbers
from grader.authoring.source import Faults, Span, did_you_mean, shown
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    Delete,
    Detach,
    Input,
    Name,
    Quantity,
    Statement,
    flatten,
)
from grader.domain.transcript import Count, Flag, Missing, Observation, Reading

_FORMS = (
    (re.compile(r"released\s*\(\s*(\w+)\s*\)"), Aspect.RELEASED),
    (re.compile(r"(\w+)\s*\.\s*creator\s+is\s+None"), Aspect.NO_CREATOR),
    (re.compile(r"(\w+)\s*\.\s*grad\s+is\s+None"), Aspect.NO_GRADIENT),
    (re.compile(r"(\w+)\s*\.\s*grad"), Aspect.GRADIENT),
    (re.compile(r"(\w+)\s*\.\s*generation"), Aspect.GENERATION),
    (re.compile(r"(\w+)"), Aspect.VALUE),
)
_HELP = (
    "the forms are `y`, `x.grad`, `y.generation`, `y.creator is None`, `x.grad is None`, "
    "`released(y)`"
)


def read_quantity(
    text: str,
    span: Span,
    names: Collection[str] | None,
    deleted: Collection[str],
    faults: Faults,
) -> Quantity | None:
    """The quantity that a text asks for; None, and a fault, where there is no such thing.

    `names` are those of the graph, or None where the graph could not be read.
    """
    matches = ((form.fullmatch(text.strip()), aspect) for form, aspect in _FORMS)
    match, aspect = next(((m, a) for m, a in matches if m), (None, Aspect.VALUE))
    if match is None:
        help = "write the name alone: `y`" if ".data" in text else ""
        help = help or did_you_mean(text, (f"{name}.grad" for name in names or ())) or _HELP
        faults.add("YS506", f"{shown(text)} is nothing that can be asked for", span, help)
        return None
    name = match[1]
    if names is not None and name not in names:
        help = did_you_mean(name, names) or f"the names are {', '.join(names)}"
        faults.add("YS507", f"the graph has no `{name}`", span, help)
        return None
    if name in deleted and aspect is not Aspect.RELEASED:
        message = f"`{name}` is deleted by the graph: nothing can be read from it"
        faults.add("YS507", message, span, f"only `released({name})` can be asked then")
        return None
    return Quantity(aspect, name)


def read_answer(quantity: Quantity, node: Node, faults: Faults) -> Reading | None:
    """What a person expects of a quantity; None, and a fault, if the answer is of a wrong kind."""
    found: Observation | None = None
    match quantity.aspect:
        case Aspect.VALUE:
            found = read_numbers(node, f"`{quantity}`", faults)
        case Aspect.GRADIENT:
            nothing = isinstance(node, Scalar) and node.value is None
            found = Missing() if nothing else read_numbers(node, f"`{quantity}`", faults)
        case Aspect.GENERATION:
            if isinstance(node, Scalar) and type(node.value) is int and node.value >= 0:
                found = Count(node.value)
            else:
                _wrong_kind(quantity, "a whole number", node, faults)
        case _:
            if isinstance(node, Scalar) and isinstance(node.value, bool):
                found = Flag(node.value)
            else:
                _wrong_kind(quantity, "true or false", node, faults)
    return None if found is None else Reading(quantity, found)


def default_quantities(
    inputs: Iterable[Input], statements: tuple[Statement, ...], names: Iterable[str]
) -> tuple[Quantity, ...]:
    """The value of every output, and the gradient of every input if there is a backward pass.

    An output is a variable that no function of the graph takes; an input counts where a function
    takes it, so that one which is only an upstream is not asked for its gradient.
    """
    given = [each.name for each in inputs]
    taken: set[str] = set()
    upstreams: set[str] = set()
    deleted: set[str] = set()
    backward = False
    for step in flatten(statements):
        match step:
            case Apply(operands=operands):
                taken |= {operand.name for operand in operands if isinstance(operand, Name)}
            case Detach(of=of):
                taken.add(of)
            case Delete(name):
                deleted.add(name)
            case Backward(upstream=upstream):
                backward = True
                upstreams |= {upstream.name} if isinstance(upstream, Name) else set()
    outputs = [n for n in names if n not in taken | deleted | upstreams and n not in given]
    values = [Quantity(Aspect.VALUE, name) for name in outputs]
    leaves = [n for n in given if n in taken and n not in deleted] if backward else []
    return (*values, *(Quantity(Aspect.GRADIENT, name) for name in leaves))


def _wrong_kind(quantity: Quantity, due: str, node: Node, faults: Faults) -> None:
    faults.add("YS508", f"`{quantity}` is {due}, not {kind(node)}", node.span)
