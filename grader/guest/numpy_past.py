"""Names that numpy once had, put back for a submission that uses them."""

from __future__ import annotations

import ast
import collections.abc
import math
import re
import types
import warnings
from typing import Any

import numpy as np

from grader.guest.outline import every_node
from grader.guest.statements import Parsed


def _in1d(a: Any, b: Any, **keywords: Any) -> Any:
    return np.isin(np.ravel(a), b, **keywords)


def _asscalar(a: Any) -> Any:
    return np.asarray(a).item()


def _asfarray(a: Any, dtype: Any = np.float64) -> Any:
    return np.asarray(a, dtype=dtype)


def _msort(a: Any) -> Any:
    return np.sort(a, axis=0)


def _either(new: str, old: str) -> Any:
    return getattr(np, new, None) or getattr(np, old)


REMOVED: dict[str, Any] = {
    "int": int, "float": float, "bool": bool, "object": object, "complex": complex, "str": str,
    "long": int, "unicode": str,
    "bool8": np.bool_, "float_": np.float64, "complex_": np.complex128, "cfloat": np.complex128,
    "singlecomplex": np.complex64, "longfloat": np.longdouble, "longcomplex": np.clongdouble,
    "clongfloat": np.clongdouble, "int0": np.intp, "uint0": np.uintp, "object0": np.object_,
    "str0": np.str_, "bytes0": np.bytes_, "string_": np.bytes_, "unicode_": np.str_,
    "Inf": np.inf, "Infinity": np.inf, "infty": np.inf, "PINF": np.inf, "NINF": -np.inf,
    "NaN": np.nan, "PZERO": 0.0, "NZERO": -0.0,
    "product": np.prod, "cumproduct": np.cumprod, "sometrue": np.any, "alltrue": np.all,
    "round_": np.round, "row_stack": np.vstack, "trapz": _either("trapezoid", "trapz"),
    "mat": np.asmatrix, "in1d": _in1d, "asscalar": _asscalar, "asfarray": _asfarray,
    "msort": _msort, "issubclass_": issubclass, "math": math,
}  # fmt: skip


def restore_removed(parsed: Parsed, text: str) -> tuple[str, ...]:
    """Give numpy back what this code uses and numpy no longer has. A note for each name."""
    if not (USED.search(text) or IMPORTED.search(text)):
        return ()
    notes = []
    for name in dict.fromkeys(names_of_numpy(parsed.body)):
        if name in REMOVED and not numpy_has(name):
            setattr(np, name, REMOVED[name])
            notes.append(f"numpy {np.__version__} has no `np.{name}` any more; it was put back.")
    return tuple(notes)


def numpy_has(name: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return hasattr(np, name)


# A glance at the text tells that nearly all code needs nothing of this. Two, since each is found by how it begins.
_LOST = "|".join(name for name in REMOVED if not numpy_has(name))
USED = re.compile(rf"\.(?:{_LOST})\b")
IMPORTED = re.compile(rf"numpy\s+import(?:\b[^\n]*\b(?:{_LOST})\b|\s*[(\\])")


def names_of_numpy(body: collections.abc.Iterable[ast.stmt]) -> list[str]:
    """The attributes of numpy that some code uses, under whichever name it imported numpy."""
    nodes = every_node(body)
    called = {"np", "numpy"}
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            called |= {a.asname or a.name for a in node.names if a.name == "numpy"}
        elif isinstance(node, ast.ImportFrom) and node.module == "numpy" and not node.level:
            found += [alias.name for alias in node.names]
    for node in nodes:
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in called
        ):
            found.append(node.attr)
    return found


def former_name(module: types.ModuleType, name: str) -> Any:
    """Where a name that a module of the standard library lost can be found now, or None."""
    if module.__name__ == "collections":
        return getattr(collections.abc, name, None)
    return None
