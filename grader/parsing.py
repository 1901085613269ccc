"""Python's own parser, one thread at a time.

Until Python 3.11.8 two threads that parse at once may both be told `SystemError: AST constructor recursion depth
mismatch` (python/cpython#106905). Many threads grade a class. A guest has one, and parses as it likes.
"""

from __future__ import annotations

import ast
from threading import Lock
from typing import Final

_ALONE: Final = Lock()


def parsed(text: str | bytes) -> ast.Module:
    """The syntax tree of a text. Raises what `ast.parse` raises."""
    with _ALONE:
        return ast.parse(text)
