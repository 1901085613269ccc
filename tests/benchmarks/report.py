"""What a report costs: processor time of the page against `json.dumps` of the same results, and sizes.

    python -m tests.benchmarks.report

Reports of 25 cases, 24 of them wrong and filmed, are rendered one after the other, each made anew, so that no
picture is kept from the last one. Each round renders the page once and writes the same results as JSON often
enough to be measured; the ratio is the median of the rounds' ratios, so that what slows the machine down for a
while slows both. The best round is what an idle machine takes. The first page, for which templates are compiled
and Pygments is loaded, is told apart.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable
from functools import partial
from statistics import median

from grader.domain.language import LANGUAGES
from grader.records import replace
from grader.report import html
from grader.report.model import Report
from grader.report.results import results
from tests.unit.report.samples import CHAIN, CHAIN_ANSWER, filmed, report

CASES = 25
ROUNDS = 25
DUMPS = 20


def main() -> None:
    large = many(CASES)
    first = milliseconds(lambda: html.render(large))
    document = results(large)
    rounds = [
        (
            milliseconds(partial(html.render, many(CASES))),
            milliseconds(lambda: [json.dumps(document) for _ in range(DUMPS)]) / DUMPS,
        )
        for _ in range(ROUNDS)
    ]
    pages, dumps = zip(*rounds, strict=True)
    print(
        f"{CASES} cases: page {median(pages):.0f} ms CPU (best {min(pages):.0f}, the first one {first:.0f}), "
        f"json.dumps {median(dumps):.2f} ms (best {min(dumps):.2f})"
    )
    print(f"page / json.dumps = {median(page / dump for page, dump in rounds):.0f}")
    for language in LANGUAGES:
        data = html.render(replace(large, language=language)).encode()
        print(
            f"{language}: {len(data) / 1000:.0f} kB, {len(zlib.compress(data)) / 1000:.0f} kB deflated"
        )


def many(count: int) -> Report:
    """A report of `count` cases, all but one of them wrong in the same way, and filmed."""
    known = filmed()
    diamond = known.cases[1]
    wrong = tuple(
        replace(
            diamond,
            case=replace(diamond.case, id=f"diamond-{number}"),
            verdict=replace(diamond.verdict, case=f"diamond-{number}"),
        )
        for number in range(count - 1)
    )
    right = report((CHAIN, CHAIN_ANSWER, CHAIN_ANSWER)).cases
    return replace(known, cases=(*wrong, *right))


def milliseconds(work: Callable[[], object]) -> float:
    """Of processor time, which other jobs on the machine lengthen less than the clock's."""
    before = time.process_time()
    work()
    return 1000 * (time.process_time() - before)


if __name__ == "__main__":
    main()
