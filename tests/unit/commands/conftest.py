"""Commands called as on a command line, in a folder of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import main

Grader = Callable[..., Result]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder. Nothing of the tester's own environment reaches it."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRADER_ASSIGNMENT", "GRADER_SEED", "GRADER_CONFIG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def grader(desk: Path) -> Grader:
    return lambda *arguments: CliRunner().invoke(main, [str(one) for one in arguments])
