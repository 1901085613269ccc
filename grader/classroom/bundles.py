"""Observations in few bytes: most answers of a class are the same, and are written and read once."""

from __future__ import annotations

import json
import zlib
from typing import Final

from grader.domain import codec
from grader.domain.observed import Observed, Performed
from grader.domain.transcript import Completed, Transcript
from grader.records import replace

NOTHING: Final = Transcript(Completed())
MAX_KEPT: Final = 20_000
LARGEST: Final = 16_384


class Bundles:
    """Writes and reads observations, and remembers the answers that come again and again.

    A bundle is lines of JSON: first what there is of each case, by the numbers of the lines that say it, with
    all that is not of a case; then each transcript, and what a closer look at a case showed, once.
    """

    def __init__(self) -> None:
        # By identity: the guest's answers are decoded once, so that the same answer is the same object.
        self._written: dict[int, tuple[Transcript, bytes]] = {}
        self._read: dict[bytes, Transcript] = {}

    def dumps(self, observed: Observed) -> bytes:
        numbers: dict[bytes, int] = {}

        def number(line: bytes) -> int:
            return numbers.setdefault(line, len(numbers))

        performed = [
            (
                one.case,
                number(self._line(one.first)),
                one.alone and number(self._line(one.alone)),
                number(codec.dumps(replace(one, first=NOTHING, alone=None)))
                if one.film or one.slopes
                else None,
            )
            for one in observed.performed
        ]
        rest = codec.encode(replace(observed, performed=()))
        head = json.dumps({"observed": rest, "performed": performed}, separators=(",", ":"))
        return zlib.compress(b"\n".join([head.encode(), *numbers]), 1)

    def loads(self, data: bytes) -> Observed:
        """The observations that were written. Raises codec.Malformed where they are damaged."""
        try:
            head, *lines = zlib.decompress(data).split(b"\n")
            bundle = json.loads(head)
            performed = tuple(self._performed(lines, *one) for one in bundle["performed"])
            rest: Observed = codec.decode(Observed, bundle["observed"])
        except (zlib.error, ValueError, TypeError, KeyError, IndexError) as error:
            raise codec.Malformed(f"no observations: {error}") from None
        return replace(rest, performed=performed)

    def _line(self, transcript: Transcript) -> bytes:
        known = self._written.get(id(transcript))
        if known is not None:
            return known[1]
        line = codec.dumps(transcript)
        if len(line) <= LARGEST and len(self._written) < MAX_KEPT:
            self._written[id(transcript)] = (transcript, line)
        return line

    def _performed(
        self, lines: list[bytes], case: str, first: int, alone: int | None, closer: int | None
    ) -> Performed:
        together = self._transcript(lines[first])
        by_itself = None if alone is None else self._transcript(lines[alone])
        if closer is None:
            return Performed(case, together, by_itself)
        looked_at: Performed = codec.loads(Performed, lines[closer])
        return replace(looked_at, first=together, alone=by_itself)

    def _transcript(self, line: bytes) -> Transcript:
        known = self._read.get(line)
        if known is None:
            known = codec.loads(Transcript, line)
            if len(line) <= LARGEST and len(self._read) < MAX_KEPT:
                self._read[line] = known
        return known
