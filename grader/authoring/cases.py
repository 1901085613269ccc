"""One entry of `cases:` -> the case, or the cases, that it stands for."""

from __future__ import annotations

from typing import TypeAlias

from grader.authoring.asked import Asked
from grader.authoring.graph import NO_GRAPH, Graph, read_graph
from grader.authoring.languages import Translations
from grader.authoring.names import check_name, is_name
from grader.authoring.nodes import Entry, Mapping, Node, Scalar, kind
from grader.authoring.numbers import read_input
from grader.authoring.random_cases import random_cases
from grader.authoring.schema import CaseEntry, CaseHead, RandomEntry, ToleranceTable, Variant
from grader.authoring.shape import mapping, read, sequence, texts
from grader.authoring.source import Faults, Span, did_you_mean
from grader.domain.assignment import Case, Reveal, Tolerance
from grader.domain.program import Call, Input, Program
from grader.domain.vocabulary import VOCABULARY, Function
from grader.generating.primal import Rule
from grader.records import dataclass, field, replace

Words: TypeAlias = "dict[str, Function]"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the assignment says for all of its cases. `seed` is the seed of the run, `words` are the
    functions that there are, `ranges` where those are sampled that it brings."""

    tolerance: Tolerance = field(default_factory=Tolerance)
    time_limit: float = 2.0
    seed: int = 0
    translations: Translations = field(default_factory=lambda: Translations("", Faults()))
    words: Words = field(default_factory=lambda: VOCABULARY)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that one entry stands for: one, or one a variant. `needs` are still as written."""

    id: str
    at: Span
    needs: tuple[Scalar, ...]
    cases: tuple[Case, ...]


def read_case(node: Mapping, defaults: Defaults, faults: Faults) -> Group:
    """Read one entry. Faults are added for what is wrong; the group holds what could be read."""
    name = node.get("case")
    at = name.span if name else node.span
    label = name.text if isinstance(name, Scalar) and name.text else ""
    what = f"case `{label}`" if label else "this case"
    first = node.entries[0].key_span if node.entries else node.span
    missing = at if label else first
    if drawn := node.entry("random"):
        head = read(RandomEntry, node, what, faults, missing)
        case = _head(head, label, node, what, at, defaults, faults)
        cases = random_cases(
            drawn, case, defaults.seed, what, faults, defaults.words, defaults.rules
        )
        for one in cases:
            after = one.title.removeprefix(case.title)
            defaults.translations.composed(one.title, case.title, after)
        return Group(case.id, at, tuple(_texts(node, "needs", what, faults)), cases)
    entry = read(CaseEntry, node, what, faults, missing)
    versions = _versions(node, what, faults)
    written = dict.fromkeys(key for version in versions for key in version.inputs)
    words = defaults.words
    names = tuple(name for name in written if is_name(name, words))
    graph = _graph(node, entry, names, what, words, faults)
    _check_inputs(versions, graph, what, words, faults)
    case = replace(
        _head(entry, label, node, what, at, defaults, faults),
        graph=entry.graph.rstrip("\n"),
        program=Program((), graph.statements, ()),
        points=entry.points / len(versions),
    )
    check = _texts(node, "check", what, faults) if node.entry("check") else None
    asked = Asked(graph, check, what, at, faults)
    cases = tuple(
        _case(case, version, names, asked, what, defaults, faults) for version in versions
    )
    return Group(case.id, at, tuple(_texts(node, "needs", what, faults)), cases)


def _head(
    entry: CaseHead,
    label: str,
    node: Mapping,
    what: str,
    at: Span,
    defaults: Defaults,
    faults: Faults,
) -> Case:
    """What a case says of itself, as yet without a graph."""
    first = node.entries[0].key_span if node.entries else node.span
    return Case(
        id=entry.case or label,
        title=entry.title or entry.case,
        concept=entry.concept,
        graph="",
        program=Program((), (), ()),
        points=entry.points,
        hidden=entry.hidden,
        reveal=Reveal(entry.reveal or ("verdict" if entry.hidden else "full")),
        hints=tuple(each.text.strip() for each in _texts(node, "hint", what, faults)),
        tolerance=read_tolerance(node.get("tolerance"), defaults.tolerance, what, faults),
        time_limit=entry.time_limit or defaults.time_limit,
        file=at.source.file,
        line=first.line,
    )


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
class _Version:
    """The case itself (number 0), or a variant together with what the case gives to all of them."""

    number: int
    title: str
    inputs: dict[str, Entry]
    expect: dict[str, Entry]
    accept: tuple[Node, ...]
    at: Span


