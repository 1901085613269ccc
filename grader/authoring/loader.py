"""An assignment's files -> the assignment, or all faults of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from grader.authoring.cases import Defaults, Group, read_case, read_tolerance
from grader.authoring.files import FUNCTIONS, NAME, assignment_file, extended_by, extended_file
from grader.authoring.functions import read_functions
from grader.authoring.languages import Translations
from grader.authoring.links import linked
from grader.authoring.names import check_name
from grader.authoring.nodes import Entry, Mapping, Node, Scalar, kind
from grader.authoring.schema import AssignmentFile
from grader.authoring.shape import mapping, read, sequence, texts
from grader.authoring.source import Faults, Source, Span
from grader.authoring.yaml_tree import parse, read_source
from grader.domain.assignment import Assignment, Mode, Requirement, Translation
from grader.domain.language import language_of
from grader.domain.submission import SourceFile
from grader.errors import AuthoringError, UsageError
from grader.records import dataclass, field

# What stands under `cases:`, up to the next key: by far the most of a file.
_CASES: Final = re.compile(r"^cases:.*?(?=^[A-Za-z]|\Z)", re.MULTILINE | re.DOTALL)


def load_assignment(path: Path, seed: int = 0) -> Assignment:
    """The assignment at `path`, a folder with `assignment.yaml` or the file itself.

    `seed` decides the sampled inputs. Raises UsageError where nothing is there, and AuthoringError,
    with every fault of every file, where what is there is no assignment.
    """
    file = assignment_file(path)
    faults = Faults()
    found = _load(file, faults, (), seed)
    cases = linked(found.groups, faults) if found else ()
    if faults or found is None:
        raise AuthoringError(tuple(sorted(faults, key=lambda f: (f.file, f.line, f.column))))
    name = file.resolve().parent.name if file.name == NAME else file.stem
    return Assignment(
        name or "assignment",
        found.title,
        found.dialect,
        found.requires,
        cases,
        found.summary,
        found.language,
        found.hint_steps,
        found.translations,
        seed,
        found.mode or Mode.CODE,
        found.functions,
    )


def load_asked(path: Path) -> tuple[str, tuple[Requirement, ...]]:
    """The dialect and the requirements of the assignment at `path`. Its cases are not read for that.

    Raises UsageError and AuthoringError as `load_assignment` does, but for what is wrong with a case.
    """
    faults = Faults()
    found = _load(assignment_file(path), faults, (), None)
    if faults or found is None:  # perhaps the cases were cut at the wrong place
        whole = load_assignment(path)
        return whole.dialect, whole.requires
    return found.dialect, found.requires


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What one file says, together with the files that it extends."""

    title: str = ""
    summary: str = ""
    dialect: str = "variable-function"
    requires: tuple[Requirement, ...] = ()
    defaults: Defaults = field(default_factory=Defaults)
    groups: tuple[Group, ...] = ()
    language: str = ""
    hint_steps: int | None = None
    translations: tuple[Translation, ...] = ()
    mode: Mode | None = None
    functions: tuple[SourceFile, ...] = ()


