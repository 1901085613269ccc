"""A student's YAML of cases: read as a teacher's is, within narrow bounds, and without other files."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Final

from grader.authoring.cases import Defaults, read_case
from grader.authoring.functions import known_with
from grader.authoring.links import linked
from grader.authoring.nodes import Mapping, Node, Scalar, Sequence
from grader.authoring.shape import mapping, sequence
from grader.authoring.source import Faults, Source
from grader.authoring.yaml_tree import parse, read_source
from grader.domain.assignment import Case
from grader.domain.submission import SourceFile
from grader.errors import AuthoringError

MAX_BYTES: Final = 64 * 1024
MAX_CASES: Final = 40
MAX_FUNCTIONS: Final = 200  # in all cases together
MAX_ELEMENTS: Final = 100  # of one input
KEYS: Final = frozenset({"title", "summary", "cases"})
SAMPLES: Final = frozenset({"normal", "uniform"})


def load_suite(
    file: Path, seed: int = 0, functions: tuple[SourceFile, ...] = ()
) -> tuple[Case, ...]:
    """The cases of a file that somebody handed in: a list of them, or a mapping with `cases:`.

    Its graphs may use the `functions` that the assignment brings.

    Raises AuthoringError, with every fault, where the file is none, or more than a suite may be.
    """
    faults = Faults()
    source = read_source(file, str(file), faults)
    if source is not None and file.stat().st_size > MAX_BYTES:
        faults.add("YS005", f"a suite has at most {MAX_BYTES:,} bytes", source.span(0, 1))
    tree = parse(source, faults) if source is not None and not faults else None
    items = _items(tree, source, faults) if tree is not None and source is not None else ()
    _check_bounds(items, faults)
    if faults:
        raise AuthoringError(tuple(faults))
    known = known_with(functions)
    defaults = Defaults(seed=seed, words=known.words, ranges=known.ranges)
    groups = [
        read_case(each, defaults, faults)
        for item in items
        if (each := mapping(item, "each case", faults)) is not None
    ]
    cases = linked(groups, faults)
    steps = sum(1 for case in cases for _ in case.program.applications())
    if source is not None and (steps > MAX_FUNCTIONS or len(cases) > MAX_CASES):
        message = f"a suite has at most {MAX_CASES} cases and {MAX_FUNCTIONS} functions in all"
        faults.add("YS513", message, source.span(0, 1), "say the same with fewer")
    if faults:
        raise AuthoringError(tuple(faults))
    return cases


def _items(tree: Node, source: Source, faults: Faults) -> tuple[Node, ...]:
    if isinstance(tree, Sequence):
        return tree.items
    top = mapping(tree, "the file", faults)
    for entry in top or ():
        if entry.key not in KEYS:
            message = f"a suite has no key `{entry.key}`"
            faults.add("YS201", message, entry.key_span, f"the keys are {', '.join(sorted(KEYS))}")
    if top is not None and top.entry("cases") is None:
        faults.add("YS202", "a suite has no `cases`", source.span(0, 1))
    return sequence(top.get("cases"), "`cases`", faults) if top is not None else ()


def _check_bounds(items: tuple[Node, ...], faults: Faults) -> None:
    """Refuse what would take long to read, before it is read."""
    for item in items:
        if not isinstance(item, Mapping):
            continue
        variants = item.get("variants")
        many = [item, *(variants.items if isinstance(variants, Sequence) else ())]
        for key in ("random", "needs", "hidden"):
            if entry := item.entry(key):
                faults.add("YS201", f"a case of a suite has no `{key}`", entry.key_span)
        for each in many:
            inputs = each.get("inputs") if isinstance(each, Mapping) else None
            for entry in inputs if isinstance(inputs, Mapping) else ():
                if _elements(entry.value) > MAX_ELEMENTS:
                    message = f"`{entry.key}` has more than {MAX_ELEMENTS} elements"
                    faults.add("YS513", message, entry.key_span, "smaller arrays show as much")
    if sum(_versions(item) for item in items) > MAX_CASES and items:
        faults.add("YS513", f"a suite has at most {MAX_CASES} cases", items[0].span)


def _versions(item: Node) -> int:
    variants = item.get("variants") if isinstance(item, Mapping) else None
    return max(1, len(variants.items)) if isinstance(variants, Sequence) else 1


def _elements(value: Node) -> int:
    """How many numbers an input is, written or drawn."""
    if isinstance(value, Mapping):
        shapes = [entry.value for entry in value if entry.key in SAMPLES]
        lengths = [
            each.value
            for shape in shapes
            if isinstance(shape, Sequence)
            for each in shape.items
            if isinstance(each, Scalar) and isinstance(each.value, int)
        ]
        return prod(max(length, 0) for length in lengths) if shapes else value.size
    return value.size
