"""The pages of five failing submissions: looked at as a student would, on a screen and on a phone."""

from pathlib import Path

import pytest

import grader
from grader.domain.language import LANGUAGES
from grader.records import replace
from grader.report import html
from grader.report.projection import for_student
from grader.sandbox import Guest
from tests.browser.conftest import complain

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
# Of each: its assignment, and what a student must have read in the first seconds.
FIVE = {
    "overwrite_book": ("backprop", "AD401", "x.grad = gx"),
    "stack_learner_draft": ("backprop", "AD201", "f = funcs.pop()"),
    "square_no_two": ("backprop", "AD308", "return self.inputs[0].data * gy"),
    "broadcasting_not_summed": ("broadcasting", "AD522", "return gy, gy"),
    "crash_in_backward": ("backprop", "", "output.gard"),
}
# Enough to tell the mistakes apart: axe takes seconds for a page of all cases.
CASES = {
    "backprop": ("square-alone", "add-alone", "x-plus-x", "diamond", "deep-shortcut*", "mixed-*"),
    "broadcasting": ("add-*", "mul-*", "row", "broadcast-to"),
}
WIDTHS = (1280, 390)
# What a dark page changes is its colours.
AXE = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


@pytest.fixture(scope="module")
def reports():
    with Guest() as guest:
        yield {
            name: for_student(
                grader.grade(
                    ROOT / "tests" / "submissions" / name / "submission",
                    ROOT / "assignments" / assignment,
                    cases=CASES[assignment],
                    guest=guest,
                )
            )
            for name, (assignment, _, _) in FIVE.items()
        }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIVE)
def test_a_failing_submission_is_explained_wherever_it_is_read(
    browser, reports, tmp_path, name, language
):
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / f"{name}.html"
    report = replace(reports[name], language=language)
    file.write_text(html.render(report), encoding="utf-8")
    _, code, line = FIVE[name]
    complaints = []
    for scheme in ("light", "dark"):
        # axe needs to run its script in the page, which the page's own policy forbids to others
        context = browser.new_context(color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        complain(page, complaints, lambda url: url == file.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("html").get_attribute("lang") == language
            assert line in page.locator(".source .marked").first.inner_text()
            if code:
                assert page.locator(".diagnosis").count() == 1
                assert code in page.locator(".diagnosis .over").inner_text()
                assert page.locator(".diagnosis .deed").is_visible()
            found = Axe().run(page, options=AXE[scheme])
            assert found.violations_count == 0, found.generate_report()
        context.close()
    assert not complaints


def test_a_phone_shows_what_is_flagged_without_sideways_scrolling(browser, reports, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(html.render(reports["broadcasting_not_summed"]), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    flagged = page.locator("svg .card.first:visible").first
    box, place = flagged.bounding_box(), page.locator("figure .scroll:visible").first.bounding_box()
    assert box["x"] + box["width"] <= place["x"] + place["width"] + 1
    step = page.locator(".steps:visible tbody tr").first
    mine, right = (cell.bounding_box() for cell in step.locator("td").all())
    assert right["y"] >= mine["y"] + mine["height"], "one under the other"
    assert right["x"] + right["width"] <= 390
    context.close()
