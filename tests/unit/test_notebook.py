"""A graph tried out in a notebook: on the learner's own classes, in the learner's own process."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

import grader
from grader.errors import AuthoringError, SubmissionError

ROOT = Path(__file__).parents[2]
ENGINE = """\
import numpy as np
class Variable:
    def __init__(self, data):
        self.data, self.grad, self.creator = data, None, None
    def backward(self):
        if self.grad is None:
            self.grad = np.ones_like(self.data)
        functions = [self.creator]
        while functions:
            f = functions.pop()
            gxs = f.backward(f.output.grad)
            for x, gx in zip(f.inputs, gxs if isinstance(gxs, tuple) else (gxs,)):
                x.grad = gx
                if x.creator is not None:
                    functions.append(x.creator)
class Function:
    def __call__(self, *inputs):
        y = Variable(np.asarray(self.forward(*[x.data for x in inputs])))
        y.creator = self
        self.inputs, self.output = inputs, y
        return y
class Add(Function):
    def forward(self, a, b):
        return a + b
    def backward(self, gy):
        return gy, gy
class Square(Function):
    def forward(self, x):
        return x ** 2
    def backward(self, gy):
        return 2 * self.inputs[0].data * gy
def add(a, b):
    return Add()(a, b)
def square(x):
    return Square()(x)
"""
VALUE = """\
class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents, self.rule = data, 0.0, parents, lambda: None
    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        def rule():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.rule = rule
        return out
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for parent in v.parents:
                    visit(parent)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v.rule()
"""


def cells(text, name="__main__"):
    namespace = {"__name__": name}
    exec(compile(text, "cell", "exec"), namespace)
    return namespace


def test_a_wrong_gradient_is_shown_beside_the_expected_one():
    tried = grader.try_out(cells(ENGINE), "y = add(add(x, x), x)", x=3.0)
    assert not tried.passed
    lines = repr(tried).splitlines()
    assert lines[0] == "✗ failed: Gradient of x: yours 1, expected 3 (a third of it)."
    assert "x         ⚑ first wrong  3      1         3" in lines


def test_the_page_is_one_frame_without_any_request():
    html = grader.try_out(cells(ENGINE), "y = add(x, x)", x=3.0)._repr_html_()
    frame = re.fullmatch(r'<iframe sandbox="allow-scripts" srcdoc="([^"]*)" [^>]*></iframe>', html)
    assert frame
    page = unescape(frame[1])
    assert "Gradient of x: yours 1, expected 2 (half of it)." in page
    assert "<svg" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=[\"'](?!#|data:)", page)
    assert "grader run" not in page


def test_right_classes_pass():
    assert grader.try_out(cells(ENGINE), "y = add(square(x), z)", x=[3.0, 4.0], z=[1, 2]).passed


def test_inputs_are_found_in_the_text_and_in_the_namespace():
    namespace = cells(ENGINE + "x = Variable(np.array(3.0))\nw = 2\n")
    tried = grader.try_out(namespace, "v = -1.5\ny = add(add(square(x), w), v)")
    program = tried.report.cases[0].case.program
    assert {given.name: given.value.nested() for given in program.inputs} == {
        "x": 3.0, "w": 2.0, "v": -1.5,
    }  # fmt: skip
    assert namespace["x"].grad is None, "the learner's own variable is left alone"
    assert tried.passed


def test_operators_of_the_value_family():
    tried = grader.try_out(cells(VALUE), "y = x * x", x=3.0)
    assert tried.passed
    assert tried.report.assignment.dialect == "value"


def test_classes_that_were_imported_are_found_with_their_functions(monkeypatch):
    import types

    module = types.ModuleType("my_autodiff")
    monkeypatch.setitem(sys.modules, "my_autodiff", module)
    exec(compile(ENGINE, "my_autodiff.py", "exec"), vars(module))
    namespace = {"__name__": "__main__", "Variable": module.Variable}
    assert grader.try_out(namespace, "y = square(x)", x=3.0).passed


def test_a_crash_names_the_line():
    broken = ENGINE.replace("self.inputs[0].data * gy", "self.input.data * gy")
    text = repr(grader.try_out(cells(broken), "y = square(x)", x=3.0))
    assert text.startswith("✗ crashed: AttributeError while y.backward() was running: 'Square'")
    assert "cell, line 31" in text


def test_what_is_not_defined_yet_is_not_wrong():
    text = repr(grader.try_out(cells(ENGINE), "y = exp(x)", x=3.0))
    assert text.startswith("○ not attempted: Your code does not define exp yet.")


@pytest.mark.parametrize(
    ("graph", "inputs", "error", "said"),
    [
        ("y = squar(x)", {"x": 1.0}, AuthoringError, "graph:1:5: no function `squar`"),
        ("y = square(q)", {}, AuthoringError, "graph:1:12: unknown name `q`"),
        ("y = square(x", {"x": 1.0}, AuthoringError, "graph:1:11: the graph is not Python"),
        ("y = square(x)", {"x": "one"}, TypeError, "x must be a number, a list or an array"),
    ],
)
def test_what_cannot_be_tried_is_said(graph, inputs, error, said):
    with pytest.raises(error) as refused:
        grader.try_out(cells(ENGINE), graph, **inputs)
    assert said in str(refused.value)


def test_without_a_variable_class_there_is_nothing_to_try():
    with pytest.raises(SubmissionError, match="there is no class `Variable` here"):
        grader.try_out({}, "y = square(x)", x=3.0)


SESSION = f"""\
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def run(text):
    return shell.run_cell(text, store_history=True).result
run({ENGINE!r})
run("%load_ext grader")
run("%grader x = 3.0; y = add(add(x, x), x)")
run("%%grader\\nx = [1.0, 2.0]\\ny = square(x)\\n")
run("class Square(Function):\\n    def forward(self, x): return x ** 2\\n"
    "    def backward(self, gy): return self.nothing")
run("%grader x = 3.0; y = square(x)")
run("%grader y = squar(x)")
"""


def test_magics_in_a_real_ipython_shell(tmp_path):
    pytest.importorskip("IPython", reason="no IPython: pip install ipython to run this test")
    done = subprocess.run(
        [sys.executable, "-c", SESSION], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path),
             "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    said = done.stdout
    assert "Out[3]: \n✗ failed: Gradient of x: yours 1, expected 3 (a third of it)." in said
    assert "Out[4]: \n✓ passed: Right." in said
    assert "notebook, In [5], line 3: def backward(self, gy): return self.nothing" in said
    assert "did you mean `square`?" in done.stderr
    assert list(tmp_path.glob("*.html")) == []


def test_neither_ipython_nor_a_notebook_is_needed():
    done = subprocess.run(
        [sys.executable, "-c",
         f"exec({ENGINE!r})\nimport grader, sys\n"
         "print(grader.try_out(globals(), 'y = square(x)', x=3.0).passed)\n"
         "print('IPython' in sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "False"]
