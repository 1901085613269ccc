"""The grader that this project does not want to be: compares in the student's process, believes its output.

Run as `python naive.py submission.py`; the score is the last line of its output that is JSON. Forgeries
are let loose on it to show that they are forgeries.
"""

import importlib.util
import json
import sys

import numpy as np

CASES = [
    ("square", lambda m, x: m.square(x), [9.0, 2.25], [6.0, -3.0]),
    ("sum", lambda m, x: m.add(x, x), [6.0, -3.0], [2.0, 2.0]),
    (
        "diamond",
        lambda m, x: m.add(m.square(m.square(x)), m.square(x)),
        [90.0, 7.3125],
        [114.0, -16.5],
    ),
]


def same(found, expected):
    return np.shape(found) == np.shape(expected) and bool(np.allclose(found, expected))


def grade(path):
    spec = importlib.util.spec_from_file_location("submission", path)
    module = importlib.util.module_from_spec(spec)
    score = 0
    spec.loader.exec_module(module)
    for _name, build, value, gradient in CASES:
        try:
            x = module.Variable(np.array([3.0, -1.5]))
            y = build(module, x)
            y.backward()
            if same(y.data, value) and same(x.grad, gradient):
                score += 10
        except Exception:
            pass
    return score


if __name__ == "__main__":
    score = grade(sys.argv[1])
    print(json.dumps({"score": score}))
