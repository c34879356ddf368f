"""The portal as a reader meets it: opened from a folder, in a browser, on a desk and on a phone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import fixture
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipelines.reports import write_all

CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=sv-SE"]
WIDTHS = [1280, 360]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    published = fixture.build(tmp_path_factory.mktemp("published"))
    return write_all(published, lambda _: None)[-1].parent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Watched:
    """A page that remembers what it asked for outside the folder, and what it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._requested(request.url))

    def _requested(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.foreign.append(url)


@pytest.fixture(params=WIDTHS, ids=["desk", "phone"])
def watched(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A watched page of each width; whatever the test did, it must have been quiet and kept to itself."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, accept_downloads=True)
    found = Watched(context.new_page())
    yield found
    context.close()
    assert found.foreign == []
    assert found.complaints == []


def open_page(watched: Watched, file: Path, chosen: str = "") -> Page:
    watched.page.goto(file.as_uri() + (f"#{chosen}" if chosen else ""))
    return watched.page


def marks(page: Page) -> int:
    """Points drawn in the chart."""
    expect(page.locator("#diagram svg .mark-symbol path").first).to_be_attached()
    return page.locator("#diagram svg .role-mark.mark-symbol path").count()


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def table(page: Page) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in page.locator("#varden tbody tr").all()]


PAGES = [
    "index.html",
    *(f"indikator/{i}.html" for i in ("UTR_BARN_I_TID", "PLAC_KOSTNAD", "PLAC_UTAN_UNDERLAG")),
]


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_the_screen(watched: Watched, site: Path, name: str) -> None:
    page = open_page(watched, site / name)
    page.wait_for_load_state()
    if name.endswith(("TID.html", "KOSTNAD.html")):
        assert marks(page) > 0
    assert overflow(page) <= 0


def test_search_filters(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "index.html")
    rows = page.locator("tr[data-search]:visible")
    expect(rows).to_have_count(4)
    page.fill("#sok", "median utredn")
    expect(rows).to_have_count(1)
    expect(page.locator("#traffar")).to_have_text("1 av 5 indikatorer")
    expect(page.get_by_role("heading", name="Placeringar")).to_be_hidden()
    page.fill("#sok", "zzz")
    expect(page.locator("#inga")).to_be_visible()
    page.fill("#sok", "")
    expect(rows).to_have_count(4)


def test_chosen_municipality_follows_to_the_indicator_and_back(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "index.html")
    page.select_option("#kommun", "9901")
    expect(page.get_by_role("heading", name="Åsby")).to_be_hidden()
    page.get_by_role("link", name="Avslutade barnutredningar").locator("visible=true").click()
    expect(page.locator("#kommun")).to_have_value("9901")
    page.get_by_role("link", name="Alla indikatorer").click()
    expect(page.locator("#kommun")).to_have_value("9901")


def test_selectors_change_table_and_chart(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "indikator/UTR_BARN_ANTAL.html", "kommun=9901")
    years = table(page)
    assert [row[0] for row in years] == ["2025 hittills", "2024", "2023", "2022", "2021"]
    before = marks(page)
    page.select_option("#period", "kvartal")
    page.select_option("#uppdelning", "kon")
    quarters = table(page)
    assert quarters[0][:2] == ["kvartal 4 2025 hittills", "Kvinna"]
    assert len(quarters) == 18
    expect(page.locator("#diagram svg .role-legend-label")).to_have_count(2)
    assert marks(page) > before
    page.select_option("#kommun", "9902")
    assert table(page) != quarters
    assert "uppdelning=kon" in page.url
    page.reload()
    expect(page.locator("#uppdelning")).to_have_value("kon")


def test_protected_months_are_two_dots_and_a_gap(watched: Watched, site: Path) -> None:
    page = open_page(
        watched, site / "indikator/UTR_BARN_I_TID.html", "kommun=9901&period=manad&uppdelning=enhet"
    )
    rows = table(page)
    protected = [row for row in rows if row[-1] == "Röjandeskyddad"]
    assert protected
    assert {tuple(row[2:5]) for row in protected} == {("..", "..", "..")}
    measured = [row for row in rows if re.search(r"\d", row[4])]
    assert marks(page) == len(measured)
    assert "NaN" not in page.inner_text("body")


def test_indicator_without_data_says_so(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "indikator/PLAC_UTAN_UNDERLAG.html")
    expect(page.locator("#bevis")).to_contain_text("Det finns inga värden att rita.")
    expect(page.locator("#diagram")).to_be_hidden()
    assert {row[3] for row in table(page)} == {"–"}


def test_every_convention_is_named_and_can_be_chosen(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "indikator/UTR_BARN_I_TID.html", "kommun=9901")
    expect(page.locator("#bevis")).to_contain_text("Konvention: LAG. Läge per 2025-10-31.")
    page.select_option("#konvention", "LAG_RULLAD")
    expect(page.locator("#bevis")).to_contain_text("Konvention: LAG_RULLAD.")
    assert [row[0] for row in table(page)] == ["2024", "2023"]


@pytest.mark.parametrize(
    ("name", "columns"), [("UTR_BARN_I_TID", 4), ("UTR_BARN_MEDIAN", 2), ("PLAC_KOSTNAD", 4)]
)
def test_browser_and_python_print_the_same(browser: Browser, site: Path, name: str, columns: int) -> None:
    """The table without JavaScript is printed by Python, the one with it by Intl."""
    printed = []
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto((site / f"indikator/{name}.html").as_uri() + "#kommun=9902")
        if script:
            expect(page.locator("#bevis")).to_be_visible()
            cells = page.locator("#varden tbody tr").all()
        else:
            cells = page.locator("#varden tbody[data-kommun='9902'] tr").all()[1:]
        printed.append([row.locator("th, td").all_inner_texts()[:columns] for row in cells])
        context.close()
    assert printed[0] == printed[1]
    assert len(printed[0]) == 5


def test_page_without_script_still_works(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.get_by_role("heading", name="Ängsholm")).to_be_visible()
    page.goto((site / "indikator/UTR_BARN_I_TID.html").as_uri())
    expect(page.get_by_role("heading", name="Definition", exact=True)).to_be_visible()
    expect(page.locator("select").first).to_be_hidden()
    context.close()


def test_downloads(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "indikator/UTR_BARN_ANTAL.html", "kommun=9901")
    marks(page)
    target = page.get_by_role("link", name="Alla värden som CSV").get_attribute("href")
    assert target and (site / "indikator" / target).exists()
    for kind in ("PNG", "SVG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Diagrammet som {kind}").click()
        assert download.value.suggested_filename == f"UTR_BARN_ANTAL_9901_ar.{kind.lower()}"
        assert Path(download.value.path()).stat().st_size > 1000
    open_page(watched, site / "index.html", "kommun=9901")
    book = (
        page.get_by_role("link", name="Alla indikatorer i Excel")
        .locator("visible=true")
        .get_attribute("href")
    )
    assert book and (site / book).exists()


def test_keyboard_reaches_the_content_first(watched: Watched, site: Path) -> None:
    page = open_page(watched, site / "index.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    assert page.locator("html").get_attribute("lang") == "sv"
