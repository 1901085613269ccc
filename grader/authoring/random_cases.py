"""`random:` -> cases whose graphs are drawn: the same for one seed of the run, wherever it is run."""

from __future__ import annotations

from collections import abc
from collections.abc import Collection, Iterable
from typing import Final

from grader.authoring.nodes import Entry, Mapping, Node, Scalar, Sequence, kind, plain
from grader.authoring.schema import RandomGraphs
from grader.authoring.shape import mapping, read
from grader.authoring.source import Faults, did_you_mean
from grader.domain.assignment import Case
from grader.domain.vocabulary import VOCABULARY
from grader.domain.writing import graph_text
from grader.generating.primal import ELEMENTWISE, NONE_BROUGHT, Rule
from grader.generating.random_graphs import MAX_SIZE, Wanted, random_graphs
from grader.generating.sharing import Sharing
from grader.records import replace

SIZE: Final = (3, 8)
Rules = abc.Mapping[str, Rule]


def random_cases(
    drawn: Entry,
    case: Case,
    seed: int,
    what: str,
    faults: Faults,
    words: Iterable[str] = VOCABULARY,
    brought: Rules = NONE_BROUGHT,
) -> tuple[Case, ...]:
    """The cases that an entry with `random:` stands for; they share the points of `case`.

    `words` are all functions that there are, `brought` the rules of those that the assignment brings.
    """
    name = f"`random` of {what}"
    node = mapping(drawn.value, name, faults)
    before = len(faults)
    if node is None:
        return ()
    entry = read(RandomGraphs, node, name, faults, drawn.key_span)
    functions = _functions(node, name, tuple(words), brought, faults)
    size = _size(node.get("size"), name, faults)
    if len(faults) > before:
        return ()
    wanted = Wanted(
        tuple(dict.fromkeys(functions)),
        size,
        entry.inputs,
        None if entry.sharing is None else frozenset(map(Sharing, entry.sharing)),
        tuple(entry.shape),
        brought,
    )
    found = tuple(random_graphs(wanted, entry.graphs, f"{seed}:{case.id}:{entry.seed}"))
    if len(found) < entry.graphs:
        message = f"{name}: of {entry.graphs} such graphs only {len(found)} could be found"
        faults.add("YS515", message, drawn.key_span, _help(wanted))
    return tuple(
        replace(
            case,
            id=f"{case.id}/{number}",
            title=f"{case.title} ({number})",
            graph=graph_text(program).rstrip("\n"),
            program=program,
            points=case.points / len(found),
        )
        for number, program in enumerate(found, 1)
    )


def _functions(
    node: Mapping, name: str, words: Collection[str], brought: Rules, faults: Faults
) -> list[str]:
    found = []
    listed = node.get("functions")
    for item in listed.items if isinstance(listed, Sequence) else ():
        text = item.text if isinstance(item, Scalar) else ""
        if text in ELEMENTWISE or text in brought:
            found.append(text)
        elif text in words:
            message = f"{name} cannot draw `{text}`"
            if text in VOCABULARY:
                help = f"it draws element-wise functions: {', '.join((*ELEMENTWISE, *brought))}"
            else:
                help = "of your own functions it draws those of one or two operands whose `forward` is a formula"
            faults.add("YS514", message, item.span, help)
        else:
            help = did_you_mean(text, words) or f"there are {', '.join(ELEMENTWISE)}"
            faults.add("YS103", f"no function `{plain(item)}`", item.span, help)
    return found


def _size(node: Node | None, name: str, faults: Faults) -> tuple[int, int]:
    """The least and the most functions of a graph."""
    match None if node is None else plain(node):
        case None:
            return SIZE
        case bool():
            pass
        case int(most):
            ends = (most, most)
            if 1 <= most <= MAX_SIZE:
                return ends
        case [int(least), int(most)]:
            ends = (least, most)
            if 1 <= least <= most <= MAX_SIZE:
                return ends
    assert node is not None
    message = f"`size` of {name} must be a whole number or two, not {kind(node)}"
    help = f"`6`, or `[3, 10]` for the least and the most; at most {MAX_SIZE}"
    faults.add("YS205", message, node.span, help)
    return SIZE


def _help(wanted: Wanted) -> str:
    """What makes such graphs rare."""
    two = [name for name in wanted.functions if wanted.arity(name) == 2]
    if not two and (wanted.inputs > 1 or wanted.sharing):
        return "only a function of two operands, such as `add`, brings two values together"
    if wanted.size[1] < wanted.inputs - 1:
        return f"{wanted.inputs} inputs need at least {wanted.inputs - 1} functions"
    return "ask for fewer graphs, other functions, smaller ones, or less sharing"
