"""What a submission's process sent, decoded as hostile: bounded in size, count, depth and text.

The process may write every byte of its answer, so that nothing here is believed but that it came. The
worst a forged answer can do is to say wrong numbers.
"""

from __future__ import annotations

import json
import unicodedata
from functools import partial
from typing import Any, Final

from grader.domain import codec
from grader.domain.array import Array
from grader.domain.film import Film
from grader.domain.packing import Asked, unpack
from grader.domain.transcript import NotANumber, Reading, Transcript
from grader.records import replace
from grader.remembered import Remembered

MAX_ANSWER: Final = 4 * 1024**2
MAX_JOB: Final = 48 * 1024**2
MAX_PARTS: Final = 60_000
MAX_LIST: Final = 2_000
MAX_DEPTH: Final = 40
MAX_STRING: Final = 4_000
MAX_TEXT: Final = 200_000
MAX_STEPS: Final = 100
MAX_WRITES: Final = 200
MAX_NUMBERS: Final = 1_200
MAX_ELEMENTS: Final = 64
ROOM_FOR_WRONG_SHAPES: Final = 400

_FITTED: Final[Remembered[Transcript]] = Remembered()


def loads(kind: Any, payload: bytes) -> Any:
    """The value of type `kind` in a payload. Raises codec.Malformed, and nothing else.

    Text in it has nothing that controls, reorders or hides text, but for line ends and tabs.
    """
    return codec.decode(kind, _Cleaner().clean(_parsed(payload), ""))


def _parsed(payload: bytes) -> Any:
    if len(payload) > MAX_ANSWER:
        raise codec.Malformed(f"{len(payload)} bytes; at most {MAX_ANSWER} are read")
    if sum(map(payload.count, (b"[", b"{", b","))) > MAX_PARTS:
        raise codec.Malformed(f"more than {MAX_PARTS} parts")
    try:
        return json.loads(payload)
    except RecursionError:
        raise codec.Malformed("nested too deeply") from None
    except ValueError as error:
        raise codec.Malformed(f"not JSON: {str(error)[:100]}") from None


def transcript(payload: bytes, asked: tuple[Asked, Asked]) -> Transcript:
    """The transcript in a payload, of a program of which `asked` may be said. Raises codec.Malformed."""
    return _transcript(_parsed(payload), asked, _Cleaner())


def filmed(payload: bytes, asked: tuple[Asked, Asked]) -> tuple[Transcript, Film]:
    """The same, and the film that came with it. Raises codec.Malformed."""
    cleaner, data = _Cleaner(), _parsed(payload)
    if type(data) is not list or len(data) != 2:
        raise codec.Malformed("not a transcript and a film")
    film: Film = codec.decode(Film, cleaner.clean(data[1], ""))
    _check(film, asked[0])
    return _transcript(data[0], asked, cleaner), film


def touched(payload: bytes, asked: tuple[Asked, Asked]) -> tuple[Transcript, frozenset[int]]:
    """A transcript and the lines of our own text that came with it. Raises codec.Malformed."""
    data = _parsed(payload)
    if type(data) is not list or len(data) != 2:
        raise codec.Malformed("not a transcript and some lines")
    lines: tuple[int, ...] = codec.decode(tuple[int, ...], data[1])
    return _transcript(data[0], asked, _Cleaner()), frozenset(lines)


def _check(film: Film, known: Asked) -> None:
    """A film is as long as a camera makes it, and speaks of the program's variables. Raises Malformed."""
    writes = [write for step in film.steps for write in step.writes]
    names = [*(name for step in film.steps for name in step.targets), *(w.variable for w in writes)]
    if unknown := next((name for name in names if name and name not in known), ""):
        raise codec.Malformed(f"no variable {unknown!r:.40}")
    numbers = [one for step in film.steps for one in (*step.upstream, *step.downstream)]
    numbers += [one for write in writes for one in (write.before, write.after)]
    if len(film.steps) > MAX_STEPS or len(writes) > MAX_WRITES or len(numbers) > MAX_NUMBERS:
        raise codec.Malformed("a film longer than a camera makes it")
    if any(isinstance(one, Array) and one.extent > MAX_ELEMENTS for one in numbers):
        raise codec.Malformed("an array larger than a film holds")


