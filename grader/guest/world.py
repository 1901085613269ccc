"""What a guest needs of the file system: where it lies, and under which names a child reaches it."""

from __future__ import annotations

import os
import sys
import sysconfig
from typing import Final

from grader.domain.protocol import Setup

DEVICES: Final = ("/dev/null", "/dev/urandom")
LIBRARY_FOLDERS: Final = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
SITE_FOLDERS: Final = ("site-packages", "dist-packages")
OTHER_FILES: Final = ("/etc/ld.so.cache", "/usr/share/zoneinfo")


def library_folders() -> tuple[str, ...]:
    """Folders with shared libraries, by their real names."""
    folders = (*LIBRARY_FOLDERS, os.path.join(sys.base_prefix, "lib"))
    return tuple(dict.fromkeys(os.path.realpath(f) for f in folders if os.path.isdir(f)))


def standard_library() -> tuple[str, ...]:
    """The folders of the standard library, by their real names."""
    found = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))
    based = (folder for folder in found if folder)
    return tuple(dict.fromkeys(os.path.realpath(folder) for folder in based))


def numpy_folders(setup: Setup) -> tuple[str, ...]:
    found = (os.path.join(setup.numpy_folder, name) for name in ("numpy", "numpy.libs"))
    return tuple(folder for folder in found if os.path.isdir(folder))


def own_files(setup: Setup) -> tuple[str, ...]:
    """The guest's own code: only the runner reads it."""
    names = ("guest", "domain", "errors.py", "records.py")
    return tuple(os.path.join(setup.grader_folder, "grader", name) for name in names)


def hidden() -> tuple[str, ...]:
    """Folders inside the visible ones that must look empty."""
    return tuple(f"{folder}/{name}" for folder in standard_library() for name in SITE_FOLDERS)


def visible(setup: Setup) -> tuple[str, ...]:
    """All that exists in a guest's own world."""
    own_lib = os.path.realpath(os.path.join(sys.base_prefix, "lib"))
    return (
        *(folder for folder in library_folders() if folder != own_lib or own_lib == "/usr/lib"),
        *standard_library(),
        *numpy_folders(setup),
        *own_files(setup),
        *OTHER_FILES,
        *DEVICES,
        setup.box,
    )


def standard_library_entries() -> list[str]:
    """What a child may open of the standard library: all but folders where packages are installed."""
    left_out = {*SITE_FOLDERS, "test", "idlelib", "ensurepip"}
    return [
        entry.path
        for folder in standard_library()
        for entry in os.scandir(folder)
        if entry.name not in left_out
    ]


def shared_libraries() -> list[str]:
    """What a child may open of the system's libraries, for extension modules that are loaded late.

    A folder that also holds a Python is opened file by file: its packages stay out of reach.
    """
    found: list[str] = []
    for folder in library_folders():
        entries = list(os.scandir(folder)) if os.path.isdir(folder) else []
        if any(entry.name.startswith(("python", "pypy")) for entry in entries):
            found += [e.path for e in entries if ".so" in e.name or e.name.endswith("-linux-gnu")]
        else:
            found.append(folder)
    return found


def readable(setup: Setup) -> list[str]:
    """What a child may read once its world is closed."""
    return [
        *standard_library_entries(),
        *shared_libraries(),
        *numpy_folders(setup),
        *OTHER_FILES,
        "/dev/urandom",
        setup.box,
    ]
