"""The command on a system that has none of what only Unix has: something like Windows.

Its arguments are those of `grader`.
"""

import os
import signal
import socket
import subprocess
import sys
from typing import Any

UNIX_ONLY: dict[Any, tuple[str, ...]] = {
    os: ("chown", "fork", "getegid", "geteuid", "getgid", "getuid", "killpg", "setsid",
         "O_DIRECTORY", "O_NOFOLLOW"),
    signal: ("SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGXCPU"),
    socket: ("AF_UNIX",),
}  # fmt: skip

# They look at the system themselves: loaded before it changes.
for name in ("tempfile", "threading"):
    __import__(name)


class Popen(subprocess.Popen[Any]):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        assert not options.get("pass_fds"), "pass_fds not supported on Windows."
        super().__init__(*arguments, **options)


if __name__ == "__main__":
    for name in ("fcntl", "grp", "pwd", "resource", "termios"):
        sys.modules[name] = None  # type: ignore[assignment]
    for module, names in UNIX_ONLY.items():
        for name in names:
            delattr(module, name)
    subprocess.Popen = Popen  # type: ignore[misc]

    from grader.__main__ import main

    main()
