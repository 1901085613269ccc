"""Every attack meets a wall at levels 2 and 3, and succeeds where its walls are switched off."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.attacks import escape, resources, snooping
from tests.attacks.arena import Arena, known
from tests.attacks.attack import Attack
from tests.attacks.conftest import LEVELS

ATTACKS = known([*snooping.ATTACKS, *escape.ATTACKS, *resources.ATTACKS])
FULL = 30.0

# Deeds that the machine itself refuses even without our walls, depending on how it is set up.
MAY_BE_IMPOSSIBLE = {
    "opens a socket past namespaces, AF_VSOCK",
    "opens a socket by io_uring",
    "calls by 32-bit numbers, past the filter",
    "loads a program into the kernel",
    "watches page faults",
    "asks the kernel's key ring",
    "compares itself with another process",
    "takes another process's descriptors",
    "types into a terminal",
    "reads the kernel's log",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_meets_a_wall(name: str, arena: Arena) -> None:
    attack = ATTACKS[name]
    result = arena.fight(attack)
    assert not arena.succeeded(attack, result.text), result.text
    assert arena.canaries.victim.poll() is None
    assert arena.canaries.hashes() == arena.canaries.before
    assert not arena.canaries.strays()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_meets_the_same_wall_in_a_copy(
    name: str, arena_without: Callable[[tuple[str, ...]], Arena]
) -> None:
    """Where each case is performed alone, its process puts its walls up in two parts."""
    arena = arena_without(LEVELS[2])
    text = arena.fight_in_copies(ATTACKS[name])
    assert not arena.succeeded(ATTACKS[name], text), text
    assert arena.canaries.victim.poll() is None
    assert arena.canaries.hashes() == arena.canaries.before
    assert not arena.canaries.strays()


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.needs_off])
def test_an_attack_succeeds_without_its_walls(
    name: str, arena_without: Callable[[tuple[str, ...]], Arena]
) -> None:
    attack: Attack = ATTACKS[name]
    arena = arena_without(attack.needs_off)
    result = arena.fight(attack)
    try:
        if not arena.succeeded(attack, result.text):
            if name in MAY_BE_IMPOSSIBLE or os.geteuid() != 0:
                pytest.skip(f"refused even without our walls: {result.observed.output[:200]}")
            pytest.fail(f"it tests nothing: {result.text[:1000]}")
    finally:
        arena.canaries.restore()


def test_the_engine_of_the_attacks_is_right(arena: Arena) -> None:
    """So that the score of an attack says something."""
    result = arena.fight(Attack("none"))
    assert result.score == FULL, result.verdicts
