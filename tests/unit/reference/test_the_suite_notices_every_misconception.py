"""The suite is judged: each known mistake, planted in the reference, must make a test here fail.

The very checks of the neighbouring modules are run, in this process, until one of them fails.
"""

from __future__ import annotations

import functools
import gc
import inspect
import itertools
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from tests.unit.reference import (
    test_order,
    test_rules,
    test_second_order,
    test_seed_and_accumulate,
    test_state,
)
from tests.unit.reference.engine import SOURCE, load, planted

CATALOGUE = SOURCE.parents[1] / "assignments" / "misconceptions"
ENTRIES = sorted(CATALOGUE.glob("*.yaml"))
MODULES = (test_seed_and_accumulate, test_order, test_state, test_second_order, test_rules)
CONCEPTS = {"seed", "order", "rule", "accumulate", "shape", "state", "second order"}
FAMILIES = {"seed": 1, "order": 2, "rule": 3, "accumulate": 4, "shape": 5, "state": 6}
SECONDS = 3.0


@functools.cache
def read(path: Path) -> dict[str, Any]:
    entry: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return entry


def checks() -> Iterator[Callable[[ModuleType], None]]:
    """The neighbouring modules' tests that ask for `autodiff`, one for each set of parameters."""
    for module in MODULES:
        for name, test in vars(module).items():
            if name.startswith("test_") and "autodiff" in inspect.signature(test).parameters:
                for given in parameters(test):
                    yield lambda autodiff, test=test, given=given: test(autodiff, **given)


def parameters(test: Any) -> Iterator[dict[str, Any]]:
    """What `pytest.mark.parametrize` would give the test, one dictionary a run."""
    marks = [m for m in getattr(test, "pytestmark", ()) if m.name == "parametrize"]
    axes = []
    for mark in marks:
        names = mark.args[0] if isinstance(mark.args[0], tuple) else (mark.args[0],)
        axes.append(
            [dict(zip(names, v if len(names) > 1 else (v,), strict=True)) for v in mark.args[1]]
        )
    for combination in itertools.product(*axes):
        yield {name: value for given in combination for name, value in given.items()}


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in this thread after so much processor time: a planted mistake may never end."""

    def ring(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def first_failure(autodiff: ModuleType) -> BaseException | None:
    """What the first check that fails raised, or None if all pass."""
    for check in CHECKS:
        try:
            with at_most(SECONDS):
                check(autodiff)
        except (Exception, pytest.fail.Exception) as failure:
            return failure
    return None


CHECKS = list(checks())


def test_the_reference_itself_passes_every_check():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Output seems independent of input")
        assert first_failure(load()) is None


def test_the_catalogue_is_complete():
    assert len(ENTRIES) == 114
    assert len({read(path)["code"] for path in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_an_entry_says_all_that_a_student_needs(path):
    entry = read(path)
    assert entry["id"] == path.stem
    assert entry["concept"] in CONCEPTS
    assert entry["code"].startswith(f"AD{FAMILIES.get(entry['concept'], 7)}")
    assert len(entry["title"]) <= 90
    assert not entry["title"].endswith(".")
    assert entry["what"].strip().endswith(".")
    assert len(entry["hints"]) == 3
    assert all(isinstance(hint, str) and len(hint) > 10 for hint in entry["hints"])
    assert isinstance(entry["combinable"], bool)
    for example in (entry["wrong"], entry["right"]):
        compile(example, path.name, "exec", flags=0x2000)
    assert entry["wrong"] != entry["right"]
    assert {"inputs", "graph", "right", "wrong"} == set(entry["told_apart_by"])


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_the_suite_notices(path):
    changed = load(planted(read(path)["edit"]))
    assert first_failure(changed) is not None, "no check fails: write one that does"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.stem)
def test_the_graph_that_tells_it_apart_gives_the_answers_it_says(path):
    entry = read(path)
    told = entry["told_apart_by"]
    assert observe(load(), told) == told["right"]
    assert observe(load(planted(entry["edit"])), told) == told["wrong"]


def observe(autodiff: ModuleType, told: dict[str, Any]) -> dict[str, Any]:
    """The quantities that the graph's answers name, or the type of what was raised."""
    names: dict[str, Any] = dict(vars(autodiff))
    names["backward"] = give_upstream
    for name, data in told["inputs"].items():
        array = (
            np.array(data["value"], dtype=data["dtype"])
            if isinstance(data, dict)
            else np.array(data, dtype=float)
        )
        names[name] = autodiff.Variable(array)
    gc.disable()
    try:
        return answers(names, told)
    except Exception as error:
        return {"raises": type(error).__name__}
    finally:
        gc.enable()


def give_upstream(y: Any, upstream: Any) -> None:
    y.grad = np.array(upstream, dtype=float)
    y.backward()


def answers(names: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    graph = told["graph"]
    if "released(y)" in told["right"]:
        exec(graph.replace("del y", "import weakref\nkept = weakref.ref(y)\ndel y"), names)
        return {"released(y)": names["kept"]() is None}
    exec(graph, names)
    if "backward(" not in graph.splitlines()[-1] and "y.creator is None" not in told["right"]:
        names["y"].backward()
    return {what: plain(eval(what, names)) for what in told["right"]}


def plain(value: Any) -> Any:
    """A number or nested lists, rounded to seven digits; None and truth as they are."""
    if value is None or isinstance(value, bool | int):
        return value
    return rounded(getattr(value, "data", value).tolist())


def rounded(value: Any) -> Any:
    return [*map(rounded, value)] if isinstance(value, list) else float(f"{value:.7g}")
