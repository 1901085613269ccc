"""Cases added to an assignment file as text, so that its comments and its style stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.authoring import load_assignment
from grader.authoring.files import assignment_file
from grader.authoring.nodes import Mapping
from grader.authoring.nodes import Sequence as Items
from grader.authoring.redaction import last_letter
from grader.authoring.source import LINE_BREAK, Faults, Source
from grader.authoring.yaml_tree import parse, read_source
from grader.errors import AuthoringError, UsageError


def add_cases(path: Path, texts: Sequence[str]) -> Path:
    """Add cases, each a piece of YAML as `case_text` writes it, below the last one of a file.

    The file is read again afterwards; if it is no assignment then, it is left as it was. Raises
    UsageError where the file has no list of cases to add to.
    """
    file = assignment_file(path)
    before = file.read_bytes()
    source = read_source(file, str(file), Faults())
    if source is None:
        raise UsageError(f"{file} cannot be read as text")
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    file.write_bytes(mark + with_cases(source, texts).encode())
    try:
        load_assignment(path)
    except AuthoringError as error:
        file.write_bytes(before)
        raise UsageError(f"{file} was left as it is: with the new cases, {error}") from error
    return file


def with_cases(source: Source, texts: Sequence[str]) -> str:
    """The text of a file with cases added. Raises UsageError."""
    cases = _cases(source)
    line, _ = source.place(cases.items[-1].span.start)
    indent = len(source.line(line)) - len(source.line(line).lstrip())
    if not source.line(line).lstrip().startswith("- "):
        raise UsageError(f"{source.file}:{line}: the cases are not written one below another")
    end = LINE_BREAK.search(source.text, last_letter(cases.items[-1]))
    at = end.end() if end else len(source.text)
    break_ = end.group() if end else "\n"
    head = source.text[:at] + ("" if end else break_)
    added = "".join(f"\n{_indented(text, indent)}" for text in texts)
    return head + added.replace("\n", break_) + source.text[at:]


def _cases(source: Source) -> Items:
    tree = parse(source, Faults())
    cases = tree.get("cases") if isinstance(tree, Mapping) else None
    if not isinstance(cases, Items) or not cases.items:
        raise UsageError(f"{source.file} has no list of cases to add to")
    return cases


def _indented(text: str, indent: int) -> str:
    """A case that is moved in by two, moved in as far as its new neighbours are."""
    lines = (line.removeprefix("  ") for line in text.splitlines())
    return "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in lines)
