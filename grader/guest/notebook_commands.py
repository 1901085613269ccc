"""Commands of a notebook (`%matplotlib`, `!pip`, `help?`) made into Python that does nothing.

`%run other.py` becomes a call, since the other file may be part of what was handed in.
"""

from __future__ import annotations

import re

RUN = "__run__"
KEEPS_BODY = ("time", "timeit", "capture", "prun", "memit", "mprun", "writefile", "python")
CELL_MAGIC = re.compile(r"^\s*%%\s*(\w+)")
LINE_MAGIC = re.compile(r"^(\s*)(?:[A-Za-z_]\w*\s*=\s*)?%\s*([A-Za-z_]\w*)\s*(.*)$")
SHELL = re.compile(r"^(\s*)(?:[A-Za-z_]\w*\s*=\s*)?!")
HELP = re.compile(r"^(\s*)(?:\?{1,2}[\w.*]+|[\w.*]+\?{1,2})\s*;?\s*$")
RUN_FILE = re.compile(r"""^(?:-\w+\s+)*["']?([^"'#;]+?\.(?:py|ipynb)|[\w./]+)["']?(?:\s.*)?$""")


def without_commands(lines: list[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines of a cell, as many as before, in Python; and the commands that were left out.

    Where the first line is indented, all lines lose that much, as in IPython.
    """
    changed = dedented(lines)
    dropped: list[tuple[int, str]] = []
    first = next((number for number, line in enumerate(changed) if line.strip()), 0)
    if changed and (found := CELL_MAGIC.match(changed[first])):
        dropped.append((first + 1, changed[first].strip()))
        if found[1] not in KEEPS_BODY:
            return [""] * len(changed), dropped
        changed[first] = ""
    for number, line in enumerate(changed):
        new, left_out = translated(line)
        changed[number] = new
        if left_out:
            dropped.append((number + 1, line.strip()))
    return changed, dropped


def dedented(lines: list[str]) -> list[str]:
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines] if indent else list(lines)


def translated(line: str) -> tuple[str, bool]:
    """A line without its command, and whether there was one that is left out."""
    if found := LINE_MAGIC.match(line):
        indent, name, rest = found[1], found[2], found[3].strip()
        if name == "time" and rest:
            return indent + rest, False
        if name == "run" and (file := RUN_FILE.match(rest)):
            return f"{indent}{RUN}({file[1]!r})", False
        return f"{indent}pass", True
    if found := SHELL.match(line) or HELP.match(line):
        return f"{found[1]}pass", True
    return line, False
