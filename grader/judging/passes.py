"""A film, cut into backward passes and held against the graph: who brought what to whom, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from grader.domain.array import Array
from grader.domain.film import Film, Step, Write
from grader.domain.program import Apply, Name, Program
from grader.domain.transcript import Missing, Observation
from grader.judging import arrays
from grader.records import dataclass

Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One use of a variable: function `node` takes it in `position`."""

    node: Key
    position: int


@dataclass(frozen=True, slots=True)
class Pass:
    """One backward pass: its root, the step that seeds it, the visits of each node in their order."""

    root: str
    seed: Step
    steps: tuple[Step, ...]

    def visits(self, node: Key) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.targets == node)

    def when(self, node: Key) -> tuple[int, ...]:
        """The numbers of the steps in which a node was asked."""
        return tuple(n for n, step in enumerate(self.steps) if step.targets == node)

    def writes(self, variable: str) -> tuple[Write, ...]:
        """The writes to the gradient of a variable; handing it out counts where there is nothing else."""
        every = [
            (step, write)
            for step in (self.seed, *self.steps)
            for write in step.writes
            if write.variable == variable
        ]
        walked = tuple(write for step, write in every if step.function or step is self.seed)
        return walked or tuple(write for _, write in every)

    def last(self, variable: str) -> Observation:
        """What the gradient of a variable was when the pass was over, or missing."""
        writes = self.writes(variable)
        return writes[-1].after if writes else Missing()


def passes(film: Film) -> tuple[Pass, ...]:
    """The backward passes of a film, in their order."""
    found: list[tuple[Step, list[Step]]] = []
    for step in film.steps:
        if not step.function and step.targets:
            found.append((step, []))
        elif found:
            found[-1][1].append(step)
    return tuple(Pass(seed.targets[0], seed, tuple(steps)) for seed, steps in found)


def nodes(program: Program) -> Mapping[Key, Apply]:
    return {node.targets: node for node in program.applications()}


def operands(node: Apply) -> tuple[str, ...]:
    """The names of a node's operands by position, empty for a constant."""
    return tuple(one.name if isinstance(one, Name) else "" for one in node.operands)


def uses(right: Pass, known: Mapping[Key, Apply], variable: str) -> tuple[Edge, ...]:
    """The edges by which a pass that is right brings something to a variable."""
    return tuple(
        Edge(step.targets, position)
        for step in right.steps
        if step.targets in known
        for position, name in enumerate(operands(known[step.targets]))
        if name == variable
    )


def brought(step: Step, node: Apply) -> tuple[Array | None, ...]:
    """What one visit brings to each operand: what its backward gave back, else what it wrote."""
    if len(step.downstream) == len(node.operands):
        return tuple(one if isinstance(one, Array) else None for one in step.downstream)
    waiting = {name: [w for w in step.writes if w.variable == name] for name in operands(node)}
    found: list[Array | None] = []
    for name in operands(node):
        write = waiting[name].pop(0) if name and waiting[name] else None
        found.append(arrays.share(write.before, write.after) if write else None)
    return tuple(found)


def due(right: Pass, edge: Edge) -> Array | None:
    """What an edge brings in a pass that is right."""
    step = next(iter(right.visits(edge.node)), None)
    if step is None or edge.position >= len(step.downstream):
        return None
    found = step.downstream[edge.position]
    return found if isinstance(found, Array) else None


def arrived(own: Pass, edge: Edge, node: Apply) -> Array | None:
    """What an edge brought in a submission's pass, all visits together."""
    visits: Sequence[Step] = own.visits(edge.node)
    return arrays.total(brought(step, node)[edge.position] for step in visits)
