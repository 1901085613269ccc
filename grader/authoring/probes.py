"""`told_apart_by:` of a misconception -> the small program that shows it."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.graph import read_graph
from grader.authoring.nodes import Mapping, Node, Scalar
from grader.authoring.numbers import read_input
from grader.authoring.quantities import read_quantity
from grader.authoring.source import Faults
from grader.authoring.yaml_tree import parse, read_source
from grader.domain.program import Call, Input, Program


def read_probe(file: Path, faults: Faults) -> Program | None:
    """The graph of a catalogue entry, asking for what its right answer names. None where there is none."""
    source = read_source(file, str(file), faults)
    tree = parse(source, faults) if source else None
    told = _mapping(tree, "told_apart_by")
    text = told.get("graph") if told else None
    given, right = _mapping(told, "inputs"), _mapping(told, "right")
    if not (isinstance(text, Scalar) and given and right):
        return None
    inputs = tuple(
        Input(entry.key, read_input(entry.value, f"`{entry.key}`", "", faults, entry.key_span))
        for entry in given
    )
    graph = read_graph(text, [each.name for each in inputs], faults, backward=True, call=Call.ANY)
    asked = [
        read_quantity(entry.key, entry.key_span, graph.names, graph.deleted, faults)
        for entry in right
    ]
    quantities = tuple(quantity for quantity in asked if quantity is not None)
    return Program(inputs, graph.statements, quantities)


def _mapping(node: Node | None, key: str) -> Mapping | None:
    found = node.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else None