def _transcript(data: Any, asked: tuple[Asked, Asked], cleaner: _Cleaner) -> Transcript:
    if type(data) is not list or not data:
        raise codec.Malformed("not a transcript")
    if any(len(part) > MAX_LIST for part in data if type(part) is list):
        raise codec.Malformed(f"a list longer than {MAX_LIST}")
    data[0] = cleaner.clean(data[0], "")
    return unpack(data, asked, cleaner.text)


def fitted(observed: Transcript, expected: Transcript) -> Transcript:
    """A transcript that holds what was asked, each quantity once, and no array far larger than is due."""
    return _FITTED.get((observed, expected), partial(_cut_to_fit, observed, expected))


def _cut_to_fit(observed: Transcript, expected: Transcript) -> Transcript:
    primals = _fitted(observed.primals, expected.primals)
    readings = _fitted(observed.readings, expected.readings)
    if primals is observed.primals and readings is observed.readings:
        return observed
    return replace(observed, primals=primals, readings=readings)


def _fitted(readings: tuple[Reading, ...], due: tuple[Reading, ...]) -> tuple[Reading, ...]:
    if len(readings) == len(due) and all(map(_alike, readings, due)):
        return readings
    wanted = {reading.quantity: reading.found for reading in due}
    kept: dict[Any, Reading] = {}
    for reading in readings:
        if reading.quantity in wanted and reading.quantity not in kept:
            kept[reading.quantity] = _not_too_large(reading, wanted[reading.quantity])
    return tuple(kept.values())


def _alike(reading: Reading, due: Reading) -> bool:
    """Whether a reading is of the quantity that is due, and no larger: as in a right answer."""
    if reading.quantity != due.quantity:
        return False
    if not isinstance(reading.found, Array):
        return True
    if not isinstance(due.found, Array) or len(reading.found.data) > len(due.found.data):
        return False
    return bool(reading.found.data) or reading.found.shape == due.found.shape


def _not_too_large(reading: Reading, due: object) -> Reading:
    room = ROOM_FOR_WRONG_SHAPES + (2 * due.size if isinstance(due, Array) else 0)
    match reading.found:
        case Array(shape) if reading.found.extent > room:
            return replace(
                reading, found=NotANumber("array", f"of shape {shape}: too large to show")
            )
        case _:
            return reading


class _Cleaner:
    """Walks parsed JSON; text beyond a budget is dropped."""

    def __init__(self) -> None:
        self.left = MAX_TEXT

    def clean(self, data: Any, key: str, depth: int = 0) -> Any:
        """The same with its text made safe. Refuses what is nested far deeper than any answer."""
        if depth > MAX_DEPTH:
            raise codec.Malformed("nested too deeply")
        kind = type(data)
        if kind is str:
            return data if key == "data" else self.text(data)
        if kind is dict:
            return {
                self.text(name): self.clean(value, name, depth + 1) for name, value in data.items()
            }
        if kind is list:
            if len(data) > MAX_LIST:
                raise codec.Malformed(f"a list of {len(data)}; at most {MAX_LIST} are read")
            return [self.clean(item, "", depth + 1) for item in data]
        return data

    def text(self, text: str) -> str:
        if text.isprintable() and len(text) <= MAX_STRING:
            return text
        kept = text[: min(MAX_STRING, max(self.left, 0))]
        self.left -= len(kept)
        return plain(kept) + ("…" if len(kept) < len(text) else "")


def plain(text: str) -> str:
    """Text with control characters, marks that reorder or hide, and unpaired halves as escapes."""
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
        return character
    return character.encode("unicode_escape").decode("ascii")
