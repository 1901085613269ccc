"""A world of its own: mounts, processes, network and the rest, by `unshare`, before numpy is imported.

What remains visible is what the guest itself needs, read-only. An ordinary user gets this through a user
namespace; where the machine forbids that, the caller learns why and goes on without.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Final, NoReturn

from grader.guest.system import MACHINE, call, syscall

NEW_USER: Final = 0x10000000
# mounts, control groups, host name, IPC, processes, network
NEW_WORLD: Final = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000

READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8
REMOUNT, BIND, RECURSIVE, PRIVATE = 32, 4096, 16384, 1 << 18
DETACH: Final = 2

PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}
BASE: Final = "/tmp"
OLD: Final = "/.outside"


def enter(visible: Iterable[str], hidden: Collection[str]) -> None:
    """Go into new namespaces; on return the caller is their first process, and `/` holds little.

    `visible` are files and folders, bound read-only under their own names; `hidden` are folders
    inside them that become empty, but for what is visible inside those again.
    Raises OSError, after which the process is unfit for use.
    """
    user, group = os.getuid(), os.getgid()
    call("unshare", NEW_WORLD | (NEW_USER if os.geteuid() else 0))
    if user:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    _mount(None, "/", RECURSIVE | PRIVATE)
    _furnish(visible, hidden)
    _become_first()


def _furnish(visible: Iterable[str], hidden: Collection[str]) -> None:
    call("mount", b"tmpfs", BASE.encode(), b"tmpfs", NO_SUID | NO_DEVICES, b"mode=755,size=1m")
    os.mkdir(BASE + OLD)
    syscall(PIVOT_ROOT[MACHINE], _c(BASE), _c(BASE + OLD))
    os.chdir("/")
    for name in ("lib", "lib64", "bin", "sbin"):
        with suppress(OSError):
            os.symlink(os.readlink(f"{OLD}/{name}"), f"/{name}")
    for path in sorted({*visible, *hidden}, key=lambda path: (path.count("/"), path)):
        if path not in hidden:
            _bind(path)
        elif os.path.isdir(OLD + path):
            _folder(path)
            _mount("tmpfs", path, NO_SUID | NO_DEVICES)
    call("umount2", OLD.encode(), DETACH)
    os.rmdir(OLD)
    _mount(None, "/", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES)


def _bind(path: str) -> None:
    source = OLD + path
    if os.path.isdir(source):
        _folder(path)
    elif os.path.exists(source):
        _folder(os.path.dirname(path))
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444))
    else:
        return
    _mount(source, path, BIND | RECURSIVE)
    if not path.startswith("/dev/"):
        kept = os.statvfs(path).f_flag & (NO_SUID | NO_DEVICES | NO_EXEC | 0x400 | 0x800)
        times = 1 << 21 if os.statvfs(path).f_flag & 0x1000 else 0
        _mount(None, path, REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES | kept | times)


def _folder(path: str) -> None:
    for end in (index for index, letter in enumerate(path + "/") if letter == "/" and index):
        with suppress(FileExistsError):
            os.mkdir(path[:end], 0o755)


def _become_first() -> None:
    """Go on as process 1 of the new namespace; the process that stays outside only waits for it."""
    inner = os.fork()
    if inner == 0:
        return
    _wait_for(inner)


def _wait_for(inner: int) -> NoReturn:
    os.closerange(0, 4096)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _, status = os.waitpid(inner, 0)
    os._exit(0 if status == 0 else 1)


def _mount(source: str | None, target: str, flags: int) -> None:
    kind = b"tmpfs" if source == "tmpfs" else None
    call("mount", source and source.encode(), target.encode(), kind, flags, None)


def _c(text: str) -> object:
    import ctypes

    return ctypes.c_char_p(os.fsencode(text))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def failed(error: OSError) -> NoReturn:
    """Tell the grader, by the log, that this machine forbids namespaces, and why."""
    print(f"namespaces: {error}", file=sys.stderr, flush=True)
    os._exit(81)
