"""Which protection is in force, as the trials of a guest have proved it, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from grader.domain.protocol import Ready, Trial
from grader.errors import GraderFault
from grader.records import dataclass

REQUIRED_LEVEL: Final = 2

# Layers that a level needs, beside those of the levels below it.
LEVELS: Final[dict[int, tuple[str, ...]]] = {
    1: ("use",),
    2: ("limits", "landlock", "filter", "user"),
    3: ("namespaces",),
    4: ("groups",),
}

NAMES: Final = {
    "limits": "hard limits",
    "landlock": "Landlock",
    "filter": "system call filter",
    "user": "a user without privileges",
    "namespaces": "namespaces",
    "groups": "control groups",
    "use": "readable libraries",
}

ADVICE: Final = {
    "landlock": "use Linux 5.13 or newer, with landlock in /sys/kernel/security/lsm",
    "filter": "use Linux on x86-64 or aarch64 with CONFIG_SECCOMP_FILTER",
    "user": "run the grader as an ordinary user, or as root where a spare user id can be taken",
    "limits": "use Linux; in a container, allow setrlimit",
    "namespaces": "allow unprivileged user namespaces, or install bubblewrap; in Docker this needs "
    "a looser syscall profile and is not worth it: level 2 holds there",
    "groups": "delegate a cgroup v2 subtree to the user (systemd-run --user --scope -p Delegate=yes)",
    "use": "install Python and numpy where other users may read them",
}


@dataclass(frozen=True, slots=True)
class Protection:
    """What held. `layers` says it for people, `missing` what did not and why."""

    level: int
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    trials: tuple[Trial, ...]

    def require(self, level: int) -> None:
        """Raises GraderFault where less than `level` was proved, saying what to do."""
        if self.level >= level:
            return
        lacking = [
            f"  - {NAMES[layer]}: {why}. To have it: {ADVICE[layer]}."
            for needed in range(self.level + 1, level + 1)
            for layer in LEVELS[needed]
            if (why := _why_not(layer, self.trials))
        ]
        raise GraderFault(
            f"submissions are strangers' code, and this machine protects against it at level "
            f"{self.level} only; level {level} is required. Nothing was run.\n"
            + "\n".join(lacking)
            + "\nSee `grader doctor`. For code that you trust as your own: --accept-level 1"
        )


def protection(ready: Ready, more: Sequence[Trial] = (), uid: int = 0) -> Protection:
    """What the trials prove. A layer holds if all of its trials held, and there was one."""
    trials = (*ready.trials, *more)
    level = 0
    for candidate, layers in LEVELS.items():
        if any(_why_not(layer, trials) for layer in layers):
            break
        level = candidate
    every = [layer for layers in LEVELS.values() for layer in layers]
    details = {
        "landlock": f"Landlock ABI {ready.landlock}",
        "user": "a spare user id" if uid else "",
    }
    return Protection(
        level,
        tuple(
            details.get(la) or NAMES[la] for la in every if not _why_not(la, trials) and la != "use"
        ),
        tuple(f"{NAMES[la]}: {why}" for la in every if (why := _why_not(la, trials))),
        trials,
    )


def _why_not(layer: str, trials: Sequence[Trial]) -> str:
    """Why a layer does not hold; empty where it does."""
    about = [trial for trial in trials if trial.layer == layer]
    if not about:
        return "made only for --accept-level 4" if layer == "groups" else "not available here"
    failed = [trial for trial in about if not trial.held]
    return "; ".join(f"could {trial.what} ({trial.why})" for trial in failed[:2])
