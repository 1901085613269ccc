"""Landlock: which files the calling process may still open, and nothing else beneath the root.

A ruleset is made once by the runner and entered by every child. All versions of the interface from
1 are spoken to: what a kernel does not know is left out, and the self-test shows what then holds.
See https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from typing import Final

from grader.guest.system import PR_SET_NO_NEW_PRIVS, prctl, syscall

CREATE_RULESET: Final = 444
ADD_RULE: Final = 445
RESTRICT_SELF: Final = 446

READ_FILE: Final = 1 << 2
WRITE_FILE: Final = 1 << 1
READ_DIR: Final = 1 << 3

# Rights on files that a version can take away: 1 has thirteen, 2 adds refer, 3 truncate, 5 ioctl.
FILES: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NETWORK: Final = {4: 0b11}  # bind and connect of TCP
SCOPES: Final = {6: 0b11}  # abstract sockets and signals of processes outside
SIZES: Final = {1: 8, 4: 16, 6: 24}  # of the structure that holds the three


def version() -> int:
    """Of the kernel's Landlock; 0 where it has none or it is switched off."""
    try:
        return syscall(CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def ruleset(
    abi: int, readable: Iterable[str], listed: Iterable[str], writable: Iterable[str]
) -> int:
    """A descriptor of rules that allow to read files and folders, to list folders, to write files.

    Paths that do not exist are passed over. Raises OSError.
    """
    sizes = SIZES[_newest(SIZES, abi)]
    handled = [
        table[_newest(table, abi)] if abi >= min(table) else 0 for table in (FILES, NETWORK, SCOPES)
    ]
    attributes = struct.pack("<QQQ", *handled)[:sizes]
    rules = syscall(CREATE_RULESET, ctypes.c_char_p(attributes), sizes, 0)
    os.set_inheritable(rules, False)
    for paths, rights in (
        (readable, READ_FILE | READ_DIR),
        (listed, READ_DIR),
        (writable, READ_FILE | WRITE_FILE),
    ):
        for path in paths:
            _allow(rules, path, rights)
    return rules


def enter(rules: int) -> None:
    """Bind the calling thread to a ruleset for ever. Raises OSError."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    syscall(RESTRICT_SELF, rules, 0)


def _newest(table: dict[int, int], abi: int) -> int:
    return max((known for known in table if known <= abi), default=min(table))


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= READ_FILE | WRITE_FILE
        rule = struct.pack("<Qi", rights, descriptor)
        syscall(ADD_RULE, rules, 1, ctypes.c_char_p(rule), 0)
    finally:
        os.close(descriptor)
