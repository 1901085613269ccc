"""The reference with the functions that an assignment brings, in one namespace, as if they stood in it.

What a teacher writes is never executed in this process: like a submission, it is performed by a guest.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

from grader.domain.submission import Loading, SourceFile
from grader.errors import Fault
from grader.parsing import parsed
from grader.shipped import reference_file

JOIN: Final = b"\n\n"
# What a file of functions imports from these stands in the reference already.
OURS: Final = ("autodiff", "__future__")


def extended(reference: bytes, functions: Sequence[SourceFile]) -> bytes:
    """The text of the reference, changed or not, followed by these files."""
    return JOIN.join([reference, *map(_standing_in, functions)]) if functions else reference


def faults_of_loading(loading: Loading, functions: Sequence[SourceFile]) -> tuple[Fault, ...]:
    """What of these files could not be executed when the reference was loaded with them."""
    found = [(one.line, f"{one.text}: {one.why}") for one in loading.skipped]
    if loading.error:
        found.append((loading.error_line, loading.error))
    return tuple(_fault(line, why, functions) for line, why in found) if functions else ()


def _fault(line: int, why: str, functions: Sequence[SourceFile]) -> Fault:
    """A fault in the file in which a line of the extended reference stands."""
    line -= _height(reference_file().read_bytes())
    for file in functions[:-1]:
        if line <= _height(file.data):
            break
        line -= _height(file.data)
    else:
        file = functions[-1]
    lines = file.data.decode().splitlines()
    line = min(max(line, 1), len(lines))
    text = lines[line - 1]
    message = f"this cannot be executed: {why}"
    return Fault("YS802", message, file.path, line, 1, text, max(len(text), 1))


def _height(data: bytes) -> int:
    """How many lines a file takes, with those that separate it from the next."""
    return data.count(b"\n") + JOIN.count(b"\n")


def _standing_in(file: SourceFile) -> bytes:
    """The file without its imports from the reference, each line where it was."""
    lines = file.data.decode().splitlines(keepends=True)
    for node in parsed(file.data).body:
        if isinstance(node, ast.ImportFrom) and node.module in OURS and not node.level:
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = "\n"
    return "".join(lines).encode()
