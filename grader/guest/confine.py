"""What a process takes away from itself before it opens a submission.

`prepare` makes once, in the runner, what every child needs; `close_world` is called in the child. A wall
that cannot be put up raises: nothing of a submission is opened behind half of the walls.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from grader.domain.protocol import Limits, Setup
from grader.guest import landlock, seccomp, system, world
from grader.records import dataclass, replace

SPARE_USER_THREADS: Final = 64
OPEN_FILES: Final = 64
RULES_DESCRIPTOR: Final = 63
# What is limited, in this order, as far as the system knows it.
LIMITED: Final = tuple(
    getattr(resource, f"RLIMIT_{name}", None)
    for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE", "MEMLOCK", "MSGQUEUE")
)
THREADS: Final = getattr(resource, "RLIMIT_NPROC", None)
# Stands in a filter for the process that will enter it.
OWN_PROCESS: Final = 0x7FFFFFFF


class WallError(OSError):
    """A wall could not be put up: which, and why."""

    def __init__(self, layer: str, error: OSError) -> None:
        super().__init__(error.errno, f"{layer}: {error}")
        self.layer = layer


@dataclass(frozen=True, slots=True)
class Walls:
    """What every child of a runner puts up. `rules` is a Landlock ruleset's descriptor, or -1.

    A `filter` lacks the process that enters it, between its pieces.
    `starting` is the filter of a process that executes nothing of a submission, and starts those that do.
    """

    user: int
    rules: int
    abi: int
    filter: tuple[bytes, ...]
    starting: tuple[bytes, ...]
    limits: bool

    left_out: tuple[str, ...] = ()

    def of_a_template(self) -> Walls:
        return replace(self, filter=self.starting)

    def of_a_copy(self) -> Walls:
        """What stands around its template stands around it as well, and is not put up again."""
        return replace(self, user=0, rules=-1, limits=False, left_out=(*self.left_out, "user"))

    def without(self, layer: str) -> Walls:
        walls = replace(self, left_out=(*self.left_out, layer))
        match layer:
            case "landlock":
                return replace(walls, rules=-1)
            case "filter":
                return replace(walls, filter=(), starting=())
            case "limits":
                return replace(walls, limits=False)
            case "user":
                return replace(walls, user=0)
            case _:
                return walls


def prepare(setup: Setup) -> Walls:
    """The walls that this machine offers, less those that the setup leaves out."""
    walls = Walls(setup.user, -1, landlock.version() if system.LINUX else 0, (), (), True)
    if walls.abi:
        made = landlock.ruleset(
            walls.abi, world.readable(setup), world.standard_library(), ("/dev/null",)
        )
        os.dup2(made, RULES_DESCRIPTOR, inheritable=False)
        os.close(made)
        walls = replace(walls, rules=RULES_DESCRIPTOR)
    if system.LINUX and system.MACHINE in seccomp.ARCHITECTURES:
        walls = replace(walls, filter=_pieces(starting=False), starting=_pieces(starting=True))
    for layer in setup.without:
        walls = walls.without(layer)
    return walls


def close_world(walls: Walls, limits: Limits) -> None:
    """Close the world around the calling process. Raises WallError where a wall does not stand."""
    if walls.limits:
        _put_up("limits", limit_resources, limits, walls.user)
    if walls.user:
        _put_up("user", _change_user, walls.user)
    if not system.LINUX:
        return
    if "user" not in walls.left_out:
        _put_up("user", system.drop_capabilities)
    # After the change of user, which would undo it.
    system.prctl(system.PR_SET_PDEATHSIG, int(signal.SIGKILL))
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
    if walls.rules >= 0:
        _put_up("landlock", landlock.enter, walls.rules)
    with suppress(OSError):
        os.close(RULES_DESCRIPTOR)
    if walls.filter:
        _put_up("filter", seccomp.enter, seccomp.number(os.getpid()).join(walls.filter))


def _put_up(layer: str, wall: Callable[..., object], *arguments: object) -> None:
    try:
        wall(*arguments)
    except OSError as error:
        raise WallError(layer, error) from error


def _change_user(user: int) -> None:
    os.setgroups([])
    if hasattr(os, "setresuid"):
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    else:  # macOS: where root calls these, they change the saved ids as well
        os.setgid(user)
        os.setuid(user)


def limit_resources(limits: Limits, user: int = 0) -> None:
    """Hard limits of this process: memory, processor time, files, threads of a spare user; no core dump."""
    wanted = (limits.memory_bytes, limits.cpu_seconds, limits.file_bytes, OPEN_FILES, 0, 0, 0)
    for limit, value in zip(LIMITED, wanted, strict=True):
        _lower(limit, value)
    if user:  # it counts all processes of a user: only a spare one has no others
        _lower(THREADS, SPARE_USER_THREADS)


def _lower(limit: int | None, value: int) -> None:
    if limit is None:
        return
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    # At its soft limit of processor time a process may still say where it is; a second later it is killed.
    after = value + (limit == resource.RLIMIT_CPU and hard in (resource.RLIM_INFINITY, value + 1))
    try:
        resource.setrlimit(limit, (value, after))
    except (ValueError, OSError) as error:
        if system.LINUX or limit != resource.RLIMIT_AS:  # macOS refuses to limit address space
            raise OSError(f"a limit of {value} cannot be set: {error}") from error


def _pieces(*, starting: bool) -> tuple[bytes, ...]:
    steps = seccomp.program(system.MACHINE, OWN_PROCESS, starting=starting)
    return seccomp.assemble(steps, OWN_PROCESS)
