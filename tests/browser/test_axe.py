"""Axe sees what it is there to see."""

from playwright.sync_api import Browser

from tests.browser.axe import Axe


def test_a_button_without_a_name_is_found_and_one_with_a_name_is_not(browser: Browser) -> None:
    page = browser.new_page()
    axe = Axe()
    html = '<html lang="en"><title>A</title><main><h1>A</h1><button>{}</button></main></html>'
    page.set_content(html.format("Send"))
    axe.look(page, "good")
    page.set_content(html.format(""))
    axe.look(page, "bad")
    page.close()
    assert list(axe.found) == ["bad"]
    assert axe.found["bad"][0].startswith("button-name at button")
