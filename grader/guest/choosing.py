"""Which file of a submission is meant: the one that defines what the assignment requires.

Decided from the text of the files, before anything is executed.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from grader.guest.tree import Tree, folder_of
from grader.records import dataclass

Wanted = tuple[tuple[str, ...], ...]

LISTED = 8
CODE_LINE = re.compile(r"^(?:>>> )?(?:class|def|import|from)\s+\w", re.M)
NUMBER = re.compile(r"\d+")
SET_ASIDE = re.compile(r"simple|old|backup|copy|draft|tmp|orig|(^|_)tests?(_|$)", re.I)


@dataclass(frozen=True, slots=True)
class Choice:
    """The path of the entry, or why there is none."""

    path: str = ""
    notes: tuple[str, ...] = ()
    error: str = ""


def choose(tree: Tree, wanted: Wanted, entry: str = "") -> Choice:
    """The entry insisted on, the only file, or the file that defines most of what is wanted."""
    if entry:
        return insisted(tree, entry)
    if not tree.files:
        return Choice(error="Nothing was handed in: the submission holds no file.")
    if len(tree.files) == 1:
        return Choice(tree.files[0])
    files = tree.code or tree.texts
    if (
        tree.code
        and tree.texts
        and not any(
            score(tree, path, wanted)[0] == len(wanted) for path in readable(tree, tree.code)
        )
    ):
        files = (*tree.code, *tree.texts)
    files = readable(tree, files)
    if not files:
        return Choice(error=f"There is no Python file among {listed(tree.files)}.")
    scores = {path: score(tree, path, wanted) for path in files}
    best = max(scores.values())
    equal = [path for path in files if scores[path] == best]
    path = preferred(tree, equal)
    return Choice(path, notes_on(path, equal, files, wanted))


def insisted(tree: Tree, entry: str) -> Choice:
    """The file that the caller names by path, file name, or dotted name."""
    plain = PurePosixPath(entry.replace("\\", "/")).as_posix().removeprefix("./").rstrip("/")
    if plain in tree.files:
        return Choice(plain)
    if plain in tree.folders and tree.is_package(plain):
        return Choice(tree.file_at(plain) or "")
    dotted = tree.descend("", plain.removesuffix(".py").split("."))
    if dotted and (path := tree.file_at(dotted)):
        return Choice(path)
    named = [path for path in tree.files if PurePosixPath(path).name == plain]
    if len(named) == 1:
        return Choice(named[0])
    there = listed(named or [*tree.code, *tree.texts])
    found = f"is the name of {len(named)} files" if named else "is not among the files handed in"
    return Choice(error=f"The entry `{entry}` {found}: {there or 'there are none'}.")


def readable(tree: Tree, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those that can be read and, where the name does not say it, look like code."""
    return tuple(
        path
        for path in paths
        if tree.readable(path)
        and (path in tree.code or CODE_LINE.search(tree.source(path).text) is not None)
    )


def score(tree: Tree, path: str, wanted: Wanted) -> tuple[int, int]:
    """How many of the wanted names a file offers, and how many of these it defines itself."""
    own = set(tree.outline(path).defined)
    offered = names_offered(tree, path, set())
    return (
        sum(not offered.isdisjoint(group) for group in wanted),
        sum(not own.isdisjoint(group) for group in wanted),
    )


def names_offered(tree: Tree, path: str, seen: set[str]) -> set[str]:
    """The names that a file defines, or imports from other files of the submission."""
    if path in seen:
        return set()
    seen.add(path)
    found = tree.outline(path)
    names = set(found.defined)
    for name, module in found.imported.items():
        if files_named(tree, path, module):
            names.add(name)
    for module in found.stars:
        for other in files_named(tree, path, module):
            names |= names_offered(tree, other, seen)
    return names


def files_named(tree: Tree, path: str, module: str) -> list[str]:
    """The files that an import in `path` may mean, by the last part of its name."""
    last = module.rpartition(".")[2]
    return [
        other
        for other in tree.code
        if other != path
        and tree.readable(other)
        and (PurePosixPath(other).stem == last or tree.place_of(other).rpartition("/")[2] == last)
    ]


def preferred(tree: Tree, paths: list[str]) -> str:
    """Of equally good files: no drafts, the last step of each series, a package's, the richest."""
    series: dict[tuple[str, str], str] = {}
    for path in paths:
        stem = PurePosixPath(path).stem
        key = (folder_of(path), NUMBER.sub("#", stem))
        if key not in series or numbers(series[key]) < numbers(path):
            series[key] = path
    return min(
        series.values(),
        key=lambda path: (
            bool(SET_ASIDE.search(PurePosixPath(path).stem)),
            not tree.is_package(folder_of(path)),
            -len(tree.outline(path).defined),
            path.count("/"),
            path,
        ),
    )


def numbers(path: str) -> list[int]:
    return [int(digits[:9]) for digits in NUMBER.findall(PurePosixPath(path).stem)]


def notes_on(
    path: str, equal: list[str], files: tuple[str, ...], wanted: Wanted
) -> tuple[str, ...]:
    words = " and ".join(f"`{group[0]}`" for group in wanted)
    if len(equal) > 1:
        others = listed([other for other in equal if other != path])
        return (f"{path} was graded. {others} would do as well; give --entry to choose another.",)
    if len(files) > 1 and words:
        return (f"{path} was graded, because it defines {words}.",)
    return ()


def listed(paths: list[str] | tuple[str, ...]) -> str:
    shown = ", ".join(paths[:LISTED])
    return f"{shown} and {len(paths) - LISTED} more" if len(paths) > LISTED else shown
