"""Which file of a submission an `import` means, seen from the file that imports."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.guest.outline import attributes_used
from grader.guest.tree import Tree, folder_of, tidy


class Finder:
    """Finds names among the files of a submission. `notes` grows where a choice had to be made."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.notes: dict[str, None] = {}
        self.edited_path: list[str] = []

    def find(
        self, importer: str, parts: list[str], names: tuple[str, ...]
    ) -> tuple[str, int] | None:
        """Seen from which folder a name is the submission's own, and how many parts of it."""
        if is_real(parts[0]):
            return self.find_shadow(importer, parts, names)
        folders = list(dict.fromkeys(self.search_path(importer)))
        for reached in range(len(parts), 0, -1):
            for folder in folders:
                if self.tree.descend(folder, parts[:reached]) is not None:
                    return folder, reached
        return None

    def search_path(self, importer: str) -> Iterator[str]:
        """Beside the importing file, above it, where `sys.path` was told to look, anywhere."""
        folder = folder_of(importer)
        yield folder
        while folder:
            folder = folder_of(folder)
            yield folder
        yield from self.edited_path
        yield from sorted(self.tree.folders, key=lambda inner: (inner.count("/"), inner))

    def find_shadow(
        self, importer: str, parts: list[str], names: tuple[str, ...]
    ) -> tuple[str, int] | None:
        """A file named like a real module is meant if it holds what is asked for."""
        folder = folder_of(importer)
        place = None if self.tree.is_package(folder) else self.tree.descend(folder, parts)
        file = self.tree.file_at(place) if place is not None else None
        if place is None or file is None or place == importer or not self.tree.readable(file):
            return None
        outline = self.tree.outline(file)
        defined = {*outline.defined, *outline.imported}
        asked = set(names) - {"*"}
        if not names and (mine := self.tree.file_at(importer)):
            asked = attributes_used(self.tree.parsed(mine).body, parts[0])
        meant = bool(defined) if not asked else (
            asked <= defined if names else not asked.isdisjoint(defined)
        )  # fmt: skip
        if meant:
            return folder, len(parts)
        self.notes[
            f"`import {'.'.join(parts)}` was taken to mean the library, not {file}, "
            "which does not define what is used of it."
        ] = None
        return None

    def handed_in_as(self, importer: str, parts: list[str], names: tuple[str, ...]) -> str | None:
        """The place of `dezero.core` where `dezero` was handed in without its folder."""
        if is_real(parts[0]):
            return None
        for folder in dict.fromkeys((folder_of(importer), "")):
            place = self.tree.descend(folder, parts[1:])
            file = self.tree.file_at(place) if place is not None else None
            if place is None or file is None or not self.tree.readable(file):
                continue
            package = self.tree.is_package(folder)
            if self.offers(place, file, names) if names else package and len(parts) > 1:
                meant = folder or "the folder handed in"
                self.notes[f"`{parts[0]}` was taken to be {meant}."] = None
                return place
        return None

    def offers(self, place: str, file: str, names: tuple[str, ...]) -> bool:
        outline = self.tree.outline(file)
        return all(
            name == "*"
            or name in outline.defined
            or name in outline.imported
            or self.tree.child(place, name) is not None
            for name in names
        )

    def take_path_edits(self, importer: str, before: list[str]) -> None:
        """Keep folders of the submission out of the real `sys.path`, and remember them here.

        There they would shadow modules that numpy and the standard library have yet to import.
        """
        added: list[object] = [entry for entry in sys.path if entry not in before]
        here = Path(self.tree.root, folder_of(importer))
        for entry in added:
            if not isinstance(entry, str):
                continue
            try:
                folder = (here / entry).resolve()
                inner = tidy(
                    PurePosixPath(folder.relative_to(Path(self.tree.root).resolve()).as_posix())
                )
            except (ValueError, OSError, RuntimeError):
                continue
            self.edited_path.append(inner)
            sys.path[:] = [kept for kept in sys.path if kept is not entry]


@functools.cache
def is_real(top: str) -> bool:
    """Whether a top-level name can be imported without the submission."""
    if top in sys.stdlib_module_names or top in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError, AttributeError):
        return top in sys.modules
