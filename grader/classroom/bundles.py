"""Observations in few bytes: most answers of a class are the same, and are written and read once."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

from grader.domain import codec
from grader.domain.observed import Observed, Performed
from grader.domain.transcript import Completed, Transcript
from grader.records import replace

NOTHING: Final = Transcript(Completed())
BARE: Final = codec.encode(Performed("", NOTHING))  # of a case that nobody looked at closer
MAX_KEPT: Final = 20_000
LARGEST: Final = 16_384


class Bundles:
    """Writes and reads observations, and remembers the answers that come again and again."""

    def __init__(self) -> None:
        # By identity: the guest's answers are decoded once, so that the same answer is the same object.
        self._written: dict[int, tuple[Transcript, str]] = {}
        self._read: dict[str, Transcript] = {}

    def dumps(self, observed: Observed) -> bytes:
        numbers: dict[str, int] = {}

        def number(transcript: Transcript | None) -> int | None:
            if transcript is None:
                return None
            return numbers.setdefault(self._text(transcript), len(numbers))

        performed = [
            (number(one.first), number(one.alone), _encoded(one)) for one in observed.performed
        ]
        rest = codec.encode(replace(observed, performed=()))
        return zlib.compress(
            json.dumps(
                {"observed": rest, "performed": performed, "transcripts": list(numbers)},
                separators=(",", ":"),
            ).encode(),
            1,
        )

    def loads(self, data: bytes) -> Observed:
        """The observations that were written. Raises codec.Malformed where they are damaged."""
        try:
            bundle = json.loads(zlib.decompress(data))
            transcripts = [self._transcript(text) for text in bundle["transcripts"]]
            performed = tuple(
                _decoded(rest, transcripts[first], None if alone is None else transcripts[alone])
                for first, alone, rest in bundle["performed"]
            )
            rest: Observed = codec.decode(Observed, bundle["observed"])
        except (zlib.error, ValueError, TypeError, KeyError, IndexError) as error:
            raise codec.Malformed(f"no observations: {error}") from None
        return replace(rest, performed=performed)

    def _text(self, transcript: Transcript) -> str:
        known = self._written.get(id(transcript))
        if known is not None:
            return known[1]
        text = codec.dumps(transcript).decode()
        if len(text) <= LARGEST and len(self._written) < MAX_KEPT:
            self._written[id(transcript)] = (transcript, text)
        return text

    def _transcript(self, text: Any) -> Transcript:
        known = self._read.get(text)
        if known is None:
            known = codec.loads(Transcript, text)
            if len(text) <= LARGEST and len(self._read) < MAX_KEPT:
                self._read[text] = known
        return known


def _encoded(one: Performed) -> Any:
    if one.film is None and not one.slopes:
        return {**BARE, "case": one.case}
    return codec.encode(replace(one, first=NOTHING, alone=None))


def _decoded(rest: Any, first: Transcript, alone: Transcript | None) -> Performed:
    if isinstance(rest["case"], str) and {**rest, "case": ""} == BARE:
        return Performed(rest["case"], first, alone)
    looked_at: Performed = codec.decode(Performed, rest)
    return replace(looked_at, first=first, alone=alone)
