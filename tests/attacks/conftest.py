"""Guests with some walls, started once and kept warm; canaries around them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.attacks.arena import Arena, Canaries

LEVELS = {2: ("namespaces",), 3: ()}


@pytest.fixture(scope="session")
def canaries() -> Iterator[Canaries]:
    planted = Canaries()
    yield planted
    planted.close()


@pytest.fixture(scope="session")
def arena_without(canaries: Canaries) -> Iterator[Callable[[tuple[str, ...]], Arena]]:
    """An arena whose guest lacks some walls."""
    arenas: dict[tuple[str, ...], Arena] = {}

    def arena(without: tuple[str, ...]) -> Arena:
        key = tuple(sorted(without))
        if key not in arenas:
            arenas[key] = Arena(canaries, key)
        return arenas[key]

    yield arena
    for started in arenas.values():
        started.close()


@pytest.fixture(scope="session", params=[2, 3], ids=["level 2", "level 3"])
def arena(
    request: pytest.FixtureRequest, arena_without: Callable[[tuple[str, ...]], Arena]
) -> Arena:
    """All walls of a level. Where the machine does not reach it, CI fails and a laptop skips."""
    chosen = arena_without(LEVELS[request.param])
    if chosen.level < request.param:
        why = f"level {request.param} is not reached: {chosen.guest.protection.missing}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    return chosen
