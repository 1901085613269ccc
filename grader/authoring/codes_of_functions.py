"""The codes of what is wrong with the `functions.py` of an assignment, told at length."""

from __future__ import annotations

from typing import Final

from grader.authoring.code_text import CodeText

FUNCTIONS: Final = {
    "YS801": CodeText(
        "`functions.py` is not Python",
        "The file of functions cannot be read from this place on. It is a Python file like the reference.",
        "class Cube(Function)\n    samples = (-2, 2)",
        "class Cube(Function):\n    samples = (-2, 2)",
    ),
    "YS802": CodeText(
        "`functions.py` cannot be imported",
        "The file is executed after the reference and in its namespace: `np`, `Function` and every function "
        "of the vocabulary are there, and `from autodiff import ...` means them. Something else that it needs is "
        "not there, or raises.",
        "import scipy",
        "import numpy as np",
    ),
    "YS803": CodeText(
        "Not a function in the reference's form",
        "A function is a class that extends `Function`, with `forward`, which takes arrays, and `backward`, "
        "which takes one upstream gradient for each output and returns one gradient for each input. It has no "
        "`__init__`. A class `LeakyRelu` is called `leaky_relu` in graphs.",
        "class Cube(Function):\n    def forward(self, x):\n        return x * x * x",
        "class Cube(Function):\n    samples = (-2, 2)\n\n    def forward(self, x):\n        return x * x * x"
        "\n\n    def backward(self, gy):\n        (x,) = self.xs\n        return gy * 3 * x * x",
    ),
    "YS804": CodeText(
        "A name that is taken",
        "Functions of an assignment extend the vocabulary and the reference. What is there already keeps its "
        "meaning in every assignment: it cannot be defined once more.",
        "class Tanh(Function): ...",
        "class HardTanh(Function): ...",
    ),
    "YS805": CodeText(
        "No range to be sampled in",
        "`samples = (low, high)` says between which numbers the inputs of a function may lie. "
        "`{uniform: [3], of: cube}` under `inputs:` draws from there.",
        "samples = (2, -2)",
        "samples = (-2, 2)",
    ),
}
