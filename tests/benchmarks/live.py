"""`grader serve`: seconds from a save to the fresh page in a real browser, and against a run started anew.

    python -m tests.benchmarks.live

Right and wrong saves take turns. A wrong one is timed to the page with its verdicts; the diagnosis may follow.
Needs a Chromium.
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
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.run import measure
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
            taken = {name: [] for name in NAMES}
            for number in range(ROUNDS + 1):
                for name in reversed(NAMES):
                    seconds = fresh_page(page, file, f"{texts[name]}\n# {number}\n")
                    if number:  # the first one learns what mistakes do
                        taken[name].append(seconds)
        run = [sys.executable, "-m", "grader", "run", file.name, "-a", "backprop", "-qq"]
        anew = median(measure([*run, "--exit-zero"], folder)[0] for _ in range(ROUNDS))
        for name, seconds in taken.items():
            middle = median(seconds)
            print(
                f"{name}: {middle:.3f} s from save to fresh page (median of {ROUNDS}, "
                f"{min(seconds):.3f} to {max(seconds):.3f}), "
                f"{middle / anew:.2f} of a run started anew ({anew:.3f} s)"
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


def fresh_page(page: Page, file: Path, text: str) -> float:
    """Seconds from a save to the page that shows it. Returns once nothing follows any more."""
    draft = file.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    with page.expect_event("load", timeout=PATIENCE):
        start = time.perf_counter()
        draft.replace(file)
    seconds = time.perf_counter() - start
    shown = None
    while shown != (now := page.locator("#live").get_attribute("data-version")):
        shown = now
        page.wait_for_timeout(1_500)
    return seconds


if __name__ == "__main__":
    main()
