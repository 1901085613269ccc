"""The command `grader` as a process: what it starts first of all, and how it ends."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress

from grader import starting

HELP = {"-h", "--help"}
CANNOT_PRINT = 2


def main() -> None:
    """Run the command that the arguments ask for. The process ends with it."""
    starting.open_standard()
    # Before anything else is imported: it has numpy to import meanwhile.
    guest = None
    if _grades(sys.argv[1:]) and hasattr(os, "fork"):
        with suppress(OSError):  # whoever needs it says why there is none
            guest = starting.start()
    from grader.cli import main as command

    try:
        command(prog_name="grader", obj=guest)
    except SystemExit as end:
        watched = sys.gettrace() or sys.getprofile()  # they would not hear of the end
        if threading.active_count() == 1 and isinstance(end.code, int | None) and not watched:
            _leave(end.code or 0)
        raise


def _grades(arguments: list[str]) -> bool:
    return arguments[:1] == ["run"] and HELP.isdisjoint(arguments)


def _leave(code: int) -> None:
    """End at once: to take apart what the process holds would cost a run a fortieth of its time."""
    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # what could not be printed was told when it was printed
            code = code or CANNOT_PRINT
    os._exit(code)


if __name__ == "__main__":
    main()
