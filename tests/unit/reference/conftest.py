from __future__ import annotations

from types import ModuleType

import pytest

from tests.unit.reference.engine import load


@pytest.fixture(scope="session")
def autodiff() -> ModuleType:
    return load()
