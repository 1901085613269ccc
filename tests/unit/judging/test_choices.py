"""The line that chooses which function is undone next, as learners write it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from grader.domain.submission import Bound
from grader.judging.choices import Choice, chosen
from grader.judging.placing import definition

BOOK = """
    class Variable:
        def set_creator(self, func):
            self.creator = func
            self.generation = func.generation

        def backward(self):
            funcs, seen = [], set()

            def add_func(f):
                if f not in seen:
                    funcs.append(f)
                    seen.add(f)
                    funcs.sort(key=lambda f: f.generation)

            add_func(self.creator)
            while funcs:
                f = funcs.pop()
                gxs = f.backward(self.grad)  # undone
                for x, gx in zip(f.inputs, gxs):
                    add_func(x.creator)


    class Function:
        def __call__(self, *inputs):
            self.generation = min([x.generation for x in inputs])
"""
HEAP = """
    def backward(self):
        heap = []
        heapq.heappush(heap, (0, self.creator))
        while heap:
            _, node = heapq.heappop(heap)
            for x, gx in zip(node.inputs, node.gradients()):  # undone
                heapq.heappush(heap, (-x.depth, x.creator))

    def link(self, node):
        self.depth = node.depth + 1
"""
QUEUE = """
    def backward(self):
        todo = [self.creator]
        for func in todo:
            todo += [x.creator for x in func.inputs]
            for x, gx in zip(func.inputs, func.vjp(grads[func])):  # undone
                grads[x] = gx
"""
TOPOLOGY = """
    def backward(self):
        topo = build(self)
        for v in reversed(topo):
            v._backward()  # undone
"""
RECURSION = """
    def backward(self):
        gx = self.creator.backward(self.grad)  # undone
        self.creator.input.backward()
"""
NOT_ADDED = "def set_creator(self, func):\n    self.generation = func.generation"
SMALLEST = "self.generation = min(x.generation for x in inputs)"


def line_chosen(text: str, choice: Choice, wrong: str = "") -> str:
    lines = dedent(text).split("\n")
    undone = next(number for number, line in enumerate(lines, 1) if "# undone" in line)
    found = chosen([(1, dedent(text))], undone, choice, wrong)
    return lines[found - 1].strip() if found else ""


@pytest.mark.parametrize(
    ("text", "choice", "line"),
    [
        (BOOK, Choice.TAKEN, "f = funcs.pop()"),
        (BOOK, Choice.PUT, "funcs.append(f)"),
        (BOOK, Choice.SORTED, "funcs.sort(key=lambda f: f.generation)"),
        (HEAP, Choice.TAKEN, "_, node = heapq.heappop(heap)"),
        (HEAP, Choice.PUT, "heapq.heappush(heap, (-x.depth, x.creator))"),
        (HEAP, Choice.KEY, "self.depth = node.depth + 1"),
        (QUEUE, Choice.TAKEN, "for func in todo:"),
        (QUEUE, Choice.PUT, "todo += [x.creator for x in func.inputs]"),
        (QUEUE, Choice.SORTED, "for func in todo:"),
        (TOPOLOGY, Choice.TAKEN, "for v in reversed(topo):"),
    ],
)
def test_each_choice_has_its_line(text: str, choice: Choice, line: str) -> None:
    assert line_chosen(text, choice) == line


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (NOT_ADDED, "self.generation = func.generation"),
        (SMALLEST, "self.generation = min([x.generation for x in inputs])"),
    ],
)
def test_of_several_lines_that_make_the_key_the_one_like_the_catalogues_example(
    wrong: str, line: str
) -> None:
    assert line_chosen(BOOK, Choice.KEY, wrong) == line


@pytest.mark.parametrize("text", [RECURSION, "x = (  # undone\n"])
def test_where_the_source_does_not_say_it_there_is_no_line(text: str) -> None:
    assert line_chosen(text, Choice.TAKEN) == ""


def test_cells_of_a_notebook_are_read_one_by_one() -> None:
    cells = [(1, "%matplotlib inline"), (10, dedent(TOPOLOGY))]
    undone = 9 + dedent(TOPOLOGY).split("\n").index("        v._backward()  # undone") + 1
    assert chosen(cells, undone, Choice.TAKEN, "") == undone - 1


def test_an_expression_that_is_too_deep_costs_no_more_than_the_line() -> None:
    deep = "x" + ".a" * 900
    text = f"def walk(f):\n    todo = [f]\n    while todo:\n        f = todo.pop()\n        {deep} += [f]\n"
    assert chosen([(1, text)], 4, Choice.PUT, "x") is None


@pytest.mark.parametrize("line", [-10, 0, 3])
def test_a_submission_that_lies_about_where_it_defines_something_is_not_believed(line: int) -> None:
    place = definition("clear", [Bound("clear", "clear", "a.py", line)], (), {"a.py": "x"})
    assert place is None or place.text == ""
