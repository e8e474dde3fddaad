"""The page in a browser: no request leaves it, and it fits wide and narrow screens, in light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.case import Case
from rahdari.report.rendering import render_report


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_page_asks_for_nothing_and_fits(chromium: str, html: str, tmp_path: Path, width: int, scheme: str) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    asked: list[str] = []
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=True,
        )
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        wide = page.evaluate("document.documentElement.scrollWidth")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('svg.chart text')]"
            ".filter(one => one.getBoundingClientRect().width > 0)"
            ".map(one => one.getBoundingClientRect().height))"
        )
        browser.close()
    assert asked == [file.as_uri()]
    assert said == []
    assert wide <= width
    assert smallest >= 9  # pixels: the height of a line of text in a chart
    assert (sum(int(part) for part in paper[4:-1].split(",")[:3]) < 200) == (scheme == "dark")


def test_the_page_is_whole_without_scripts(chromium: str, html: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(file.as_uri())
        heading = page.inner_text("h1")
        page.get_by_text("Figures of this chart").first.click()
        shown = page.locator("figure table").first.is_visible()
        browser.close()
    assert heading
    assert shown


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_shipped_case_fits_a_telephone_in_every_language(
    chromium: str, partnership: Case, tmp_path: Path, language: str
) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    appraisal = appraise(partnership, Options(draws=8))
    file.write_text(render_report(partnership, appraisal, language=language), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 360, "height": 900}).new_page()
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert wide <= 360
