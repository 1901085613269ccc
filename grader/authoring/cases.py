"""One entry of `cases:` -> the case, or the cases, that it stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grader.authoring.graph import Graph, read_graph
from grader.authoring.names import check_name, is_name
from grader.authoring.nodes import Entry, Mapping, Node, Scalar, kind
from grader.authoring.numbers import read_input
from grader.authoring.quantities import default_quantities, read_answer, read_quantity
from grader.authoring.schema import Accept, CaseEntry, ToleranceTable, Variant
from grader.authoring.shape import mapping, read, sequence, texts
from grader.authoring.source import Faults, Span, did_you_mean
from grader.domain.assignment import Case, Convention, Reveal, Tolerance
from grader.domain.program import Call, Input, Program, Quantity
from grader.domain.transcript import Reading


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the assignment says for all of its cases. `seed` is the seed of the run."""

    tolerance: Tolerance = Tolerance()
    time_limit: float = 2.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that one entry stands for: one, or one a variant. `needs` are still as written."""

    id: str
    at: Span
    needs: tuple[Scalar, ...]
    cases: tuple[Case, ...]


def read_case(node: Mapping, defaults: Defaults, faults: Faults) -> Group:
    """Read one entry. Faults are added for all that is wrong; what could be read is in the group."""
    at = _place(node)
    name = node.get("case")
    label = name.text if isinstance(name, Scalar) and name.text.strip() else "?"
    what = f"case `{label}`" if label != "?" else "this case"
    entry = read(CaseEntry, node, what, faults, at)
    id = entry.case or label
    variants = _variants(node, what, faults)
    shared = _named(mapping(node.get("inputs"), f"`inputs` of {what}", faults))
    names = dict.fromkeys((*shared, *(key for each in variants for key in each.inputs)))
    graph = _graph(node, entry, tuple(names), what, faults)
    _check_names((shared, *(each.inputs for each in variants)), graph, what, faults)
    checked = _checked(node, graph, faults)
    expect = _named(mapping(node.get("expect"), f"`expect` of {what}", faults))
    accept = sequence(node.get("accept"), f"`accept` of {what}", faults)
    _check_answers(expect, accept, graph, what, faults)
    hidden_reveal = Reveal.VERDICT if entry.hidden else Reveal.FULL
    case = Case(
        id=id,
        title=entry.title or id,
        concept=entry.concept,
        graph=entry.graph.rstrip("\n"),
        program=Program((), graph.statements, ()),
        points=entry.points / max(1, len(variants)),
        hidden=entry.hidden,
        reveal=Reveal(entry.reveal) if entry.reveal else hidden_reveal,
        hints=tuple(each.text.strip() for each in _texts(node, "hint", what, faults)),
        tolerance=read_tolerance(node.get("tolerance"), defaults.tolerance, what, faults),
        time_limit=entry.time_limit or defaults.time_limit,
        file=at.source.file,
        line=at.line,
    )
    reader = _Reader(case, graph, checked, tuple(names), what, defaults.seed, faults)
    if node.entry("variants"):
        cases = tuple(
            reader.read(
                f"{id}/{number}",
                f"{case.title}: {each.title}" if each.title else f"{case.title} ({number})",
                shared | each.inputs,
                expect | each.expect,
                (*accept, *each.accept),
                each.at,
            )
            for number, each in enumerate(variants, 1)
        )
    else:
        cases = (reader.read(id, case.title, shared, expect, accept, at),)
    return Group(id, at, tuple(_texts(node, "needs", what, faults)), cases)


def read_tolerance(node: Node | None, default: Tolerance, what: str, faults: Faults) -> Tolerance:
    """A number for both parts, or a table; a part that is not given is the default's."""
    if node is None:
        return default
    if isinstance(node, Mapping):
        table = read(ToleranceTable, node, f"`tolerance` of {what}", faults, node.span)
        relative = default.relative if table.relative is None else table.relative
        absolute = default.absolute if table.absolute is None else table.absolute
        return Tolerance(relative, absolute)
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"`tolerance` of {what} must be a number or a mapping, not {kind(node)}"
        help = "such as 1e-6, or {relative: 1e-6, absolute: 1e-9}"
        faults.add("YS203", message, node.span, help)
        return default
    if not 0 <= value < 1:
        message = f"`tolerance` of {what} must be at least 0 and less than 1, not {value}"
        faults.add("YS205", message, node.span)
        return default
    return Tolerance(float(value), float(value))


@dataclass(frozen=True, slots=True)
class _VariantNodes:
    title: str
    inputs: dict[str, Entry]
    expect: dict[str, Entry]
    accept: tuple[Node, ...]
    at: Span


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the variants of a case have in common."""

    case: Case
    graph: Graph
    checked: tuple[Quantity, ...] | None
    names: tuple[str, ...]
    what: str
    seed: int
    faults: Faults

    def read(
        self,
        id: str,
        title: str,
        inputs: dict[str, Entry],
        expect: dict[str, Entry],
        accept: tuple[Node, ...],
        at: Span,
    ) -> Case:
        for name in self.names:
            if name not in inputs:
                message = f"variant {id.rpartition('/')[2]} of {self.what} gives `{name}` no value"
                self.faults.add("YS510", message, at, "the other variants do")
        given = tuple(
            Input(name, self._value(id, name, inputs[name])) for name in self.names if name in inputs
        )
        literals = self._readings(expect.values(), None)
        quantities = self.checked
        if quantities is None:
            statements = self.graph.statements
            quantities = default_quantities(given, statements, self.graph.names)
        quantities = tuple(dict.fromkeys((*quantities, *(each.quantity for each in literals))))
        conventions = tuple(
            Convention(table.as_, self._readings(rest, quantities))
            for table, rest in map(self._accepted, filter(_is_mapping, accept))
        )
        return replace(
            self.case,
            id=id,
            title=title,
            program=Program(given, self.graph.statements, quantities),
            literals=literals,
            conventions=conventions,
        )
