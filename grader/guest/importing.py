"""`import`, as the modules of a submission see it.

Every module of a submission has an `__import__` of its own, so that `import random` means the file
that lies beside it, while numpy and the standard library keep their own `random`. Its modules are
registered under private names: nothing real is ever replaced.
"""

from __future__ import annotations

import builtins
import sys
import types
import typing
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from grader.guest.absent import Hollow
from grader.guest.finding import Finder, is_real
from grader.guest.numpy_past import former_name
from grader.guest.tree import Tree, folder_of, join, tidy

PREFIX = "submission"
IMPORT = builtins.__import__
INSTEAD = {"typing_extensions": typing}
# For the first module of a process: to copy them in each one that is forked would touch them all.
SPARE_BUILTINS: list[dict[str, Any]] = [dict(builtins.__dict__)]

Guarded = Callable[[], bool]  # asked only where an import fails


class Importer:
    """The modules of a submission by place, made when they are first asked for.

    `execute` fills a new module from a file. `notes` grows as imports are met.
    """

    def __init__(self, tree: Tree, execute: Callable[[types.ModuleType, str], None]) -> None:
        self.tree = tree
        self.execute = execute
        self.modules: dict[str, types.ModuleType] = {}
        self.notes: dict[str, None] = {}
        self.finder = Finder(tree)

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
        name = ".".join([PREFIX, *filter(None, plain.split("/"))])
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
            if parent is not module and not hasattr(parent, name):
                setattr(parent, name, module)

    def builtins_of(self, place: str) -> dict[str, Any]:
        """The builtins of one module: the usual ones, with its own `__import__`."""
        known: dict[tuple[str, tuple[str, ...], int], types.ModuleType] = {}

        def own_import(
            name: str,
            globals: object = None,
            locals: object = None,
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> Any:
            asked = (name, tuple(fromlist or ()), level)
            if asked not in known:
                found = self.import_name(
                    place, *asked, partial(self.expects_failure, sys._getframe(1))
                )
                if type(found) is not types.ModuleType:
                    return found
                known[asked] = found
            return known[asked]

        def run(file: str) -> None:
            names = self.run_file(place, file)
            sys._getframe(1).f_globals.update(names)

        def leave(code: object = None) -> None:
            raise SystemExit(code)

        own = SPARE_BUILTINS.pop() if SPARE_BUILTINS else dict(builtins.__dict__)
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
        self, importer: str, name: str, names: tuple[str, ...], level: int, guarded: Guarded
    ) -> Any:
        """What the import statement gets, by the rules of `builtins.__import__`."""
        if not isinstance(name, str) or level < 0:
            return IMPORT(name, {}, {}, names, level)
        if level:
            return self.import_relative(importer, name, names, level, guarded)
        parts = name.split(".")
        found = self.finder.find(importer, parts, names)
        if found is None:
            place = self.finder.handed_in_as(importer, parts, names)
            if place is None:
                return self.import_real(name, names, guarded)
            module = self.module_at(place)
            self.load_submodules(place, module, names)
            return module if names else self.module_at(folder_of(place))
        folder, reached = found
        return self.import_own(folder, parts, reached, names, guarded)

    def import_relative(
        self, importer: str, name: str, names: tuple[str, ...], level: int, guarded: Guarded
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
            self.load_submodules(folder, module, names)
            return module
        return self.import_own(folder, parts, len(parts), names, guarded)

    def import_own(
        self, folder: str, parts: list[str], reached: int, names: tuple[str, ...], guarded: Guarded
    ) -> Any:
        """Load along a dotted name, of which `reached` parts are there."""
        places = [self.tree.descend(folder, parts[:count]) for count in range(1, reached + 1)]
        modules = [self.module_at(place) for place in places if place is not None]
        if reached < len(parts):
            stand_in = self.missing(".".join(parts), names, guarded, None)
            if names:
                return stand_in
            setattr(modules[-1], parts[reached], Hollow(".".join(parts[: reached + 1])))
        elif names:
            self.load_submodules(places[-1] or "", modules[-1], names)
            return modules[-1]
        return modules[0]

    def load_submodules(self, place: str, module: types.ModuleType, names: tuple[str, ...]) -> None:
        """`from package import module` loads the module."""
        for name in names:
            inner = self.tree.child(place, name) if name != "*" else None
            if inner is not None and not hasattr(module, name):
                setattr(module, name, self.module_at(inner))

    def import_real(self, name: str, names: tuple[str, ...], guarded: Guarded) -> Any:
        try:
            module = IMPORT(name, {}, {}, names, 0)
        except Exception as error:
            return self.missing(name, names, guarded, error)
        lost = [one for one in names if one != "*" and not hasattr(module, one)]
        if lost and not guarded():
            return self.with_stand_ins(module, names)
        return module

    def with_stand_ins(
        self, module: types.ModuleType, names: tuple[str, ...]
    ) -> types.SimpleNamespace:
        """What one `from ... import` asks for, hollow where the module no longer has it."""
        found = types.SimpleNamespace()
        for name in names:
            former = getattr(module, name, former_name(module, name))
            if former is None:
                self.notes[f"`{name}` is no longer in {module.__name__}."] = None
                former = Hollow(f"{module.__name__}.{name}")
            setattr(found, name, former)
        return found

    def missing(
        self, name: str, names: tuple[str, ...], guarded: Guarded, error: Exception | None
    ) -> Any:
        """A stand-in for a module that is not here, or its error where the code sees to that."""
        if guarded():
            raise error or ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name in INSTEAD:
            return self.with_stand_ins(INSTEAD[name], names)
        top = name.partition(".")[0]
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

    def all_notes(self) -> tuple[str, ...]:
        return (*self.finder.notes, *self.notes)
