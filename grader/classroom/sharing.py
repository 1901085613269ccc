"""One class in parts: every machine grades its share, and then the shares are put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any, Final, TypeVar

from grader.classroom.folder import ClassFolder
from grader.classroom.gradebook import Gradebook
from grader.classroom.model import KINDS
from grader.classroom.summary import write_summary
from grader.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shard:
    """Share `number` (from 1) of `of` shares, as even as can be."""

    number: int
    of: int

    def share(self, things: Sequence[T]) -> tuple[T, ...]:
        """What falls to this share. Every thing falls to one share, whatever is graded already."""
        return tuple(things[self.number - 1 :: self.of])

    @property
    def whole(self) -> bool:
        return self.of == 1

    @property
    def lock(self) -> str:
        """What is locked: shares of one folder are graded side by side."""
        return "" if self.whole else f"-{self.number}-of-{self.of}"


WHOLE: Final = Shard(1, 1)


@dataclass(frozen=True, slots=True)
class Merged:
    """A class put together: how many results there are, and who has none yet."""

    results: int
    lacking: tuple[str, ...]


def parse_shard(text: str) -> Shard:
    """`2/3` as a shard. Raises UsageError."""
    number, slash, of = text.partition("/")
    if slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of):
        return Shard(int(number), int(of))
    raise UsageError(f"--shard is K/N with K from 1 to N, such as 1/3; it is {text!r}")


def merge(
    parts: Sequence[Path], out: Path, notify: Callable[[str], None] = lambda message: None
) -> Merged:
    """Put shares together in `out`: gradebook, table and class page of all that is graded.

    `parts` are the folders that shares were graded into, where that was not `out` itself. Of a submission that
    stands in several, the result written last counts. Raises UsageError where a folder holds no class, or
    another one.
    """
    folder = ClassFolder(out)
    folder.make()
    with folder.locked():
        for part in parts:
            notify(f"{_take(ClassFolder(part), folder)} results taken from {part}")
        about = folder.read_class()
        if about is None:
            raise UsageError(f"{out} holds no graded class")
        folder.sweep()
        with Gradebook(folder) as gradebook:
            gradebook.sync()
        write_summary(folder)
        there = folder.results()
    lacking = tuple(id for id in about["submissions"] if id not in there)
    return Merged(len(there), lacking)


def _take(part: ClassFolder, out: ClassFolder) -> int:
    """Copy what is newer in a share. The result of a submission comes last: where it is, all is."""
    about = part.read_class()
    if about is None:
        raise UsageError(f"{part.root} holds no graded class")
    if (before := out.read_class()) is None:
        out.write_class(about)
    elif _what(before) != _what(about):
        raise UsageError(f"{part.root} holds another class, or another assignment, than {out.root}")
    there = out.results()
    taken = 0
    for id, found in part.results().items():
        if id in there and there[id].st_mtime_ns >= found.st_mtime_ns:
            continue
        for kind in KINDS:
            target = out.path(kind, id)
            draft = target.with_name(f".{target.name}.part")
            copyfile(part.path(kind, id), draft)
            draft.replace(target)
        taken += 1
    return taken


def _what(about: dict[str, Any]) -> tuple[Any, ...]:
    return about["assignment"], about["seed"], about["submissions"]
