"""Many threads may parse at once."""

from __future__ import annotations

import ast
import gc
import time
from concurrent.futures import ThreadPoolExecutor

from grader.parsing import parsed

DEEP = "x = " + "[" * 40 + "]" * 40 + "\ny = f(g(h(1)))\n" * 50


def test_threads_that_parse_at_once_do_not_disturb_each_other() -> None:
    """The collector, which may run while a tree is made, lets another thread in: until 3.11.8 that was an error."""

    def rest(phase: str, told: dict[str, int]) -> None:
        time.sleep(1e-4)

    before = gc.get_threshold()
    gc.callbacks.append(rest)
    gc.set_threshold(20)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(parsed, [DEEP] * 40))
    finally:
        gc.callbacks.remove(rest)
        gc.set_threshold(*before)
    assert {ast.dump(tree) for tree in trees} == {ast.dump(ast.parse(DEEP))}
