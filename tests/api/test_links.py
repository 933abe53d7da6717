"""Links to pictures: good without a sign-in for a while, for one photo and copy; every look is noted."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from field.store.audit import NOTES
from tests.api.conftest import PICTURE, Office, Work, photographed
from tests.helpers import sign_in

VIEWER = "supervisor-korangi"


@pytest.fixture
def work(office: Office) -> Work:
    return photographed(office.world, office.client, office.work["korangi"])


def link(client: TestClient[Any], photo: str, login: str = VIEWER, **asked: object) -> str:
    headers = sign_in(client, login)
    answer = client.post(f"/api/photos/{photo}/link", json=asked, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


def changed(url: str, **by: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{urlencode({**dict(parse_qsl(parts.query)), **by})}"


def code(client: TestClient[Any], url: str) -> tuple[int, str]:
    answer = client.get(url)
    return answer.status_code, answer.json()["code"]


def looks(office: Office, photo: str) -> list[Any]:
    with office.world.store.read() as tx:
        notes = [msgspec.json.decode(body) for body in tx.execute(select(NOTES.c.body)).scalars()]
    return [note for note in notes if note["act"] == "photo-viewed" and note["about"] == [photo]]


def test_a_link_shows_its_picture_without_a_header_and_each_look_is_noted(office: Office, work: Work) -> None:
    url = link(office.client, work.photo)
    before = len(looks(office, work.photo))
    for _ in range(2):
        shown = office.client.get(url)
        assert (shown.status_code, shown.content) == (200, PICTURE)
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["referrer-policy"] == "no-referrer"
    noted = looks(office, work.photo)[before:]
    assert len(noted) == 2
    assert {note["district"] for note in noted} == {"korangi"}
    assert all(note["by"] for note in noted)


def test_only_who_may_see_a_photo_gets_a_link(office: Office, work: Work) -> None:
    asked = f"/api/photos/{work.photo}/link"
    assert office.client.post(asked, json={}).status_code == 401
    for login, status in (("supervisor-sukkur", 403), ("inspector-korangi", 403), (VIEWER, 201)):
        assert office.client.post(asked, json={}, headers=sign_in(office.client, login)).status_code == status


def test_what_became_of_a_picture_is_not_told_in_another_district(office: Office, work: Work) -> None:
    because = {"reason": "Asked for by the worker, letter 12"}
    erase = f"/api/records/{work.photo}/erase"
    assert office.client.post(
        erase, json=because, headers=sign_in(office.client, "directorate-None")
    ).is_success
    for login, status in (("supervisor-sukkur", 403), (VIEWER, 410)):
        headers = sign_in(office.client, login)
        answer = office.client.post(f"/api/photos/{work.photo}/link", json={}, headers=headers)
        assert answer.status_code == status
        assert ("letter 12" in answer.text) == (login == VIEWER)


def test_what_was_changed_in_a_link_opens_nothing(office: Office, work: Work) -> None:
    url = link(office.client, work.photo)
    other = photographed(office.world, office.client, office.work["sukkur"])
    later = str(office.world.clock.now_ms() + 86_400_000)
    for forged in (
        url.replace(work.photo, other.photo),
        changed(url, until=later),
        changed(url, size="screen"),
        changed(url, viewer="0" * 64),
        changed(url, signature="A" * 86),
        changed(url, until="²"),
        changed(url, until="9" * 40),
        f"/api/photos/{work.photo}/seen",
        url.replace(work.photo, "01a2d1b5-5339-73fb-91f5-ab9bf85921f0"),
    ):
        assert code(office.client, forged) == (403, "link-forged"), forged
    assert looks(office, work.photo) == []


def test_a_link_ends_with_its_time(office: Office, work: Work) -> None:
    url = link(office.client, work.photo, minutes=2)
    office.world.clock.advance(2 * 60_000 - 1)
    assert office.client.get(url).status_code == 200
    office.world.clock.advance(1)
    assert code(office.client, url) == (410, "link-expired")


def test_a_link_ends_with_the_session_it_was_made_in(office: Office, work: Work) -> None:
    headers = sign_in(office.client, VIEWER)
    answer = office.client.post(f"/api/photos/{work.photo}/link", json={}, headers=headers)
    url = answer.json()["url"]
    assert office.client.get(url).status_code == 200
    office.client.post("/api/sign-out", headers=headers)
    assert code(office.client, url) == (410, "link-expired")


def test_a_small_copy_that_is_not_made_yet_is_told_in_words(office: Office, work: Work) -> None:
    asked = f"/api/photos/{work.photo}/link"
    answer = office.client.post(asked, json={"size": "screen"}, headers=sign_in(office.client, VIEWER))
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert "not opened this photo yet" in answer.json()["detail"]
    wrong = office.client.post(asked, json={"size": "poster"}, headers=sign_in(office.client, VIEWER))
    assert wrong.status_code == 400
