"""The office's job in a real browser, by the keyboard and without scripts: Debian's chromium, without a window."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl.reader.excel import load_workbook

from frontdesk.district.documents.service import documents
from frontdesk.district.web.table import NAVIGATION
from frontdesk.locale import LANGUAGES
from tests.district.webdesk import CENTRES, HOSTILE, NOW, OURS, PASSWORD, PERIOD, fill, quick_hashing
from tests.sync.ends import RunningDistrict, running_district

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
WHY_NOT = "the pages are tried in a real browser where chromium and chromedriver are on the PATH; here they are not"
SECONDS = 30
"""How long the browser may take over one thing before the test fails."""
WIDTHS = (1280, 1024, 360)

pytestmark = pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason=WHY_NOT)


@contextmanager
def browser(folder: Path) -> Iterator[WebDriver]:
    """A browser with a profile of its own, in which pages may run no scripts; it keeps files in `folder`."""
    pytest.importorskip("selenium", reason="the driver of the browser is not installed here")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for switch in ("headless=new", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-sync"):
        options.add_argument(f"--{switch}")
    for switch in ("no-first-run", "disable-dev-shm-usage", "lang=zh-CN", f"user-data-dir={folder / 'profile'}"):
        options.add_argument(f"--{switch}")
    wanted = {
        "profile.managed_default_content_settings.javascript": 2,
        "download.default_directory": str(folder),
        "download.prompt_for_download": False,
    }
    options.add_experimental_option("prefs", wanted)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebDriver, RunningDistrict, Path]]:
    """A browser, a district that listens, and the folder for downloads."""
    folder = tmp_path_factory.mktemp("office")
    with quick_hashing(), running_district(folder / "district.db") as running:
        running.clock.now = NOW
        fill(running.district)
        with browser(folder) as driver:
            yield driver, running, folder


def press(driver: WebDriver, *keys: str) -> None:
    """Keys pressed one after the other, wherever the focus is."""
    from selenium.webdriver import ActionChains

    actions = ActionChains(driver, duration=0)
    for key in keys:
        actions = actions.send_keys(key)
    actions.perform()


def focus(driver: WebDriver, selector: str) -> None:
    """Go on with the tab key until the focus is on what the selector finds."""
    from selenium.webdriver import Keys
    from selenium.webdriver.common.by import By

    wanted = driver.find_element(By.CSS_SELECTOR, selector)
    for _ in range(200):
        if driver.switch_to.active_element == wanted:
            return
        press(driver, Keys.TAB)
    raise AssertionError(f"the tab key never comes to {selector}")


def sign_in(driver: WebDriver, running: RunningDistrict, name: str, language: str = "zh_CN") -> None:
    """Sign in by the keyboard alone."""
    from selenium.webdriver import Keys
    from selenium.webdriver.support.wait import WebDriverWait

    driver.delete_all_cookies()
    driver.get(f"{running.url}/sign-in?lang={language}")
    focus(driver, "#name")
    press(driver, name, Keys.TAB, PASSWORD, Keys.ENTER)
    WebDriverWait(driver, SECONDS, poll_frequency=0.02).until(lambda one: one.current_url == f"{running.url}/")


def follow(driver: WebDriver, selector: str) -> None:
    """Go to a link or button by the tab key, press Enter, and wait for another page."""
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver import Keys
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support import expected_conditions
    from selenium.webdriver.support.wait import WebDriverWait

    before = driver.find_element(By.TAG_NAME, "html")
    focus(driver, selector)
    press(driver, Keys.ENTER)
    # What is asked while one page gives way to the next may fail for a moment.
    waiting = WebDriverWait(driver, SECONDS, poll_frequency=0.02, ignored_exceptions=(WebDriverException,))
    waiting.until(expected_conditions.staleness_of(before))


def shown(driver: WebDriver) -> str:
    """The text of the page as it is seen."""
    from selenium.webdriver.common.by import By

    return driver.find_element(By.TAG_NAME, "main").text


def test_the_office_does_its_job_by_the_keyboard(office: tuple[WebDriver, RunningDistrict, Path]) -> None:
    from selenium.webdriver import Keys
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.wait import WebDriverWait

    driver, running, folder = office
    sign_in(driver, running, "lin")
    # Who is missing.
    assert PERIOD in driver.title, shown(driver)
    assert driver.find_element(By.ID, "missing").text == "2"
    assert CENTRES["theirs-2"][1] in shown(driver)
    # A centre.
    follow(driver, 'a[href="/centre?code=theirs-2"]')
    assert "还没有收到报告" in shown(driver)
    # A notice.
    follow(driver, 'nav a[href="/notices"]')
    focus(driver, "summary")
    press(driver, Keys.ENTER)
    focus(driver, "#title")
    press(driver, "请补报第46周", Keys.TAB, "请于周三前补报。")
    follow(driver, 'form[action="/notices"] button')
    assert "通知已发出" in shown(driver)
    assert documents(running.district)[0].title == "请补报第46周"
    # The table for the office.
    follow(driver, 'nav a[href="/"]')
    focus(driver, 'a[href^="/export/completeness.xlsx"]')
    press(driver, Keys.ENTER)
    kept = folder / f"completeness-{PERIOD}.xlsx"
    WebDriverWait(driver, SECONDS, poll_frequency=0.02).until(lambda _: kept.exists())
    rows = [row for sheet in load_workbook(kept) for row in sheet.iter_rows(values_only=True)]
    assert any(row[:2] == (CENTRES["theirs-2"][1], "theirs-2") for row in rows)
    # What a centre calls itself is read, and does nothing.
    driver.get(f"{running.url}/centre?code=ours-2")
    assert driver.find_element(By.TAG_NAME, "h1").text == HOSTILE
    follow(driver, 'form[action="/sign-out"] button')
    assert "已退出" in shown(driver)
    driver.get(f"{running.url}/notices")
    assert "/sign-in" in driver.current_url


@pytest.mark.slow
def test_pages_wrap_at_every_width_in_both_languages(office: tuple[WebDriver, RunningDistrict, Path]) -> None:
    driver, running, _ = office
    paths = [entry.path for entry in NAVIGATION]
    paths += ["/password", "/centre?code=ours-1", f"/report?centre=ours-1&period={PERIOD}", "/indicator?code=ratings"]
    for language in LANGUAGES:
        sign_in(driver, running, "lin", language)
        for path in paths:
            driver.get(running.url + path)
            for width in WIDTHS:
                size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                needed = driver.execute_script("return document.documentElement.scrollWidth")
                assert needed <= width, (language, path, width)
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_printed_page_has_the_table_and_nothing_to_press(office: tuple[WebDriver, RunningDistrict, Path]) -> None:
    import pypdfium2

    driver, running, _ = office
    sign_in(driver, running, "lin")
    with pypdfium2.PdfDocument(BytesIO(base64.b64decode(driver.print_page()))) as printed:
        text = "".join(page.get_textpage().get_text_range() for page in printed)
    assert OURS in text
    assert "报送率" in text
    assert "导出表格" not in text
    assert "退出" not in text
    assert "变更记录" not in text
    # A sum at the foot of every page would pass for that of the page.
    assert text.count("合计") == 1
