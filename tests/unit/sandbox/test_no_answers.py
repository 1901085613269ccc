"""The process that holds a submission holds no answers, and cannot come by them."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from grader.sandbox import Guest
from grader.shipped import assignments_folder, reference_file
from tests.unit.sandbox.conftest import Perform

FORBIDDEN = ("answers", "authoring", "judging", "checking", "grading", "predictions", "report")

LOOK = """
import gc, sys, types
modules = {thing.__name__ for thing in gc.get_objects() if isinstance(thing, types.ModuleType)}
files = {getattr(thing, '__file__', None) for thing in gc.get_objects()
         if isinstance(thing, types.ModuleType)}
print(sorted(modules | set(sys.modules)))
"""

TRY = """
import importlib, sys
sys.path += PLACES
got = []
for name in NAMES:
    for done in (name, name.split('.')[-1]):
        sys.modules.pop(done, None)
        try:
            module = importlib.import_module(done)
            if open(module.__file__).read():
                got.append(done)
        except Exception:
            pass
for path in PATHS:
    try:
        open(path).close()
        got.append(path)
    except OSError:
        pass
print(got)
"""


@pytest.fixture(params=[(), ("namespaces",)], ids=["level 3", "level 2"])
def asked(request: pytest.FixtureRequest, program: object) -> Callable[[str], list[str]]:
    def ask(source: str) -> list[str]:
        from grader.domain.submission import SourceFile, Submission

        with Guest(without=request.param) as guest:
            done = guest.perform(
                Submission("a", "file", (SourceFile("a.py", source.encode()),)),
                [],
                dialect="variable-function",
                requires=(),
            )
        found: list[str] = ast.literal_eval(done.output.strip().splitlines()[-1])
        return found

    return ask


def test_nothing_of_the_answers_is_loaded_there(asked: Callable[[str], list[str]]) -> None:
    loaded = asked(LOOK)
    assert "numpy" in loaded
    for name in loaded:
        assert not name.startswith(tuple(f"grader.{part}" for part in FORBIDDEN)), name
        assert name.split(".")[0] not in ("reference", "autodiff", "yaml", "pydantic", "click")


def test_nothing_of_the_answers_can_be_imported_or_read_there(
    asked: Callable[[str], list[str]],
) -> None:
    project = reference_file().parent.parent
    names = [f"grader.{part}" for part in FORBIDDEN] + ["reference.autodiff", "autodiff"]
    paths = [str(reference_file()), *map(str, assignments_folder().rglob("*.yaml"))]
    paths += [str(path) for path in (project / "grader").rglob("*.py")]
    places = [str(project), str(reference_file().parent)]
    source = TRY.replace("PLACES", repr(places)).replace("NAMES", repr(names))
    assert asked(source.replace("PATHS", repr(paths))) == []


def test_other_engines_that_are_installed_cannot_be_imported(perform: Perform) -> None:
    import importlib.util

    spec = importlib.util.find_spec("autograd")
    if spec is None or spec.origin is None:
        pytest.skip("no other engine is installed here")
    folder = spec.origin.rsplit("/autograd/", 1)[0]
    done = perform(
        f"import sys\nsys.path.append({folder!r})\nimport autograd\n"
        "print('real' if isinstance(getattr(autograd, '__version__', ''), str) and "
        "hasattr(autograd, '__file__') and '/' in str(autograd.__file__) else 'hollow')\n"
    )
    assert "real" not in done.output
