"""The browser's pages come whole, from here alone, and a screen's address opens its app."""

import gzip
import re

import pytest

from field.api import web

APPS = ("tablet", "console")


@pytest.mark.parametrize("app", APPS)
def test_an_app_and_all_that_its_page_names_is_there(client, app):
    page = client.get(f"/{app}/")
    assert page.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert any(name.endswith(".js") for name in named)
    for name in named:
        assert name.startswith(f"/{app}/"), "a page loads nothing from elsewhere"
        assert client.get(name).status_code == 200, name


@pytest.mark.parametrize("app", APPS)
def test_the_policy_forbids_scripts_and_styles_within_a_page_and_the_page_has_none(client, app):
    page = client.get(f"/{app}/")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not any(
        word in page.headers["content-security-policy"] for word in ("unsafe", "http:", "https:", "*")
    )
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page.text)


@pytest.mark.parametrize("path", ["/tablet", "/tablet/", "/tablet/visits/3", "/console/flags/17"])
def test_a_screens_address_opens_its_app(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert '<div id="app">' in answer.text


@pytest.mark.parametrize(
    "path", ["/tablet/no.js", "/tablet/assets/no.css", "/console/%2e%2e/app.py", "/tablet/..%2fapp.py"]
)
def test_what_is_not_there_is_said_and_nothing_outside_is_reached(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"


def test_a_file_named_by_its_content_is_kept_and_a_page_is_asked_for_again(client):
    script = re.search(r'src="([^"]+\.js)"', client.get("/tablet/").text)[1]
    answer = client.get(script, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == client.get(script, headers={"Accept-Encoding": "identity"}).content
    page = client.get("/tablet/")
    again = client.get("/tablet/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # An old worker that is never asked for again would serve an old app for ever.
    assert client.get("/tablet/sw.js").headers["cache-control"] == "no-cache"


def test_where_the_pages_are_not_built_that_is_said(tmp_path, client, monkeypatch):
    monkeypatch.setattr(web, "_pages", lambda: web.load(tmp_path))
    answer = client.get("/tablet/")
    assert answer.status_code == 404
    assert "make pages" in answer.json()["detail"]


def test_only_files_of_known_types_are_served_and_packed_where_that_is_smaller(tmp_path):
    folder = tmp_path / "tablet" / "assets"
    folder.mkdir(parents=True)
    (folder / "a.js").write_text("x" * 5000)
    (folder / "b.woff2").write_bytes(bytes(range(64)))
    (folder / "c.map").write_text("{}")
    files = web.load(tmp_path)
    assert files.keys() == {"tablet/assets/a.js", "tablet/assets/b.woff2"}
    packed = files["tablet/assets/a.js"].packed
    assert packed is not None
    assert gzip.decompress(packed) == b"x" * 5000
    assert files["tablet/assets/b.woff2"].packed is None
