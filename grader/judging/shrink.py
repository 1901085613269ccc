"""The smallest graph that still shows what a failing one shows.

Pure arithmetic on programs: whoever asks says, for a batch of candidates, which of them still show it. Candidates
are made by ending the graph earlier, by starting it later, by bypassing a function, replacing it by a simpler one,
merging inputs, leaving statements out and writing simpler numbers; the smallest are tried first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from grader.domain.array import Array
from grader.domain.program import (
    Apply,
    Aspect,
    Backward,
    ClearGradient,
    Constant,
    Construct,
    Delete,
    Detach,
    Input,
    Name,
    NoGrad,
    Operand,
    Program,
    Quantity,
    Raises,
    Statement,
    TakeGradient,
    flatten,
)
from grader.domain.vocabulary import VOCABULARY
from grader.generating.primal import primals
from grader.judging.small_programs import NUMBERS, asked
from grader.records import replace

BUDGET: Final = 400
BATCH: Final = 48
# What a function may be replaced by, the plainest first.
PLAINEST: Final = ("add", "mul", "square", "neg")

Keeps: TypeAlias = Callable[[Sequence[Program]], Sequence[bool]]


def shrink(
    program: Program, keeps: Keeps, *, budget: int = BUDGET, functions: Sequence[str] = ()
) -> Program:
    """The smallest program that was found for which `keeps` holds, or the program itself.

    `keeps` is told a batch of programs and says of each whether it still shows what is to be shown; it
    is asked about `budget` programs at most. `functions` may be put in the place of others.
    """
    tried = {program}
    while budget > 0:
        kept = None
        for batch in _batches(program, functions, tried):
            batch = batch[:budget]
            budget -= len(batch)
            holds = keeps(batch) if batch else ()
            kept = next((c for c, held in zip(batch, holds, strict=True) if held), None)
            if kept is not None or not budget:
                break
        if kept is None:
            return program
        program = kept
    return program


def _batches(
    program: Program, functions: Sequence[str], tried: set[Program]
) -> Iterator[Sequence[Program]]:
    """What has not been tried yet, the smallest first; first what makes the graph smaller, then plainer."""
    known = primals(program)
    for found in (_cuts(program, known or {}), _turns(program, functions)):
        whole = dict.fromkeys(each for each in map(_tidied, found) if each is not None)
        smaller = sorted((c for c in whole if weight(c) < weight(program)), key=weight)
        for at in range(0, len(smaller), BATCH):
            batch = map(_with_fit_numbers, smaller[at : at + BATCH])
            fresh = [each for each in dict.fromkeys(batch) if each not in tried]
            tried.update(fresh)
            yield fresh


def weight(program: Program) -> tuple[float, ...]:
    """What makes a program small: few functions, then few statements, inputs and numbers, then plain ones."""
    nodes = list(program.applications())
    numbers = [value for given in program.inputs for value in given.value.values]
    constants = [o.value for n in nodes for o in n.operands if isinstance(o, Constant)]
    starts = [step.upstream for step in program.backwards() if step.upstream is not None]
    return (
        len(nodes),
        sum(1 for _ in flatten(program.statements)),
        len(program.inputs) + len(constants) + len(starts),
        len(numbers),
        sum(map(_strangeness, nodes)),
        sum(1 for value in numbers if value not in NUMBERS[0]),
    )


def _cuts(program: Program, known: Mapping[str, Array]) -> Iterator[Program]:
    """The program with less in it."""
    nodes = [step for step in program.statements if isinstance(step, Apply)]
    for node in nodes:
        yield from _ending_at(program, node)
    for node in nodes:
        later = _starting_after(program, node, known)
        yield later
        for last in nodes:
            if last != node:
                yield from _ending_at(later, last)
    for node in nodes:
        if len(node.targets) == 1:
            yield from (_bypassed(program, node, name) for name in _operands(node))
    for left in program.inputs:
        for right in program.inputs:
            if left != right:
                yield _renamed(program, right.name, left.name)
    for i, step in enumerate(program.statements):
        if not isinstance(step, Apply):
            yield replace(program, statements=_without(program.statements, i))


def _turns(program: Program, functions: Sequence[str]) -> Iterator[Program]:
    """The program with something plainer in it, or with a value used in another's place."""
    yield from _plainer(program)
    nodes = [step for step in program.statements if isinstance(step, Apply)]
    made = [target for node in nodes for target in node.targets]
    for node in nodes:
        yield from _simpler(program, node, functions)
        for name in _operands(node):
            others = [o for o in made if o != name and o not in node.targets]
            yield from (_rewired(program, node, name, other) for other in others)


def _operands(node: Apply) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o.name for o in node.operands if isinstance(o, Name)))


def _ending_at(program: Program, node: Apply) -> Iterator[Program]:
    """The graph up to a node, with one `backward()` of it: where the program is a graph and a backward."""
    at = next((i for i, step in enumerate(program.statements) if step == node), -1)
    if at < 0 or len(program.backwards()) != 1:
        return
    leaves = [given.name for given in program.inputs]
    for target in node.targets:
        statements = (*program.statements[: at + 1], Backward(target))
        yield Program(program.inputs, statements, asked(target, leaves))


def _starting_after(program: Program, node: Apply, known: Mapping[str, Array]) -> Program:
    """The graph in which a node's results are inputs, at the values that they had."""
    given = [Input(target, known.get(target, Array.of(3.0))) for target in node.targets]
    gradients = (Quantity(Aspect.GRADIENT, target) for target in node.targets)
    return Program(
        (*program.inputs, *given),
        tuple(step for step in program.statements if step != node),
        tuple(dict.fromkeys((*program.quantities, *gradients))),
    )