def _load(file: Path, faults: Faults, below: tuple[Path, ...], seed: int | None) -> _Loaded | None:
    """What a file says. Without a seed for their inputs there are no cases."""
    try:
        source = read_source(file, str(file), faults)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    if source and seed is None:
        source = Source.of(source.file, _CASES.sub("cases: []\n", source.text))
    tree = parse(source, faults) if source else None
    if source is None or tree is None:
        return None
    top = mapping(tree, "the file", faults)
    if top is None:
        return None
    what = "the assignment"
    translations = Translations(_language(top), faults)
    top = translations.in_one_language(top)
    entry = read(AssignmentFile, top, what, faults, source.span(0, 1))
    base = _extended(top, file, faults, (*below, file.resolve()), seed)
    tolerance = read_tolerance(top.get("tolerance"), base.defaults.tolerance, what, faults)
    limit = entry.time_limit or base.defaults.time_limit
    own = read_functions(file.with_name(FUNCTIONS), base.defaults.words, faults)
    words, ranges = base.defaults.words | own.words, base.defaults.ranges | own.ranges
    rules = base.defaults.rules | own.rules
    defaults = Defaults(tolerance, limit, seed or 0, translations, words, ranges, rules)
    groups = [
        read_case(each, defaults, faults)
        for item in sequence(top.get("cases"), "`cases`", faults)
        if (each := mapping(item, "each case", faults)) is not None
    ]
    cases = top.entry("cases")
    if cases and not groups and not base.groups and seed is not None:
        faults.add("YS205", "the assignment has no case", cases.key_span)
    return _Loaded(
        entry.title,
        entry.summary.strip(),
        entry.dialect or base.dialect,
        _requires(top, base.requires, own.words, faults),
        defaults,
        (*base.groups, *groups),
        language_of(entry.language) or base.language,
        base.hint_steps if entry.hints is None else entry.hints,
        (*base.translations, *translations),
        Mode(entry.mode) if entry.mode else base.mode,
        tuple(dict.fromkeys((*base.functions, *own.files))),
    )


def _language(top: Mapping) -> str:
    """The language of an assignment's texts; a tag that means none is reported with the other keys."""
    node = top.get("language")
    return language_of(node.text) if isinstance(node, Scalar) else ""


def _extended(
    top: Mapping, file: Path, faults: Faults, below: tuple[Path, ...], seed: int | None
) -> _Loaded:
    node = top.get("extends")
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value:
        return _Loaded()
    if extended_by(node.span.source.text) != node.text:
        message = "`extends` is not on a line of its own"
        help = f"write `extends: {node.text}` from the first column, without alias or folding"
        faults.add("YS406", message, node.span, help)
        return _Loaded()
    other = extended_file(file, node.text)
    if other is None:
        message = f"there is no assignment at `{node.text}`"
        faults.add("YS404", message, node.span, "the path begins at the folder of this file")
        return _Loaded()
    if other.resolve() in below:
        message = f"`{node.text}` extends this assignment in turn"
        faults.add("YS405", message, node.span, "one of the two must stand alone")
        return _Loaded()
    return _load(other, faults, below, seed) or _Loaded()


def _requires(
    top: Mapping, inherited: tuple[Requirement, ...], brought: Iterable[str], faults: Faults
) -> tuple[Requirement, ...]:
    found = {each.name: each for each in inherited}
    places: dict[str, Span] = {}
    for item in sequence(top.get("requires"), "`requires`", faults):
        for name, span, others in _required(item, faults):
            if name in places:
                faults.add("YS407", f"`{name}` is required twice", span, f"first at {places[name]}")
            places[name] = span
            found[name] = Requirement(name, others)
    found |= {name: Requirement(name, brought=True) for name in brought}
    return tuple(found.values())


def _required(item: Node, faults: Faults) -> list[tuple[str, Span, tuple[str, ...]]]:
    if isinstance(item, Scalar) and isinstance(item.value, str):
        return [(item.text, item.span, ())] if _is_name(item.text, item.span, faults) else []
    if isinstance(item, Mapping):
        return [
            (entry.key, entry.key_span, _other_names(entry, faults))
            for entry in item
            if _is_name(entry.key, entry.key_span, faults)
        ]
    message = f"a requirement must be a name, or `name: [other, names]`, not {kind(item)}"
    faults.add("YS203", message, item.span)
    return []


def _other_names(entry: Entry, faults: Faults) -> tuple[str, ...]:
    others = texts(entry.value, f"the other names of `{entry.key}`", faults)
    return tuple(each.text for each in others if _is_name(each.text, each.span, faults))


def _is_name(text: str, span: Span, faults: Faults) -> bool:
    return check_name(text, span, faults, variable=False)
