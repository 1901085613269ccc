"""`import`, as the modules of a submission see it.

Every module of a submission has an `__import__` of its own, so that `import random` means the file
that lies beside it, while numpy and the standard library keep their own `random`. Its modules are
registered under private names: nothing real is ever replaced.
"""

from __future__ import annotations

import builtins
import importlib.util
import sys
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from grader.guest.absent import Hollow, is_hollow
from grader.guest.numpy_past import former_name
from grader.guest.outline import attributes_used
from grader.guest.tree import Tree, folder_of, join, tidy

PREFIX = "submission"
IMPORT = builtins.__import__
INSTEAD = {"typing_extensions": typing}


class Importer:
    """The modules of a submission by place, made when they are first asked for.

    `execute` fills a new module from a file. `absent` and `notes` grow as imports are met.
    """

    def __init__(self, tree: Tree, execute: Callable[[types.ModuleType, str], None]) -> None:
        self.tree = tree
        self.execute = execute
        self.modules: dict[str, types.ModuleType] = {}
        self.notes: dict[str, None] = {}
        self.absent: dict[str, None] = {}
        self.edited_path: list[str] = []

    def module_at(self, place: str) -> types.ModuleType:
        """The module of a file or package, executed once; its packages come before it."""
        for package in self.packages_above(place):
            self.module_at(package)
        if place not in self.modules:
            module = self.modules[place] = self.new_module(place)
            if file := self.tree.file_at(place):
                self.execute(module, file)
            self.announce(place, module)
        return self.modules[place]

    def packages_above(self, place: str) -> list[str]:
        found: list[str] = []
        folder = folder_of(place)
        while place and self.tree.is_package(folder):
            found.insert(0, folder)
            if not folder:
                break
            folder = folder_of(folder)
        return found

    def new_module(self, place: str) -> types.ModuleType:
        plain = place.removesuffix(".py").removesuffix(".ipynb")
        name = ".".join([PREFIX, *PurePosixPath(plain).parts])
        if name in sys.modules and any(sys.modules[name] is m for m in self.modules.values()):
            name = f"{name}_{len(self.modules)}"
        module = types.ModuleType(name)
        sys.modules[name] = module
        if file := self.tree.file_at(place):
            module.__file__ = self.tree.filename(file)
        folder = place in self.tree.folders
        if folder:
            module.__path__ = [self.tree.filename(place)]
        module.__package__ = name if folder else name.rpartition(".")[0]
        module.__dict__["__builtins__"] = self.builtins_of(place)
        return module

    def announce(self, place: str, module: types.ModuleType) -> None:
        """A package has its loaded modules as attributes."""
        if parent := self.modules.get(folder_of(place)):
            name = PurePosixPath(place).stem
            if parent is not module:
                setattr(parent, name, module)

    def builtins_of(self, place: str) -> dict[str, Any]:
        """The builtins of one module: the usual ones, with its own `__import__` and ways to leave."""

        def own_import(
            name: str,
            globals: object = None,
            locals: object = None,
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> Any:
            caller = sys._getframe(1)
            return self.import_name(
                place, name, tuple(fromlist or ()), level, self.expects_failure(caller)
            )

        def run(file: str) -> None:
            names = self.run_file(place, file)
            sys._getframe(1).f_globals.update(names)

        def leave(code: object = None) -> None:
            raise SystemExit(code)

        own: dict[str, Any] = dict(builtins.__dict__)
        own.update(__import__=own_import, __run__=run, exit=leave, quit=leave)
        if (file := self.tree.file_at(place)) and self.tree.source(file).kind != "python":
            own.update(display=Hollow("display"), get_ipython=Hollow("get_ipython"))
        return own

    def expects_failure(self, caller: types.FrameType) -> bool:
        """Whether an import stands where the submission itself sees to its failure."""
        name = Path(caller.f_code.co_filename)
        if not name.is_relative_to(self.tree.root):
            return False
        path = tidy(PurePosixPath(name.relative_to(self.tree.root).as_posix()))
        if path not in self.tree.sources:
            return False
        return caller.f_lineno in self.tree.outline(path).guarded

    def import_name(
        self, importer: str, name: str, names: tuple[str, ...], level: int, guarded: bool
    ) -> Any:
        """What the import statement gets, by the rules of `builtins.__import__`."""
        if not isinstance(name, str) or level < 0:
            return IMPORT(name, {}, {}, names, level)
        if level:
            return self.import_relative(importer, name, names, level, guarded)
        parts = name.split(".")
        found = self.find(importer, parts, names)
        if found is None:
            return self.import_real(name, names, guarded)
        folder, reached = found
        return self.import_own(folder, parts, reached, names, guarded)

    def import_relative(
        self, importer: str, name: str, names: tuple[str, ...], level: int, guarded: bool
    ) -> Any:
        folder = importer if importer in self.tree.folders else folder_of(importer)
        for _ in range(level - 1):
            if not folder:
                raise ImportError("attempted relative import beyond what was handed in")
            folder = folder_of(folder)
        parts = name.split(".") if name else []
        if self.tree.descend(folder, parts) is None:
            return self.missing("." * level + name, names, guarded, None)
        if not parts:
            module = self.module_at(folder)
            self.load_submodules(folder, module, names, guarded)
            return module
        return self.import_own(folder, parts, len(parts), names, guarded)

    def import_own(
        self, folder: str, parts: list[str], reached: int, names: tuple[str, ...], guarded: bool
    ) -> Any:
        """Load along a dotted name, of which `reached` parts are there."""
        modules = []
        for count in range(1, reached + 1):
            place = self.tree.descend(folder, parts[:count])
            assert place is not None
            modules.append(self.module_at(place))
        if reached < len(parts):
            stand_in = self.missing(".".join(parts), names, guarded, None)
            if names:
                return stand_in
            inner = stand_in
            for part in parts[1 : reached + 1]:
                inner = getattr(inner, part)
            setattr(modules[-1], parts[reached], inner)
        elif names:
            self.load_submodules(place, modules[-1], names, guarded)
            return modules[-1]
        return modules[0]

    def load_submodules(
        self, place: str, module: types.ModuleType, names: tuple[str, ...], guarded: bool
    ) -> None:
        """`from package import module` loads the module."""
        for name in names:
            inner = self.tree.child(place, name) if name != "*" else None
            if inner is not None and not hasattr(module, name):
                setattr(module, name, self.module_at(inner))
            elif name != "*" and place not in self.modules and not guarded:
                self.notes[f"`{name}` is not in {place}."] = None

    def find(
        self, importer: str, parts: list[str], names: tuple[str, ...]
    ) -> tuple[str, int] | None:
        """Seen from which folder a dotted name is the submission's own, and how much of it is there."""
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
        """A file named like a real module is meant if it lies beside and holds what is asked for."""
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

    def import_real(self, name: str, names: tuple[str, ...], guarded: bool) -> Any:
        try:
            module = IMPORT(name, {}, {}, names, 0)
        except Exception as error:
            return self.missing(name, names, guarded, error)
        lost = [one for one in names if one != "*" and not hasattr(module, one)]
        if lost and not guarded:
            return self.with_stand_ins(module, lost)
        return module

    def with_stand_ins(self, module: types.ModuleType, lost: list[str]) -> types.SimpleNamespace:
        """A module together with what it no longer has, for one `from ... import`."""
        found = types.SimpleNamespace(**module.__dict__)
        for name in lost:
            former = former_name(module, name)
            if former is None:
                self.notes[f"`{name}` is no longer in {module.__name__}."] = None
                former = Hollow(f"{module.__name__}.{name}")
            setattr(found, name, former)
        return found

    def missing(
        self, name: str, names: tuple[str, ...], guarded: bool, error: Exception | None
    ) -> Any:
        """A stand-in for a module that is not here, or its error where the submission expects it."""
        if guarded:
            raise error or ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in INSTEAD:
            module = INSTEAD[name]
            return self.with_stand_ins(module, [n for n in names if not hasattr(module, n)])
        top = name.partition(".")[0]
        self.absent[name] = None
        if error is not None and not isinstance(error, ModuleNotFoundError):
            self.notes[f"`{name}` could not be imported ({type(error).__name__})."] = None
        elif top and is_real(top):
            self.notes[f"`{name}` is no longer part of {top}."] = None
        elif top:
            self.notes[
                f"`{top}` is not here: it was not handed in, or is not installed. "
                "What is called from it does nothing."
            ] = None
        else:
            self.notes[f"`{name}` was not handed in."] = None
        if names or not top:
            return Hollow(name)
        return IMPORT(top, {}, {}, (), 0) if is_real(top) else Hollow(top)

    def run_file(self, importer: str, file: str) -> dict[str, Any]:
        """The public names of another file, for `%run`."""
        plain = PurePosixPath(file.replace("\\", "/")).as_posix().removeprefix("./")
        near = join(folder_of(importer), plain)
        last = PurePosixPath(plain).name
        fitting = [
            path
            for path in self.tree.code
            if path in (near, plain) or PurePosixPath(path).name in (last, f"{last}.py")
        ]
        if not fitting:
            raise FileNotFoundError(f"{file} was not handed in")
        path = near if near in fitting else fitting[0]
        module = self.module_at(self.tree.place_of(path))
        return {k: v for k, v in module.__dict__.items() if not k.startswith("__")}

    def take_path_edits(self, importer: str, before: list[str]) -> None:
        """Keep folders of the submission out of the real `sys.path`, and remember them here.

        There they would shadow modules that numpy and the standard library have yet to import.
        """
        added = [entry for entry in sys.path if entry not in before]
        here = self.tree.root / folder_of(importer)
        for entry in added:
            if not isinstance(entry, str):
                continue
            try:
                folder = (here / entry).resolve()
                inner = tidy(PurePosixPath(folder.relative_to(self.tree.root.resolve()).as_posix()))
            except (ValueError, OSError, RuntimeError):
                continue
            self.edited_path.append(inner)
            sys.path.remove(entry)


def is_real(top: str) -> bool:
    """Whether a top-level name can be imported without the submission."""
    if top in sys.stdlib_module_names or top in sys.builtin_module_names:
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError, AttributeError):
        return top in sys.modules and not is_hollow(sys.modules[top])
