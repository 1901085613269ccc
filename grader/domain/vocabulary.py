"""The functions that a graph may use, and the names under which learners write them."""

from __future__ import annotations

import re
from typing import Final

from grader.records import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """One entry of the vocabulary.

    `arity` counts differentiated operands; `options` names the other arguments in their order.
    `operator` is Python's spelling, where there is one. `names` are accepted names of a submission's
    function, `classes` of its `Function` subclass, `methods` of a method on its variable class.
    """

    name: str
    arity: int
    options: tuple[str, ...] = ()
    operator: str = ""
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    outputs: int = 1

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.name, *self.names)


_ENTRIES: Final = (
    Function("add", 2, (), "+", names=("plus",), classes=("Add", "Plus")),
    Function("sub", 2, (), "-", names=("subtract", "minus"), classes=("Sub", "Subtract", "Minus")),
    Function(
        "mul", 2, (), "*", names=("multiply", "times"), classes=("Mul", "Multiply", "Mult", "Times")
    ),
    Function("div", 2, (), "/", names=("divide", "truediv"), classes=("Div", "Divide", "TrueDiv")),
    Function("neg", 1, (), "-x", names=("negative",), classes=("Neg", "Negative")),
    Function(
        "pow", 2, (), "**", names=("power",), classes=("Pow", "Power"), methods=("pow", "power")
    ),
    Function("square", 1, classes=("Square",), methods=("square",)),
    Function("exp", 1, classes=("Exp",), methods=("exp",)),
    Function("log", 1, names=("ln",), classes=("Log", "Ln"), methods=("log",)),
    Function("sin", 1, classes=("Sin",), methods=("sin",)),
    Function("cos", 1, classes=("Cos",), methods=("cos",)),
    Function("tanh", 1, classes=("Tanh",), methods=("tanh",)),
    Function("relu", 1, names=("ReLU",), classes=("ReLU", "Relu", "RELU"), methods=("relu",)),
    Function("abs", 1, names=("absolute",), classes=("Abs",), methods=("abs",)),
    Function("maximum", 2, classes=("Maximum",)),
    Function("max", 1, ("axis", "keepdims"), classes=("Max",), methods=("max",)),
    Function("sum", 1, ("axis", "keepdims"), names=("sum_",), classes=("Sum",), methods=("sum",)),
    Function(
        "mean", 1, ("axis", "keepdims"), names=("average",), classes=("Mean",), methods=("mean",)
    ),
    Function("reshape", 1, ("shape",), classes=("Reshape",), methods=("reshape",)),
    Function("transpose", 1, ("axes",), classes=("Transpose",), methods=("transpose",)),
    Function("broadcast_to", 1, ("shape",), classes=("BroadcastTo",)),
    Function("sum_to", 1, ("shape",), classes=("SumTo",)),
    Function("matmul", 2, (), "@", names=("dot",), classes=("MatMul", "Matmul", "Dot")),
    Function("getitem", 1, ("index",), "[]", names=("get_item",), classes=("GetItem", "Getitem")),
    Function("split", 1, (), classes=("Split",), outputs=2),
)

VOCABULARY: Final[dict[str, Function]] = {entry.name: entry for entry in _ENTRIES}


def entry_of(name: str) -> Function:
    """The entry of a function, be it of the vocabulary or one that an assignment brings."""
    return VOCABULARY.get(name) or brought(name, 1)


def brought(name: str, arity: int, outputs: int = 1) -> Function:
    """The entry of a function that an assignment brings: `leaky_relu`, of the class `LeakyRelu`.

    All names follow from the one, so that whoever looks for it in a submission need know no more.
    """
    return Function(name, arity, classes=(class_name(name),), methods=(name,), outputs=outputs)


def class_name(function: str) -> str:
    """`leaky_relu` -> `LeakyRelu`."""
    return "".join(part[:1].upper() + part[1:] for part in function.split("_"))


def function_name(cls: str) -> str:
    """`LeakyRelu` -> `leaky_relu`. Of some names, such as `ELU`, this is not the way back."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", cls).lower()


OPERATORS: Final[dict[str, str]] = {
    entry.operator: entry.name for entry in _ENTRIES if entry.operator
}

CONCEPTS: Final = (
    "forward",
    "seed",
    "rule",
    "accumulate",
    "order",
    "shape",
    "state",
    "second order",
)
