"""What a person meets in a browser, and what programs read about the API."""

import base64
import hashlib
import re

import pytest
from litestar.testing import TestClient

from field.api import docs
from field.problems import CATALOGUE
from field.store import migrate
from field.sync.rights import ROUTES
from tests.helpers import open_world


@pytest.fixture
def client(sqlite_url):
    """Pages do not depend on the kind of database."""
    with open_world(sqlite_url) as world, TestClient(world.app()) as client:
        yield client


UNTOLD = (
    "GET /",
    "GET /tablet",
    "GET /tablet/{file}",
    "GET /console",
    "GET /console/{file}",
    "GET /api/docs",
    "GET /api/docs/{asset}",
    "GET /api/openapi.json",
)
"""Pages, and the description itself."""


@pytest.mark.parametrize("path", ["/", "/api/docs", "/problems/no-right"])
def test_a_page_loads_nothing_from_elsewhere(client, path):
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.findall(r"(?:src|href)=\"(?!/|data:)[^\"]*", answer.text)
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_the_style_of_a_page_is_the_one_that_its_policy_allows(client):
    answer = client.get("/")
    style = re.search(r"<style>(.*)</style>", answer.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def test_the_front_page_leads_on(client):
    for path in re.findall(r"href=\"(/[^\"]*)", client.get("/").text):
        assert client.get(path).status_code == 200, path


def test_everything_that_the_api_page_needs_is_there(client):
    needed = re.findall(r"(?:src|href)=\"(/api/docs/[^\"]*)", client.get("/api/docs").text)
    assert len(needed) == 5
    for path in needed:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("name", ["..%2F..%2F__init__.py", "LICENSE", "nothing.js", "swagger-ui.css%00"])
def test_nothing_else_is_served_from_there(client, name):
    assert client.get(f"/api/docs/{name}").status_code in (400, 404)


def test_where_the_pages_are_not_installed_that_is_said(client, monkeypatch):
    monkeypatch.setattr(docs, "find_spec", lambda _: None)
    for path in ("/api/docs", "/api/docs/swagger-ui.css"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "flask-swagger-ui is missing" in answer.json()["detail"]
    assert client.get("/api/openapi.json").status_code == 200


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_problem_is_explained_at_its_address(client, code):
    told = client.get(f"/problems/{code}").json()
    assert (told["status"], told["title"]) == (CATALOGUE[code].status, CATALOGUE[code].title)
    assert CATALOGUE[code].title in client.get(f"/problems/{code}", headers={"accept": "text/html"}).text


def test_a_problem_that_there_is_not_is_not_explained(client):
    answer = client.get("/problems/%3Cscript%3E", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_health_says_what_database_it_is(world):
    with TestClient(world.app()) as client:
        told = client.get("/api/health").json()
    assert told["status"] == "ok"
    assert told["database"] == world.store.engine.dialect.name
    assert told["schema"] == migrate.latest()
    assert told["epoch"] == world.context.epoch


def test_health_is_bad_where_the_schema_is_another(world):
    with world.store.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    with TestClient(world.app()) as client:
        answer = client.get("/api/health")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage-failed")
    assert "field migrate" in answer.json()["detail"]


@pytest.fixture
def description(client):
    return client.get("/api/openapi.json").json()


def operations(description):
    return {
        f"{method.upper()} {path}": operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
    }


def test_every_route_is_described_with_who_may_call_it(description):
    found = operations(description)
    assert found.keys() == ROUTES.keys() - set(UNTOLD)
    for route, operation in found.items():
        assert operation["summary"], route
        assert len(operation["tags"]) == 1
        assert bool(operation["security"]) == (bool(ROUTES[route]) or route == "POST /api/sync/pull")
        assert all(role in operation["description"] for role in ROUTES[route])
    tags = {tag["name"] for tag in description["tags"]}
    assert {operation["tags"][0] for operation in found.values()} == tags


def test_every_route_says_how_it_answers_when_it_cannot(description):
    for operation in operations(description).values():
        bad = {code: told for code, told in operation["responses"].items() if code >= "4"}
        assert {"400", "500", "503"} <= bad.keys()
        assert all(told == {"$ref": "#/components/responses/Problem"} for told in bad.values())
    (media_type,) = description["components"]["responses"]["Problem"]["content"]
    assert media_type == "application/problem+json"


def test_every_reference_in_the_description_leads_somewhere(description):
    def references(node):
        if isinstance(node, dict):
            yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                yield from references(each)

    for reference in set(references(description)):
        found = description
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_what_handlers_read_by_hand_is_described_too(description):
    push = description["paths"]["/api/sync/push"]["post"]
    assert list(push["requestBody"]["content"]) == ["application/x-ndjson"]
    assert [each["name"] for each in push["parameters"] if each["required"]] == [
        "Field-Device",
        "Field-First-Seq",
        "Field-Signature",
    ]
    assert "Field-Receipt" in push["responses"]["200"]["headers"]
    pull = description["paths"]["/api/sync/pull"]["post"]
    assert list(pull["responses"]["200"]["content"]) == ["application/x-ndjson"]
    schemas = description["components"]["schemas"]
    assert {"device", "seq", "prev", "op"} <= set(schemas["Change"]["required"])
