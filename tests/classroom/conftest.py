"""A small class: a few cases, a few submissions, and what is known kept for all of its tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.shipped import assignments_folder

ASSIGNMENT = """
title: Small
requires: [Variable, Function, add, square]
cases:
  - case: sum
    title: A sum
    concept: forward
    inputs: {x: 2.0, y: 3.0}
    graph: z = add(x, y)
    points: 2
  - case: twice
    title: The same variable twice
    concept: accumulate
    inputs: {x: 3.0}
    graph: y = add(x, x)
    points: 3
  - case: secret
    title: What nobody may read
    concept: order
    inputs: {x: 2.0}
    graph: |
      a = square(x)
      y = add(square(a), square(a))
    hidden: true
    points: 5
"""
RIGHT = (assignments_folder() / "backprop" / "solution" / "autodiff.py").read_text("utf-8")
OVERWRITES = RIGHT.replace("x.grad + gx", "gx")
CRASHES = "import numpy as np\nraise SystemExit\n"
BROKEN = "class Variable(:\n"


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def cache(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_CACHE", str(kept))


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "assignment.yaml").write_text(ASSIGNMENT, encoding="utf-8")
    return folder


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name, text in {"ada": RIGHT, "bob": OVERWRITES, "eve": BROKEN}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder
