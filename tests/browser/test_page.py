"""The page in a real browser: no request, no error, no barrier, in light and dark, wide and narrow."""

import pytest

from grader.domain.language import LANGUAGES
from grader.records import replace
from grader.report import html
from tests.browser.conftest import complain
from tests.unit.report.samples import SAMPLES

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(browser, tmp_path):
    """Opens a sample report from disk; fails on any request and any console error."""
    contexts, complaints = [], []

    def open_page(name, language="en", **options):
        file = tmp_path / f"{name}.html"
        report = replace(SAMPLES[name](), language=language)
        file.write_text(html.render(report), encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        complain(page, complaints, lambda url: url == file.as_uri())
        page.goto(file.as_uri())
        return page

    open_page.complaints = complaints
    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, "en") for name in SAMPLES), *(("filmed", tag) for tag in LANGUAGES if tag != "en")],
)
def test_axe_finds_nothing(open_page, name, language, scheme):
    from axe_playwright_python.sync_playwright import Axe

    # axe needs to run its script in the page, which the page's own policy forbids to others
    page = open_page(name, language, color_scheme=scheme, bypass_csp=True)
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, "en") for name in SAMPLES), *(("filmed", tag) for tag in LANGUAGES if tag != "en")],
)
def test_a_phone_needs_no_sideways_scrolling(open_page, name, language):
    page = open_page(name, language, viewport={"width": 390, "height": 800})
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_every_picture_and_table_is_there(open_page):
    page = open_page("every_state", java_script_enabled=False)
    assert page.locator("svg[role=img]").count() >= 8
    assert page.locator("table").count() >= 8


def test_without_scripts_nothing_is_missing(open_page):
    plain = open_page("overwritten", java_script_enabled=False)
    for text in ("Begin with", "The gradient is overwritten", "First wrong, walking backward"):
        assert plain.get_by_text(text).first.is_visible()
    assert plain.locator("script").count() == 0


def test_without_scripts_every_step_of_the_backward_pass_is_there(open_page):
    plain = open_page("filmed", java_script_enabled=False)
    assert plain.locator(".steps tbody tr:visible").count() == 6
    assert plain.get_by_text("a.grad 8 → 8").is_visible()
    assert plain.get_by_role("button").count() == 0


def test_steps_are_walked_by_buttons_and_told_to_screen_readers(open_page):
    page = open_page("filmed")
    status = page.locator(".steps [role=status]")
    page.get_by_role("button", name="Next").click()
    assert status.inner_text() == "Step 1 of 6"
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    assert status.inner_text() == "Step 3 of 6"
    assert page.locator(".steps tr.now").inner_text().startswith("3")
    marked = page.locator("svg .now").evaluate_all("nodes => nodes.map(node => node.dataset.n)")
    assert marked == ["v-a", "f-c"]
    page.get_by_role("button", name="Previous").click()
    assert status.inner_text() == "Step 2 of 6"


def test_arrow_keys_walk_the_steps_inside_the_focused_region_only(open_page):
    page = open_page("filmed")
    page.keyboard.press("ArrowDown")
    assert page.locator("tr.now").count() == 0
    page.locator(".steps").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    assert page.locator(".steps [role=status]").inner_text() == "Step 2 of 6"


