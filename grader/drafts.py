"""Files that are written whole: a draft takes the place of what was there, and nobody ever reads half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

DRAFT: Final = ".part"


def put_in_place(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file, with these access rights if some are given. Raises OSError, and leaves what was there then."""
    draft = path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    try:
        draft.write_bytes(data)
        if mode is not None:
            draft.chmod(mode)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
