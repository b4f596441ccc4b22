"""The page in a real browser: widths, dark mode, print, and not one request."""

from __future__ import annotations

import base64
import io
import json
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from reports.figures.daily import DailyFigures
from reports.page import render

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no chromium and chromedriver on this machine"),
]


@pytest.fixture(scope="module")
def browser(surged: tuple[Path, DailyFigures], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The report of the surge, open in headless Chromium with its requests logged."""
    folder = tmp_path_factory.mktemp("page")
    page = folder / "report.html"
    page.write_text(render.page(surged[1]), encoding="utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.execute_cdp_cmd("Network.enable", {})
    driver.get(page.as_uri())
    yield driver
    driver.quit()


def size(browser: Any, width: int, height: int = 844) -> None:
    """Give the page a width."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 640},
    )


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_scrolls_sideways(browser: Any, width: int) -> None:
    size(browser, width)
    for state in ("", " open"):
        opened = "true" if state else "false"
        browser.execute_script(f"document.querySelectorAll('details').forEach(d => d.open = {opened})")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = false)")


def test_the_first_phone_screen_holds_the_answers(browser: Any) -> None:
    size(browser, 390)
    bottom = browser.execute_script(
        "return document.querySelector('.ans').getBoundingClientRect().bottom + scrollY"
    )
    assert bottom <= 844


def test_headings_and_cells_do_not_overlap(browser: Any) -> None:
    size(browser, 1280)
    overlaps = browser.execute_script("""
        const boxes = [...document.querySelectorAll('.sec > h2, .find, .kpi, .stk p, tbody tr, .top')]
            .filter(e => !e.closest('details'))
            .map(e => [e, e.getBoundingClientRect()]).filter(([, b]) => b.height > 0);
        const bad = [];
        for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
            const [e, a] = boxes[i], [f, b] = boxes[j];
            if (e.contains(f) || f.contains(e)) continue;
            const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (x > 2 && y > 2) bad.push(e.textContent.slice(0, 30) + ' / ' + f.textContent.slice(0, 30));
        }
        return bad;
    """)
    assert overlaps == []


def test_dark_mode_has_its_own_colours(browser: Any) -> None:
    found = {}
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        found[scheme] = browser.execute_script(
            "const c = e => getComputedStyle(document.querySelector(e));"
            "return [c('body').backgroundColor, c('body').color, c('#s3 .chart.w path[stroke]').stroke]"
        )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert found["light"][:2] == ["rgb(251, 250, 247)", "rgb(28, 30, 33)"]
    assert found["dark"][:2] == ["rgb(20, 23, 26)", "rgb(236, 233, 226)"]
    assert found["light"][2] != found["dark"][2]


def test_print_is_a4_with_the_main_sections_on_two_pages(browser: Any) -> None:
    size(browser, 1280)
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    pages = pypdf.PdfReader(io.BytesIO(base64.b64decode(pdf["data"]))).pages
    box = pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    texts = ["".join(unicodedata.normalize("NFKC", page.extract_text()).split()) for page in pages]
    assert "核心指标" in texts[0]
    assert "趋势" in texts[0]
    assert "要素下钻" in texts[1]
    assert "R-1118-01" in texts[1]
    assert "平台与声音" not in texts[0] + texts[1]


def test_the_page_asks_for_nothing(browser: Any) -> None:
    log = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"] for m in log if m["method"] == "Network.requestWillBeSent"]
    ours = [a["request"]["url"] for a in asked if a["documentURL"].startswith("file:")]
    assert ours
    assert set(ours) == {browser.current_url.partition("#")[0]}
    assert browser.get_log("browser") == []
