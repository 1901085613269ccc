"""Real-looking submissions are loaded: what they define is there, and what failed is said."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from grader.guest.absent import Hollow, is_hollow
from grader.guest.loading import HandedIn, Loaded, load, own_frames, read, reset_modes
from tests.unit.guest.test_sources import notebook

WANTED = (("Variable", "Tensor"), ("Function",))

ENGINE = """\
import numpy as np

class Variable:
    def __init__(self, data):
        if not isinstance(data, np.ndarray):
            raise TypeError(f'{type(data)} is not supported')
        self.data = data

class Function:
    def __call__(self, x):
        return Variable(np.array(self.forward(x.data)))

class Square(Function):
    def forward(self, x):
        return x ** 2

def square(x):
    return Square()(x)
"""
LINES = ENGINE.count("\n")


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    modules, path, names = set(sys.modules), list(sys.path), set(vars(np))
    yield
    for name in set(sys.modules) - modules:
        if name.startswith("submission"):
            del sys.modules[name]
    sys.path[:] = path
    for name in set(vars(np)) - names:
        delattr(np, name)


def loaded(
    folder: Path,
    files: dict[str, str | bytes] | str,
    *,
    entry: str = "",
    wanted: tuple[tuple[str, ...], ...] = WANTED,
    seconds: float = 5.0,
) -> Loaded:
    for name, content in ({"answer.py": files} if isinstance(files, str) else files).items():
        path = folder / "handed_in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load(
        read_folder(folder / "handed_in", entry=entry, wanted=wanted),
        entry=entry,
        statement_seconds=seconds,
    )


def read_folder(
    folder: Path, *, entry: str = "", wanted: tuple[tuple[str, ...], ...] = WANTED
) -> HandedIn:
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = (path.relative_to(folder).as_posix() for path in files)
    return read(str(folder), names, entry=entry, wanted=wanted)


def skipped(found: Loaded) -> list[tuple[str, int]]:
    return [(one.cell, one.line) for one in found.loading.skipped]


def engine_works(found: Loaded) -> bool:
    assert found.loading.error == ""
    names = found.namespaces[0].dict
    return bool(names["square"](names["Variable"](np.array(3.0))).data == 9.0)


# What submissions do on import


def test_a_plain_file_is_loaded_without_a_word(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE)
    assert engine_works(found)
    assert (found.loading.entry, found.loading.kind) == ("answer.py", "python")
    assert found.loading.skipped == found.loading.notes == ()
    assert found.namespaces[0].file == "answer.py"


def test_prints_go_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert engine_works(loaded(tmp_path, ENGINE + "print('안녕')\n"))
    assert capsys.readouterr().out == "안녕\n"


def test_a_failing_demonstration_is_passed_over_with_line_and_reason(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "x = Variable(1.0)\nprint(x.data)\ny = 3\n")
    assert engine_works(found)
    assert found.namespaces[0].dict["y"] == 3
    first, second = found.loading.skipped
    assert (first.file, first.line, first.text) == ("answer.py", LINES + 1, "x = Variable(1.0)")
    assert first.why == "TypeError: <class 'float'> is not supported"
    assert second.why == "NameError: name 'x' is not defined"


@pytest.mark.parametrize(
    ("ending", "why"),
    [
        ("import sys; sys.exit(0)", "it asked the program to end (SystemExit)"),
        ("exit()", "it asked the program to end (SystemExit)"),
        ("quit(1)", "it asked the program to end (SystemExit)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise BaseException('stop')", "BaseException: stop"),
        ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("return 3", "SyntaxError: 'return' outside function"),
        ("raise EOFError", "it waited for typed input, and nobody is there to type (EOFError)"),
        ("open('mnist.npz')", "FileNotFoundError: [Errno 2] No such file or directory"),
        (
            "class Odd(Exception):\n    def __str__(self): return 1/0\nraise Odd()",
            "Odd",
        ),
    ],
)
def test_whatever_ends_a_script_ends_one_statement(tmp_path: Path, ending: str, why: str) -> None:
    found = loaded(tmp_path, f"{ENGINE}{ending}\nlast = 1\n")
    assert engine_works(found)
    assert found.namespaces[0].dict["last"] == 1
    assert found.loading.skipped[-1].why.startswith(why)


def test_unittest_main_is_passed_over(tmp_path: Path) -> None:
    text = (
        "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        pass\n"
        "unittest.main()\nlast = 1\n"
    )
    found = loaded(tmp_path, ENGINE + text)
    assert engine_works(found)
    assert skipped(found) == [("", LINES + 5)]


def test_an_endless_loop_is_stopped_at_its_first_line(tmp_path: Path) -> None:
    text = (
        "n = 0\nwhile True:\n    try:\n        n += 1\n    except Exception:\n        pass\n"
        "last = 1\n"
    )
    found = loaded(tmp_path, ENGINE + text, seconds=0.2)
    assert engine_works(found)
    assert skipped(found) == [("", LINES + 2)]
    assert found.loading.skipped[0].why == "it took longer than 0.2 seconds, and was stopped"
    assert found.namespaces[0].dict["last"] == 1


def test_endless_printing_is_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = loaded(tmp_path, ENGINE + "while True:\n    print('y' * 1000)\n")
    assert engine_works(found)
    assert "printed more than 1,000,000 characters" in found.loading.skipped[0].why
    assert len(capsys.readouterr().out) <= 1_000_000


def test_after_many_limits_only_definitions_are_executed(tmp_path: Path) -> None:
    text = "while True: pass\n" * 6 + ENGINE
    found = loaded(tmp_path, text, seconds=0.05)
    assert engine_works(found)
    assert "had used up the time" in found.loading.skipped[-1].why


def test_the_main_guard_stays_closed(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "if __name__ == '__main__':\n    raise SystemExit\n")
    assert engine_works(found)
    assert found.loading.skipped == ()


def test_annotations_from_the_future_hold_for_later_statements(tmp_path: Path) -> None:
    text = "from __future__ import annotations\n" + ENGINE + "def f(x: Nowhere) -> None: ...\n"
    found = loaded(tmp_path, text)
    assert engine_works(found)
    assert found.namespaces[0].dict["f"].__annotations__["x"] == "Nowhere"
    assert found.loading.skipped == ()


def test_our_own_future_imports_do_not_leak_into_submissions(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "def f(x: int): ...\n")
    assert found.namespaces[0].dict["f"].__annotations__["x"] is int


def test_warnings_about_the_text_are_not_errors(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "p = '\\d'\nif p is 'x': pass\n")
    assert engine_works(found)
    assert found.loading.skipped == ()


def test_dataclasses_pickle_and_inspect_find_the_module(tmp_path: Path) -> None:
    text = (
        "import dataclasses, inspect, pickle\n@dataclasses.dataclass\nclass Point:\n"
        "    x: 'dataclasses.InitVar[int]'\n    y: int = 2\n"
        "text = inspect.getsource(square)\nsame = pickle.loads(pickle.dumps(square)) is square\n"
    )
    found = loaded(tmp_path, ENGINE + text)
    names = found.namespaces[0].dict
    assert names["text"] == "def square(x):\n    return Square()(x)\n"
    assert names["same"] is True
    assert found.loading.skipped == ()


# What is not there


def test_plots_and_other_absent_packages_are_hollow(tmp_path: Path) -> None:
    text = (
        "import matplotlib_x.pyplot as plt\nfrom IPython_x.display import Image, display\n"
        "from memory_profiler_x import profile\nfrom numba_x import jit\nimport torch_x.nn as nn\n"
        "figure, axes = plt.subplots(1, 2)\nplt.figure(figsize=(3, 2))\nplt.show()\n"
        "for line in plt.plot([1], [2]): pass\nwith plt.style.context('x'): pass\n"
        "@profile\ndef f(x): return x\n@jit(nopython=True)\ndef g(x: nn.Tensor | None): return x\n"
        "class Net(nn.Module):\n    def __init__(self): super().__init__()\n"
        "net = Net()\nassert f(2) == g(2) == 2\nassert not isinstance(3, nn.Tensor)\n"
    )
    found = loaded(tmp_path, ENGINE + text)
    assert engine_works(found)
    assert found.loading.skipped == ()
    noted = [note.split("`")[1] for note in found.loading.notes]
    assert noted == ["matplotlib_x", "IPython_x", "memory_profiler_x", "numba_x", "torch_x"]


@pytest.mark.parametrize("use", ["float(h)", "h + 1", "np.array(h) + 1", "h > 1", "int(h.x())"])
def test_a_stand_in_is_never_a_number(use: str) -> None:
    with pytest.raises(TypeError):
        eval(use, {"h": Hollow("torch"), "np": np})


def test_an_import_whose_failure_is_expected_fails(tmp_path: Path) -> None:
    text = (
        "try:\n    import cupy_x as cp\n    gpu = True\nexcept ImportError:\n    gpu = False\n"
        "from contextlib import suppress\nwith suppress(ImportError):\n    import cupy_x\n"
        "    gpu = 1\n"
        "try:\n    from .other import thing\nexcept (ImportError, ValueError):\n    thing = 5\n"
    )
    found = loaded(tmp_path, ENGINE + text)
    assert found.namespaces[0].dict["gpu"] is False
    assert found.namespaces[0].dict["thing"] == 5
    assert found.loading.notes == found.loading.skipped == ()


def test_what_numpy_no_longer_has_is_put_back_where_it_is_used(tmp_path: Path) -> None:
    text = (
        "from numpy.lib.arraysetops_x import isin\nfrom numpy import in1d, product\n"
        "a = np.zeros(2, dtype=np.bool8)\nb = np.int(3)\nc = np.float_(2)\nd = product([2, 3])\n"
    )
    found = loaded(tmp_path, ENGINE + text)
    assert engine_works(found)
    assert found.loading.skipped == ()
    assert found.namespaces[0].dict["d"] == 6
    assert not hasattr(np, "alltrue")
    assert "`numpy.lib.arraysetops_x` is no longer part of numpy." in found.loading.notes
    assert any("no `np.int` any more; it was put back" in note for note in found.loading.notes)


def test_names_that_the_standard_library_moved_are_found(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "from collections import Iterable, OrderedDict\n")
    assert isinstance([], found.namespaces[0].dict["Iterable"])
    assert found.loading.skipped == ()


def test_a_sibling_that_was_not_handed_in_is_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, "from core import Variable, Function\nclass Add(Function): pass\n")
    assert found.loading.error == (
        "`Variable` is imported from `core` in answer.py, and that is not among the files "
        "handed in. Not defined either: `Function`."
    )


# Names and neighbours


def test_a_sibling_wins_over_the_standard_library_for_the_submission_alone(
    tmp_path: Path,
) -> None:
    files: dict[str, str | bytes] = {
        "answer.py": ENGINE + "import random, types, operator\nfrom grader import mark\n"
        "r = random.rand()\nt = types.KIND\no = operator.twice(4)\n",
        "random.py": "def rand():\n    return 4\n",
        "types.py": "KIND = 'mine'\n",
        "operator.py": "def twice(x): return 2 * x\n",
        "grader.py": "mark = 100\n",
    }
    found = loaded(tmp_path, files)
    assert engine_works(found)
    names = found.namespaces[0].dict
    assert (names["r"], names["t"], names["o"], names["mark"]) == (4, "mine", 8, 100)
    assert sys.modules["random"].__name__ == "random"
    assert hasattr(sys.modules["types"], "FunctionType")


def test_a_file_called_numpy_is_not_numpy(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"answer.py": ENGINE, "numpy.py": "notes = 'shape, dtype'\n"})
    assert engine_works(found)
    assert any("taken to mean the library, not numpy.py" in n for n in found.loading.notes)
    alone = loaded(tmp_path / "alone", {"numpy.py": ENGINE})
    assert engine_works(alone)


def test_packages_import_themselves_in_every_usual_way(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "mydezero/__init__.py": "from mydezero.core import Variable, Function\n"
        "import mydezero.functions\n",
        "mydezero/core.py": ENGINE,
        "mydezero/functions.py": "from .core import Function\nfrom . import utils\n"
        "import mydezero\nimport mydezero.core as c\nclass Sin(Function):\n    pass\n",
        "mydezero/utils.py": "def helper(): pass\n",
        "mydezero/core_simple.py": ENGINE.replace("9", "8"),
        "steps/step30.py": "if '__file__' in globals():\n    import os, sys\n"
        "    sys.path.append(os.path.join(os.path.dirname(__file__), '..'))\n"
        "from mydezero import Variable, Function\nfrom mydezero.core import *\nx = Variable\n",
    }
    found = loaded(tmp_path, files)
    assert engine_works(found)
    assert (found.loading.entry, found.loading.kind) == ("mydezero/core.py", "package")
    assert [one.file for one in found.namespaces] == [
        "mydezero/core.py",
        "mydezero/__init__.py",
        "mydezero/functions.py",
        "mydezero/utils.py",
    ]
    assert "mydezero/core_simple.py would do as well" in found.loading.notes[0]
    assert found.loading.skipped == ()
    step = loaded(tmp_path, {}, entry="steps/step30.py")
    assert engine_works(step)
    assert not any(str(tmp_path) in entry for entry in sys.path)


def test_the_inside_of_a_package_finds_itself_by_name(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "__init__.py": "from dezero_x.core import Variable, Function\n",
        "core.py": ENGINE,
        "functions.py": "from dezero_x.core import Function\nclass Sin(Function): pass\n",
    }
    found = loaded(tmp_path, files)
    assert engine_works(found)
    assert "Sin" in found.namespaces[-1].dict
    assert "`dezero_x` was taken to be the folder handed in." in found.loading.notes


def test_siblings_that_build_on_the_entry_are_loaded_too(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "core.py": ENGINE,
        "more.py": "from core import *\nclass Cube(Function):\n    pass\n",
        "train.py": "from core import Variable\nraise SystemExit\n",
    }
    found = loaded(tmp_path, files, wanted=(("Variable",),))
    assert [one.file for one in found.namespaces] == ["core.py", "more.py"]
    base = found.namespaces[0].dict["Function"]
    assert issubclass(found.namespaces[1].dict["Cube"], base)


def test_classes_in_two_files_are_one_engine(tmp_path: Path) -> None:
    top, _, rest = ENGINE.partition("class Function")
    found = loaded(
        tmp_path,
        {"variable.py": top, "function.py": f"from variable import *\nclass Function{rest}"},
    )
    assert engine_works(found)
    assert found.loading.entry == "function.py"


def test_names_that_an_import_lacks_do_not_cost_the_others(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "core.py": ENGINE,
        "main.py": "from core import Variable, Function, sqare, square\n",
    }
    found = loaded(tmp_path, files, entry="main")
    assert engine_works(found)
    assert "cannot import name 'sqare' from 'core' (core.py)" in found.loading.skipped[0].why


# Choosing


def test_the_last_step_is_graded_and_the_choice_is_said(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"step{n:02}.py": ENGINE for n in (2, 9, 10)}
    files["notes.py"] = "x = 1\n"
    found = loaded(tmp_path, files)
    assert found.loading.entry == "step10.py"
    assert found.loading.notes[0] == (
        "step10.py was graded. step02.py, step09.py would do as well; "
        "give --entry to choose another."
    )


def test_an_entry_that_is_not_there_is_refused_with_the_list(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"a.py": ENGINE, "b/c.py": ENGINE}, entry="d.py")
    assert found.loading.error == (
        "The entry `d.py` is not among the files handed in: a.py, b/c.py."
    )
    assert loaded(tmp_path, {}, entry="./b/c.py").loading.entry == "b/c.py"
    assert loaded(tmp_path, {}, entry="c.py").loading.entry == "b/c.py"
    assert loaded(tmp_path, {}, entry="b.c").loading.entry == "b/c.py"


def test_nothing_handed_in_is_said(tmp_path: Path) -> None:
    assert "holds no file" in loaded(tmp_path, {}).loading.error
    found = loaded(tmp_path, {"a.csv": "1,2", "b.png": b"\x89PNG"})
    assert found.loading.error == "There is no Python file among a.csv, b.png."


def test_pasted_text_beside_data_is_found(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"data.txt": "1, 2\n" * 50, "work.txt": "In [1]:\n" + ENGINE})
    assert engine_works(found)
    assert (found.loading.entry, found.loading.kind) == ("work.txt", "notebook text")


# Errors that speak


def test_a_fault_inside_the_class_is_an_error_with_its_line(tmp_path: Path) -> None:
    text = ENGINE.replace("self.data = data", "self.data = (data")
    found = loaded(tmp_path, text)
    line = 1 + text.split("\n").index("        self.data = (data")
    assert found.loading.error == (
        f"`Variable` is not defined, because line {line} of answer.py is not valid Python: "
        "SyntaxError: '(' was never closed."
    )
    assert (found.loading.error_file, found.loading.error_line) == ("answer.py", line)
    assert found.loading.error_text == "self.data = (data"


def test_a_class_that_cannot_be_made_is_an_error_with_the_reason(tmp_path: Path) -> None:
    text = ENGINE.replace("class Variable:", "class Variable:\n    count = missing\n")
    error = loaded(tmp_path, text).loading.error
    assert error == (
        "`Variable` could not be made, because line 4 of answer.py failed: "
        "NameError: name 'missing' is not defined."
    )


def test_a_helper_of_the_engine_with_a_fault_is_an_error(tmp_path: Path) -> None:
    text = "def as_array(x)\n    return x\n" + ENGINE.replace("= data\n", "= as_array(data)\n")
    found = loaded(tmp_path, text)
    assert found.loading.error.startswith(
        "`Variable` needs `as_array`, which is not defined, because line 1 of answer.py"
    )


def test_a_missing_class_is_named_with_what_is_there(tmp_path: Path) -> None:
    error = loaded(tmp_path, "class Varible:\n    pass\nclass Function: pass\n").loading.error
    assert error == (
        "answer.py does not define `Variable` (nor `Tensor`). "
        "It defines `Varible`: is that what was meant?"
    )


def test_a_half_typed_last_line_costs_nothing_else(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "y = square(\n")
    assert engine_works(found)
    assert skipped(found) == [("", LINES + 1)]


# Notebooks


def test_cells_and_their_lines_are_named_in_what_was_passed_over(tmp_path: Path) -> None:
    cells = notebook(ENGINE, "x = 1\n\nVariable(x)", "y = add(", "import os\n%matplotlib inline")
    found = loaded(tmp_path, {"a.ipynb": cells})
    assert engine_works(found)
    assert found.loading.kind == "notebook"
    assert skipped(found) == [("In [2]", 3), ("In [3]", 1)]


def test_a_notebook_that_runs_another_gets_its_names(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "core.ipynb": notebook(ENGINE),
        "demo.ipynb": notebook("%run core.ipynb", "y = square", "%run gone.ipynb"),
    }
    found = loaded(tmp_path, files, entry="demo.ipynb")
    assert engine_works(found)
    assert found.loading.skipped[0].why == "FileNotFoundError: gone.ipynb was not handed in"


def test_definitions_above_what_they_need_are_made_later(tmp_path: Path) -> None:
    top, _, rest = ENGINE.partition("class Square")
    found = loaded(tmp_path, {"a.ipynb": notebook("class Square" + rest, top)})
    assert engine_works(found)
    assert found.loading.skipped == ()
    assert "it was made after that" in found.loading.notes[0]


def test_older_classes_at_the_end_do_not_replace_those_that_belong_together(
    tmp_path: Path,
) -> None:
    older = "class Variable:\n    pass\n", "class Function:\n    pass\n"
    found = loaded(tmp_path, {"a.ipynb": notebook(ENGINE, *older)})
    assert engine_works(found)
    names = found.namespaces[0].dict
    assert names["Function"] in names["Square"].__mro__
    assert found.loading.notes[0].startswith(
        "`Variable` (In [1], line 3) and `Function` (In [1], line 9) are graded as they were when "
        "`Square` (In [1], line 13) was made"
    )


def test_newer_classes_with_functions_of_their_own_stand(tmp_path: Path) -> None:
    newer = "class Function:\n    pass\nclass Cube(Function):\n    pass\n"
    found = loaded(tmp_path, {"a.ipynb": notebook(ENGINE, newer)})
    names = found.namespaces[0].dict
    assert names["Function"] in names["Cube"].__mro__
    assert found.loading.notes == (
        "`Function` was defined again: `Square` still inherits from the earlier one.",
    )


def test_the_learners_export_is_loaded_as_it_is(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "submissions" / "learner_export" / "submission"
    found = load(read_folder(folder))
    assert found.loading.error == ""
    assert found.loading.kind == "notebook text"
    assert found.loading.skipped == found.loading.notes == ()
    names = found.namespaces[0].dict
    assert names["z"].data == 13.0


# Frames and modes


def frames_of(found: Loaded, call: str) -> list[tuple[str, int, str, str, str]]:
    try:
        eval(call, found.namespaces[0].dict)
    except BaseException as error:
        frames = own_frames(error, found)
        return [(one.file, one.line, one.function, one.text, one.cell) for one in frames]
    raise AssertionError(f"{call} did not fail")


def test_frames_are_the_submissions_own_deepest_last(tmp_path: Path) -> None:
    text = ENGINE.replace("return x ** 2", "return np.reshape(x, (7, 7))")
    found = loaded(tmp_path, text)
    frames = frames_of(found, "square(Variable(np.array(2.0)))")
    assert [frame[2] for frame in frames] == ["square", "Function.__call__", "Square.forward"]
    assert frames[-1][3] == "return np.reshape(x, (7, 7))"


def test_frames_of_a_notebook_name_cell_and_line(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"a.ipynb": notebook(ENGINE, "z = 1\ndef f():\n    return 1 / 0")})
    assert frames_of(found, "f()") == [("a.ipynb", 3, "f", "return 1 / 0", "In [2]")]


def test_endless_recursion_gives_a_few_frames(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "def f(): f()\n")
    assert len(frames_of(found, "f()")) == 20


def test_frames_of_a_syntax_error_are_its_line(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE)
    filename = str(tmp_path / "handed_in" / "answer.py")
    error = SyntaxError("no", (filename, 3, 1, "class Variable:"))
    assert [frame.text for frame in own_frames(error, found)] == ["class Variable:"]


def test_modes_left_off_are_switched_on(tmp_path: Path) -> None:
    text = (
        "class Config:\n    enable_backprop = True\n    train = 'False'\n"
        "Config.enable_backprop = False\n"
    )
    found = loaded(tmp_path, ENGINE + text)
    config = found.namespaces[0].dict["Config"]
    assert config.enable_backprop is True
    assert config.train == "False"
    assert found.loading.notes == (
        "Config.enable_backprop was left switched off, and was switched on.",
    )
    config.enable_backprop = False
    assert reset_modes(found) == ("Config.enable_backprop",)


def test_operators_are_set_up_where_nobody_did(tmp_path: Path) -> None:
    text = "def setup_variable():\n    Variable.__add__ = lambda a, b: 1\n"
    found = loaded(tmp_path, ENGINE + text)
    assert "__add__" in vars(found.namespaces[0].dict["Variable"])
    assert found.loading.notes == (
        "`setup_variable()` was called: nothing in the submission calls it.",
    )


def test_a_long_list_of_failures_is_cut(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENGINE + "missing()\n" * 80)
    assert len(found.loading.skipped) == 50
    assert found.loading.notes == ("30 more statements were passed over.",)


def test_loading_twice_gives_the_same_account(tmp_path: Path) -> None:
    text = ENGINE + "import matplotlib_x, torch_x\nVariable(1)\n"
    assert loaded(tmp_path, text).loading == loaded(tmp_path, text).loading
    assert is_hollow(loaded(tmp_path, text).namespaces[0].dict["torch_x"])


def test_beside_the_main_thread_nothing_is_limited_and_all_is_loaded(tmp_path: Path) -> None:
    found: list[Loaded] = []
    thread = Thread(target=lambda: found.append(loaded(tmp_path, ENGINE)))
    thread.start()
    thread.join()
    assert engine_works(found[0])