def _bypassed(program: Program, node: Apply, name: str) -> Program:
    """The graph in which a node's operand stands where its result stood."""
    without = replace(program, statements=tuple(s for s in program.statements if s != node))
    return _renamed(without, node.targets[0], name)


def _rewired(program: Program, node: Apply, name: str, other: str) -> Program:
    """The graph in which one node uses another value."""
    operands = tuple(Name(other) if o == Name(name) else o for o in node.operands)
    return _exchanged(program, node, replace(node, operands=operands))


def _simpler(program: Program, node: Apply, functions: Sequence[str]) -> Iterator[Program]:
    arity = len(node.operands)
    for name in PLAINEST:
        if name in functions and VOCABULARY[name].arity == arity and len(node.targets) == 1:
            plain = Apply(node.targets, name, node.operands, call=node.call)
            yield _exchanged(program, node, plain)


def _plainer(program: Program) -> Iterator[Program]:
    """The same graph at plainer numbers, and from ones instead of an upstream that was given."""
    for position, given in enumerate(program.inputs):
        if given.value.shape or given.value.values[0] not in NUMBERS[0]:
            for number in NUMBERS[0]:
                inputs = list(program.inputs)
                inputs[position] = Input(given.name, Array.of(number))
                yield replace(program, inputs=tuple(inputs))
    for pair in NUMBERS[:3]:
        numbers = (*pair, -1.5, 0.7)
        if len(program.inputs) <= len(numbers):
            yield _at(program, [Array.of(number) for number in numbers])
    for step in program.backwards():
        if step.upstream is not None:
            yield _exchanged(program, step, replace(step, upstream=None))


def _with_fit_numbers(program: Program) -> Program:
    """The program, at other numbers where its own lead to a pole, a kink or very large values."""
    if primals(program) is None and all(not given.value.shape for given in program.inputs):
        for pair in NUMBERS:
            moved = _at(program, [Array.of(number) for number in (*pair, -1.5, 0.7)])
            if primals(moved) is not None:
                return moved
    return program


def _at(program: Program, numbers: Sequence[Array]) -> Program:
    inputs = (
        Input(given.name, value) for given, value in zip(program.inputs, numbers, strict=False)
    )
    return replace(program, inputs=(*inputs, *program.inputs[len(numbers) :]))


def _tidied(program: Program) -> Program | None:
    """The program without what nothing uses, or None where it does not hang together, or asks for nothing."""
    statements = program.statements
    while True:
        used = {name for step in flatten(statements) for name in _mentions(step)}
        left = tuple(
            step
            for step in statements
            if not isinstance(step, Apply) or any(target in used for target in step.targets)
        )
        if left == statements:
            break
        statements = left
    inputs = tuple(given for given in program.inputs if given.name in used)
    known = {given.name for given in inputs}
    for step in flatten(statements):
        if any(name not in known for name in _mentions(step)):
            return None
        known.update(_makes(step))
    quantities = tuple(quantity for quantity in program.quantities if quantity.of in known)
    if not inputs or not quantities or not any(isinstance(s, Apply) for s in flatten(statements)):
        return None
    return Program(inputs, statements, quantities)


def _mentions(statement: Statement) -> Iterator[str]:
    """The names that a statement itself uses. What an inner node's result is asked for does not count."""
    match statement:
        case Apply(_, _, operands):
            yield from (o.name for o in operands if isinstance(o, Name))
        case Backward(of, upstream):
            yield of
            if isinstance(upstream, Name):
                yield upstream.name
        case ClearGradient(of) | TakeGradient(_, of) | Detach(_, of):
            yield of
        case Delete(name):
            yield name
        case NoGrad() | Raises() | Construct():
            return


def _makes(statement: Statement) -> Iterator[str]:
    match statement:
        case Apply(targets):
            yield from targets
        case TakeGradient(target) | Detach(target) | Construct(target):
            yield target


def _renamed(program: Program, old: str, new: str) -> Program:
    """The program in which another variable stands for `old`, which is no longer an input."""
    return Program(
        tuple(given for given in program.inputs if given.name != old),
        tuple(_with_name(step, {old: new}) for step in program.statements),
        tuple(dict.fromkeys(q for q in program.quantities if q.of != old)),
    )


def _with_name(statement: Statement, to: Mapping[str, str]) -> Statement:
    def name(old: str) -> str:
        return to.get(old, old)

    def operand(old: Operand) -> Operand:
        return Name(name(old.name)) if isinstance(old, Name) else old

    match statement:
        case Apply():
            return replace(statement, operands=tuple(map(operand, statement.operands)))
        case Backward(of, upstream):
            start = None if upstream is None else operand(upstream)
            return replace(statement, of=name(of), upstream=start)
        case ClearGradient(of):
            return ClearGradient(name(of))
        case TakeGradient(target, of):
            return TakeGradient(target, name(of))
        case Detach(target, of):
            return Detach(target, name(of))
        case NoGrad(body):
            return NoGrad(tuple(_with_name(step, to) for step in body))
        case Raises(error, inner):
            return Raises(error, _with_name(inner, to))
        case _:
            return statement


def _exchanged(program: Program, old: Statement, new: Statement) -> Program:
    statements = tuple(new if step == old else step for step in program.statements)
    return replace(program, statements=statements)


def _without(statements: tuple[Statement, ...], position: int) -> tuple[Statement, ...]:
    return statements[:position] + statements[position + 1 :]


def _strangeness(node: Apply) -> int:
    plain = PLAINEST.index(node.function) if node.function in PLAINEST else len(PLAINEST)
    return plain + len(node.options)
