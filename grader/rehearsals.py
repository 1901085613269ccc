"""Changed references, performed on as many cases of an assignment as are asked about, and kept by content.

Everything learnt about one assignment is kept in one file. What an implementation answers stays text until somebody
compares it: most of them are refuted by the mere list of the cases that they fail.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Final, Protocol

from grader.answers import (
    Store,
    content_key,
    reference_submission,
    reflected,
)
from grader.domain import codec
from grader.domain.assignment import Assignment
from grader.domain.spelling import spelled
from grader.domain.submission import SourceFile, Submission
from grader.domain.transcript import Transcript
from grader.domain.verdict import Outcome
from grader.judging.diagnosis import stripped
from grader.judging.verdicts import judge
from grader.performing import perform_variants
from grader.records import dataclass
from grader.sandbox import Guest
from grader.touching import changes, meets, touched

SECONDS: Final = 1.0
WORTH_A_GUEST: Final = 24  # so many changed references are performed sooner by two guests
SHARE: Final = 64  # changed references that are performed in one job, at most
PASSES: Final = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one changed reference: cases by number, and the answers to the wrong ones."""

    source: str
    right: tuple[int, ...]
    wrong: tuple[int, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All that is known about an assignment."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """The functions of the reference that each case calls, by the lines at which they begin, in order."""

    lines: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A reference with mistakes. `alone` where what it does depends on what ran before in its process.

    `plainly` is the same in the reference's own order, where `text` has another legal one: in that one no other
    functions are called.
    """

    text: bytes
    alone: bool
    plainly: bytes = b""

    @property
    def key(self) -> str:
        return _key(self.text, self.alone)


class Named(Protocol):
    """What is asked about: a Changed, or whatever else knows the key of one."""

    @property
    def key(self) -> str: ...


@lru_cache(4096)
def _key(text: bytes, alone: bool) -> str:
    """Asked for thousands of times for one submission."""
    source = hashlib.sha256(text).hexdigest()[:24]
    return f"{source}-alone" if alone else source


Unknown = tuple[Changed, list[int]]
"""What has to be performed, and on which cases, by number."""
Found = dict[tuple[str, int], Transcript]
Heard = dict[tuple[str, bool, bytes], Transcript]
"""What changed references answered, alone or not, to programs as they are spelt: in other assignments as well."""


class Rehearsals:
    """What changed references do to the cases of an assignment. `notify` hears what takes a while.

    Where much has to be learnt, a second guest helps, unless it is not to be `helped`: others are at work as well.
    What was `heard` before is not performed again.
    """

    def __init__(
        self,
        assignment: Assignment,
        answers: Mapping[str, Transcript],
        guest: Guest,
        store: Store,
        notify: Callable[[str], None] = lambda message: None,
        pause: Callable[[], None] = lambda: None,
        *,
        helped: bool = True,
        heard: Heard | None = None,
    ) -> None:
        self.cases = assignment.cases
        self.answers = answers
        self.guest = guest
        self.store = store
        self.notify = notify
        self.pause = pause
        self.helped = helped
        self.heard = heard
        self.keeping = True
        self.reference = reference_submission(assignment.functions)
        self.numbers = {case.id: number for number, case in enumerate(self.cases)}
        self.programs = [reflected(case.program) for case in self.cases]
        self.table = content_key(
            "rehearsals",
            self.reference.files[0].data,
            *(spelled(c.program) + codec.dumps((c.conventions, c.tolerance)) for c in self.cases),
        )
        self.touched: tuple[frozenset[int], ...] = ()
        self.known: dict[str, dict[int, str]] = {}
        self.read: dict[tuple[int, str], Transcript] = {}
        self.opened = False
        self.told = False

    def learn(
        self, wanted: Iterable[Changed], cases: Collection[str], *, helped: bool = True
    ) -> None:
        """From now on it is known what these do to these cases. `helped` by a second guest, if there is much."""
        self.learn_each([(changed, cases) for changed in wanted], helped=helped)

    def learn_each(
        self, wanted: Iterable[tuple[Changed, Collection[str]]], *, helped: bool = True
    ) -> None:
        """The same where each is asked about cases of its own."""
        asked = [
            (changed, sorted(self.numbers[case] for case in cases)) for changed, cases in wanted
        ]
        if self._unknown(asked):
            self._take_up(self.store.get(Table, self.table, fresh=True))
        if waiting := self._unknown(asked):
            self._pass_untouched(waiting)
        if waiting := self._unknown(asked):
            try:
                self._perform_all(waiting, helped)
            finally:
                if self.keeping:
                    self._keep()

    @contextmanager
    def kept_once(self) -> Iterator[None]:
        """What is learnt meanwhile is kept at the end of it, in one go."""
        self.keeping, before = False, {key: len(known) for key, known in self.known.items()}
        try:
            yield
        finally:
            self.keeping = True
            if any(len(known) != before.get(key, 0) for key, known in self.known.items()):
                self._keep()

    def knows(self, named: Named, cases: Iterable[str]) -> bool:
        """Whether what it does to these cases is known already, and need not be learnt."""
        self.open()
        known = self.known.get(named.key, {})
        return all(self.numbers[case] in known for case in cases)

    def open(self) -> None:
        """Take up what is kept, if that was not done yet."""
        if not self.opened:
            self.opened = True
            self._take_up(self.store.get(Table, self.table))

    def failing(self, named: Named, cases: Iterable[str]) -> tuple[str, ...]:
        """Those of the cases that it does not pass."""
        known = self.known[named.key]
        return tuple(case for case in cases if known[self.numbers[case]] != PASSES)

    def answer(self, named: Named, case: str) -> Transcript:
        """What it answers to a case that it does not pass: the very same object for the same answer."""
        number = self.numbers[case]
        key = (number, self.known[named.key][number])
        if key not in self.read:
            self.read[key] = codec.loads(Transcript, key[1])
        return self.read[key]

    def _unknown(self, asked: Iterable[Unknown]) -> list[Unknown]:
        found = []
        for changed, numbers in asked:
            known = self.known.setdefault(changed.key, {})
            if missing := [number for number in numbers if number not in known]:
                found.append((changed, missing))
        return found

    def _pass_untouched(self, waiting: Iterable[Unknown]) -> None:
        """What changes only functions that a case does not call passes it, as the reference does."""
        if not self.touched:
            self.touched = self._touched()
        for changed, numbers in waiting:
            known = self.known[changed.key]
            functions = changes(self.reference.files[0].data, changed.plainly or changed.text)
            if functions is None:
                continue
            for number in numbers:
                if not meets(functions, self.touched[number]):
                    known[number] = PASSES

    def _touched(self) -> tuple[frozenset[int], ...]:
        key = f"{self.table}-touched"
        kept = self.store.get(Touched, key)
        if kept is None:
            found = touched(self.programs, self.reference, self.guest)
            kept = Touched(tuple(tuple(sorted(lines)) for _, lines in found))
            self.store.put(key, kept)
        return tuple(map(frozenset, kept.lines))

    def _tell(self, count: int) -> None:
        """That this takes a while. What is known of some mistakes decides which others are asked for: told once."""
        if not self.told:
            self.told = True
            self.notify(
                f"learning what {count} known mistakes do to these cases; this takes a moment, once"
            )

    def _perform_all(self, waiting: Sequence[Unknown], helped: bool) -> None:
        from concurrent.futures import ThreadPoolExecutor  # only where something has to be learnt

        with ExitStack() as stack:
            guests = [self.guest]
            if (
                helped
                and self.helped
                and len(waiting) >= WORTH_A_GUEST
                and (os.cpu_count() or 1) > 1
            ):
                self._tell(len(waiting))
                guests.append(stack.enter_context(Guest(accept_level=self.guest.accept_level)))
            # From a list that both take from: one of them may still be starting.
            size = min(SHARE, -(-len(waiting) // (2 * len(guests)))) if len(guests) > 1 else SHARE
            shares = iter([waiting[at : at + size] for at in range(0, len(waiting), size)])

            def work(guest: Guest) -> None:
                for share in shares:
                    self.pause()
                    self._perform(share, guest)

            with ThreadPoolExecutor(len(guests)) as pool:
                list(pool.map(work, guests))

    def _perform(self, share: Sequence[Unknown], guest: Guest) -> None:
        found = self._observe(share, guest, alone=False)
        doubtful = [
            (changed, failed)
            for changed, numbers in share
            if changed.alone and (failed := self._failed(found, changed, numbers))
        ]
        if doubtful:
            found |= self._observe(doubtful, guest, alone=True)
        for changed, numbers in share:
            failed = self._failed(found, changed, numbers)
            self.known[changed.key] |= dict.fromkeys(numbers, PASSES) | {
                number: self._text(number, found[changed.key, number]) for number in failed
            }

    def _failed(self, found: Found, changed: Changed, numbers: Sequence[int]) -> list[int]:
        return [n for n in numbers if not self._passes(n, found[changed.key, n])]

    def _passes(self, number: int, transcript: Transcript) -> bool:
        case = self.cases[number]
        return judge(case, transcript, self.answers[case.id]).outcome is Outcome.PASSED

    def _text(self, number: int, transcript: Transcript) -> str:
        return codec.dumps(stripped(self.cases[number].program, transcript)).decode()

    def _observe(self, share: Sequence[Unknown], guest: Guest, *, alone: bool) -> Found:
        """What changed references answer to some cases by number, all in one job."""
        files = {changed.key: SourceFile(f"{changed.key}.py", changed.text) for changed, _ in share}
        asked = [(changed.key, number) for changed, numbers in share for number in numbers]
        if self.heard is None:
            return self._asked(asked, files, guest, alone)
        spelt = {(key, n): (key, alone, spelled(self.programs[n])) for key, n in asked}
        found = {each: self.heard[name] for each, name in spelt.items() if name in self.heard}
        found |= self._asked([each for each in asked if each not in found], files, guest, alone)
        self.heard |= {spelt[each]: transcript for each, transcript in found.items()}
        return found

    def _asked(
        self,
        asked: Sequence[tuple[str, int]],
        files: Mapping[str, SourceFile],
        guest: Guest,
        alone: bool,
    ) -> Found:
        if not asked:
            return {}
        needed = dict.fromkeys(key for key, _ in asked)
        done = perform_variants(
            Submission("changed references", "folder", tuple(files[key] for key in needed)),
            [(self.programs[n], min(self.cases[n].time_limit, SECONDS)) for _, n in asked],
            [files[key].path for key, _ in asked],
            guest,
            self.reference,
            alone=alone,
        )
        return dict(zip(asked, done.transcripts, strict=True))

    def _take_up(self, table: Table | None) -> None:
        for row in table.rows if table else ():
            self.known.setdefault(row.source, {}).update(
                {
                    **dict.fromkeys(row.right, PASSES),
                    **dict(zip(row.wrong, row.answers, strict=True)),
                }
            )

    def _keep(self) -> None:
        """Add what was learnt to the file, beside what others have added meanwhile."""
        with self.store.alone(self.table):
            self._take_up(self.store.get(Table, self.table, fresh=True))
            rows = []
            for source, known in self.known.items():
                wrong = {number: said for number, said in known.items() if said != PASSES}
                right = tuple(number for number in known if number not in wrong)
                rows.append(Row(source, right, tuple(wrong), tuple(wrong.values())))
            self.store.put(self.table, Table(tuple(rows)))
