"""`grader serve`: seconds from a save to the first page and to the complete one, in a real browser.

    python -m tests.benchmarks.live

Right and wrong saves take turns. The first page of a wrong one has its verdicts; the complete one its causes too. A
page is there once it has loaded. The median is printed, and the best, which other jobs on the machine disturb
least; and the same against a run started anew. Needs a Chromium.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.run import measured, start
from tests.browser.conftest import CHROMIUM, OPTIONS

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
NAMES = ("learner_export", "stack_learner_draft")
ROUNDS = 5
PATIENCE = 120_000


def main() -> None:
    texts = {
        name: (SUBMISSIONS / name / "submission" / "notebook-export.txt").read_text("utf-8")
        for name in NAMES
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "autodiff.txt")
        file.write_text(texts[NAMES[0]], encoding="utf-8")
        with served(file) as page:
            taken: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
            for number in range(ROUNDS + 1):
                for name in reversed(NAMES):
                    seconds = fresh_page(page, file, f"{texts[name]}\n# {number}\n")
                    if number:  # the first one learns what mistakes do
                        taken[name].append(seconds)
        command = [sys.executable, "-m", "grader", "run", file.name, "-a", "backprop", "-qq"]
        run = partial(start, [*command, "--exit-zero"], folder, cache=f"{folder}/cache")
        measured(run)  # the first one makes the answers
        anew = median(measured(run)[0] for _ in range(ROUNDS))
        print(f"a run started anew: {anew:.3f} s (median of {ROUNDS})")
        for name, pairs in taken.items():
            for page, seconds in zip(
                ("first page", "complete page"), zip(*pairs, strict=True), strict=True
            ):
                middle = median(seconds)
                print(
                    f"{name}: {page} {middle:.3f} s after the save (best {min(seconds):.3f}), "
                    f"{middle / anew:.2f} of a run started anew"
                )


@contextmanager
def served(file: Path) -> Iterator[Page]:
    """The page of `grader serve`, open in a browser."""
    command = [sys.executable, "-m", "grader", "serve", file.name, "--no-open", "-a", "backprop"]
    process = subprocess.Popen(
        command, cwd=file.parent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "grader serve prints its address"
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
            page = browser.new_page()
            page.goto(found[0])
            yield page
            browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def fresh_page(page: Page, file: Path, text: str) -> tuple[float, float]:
    """Seconds from a save to the first page that shows it, and to the complete one."""
    draft = file.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    with page.expect_event("load", timeout=PATIENCE):
        start = time.perf_counter()
        draft.replace(file)
    first = last = time.perf_counter() - start
    if page.locator("#live .unfinished").count():
        # The next page may be there before this one is asked about.
        page.locator("#live:not(:has(.unfinished))").wait_for(state="attached", timeout=PATIENCE)
        page.wait_for_load_state("load", timeout=PATIENCE)
        last = time.perf_counter() - start
    return first, last


if __name__ == "__main__":
    main()
