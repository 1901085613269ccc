"""What failed while loading, and the sentence that says why there is nothing to grade."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from grader.domain.submission import Skipped
from grader.guest.absent import is_hollow
from grader.guest.choosing import Wanted, listed
from grader.guest.outline import names_defined
from grader.guest.statements import Broken, Statement
from grader.guest.tree import Tree
from grader.records import dataclass

TEXT_LIMIT = 200
DEFINITION = re.compile(r"^\s*(?:class|def|async\s+def)\s+(\w+)")


@dataclass(frozen=True, slots=True)
class Failure:
    """A statement that did not load. `names` are those that it would have defined."""

    skipped: Skipped
    names: tuple[str, ...]
    is_python: bool
    is_definition: bool

    @property
    def place(self) -> str:
        cell = f"{self.skipped.cell} of " if self.skipped.cell else ""
        return f"line {self.skipped.line} of {cell}{self.skipped.file}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a submission cannot be graded, and the statement at fault where there is one."""

    message: str
    failure: Failure | None = None


def failure_of(tree: Tree, path: str, part: Statement | Broken, line: int, why: str) -> Failure:
    source = tree.source(path)
    cell, number, text = source.place(line)
    skipped = Skipped(path, number, cell, text.strip()[:TEXT_LIMIT], why)
    if isinstance(part, Broken):
        lines = source.lines[part.first - 1 : part.last]
        names = tuple(found[1] for text in lines if (found := DEFINITION.match(text)))
        return Failure(skipped, names, False, bool(names))
    definition = isinstance(part.node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    return Failure(skipped, names_bound(part.node), True, definition)


def names_bound(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return tuple(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    return tuple(names_defined(node))


def trouble(
    tree: Tree,
    entry: str,
    wanted: Wanted,
    names: Mapping[str, Any],
    failures: Iterable[Failure],
) -> Trouble | None:
    """Why this cannot be graded: something wanted is not there, or what it needs is not."""
    failures = tuple(failures)
    missing = [group for group in wanted if not any(is_there(names, name) for name in group)]
    if not missing:
        return needed_and_failed(tree, entry, wanted, names, failures)
    found = missing_name(tree, entry, missing[0], names, failures)
    if len(missing) > 1:
        more = ", ".join(f"`{group[0]}`" for group in missing[1:])
        return Trouble(f"{found.message} Not defined either: {more}.", found.failure)
    return found


def is_there(names: Mapping[str, Any], name: str) -> bool:
    return names.get(name) is not None and not is_hollow(names[name])


def missing_name(
    tree: Tree,
    entry: str,
    group: tuple[str, ...],
    names: Mapping[str, Any],
    failures: tuple[Failure, ...],
) -> Trouble:
    for failure in failures:
        if not (meant := [name for name in group if name in failure.names]):
            continue
        why = failure.skipped.why
        if not failure.is_python:
            return Trouble(
                f"`{meant[0]}` is not defined, because {failure.place} is not valid Python: {why}.",
                failure,
            )
        return Trouble(
            f"`{meant[0]}` could not be made, because {failure.place} failed: {why}.", failure
        )
    imported = tree.outline(entry).imported
    for name in group:
        if is_hollow(names.get(name)):
            module = imported.get(name, "another file")
            return Trouble(
                f"`{name}` is imported from `{module}` in {entry}, and that is not among "
                "the files handed in."
            )
    if gone := next((name for name in group if name in names and names[name] is None), ""):
        return Trouble(f"`{gone}` is None once everything in {entry} was executed.")
    broken = [failure for failure in failures if not failure.is_python]
    if broken and not tree.outline(entry).defined:
        why = broken[0].skipped.why
        return Trouble(
            f"`{group[0]}` is not defined: {broken[0].place} is not valid Python: {why}.",
            broken[0],
        )
    return Trouble(" ".join(not_found(tree, entry, group, names)))


def not_found(
    tree: Tree, entry: str, group: tuple[str, ...], names: Mapping[str, Any]
) -> Iterable[str]:
    """What was looked for, where, and what is there instead."""
    also = f" (nor {', '.join(f'`{name}`' for name in group[1:])})" if group[1:] else ""
    yield f"{entry} does not define `{group[0]}`{also}."
    mine = [name for name in tree.outline(entry).defined if name in names]
    lower = {name.lower(): name for name in mine}
    if close := difflib.get_close_matches(group[0].lower(), lower, n=1, cutoff=0.75):
        yield f"It defines `{lower[close[0]]}`: is that what was meant?"
    elif mine:
        yield f"It defines {listed([f'`{name}`' for name in mine])}."
    else:
        yield "It defines nothing."
    others = [
        path
        for path in tree.code
        if path != entry
        and tree.readable(path)
        and not set(group).isdisjoint(tree.outline(path).defined)
    ]
    if others:
        yield f"`{group[0]}` is defined in {listed(others)}; give --entry to choose it."


def needed_and_failed(
    tree: Tree,
    entry: str,
    wanted: Wanted,
    names: Mapping[str, Any],
    failures: tuple[Failure, ...],
) -> Trouble | None:
    """A helper that the wanted classes, or base classes, call and that could not be defined."""
    if not failures:
        return None
    accepted = {name for group in wanted for name in group} | tree.outline(entry).bases
    used = {
        inner.id: node.name
        for node in tree.parsed(entry).body
        if isinstance(node, ast.ClassDef) and node.name in accepted
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name)
    }
    for failure in failures:
        for name in failure.names:
            if failure.is_definition and name in used and name not in names:
                kind = "failed" if failure.is_python else "is not valid Python"
                return Trouble(
                    f"`{used[name]}` needs `{name}`, which is not defined, because "
                    f"{failure.place} {kind}: {failure.skipped.why}.",
                    failure,
                )
    return None