def test_the_policy_lets_no_other_script_run(open_page):
    page = open_page("filmed_hostile")
    ran = page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        return window.ran === true;
    }""")
    assert not ran
    assert "Content Security Policy" in open_page.complaints.pop()


def test_a_line_is_one_click_away(open_page):
    page = open_page("filmed")
    page.locator(".steps a", has_text="autodiff.py:20").first.click()
    line = page.locator("#L20")
    assert line.is_visible()
    assert line.inner_text().split() == ["20", "▸", "x.grad", "=", "gx"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_its_language_and_has_its_fonts(open_page, language):
    page = open_page("filmed", language)
    assert page.locator("html").get_attribute("lang") == language
    family = page.evaluate("getComputedStyle(document.body).fontFamily")
    named = {"zh-Hans": "PingFang SC", "ja": "Hiragino Sans", "ko": "Malgun Gothic"}
    assert named.get(language, "Segoe UI") in family


def test_states_are_told_apart_where_colours_are_forced(open_page):
    page = open_page("every_state", forced_colors="active")
    for details in page.query_selector_all("details.case"):
        details.evaluate("element => { element.open = true }")
    looks = page.evaluate("""() => Object.fromEntries(
        [...document.querySelectorAll("svg .card")].map(card => {
            const style = getComputedStyle(card.querySelector("rect"));
            const look = [style.strokeDasharray, style.strokeWidth, card.querySelector(".m").textContent[0]];
            return [card.className.baseVal, look.join(" ")];
        }))""")
    assert len(looks) >= 4
    assert len(set(looks.values())) == len(looks)


@pytest.mark.parametrize(("motion", "behaviour"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_nothing_moves_where_motion_is_unwanted(open_page, motion, behaviour):
    page = open_page("filmed", reduced_motion=motion)
    style = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert style == behaviour


def test_what_is_wrong_stands_open_and_first_and_what_passed_is_folded(open_page):
    page = open_page("overwritten")
    cases = page.locator("details.case")
    opened = [cases.nth(i).evaluate("element => element.open") for i in range(cases.count())]
    assert opened == [True, False, False]
    titles = page.locator("details.case h3").all_text_contents()
    assert titles == ["Both branches meet again", "After the diamond", "One function after another"]


def test_following_the_overview_opens_a_folded_case(open_page):
    page = open_page("overwritten")
    page.locator(".strip a").first.click()
    page.wait_for_function("document.querySelector('details.case.good').open")


def test_hints_stay_folded_until_asked_for(open_page):
    page = open_page("overwritten")
    hint = page.locator("details.hint").first
    assert not hint.locator("p").is_visible()
    hint.locator("summary").click()
    assert hint.locator("p").is_visible()


def test_pictures_are_named_for_screen_readers_and_a_table_follows(open_page):
    page = open_page("overwritten")
    picture = page.locator("svg[role=img]:visible").first
    for id in picture.get_attribute("aria-labelledby").split():
        assert page.locator(f"#{id}").text_content()
    assert page.locator("figure:visible + .scroll table").count() >= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_stays_inside_its_node(open_page, language):
    """The layout guesses the width of text; here it is measured."""
    page = open_page("every_state", language)
    for details in page.query_selector_all("details"):
        details.evaluate("element => { element.open = true }")
    outside = page.evaluate("""() => [...document.querySelectorAll("svg g")].filter(node => {
        const box = node.querySelector("rect").getBBox();
        return [...node.querySelectorAll("text")].some(text => {
            const at = text.getBBox();
            return at.x < box.x || at.x + at.width > box.x + box.width + 0.5;
        });
    }).map(node => node.textContent)""")
    assert outside == []


def test_a_case_can_be_opened_from_the_keyboard(open_page):
    page = open_page("right")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.locator("details.case").first.evaluate("element => element.open")


def test_print_leaves_out_what_is_only_for_the_screen(open_page):
    page = open_page("overwritten")
    page.emulate_media(media="print")
    assert page.locator(".strip").is_hidden()
    assert page.locator(".more").first.is_hidden()
    assert page.locator("details.hint p").first.is_hidden()
    assert page.locator("svg:visible").count() == 1


WIDTH_OF_PAPER = 718  # A4 less margins of a centimetre, in CSS pixels

CUT_OFF = """() => [...document.querySelectorAll("body *")].filter(element =>
  element.checkVisibility() && getComputedStyle(element).position !== "absolute" &&
  (element.getBoundingClientRect().right > document.documentElement.clientWidth + 1 ||
   element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible")
).map(element => `${element.tagName} ${element.className}`)"""


@pytest.mark.parametrize("name", SAMPLES)
def test_on_paper_nothing_is_cut_off(open_page, name):
    page = open_page(name, viewport={"width": WIDTH_OF_PAPER, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == []


def test_on_paper_every_wrong_case_says_what_is_wrong(open_page):
    page = open_page("every_state")
    page.emulate_media(media="print")
    closed = page.locator(".case.bad:not([open])")
    assert closed.count() > 2
    for case in closed.all():
        assert case.locator(".message").is_visible()
        assert case.locator("svg:visible").count() == 0
    assert page.locator(".case.good .message:visible").count() == 0


def test_paper_is_white_and_needs_no_backgrounds(open_page):
    """Printers leave backgrounds out, also where a screen is dark: what is light on dark would be lost."""
    page = open_page("filmed", color_scheme="dark")
    colour = "element => getComputedStyle(element).color"
    screen = page.locator("body").evaluate(colour)
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.locator("body").evaluate(colour)
    assert (screen, paper) == ("rgb(231, 229, 223)", "rgb(32, 37, 43)")
    pills = page.locator(".paths .way b, .steps td b")
    assert pills.count()
    assert {pill.evaluate(colour) for pill in pills.all()} == {paper}
