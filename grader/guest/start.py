"""The first code of a guest: run by file name, in an interpreter that can import nothing of ours.

Its argument is the descriptor to talk on. What may be imported is the standard library, numpy, `grader.guest`
and what that leans on. Once everything is loaded, even these are taken out of reach, so that a submission
may bring its own `grader.py`.
"""

import gc
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

OURS = ("grader.records", "grader.errors", "grader.domain", "grader.guest")
# What numpy and the runner ask for of the standard library: loaded while the grader loads what lets it say more.
MEANWHILE = ("ctypes", "datetime", "inspect", "pathlib", "pickle", "socket", "traceback")
FIRST_KEPT = 60  # children keep the descriptors from here to 63


class OnlyThese:
    """Finds numpy and the guest's own modules by name, and nothing else beside them."""

    def __init__(self) -> None:
        self.numpy_folder = ""
        self.own_folder = os.path.dirname(os.path.dirname(__file__))

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "numpy":
            return PathFinder.find_spec(name, [self.numpy_folder])
        if name in OURS:
            return PathFinder.find_spec(name, [self.own_folder])
        return None


def main() -> None:
    gc.disable()  # until all is loaded: none of it goes again
    descriptor = lowest(int(sys.argv[1]))
    sys.argv[1:] = []
    sys.orig_argv[1:] = []
    finder = OnlyThese()
    sys.meta_path.append(finder)
    package = ModuleType("grader")
    package.__path__ = []
    sys.modules["grader"] = package

    from grader import errors  # noqa: F401 - in namespaces its bytecode is out of sight
    from grader.domain.protocol import read_setup

    for name in MEANWHILE:
        __import__(name)
    setup = read_setup(descriptor)
    finder.numpy_folder = setup.numpy_folder
    for door in setup.groups:
        with open(door, "w", encoding="ascii") as file:
            file.write("0")
    if setup.namespaces == "unshare":
        from grader.guest import namespaces, world

        try:
            namespaces.enter(world.visible(setup), world.hidden())
        except OSError as error:
            namespaces.failed(error)
    if setup.user:
        keep_within_reach(finder)

    from grader.guest import runner

    sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]
    runner.serve(descriptor, setup)
    os._exit(0)  # to take apart what was loaded costs more than to load some of it


def lowest(descriptor: int) -> int:
    """The same by a low number: that of a grader with many files open may be one that is kept here."""
    low = os.dup(descriptor)
    os.close(descriptor)
    return low


def keep_within_reach(finder: OnlyThese) -> None:
    """Give libraries names that a spare user can follow.

    Root's own Python may lie in a folder that nobody else may enter; by a descriptor that is already open
    it can still be reached. What may be read there is a matter of access rights and Landlock, as ever.
    """
    if not hasattr(os, "O_PATH"):  # not Linux: there are no such names
        return
    library = os.path.dirname(os.__file__)
    names = {folder: folder for folder in (library, finder.numpy_folder) if not open_to_all(folder)}
    for number, folder in enumerate(names, FIRST_KEPT):
        opened = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        os.dup2(opened, number, inheritable=False)
        os.close(opened)
        names[folder] = f"/proc/self/fd/{number}"
    finder.numpy_folder = names.get(finder.numpy_folder, finder.numpy_folder)
    if library not in names:
        return

    def renamed(path: str) -> str:
        return path.replace(library, names[library], 1) if path.startswith(library) else path

    sys.path[:] = map(renamed, sys.path)
    sys.path_importer_cache.clear()
    for module in list(sys.modules.values()):
        if hasattr(module, "__path__"):
            module.__path__ = list(map(renamed, module.__path__))


def open_to_all(folder: str) -> bool:
    while folder != os.path.dirname(folder):
        if not os.stat(folder).st_mode & 0o001:
            return False
        folder = os.path.dirname(folder)
    return True


if __name__ == "__main__":
    main()
