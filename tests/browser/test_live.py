"""`grader serve` in a real browser: a save brings a fresh page that keeps its place."""

import os
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import CHROMIUM, complain

if CHROMIUM:
    from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SUBMISSIONS = Path(__file__).parents[1] / "submissions"
RIGHT = (SUBMISSIONS / "learner_export" / "submission" / "notebook-export.txt").read_text("utf-8")
WRONG = (SUBMISSIONS / "stack_learner_draft" / "submission" / "notebook-export.txt").read_text(
    "utf-8"
)
HALF = "class Variable:\n    def __init__(self, d"
PATIENCE = 60_000


@pytest.fixture
def served(tmp_path):
    """A submission that is being served: its file, and the address."""
    file = tmp_path / "autodiff.txt"
    file.write_text(WRONG, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "serve", file.name, "--no-open", "-a", "backprop",
         "--case", "d*", "--case", "x-plus-x", "--case", "add*", "--case", "square*"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    said = process.stdout.readline()
    found = re.match(r"report: (http://127\.0\.0\.1:\d+/[\w-]{12}/) ", said)
    assert found, said or process.stderr.read()
    yield file, found[1]
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        assert process.wait(60) == 130
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def page(browser, served):
    """The served page. Fails on any request elsewhere and any console error."""
    _, address = served
    complaints = []
    context = browser.new_context()
    page = context.new_page()
    complain(page, complaints, lambda url: url.startswith(address))
    page.goto(address)
    yield page
    context.close()
    assert not complaints


def save(file, text):
    """As editors do: whole, under the name at once."""
    draft = file.with_suffix(".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def heading(page, said):
    """What the page says of a save, once it is there."""
    # no function is given to wait for: the page's own policy forbids to evaluate one
    expect(page.locator("#live")).to_contain_text(said, timeout=PATIENCE)
    return page.locator("#live").inner_text()


def settled(page):
    """Wait until the causes are there: the page of the verdicts alone says that they follow."""
    expect(page.locator("#live")).not_to_contain_text("still being worked out", timeout=PATIENCE)
    assert page.locator(".diagnosis").count() == 1


def case(page, title):
    return page.locator("details.case", has=page.locator("summary", has_text=title)).first


def test_a_save_shows_what_changed_and_keeps_place_and_sections(served, page):
    file, _ = served
    assert "This page follows your work" in page.locator("#live").inner_text()
    settled(page)
    chain = case(page, "The sum of two numbers")
    chain.evaluate("one => { one.parentElement.closest('details')?.setAttribute('open', '') }")
    chain.locator("summary").first.click()
    assert chain.get_attribute("open") is not None
    wrong = case(page, "Both branches meet again")
    wrong.locator(".body").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 150)")
    before = wrong.bounding_box()["y"]

    save(file, f"{WRONG}\n# a comment\n")
    assert "same mistake" in heading(page, "save 2")
    settled(page)
    assert abs(wrong.bounding_box()["y"] - before) < 3
    save(file, RIGHT)
    said = heading(page, "save 3")
    assert "fixed" in said
    assert "points (before:" in said
    mended = case(page, "Both branches meet again")
    assert mended.get_attribute("open") is not None
    assert case(page, "The sum of two numbers").is_visible()
    assert case(page, "The sum of two numbers").get_attribute("open") is not None
    box = mended.bounding_box()
    assert box["y"] < page.viewport_size["height"]
    assert box["y"] + box["height"] > 0
    page.locator("#live summary").click()
    page.locator("#live li a", has_text="Both branches meet again").click()
    assert re.search(r"#case-\d+$", page.url)


def test_a_save_that_cannot_be_loaded_leaves_the_report(served, page):
    file, _ = served
    save(file, HALF)
    assert "`Variable` is not defined" in heading(page, "Below is the report of an earlier save")
    assert case(page, "Both branches meet again").count() == 1
    save(file, RIGHT)
    assert "fixed" in heading(page, "save 3")


def test_axe_finds_nothing(browser, served):
    from axe_playwright_python.sync_playwright import Axe

    file, address = served
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    save(file, RIGHT)
    heading(page, "save 2")
    page.locator("#live summary").click()
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


def test_the_server_answers_nobody_else(served):
    _, address = served
    parts = urlsplit(address)

    def status(path, host=None):
        connection = HTTPConnection("127.0.0.1", parts.port, timeout=10)
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        connection.close()
        return answer.status

    assert status(parts.path) == 200
    assert status(parts.path, f"localhost:{parts.port}") == 200
    assert status(parts.path, "evil.example") == 403
    assert status(parts.path, f"evil.example:{parts.port}") == 403
    for path in ("/", "/report.html", parts.path.rstrip("/"), f"{parts.path}autodiff.txt", "/../"):
        assert status(path) == 404
