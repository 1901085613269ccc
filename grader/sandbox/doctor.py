"""`grader doctor`: a guest is started, its self-test run, and what it showed said in words."""

from __future__ import annotations

import platform
import sys
from typing import Final

from grader.domain.protocol import Trial
from grader.sandbox.guest import Guest
from grader.sandbox.levels import ADVICE, LEVELS, NAMES, REQUIRED_LEVEL, Protection

MEANING: Final = {
    0: "no submission can be run",
    1: "a process of its own, a clean environment, a clock: nothing stops it from reading your files",
    2: "no other file, no network, no process, no signal; memory and time are limited",
    3: "the same twice over: a second wall of namespaces",
    4: "and a limit for all of its processes together",
}


def examine() -> tuple[int, str]:
    """The level reached on this machine, and the report of it."""
    with Guest(accept_level=0, groups=True) as guest:
        held = guest.protection
    lines = [
        f"Protection: level {held.level} of 4 ({', '.join(held.layers) or 'nothing'})",
        f"  that is: {MEANING[held.level]}",
        f"  on {platform.system()} {platform.release()}, {platform.machine()}, "
        f"Python {platform.python_version()}",
    ]
    for level, layers in LEVELS.items():
        lines.append(f"\nLevel {level}")
        for layer in layers:
            lines += _layer(layer, held)
    lines += _verdict(held)
    return held.level, "\n".join(lines)


def _layer(layer: str, held: Protection) -> list[str]:
    tried = [trial for trial in held.trials if trial.layer == layer]
    if not tried:
        return [f"  missing  {NAMES[layer]}", f"           {_advice(layer)}"]
    well = all(trial.held for trial in tried)
    lines = [f"  {'holds  ' if well else 'FAILS  '}  {NAMES[layer]}"]
    lines += [f"           {_told(trial)}" for trial in tried]
    return lines if well else [*lines, f"           {_advice(layer)}"]


def _told(trial: Trial) -> str:
    if trial.layer == "use" and trial.held:
        return "honest code finds Python, numpy and the submission"
    why = f" ({trial.why})" if trial.why else ""
    return f"{'refused:' if trial.held else 'COULD:  '} {trial.what}{why}"


def _advice(layer: str) -> str:
    return f"to have it: {ADVICE[layer]}"


def _verdict(held: Protection) -> list[str]:
    if held.level < REQUIRED_LEVEL:
        return [
            f"\nSubmissions are refused here: level {REQUIRED_LEVEL} is required.",
            "For code that you trust as your own: grader run --accept-level 1",
            *(
                ["Strangers' code: use Docker or a Linux machine."]
                if sys.platform != "linux"
                else []
            ),
        ]
    return ["\nA bug in the kernel would not be stopped by any of these."]
