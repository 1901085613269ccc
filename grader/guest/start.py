"""The first code of a guest: run by file name, in an interpreter that can import nothing of ours.

Arguments: the descriptor to talk on, the folder that holds numpy, the folder that holds `grader`. What may
be imported is the standard library, numpy, `grader.guest` and what that leans on. Once everything is
loaded, even these are taken out of reach, so that a submission may bring its own `grader.py`.
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

OURS = ("grader.errors", "grader.domain", "grader.guest")


class OnlyThese:
    """Finds numpy and the guest's own modules by name, and nothing else beside them."""

    def __init__(self, numpy_folder: str, grader_folder: str) -> None:
        self.numpy_folder = numpy_folder
        self.grader_folder = grader_folder

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == "numpy":
            return PathFinder.find_spec(name, [self.numpy_folder])
        if name in OURS:
            return PathFinder.find_spec(name, [self.grader_folder])
        return None


def main() -> None:
    descriptor, numpy_folder, grader_folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    finder = OnlyThese(numpy_folder, grader_folder)
    sys.meta_path.append(finder)
    package = ModuleType("grader")
    package.__path__ = []
    sys.modules["grader"] = package

    from grader.guest import runner

    sys.meta_path.remove(finder)
    sys.argv[1:] = []
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]
    runner.serve(descriptor)


if __name__ == "__main__":
    main()