def _versions(node: Mapping, what: str, faults: Faults) -> tuple[_Version, ...]:
    inputs = _named(node, "inputs", what, faults)
    expect = _named(node, "expect", what, faults)
    accept = sequence(node.get("accept"), f"`accept` of {what}", faults)
    alone = (_Version(0, "", inputs, expect, accept, node.span),)
    variants = node.entry("variants")
    if variants is None:
        return alone
    found = []
    for number, item in enumerate(sequence(variants.value, f"`variants` of {what}", faults), 1):
        name = f"variant {number} of {what}"
        each = mapping(item, name, faults)
        if each is None:
            continue
        at = each.entries[0].key_span if each.entries else each.span
        model = read(Variant, each, name, faults, at)
        found.append(
            _Version(
                number,
                model.title,
                inputs | _named(each, "inputs", name, faults),
                expect | _named(each, "expect", name, faults),
                (*accept, *sequence(each.get("accept"), f"`accept` of {name}", faults)),
                at,
            )
        )
    if not found:
        faults.add("YS510", f"`variants` of {what} has no variant", variants.key_span)
    return tuple(found) or alone


def _case(
    case: Case,
    version: _Version,
    names: tuple[str, ...],
    asked: Asked,
    what: str,
    defaults: Defaults,
    faults: Faults,
) -> Case:
    id, title = case.id, case.title
    if version.number:
        id = f"{id}/{version.number}"
        between = ": " if version.title else f" ({version.number})"
        title = f"{case.title}{between}{version.title}"
        defaults.translations.composed(title, case.title, between, version.title)
    given = []
    for name in names:
        if entry := version.inputs.get(name):
            key = f"{defaults.seed}:{id}:{name}"
            what_is_read = f"input `{name}`"
            value = read_input(
                entry.value, what_is_read, key, faults, entry.key_span, defaults.ranges
            )
            given.append(Input(name, value))
        else:
            message = f"variant {version.number} of {what} gives `{name}` no value"
            faults.add("YS510", message, version.at, "other variants of the case do")
    inputs = tuple(given)
    literals = asked.readings(version.expect.values())
    quantities = asked.quantities(inputs, literals)
    return replace(
        case,
        id=id,
        title=title,
        program=Program(inputs, case.program.statements, quantities),
        literals=literals,
        conventions=asked.conventions(version.accept, quantities),
    )


def _graph(
    node: Mapping,
    entry: CaseEntry,
    names: tuple[str, ...],
    what: str,
    words: Words,
    faults: Faults,
) -> Graph:
    text = node.get("graph")
    if not entry.graph or not isinstance(text, Scalar):
        return NO_GRAPH
    call = Call(entry.call)
    return read_graph(text, names, faults, words, backward=entry.backward, call=call)


def _check_inputs(
    versions: tuple[_Version, ...], graph: Graph, what: str, words: Words, faults: Faults
) -> None:
    for version in versions:
        for name, entry in version.inputs.items():
            good = check_name(name, entry.key_span, faults, words)
            misspelt = did_you_mean(name, graph.missing)
            if good and name in graph.unused and not misspelt:
                message = f"the graph of {what} does not use `{name}`"
                faults.add("YS108", message, entry.key_span, "leave it out")


def _named(node: Mapping, key: str, what: str, faults: Faults) -> dict[str, Entry]:
    found = mapping(node.get(key), f"`{key}` of {what}", faults)
    return {entry.key: entry for entry in found} if found else {}


def _texts(node: Mapping, key: str, what: str, faults: Faults) -> list[Scalar]:
    return texts(node.get(key), f"`{key}` of {what}", faults)
