"""Photos in one request past tus: straight to the bucket where clients are led there, else to the server."""

import base64
import hashlib
from typing import Any

import httpx
import msgspec
import pytest
from litestar.testing import TestClient

from field.blobs.s3 import Bucket
from field.sync.signing import claim_message, photo_receipt, receipt_verified
from tests.api.test_uploads import PHOTO, TUS, Camera, camera, report  # noqa: F401 - fixtures
from tests.blobs.conftest import aws, s3  # noqa: F401 - fixtures
from tests.blobs.seaweed import BUCKET, S3
from tests.helpers import World, sign_in

DIRECT = "/api/photos/direct-uploads"


@pytest.fixture
def bucket(world: World, s3: S3, aws: None, tmp_path: Any) -> Bucket:  # noqa: F811
    made = Bucket(f"s3://{BUCKET}/{tmp_path.name}", endpoint=s3.endpoint)
    world.context = msgspec.structs.replace(world.context, storage=made, direct=True)
    return made


def ask(camera: Camera):  # noqa: F811
    said = {"photo": camera.record, "sha256": camera.sha256}
    pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    size = len(camera.bytes)
    claim = claim_message(camera.tablet.id, camera.record, camera.sha256, size)
    headers = {
        **TUS,
        "Upload-Length": str(size),
        "Upload-Metadata": pairs,
        "Field-Device": camera.tablet.id,
        "Field-Signature": camera.tablet.key.sign(claim),
    }
    answer = camera.client.post(DIRECT, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


def confirmed(camera: Camera, answer: Any) -> bool:  # noqa: F811
    """Whether the server says, and signs, that the photo is kept."""
    said = camera.client.head(answer.headers["location"], headers=TUS)
    if said.headers.get("field-photo") != "kept":
        return False
    key = camera.client.get("/api/keys").json()["server_key"]
    receipt = photo_receipt(camera.record, camera.sha256)
    return receipt_verified(key, said.headers["field-receipt"], receipt)


def test_a_folder_takes_a_photo_in_one_request_at_an_address_of_the_server(
    camera: Camera,  # noqa: F811
    world: World,
) -> None:
    answer = ask(camera)
    way = answer.json()
    assert not confirmed(camera, answer)
    assert way["url"].startswith("/api/photos/uploads/")
    sent = camera.client.request(way["method"], way["url"], content=PHOTO, headers=way["headers"])
    assert sent.status_code == 204
    assert confirmed(camera, answer)
    assert b"".join(world.context.photos.read(camera.sha256, 0, len(PHOTO))) == PHOTO


def test_a_bucket_takes_a_photo_without_the_server_which_then_signs_for_it(
    bucket: Bucket,
    camera: Camera,  # noqa: F811
    world: World,
) -> None:
    answer = ask(camera)
    way = answer.json()
    assert httpx.URL(way["url"]).port == httpx.URL(bucket._client.meta.endpoint_url).port
    assert not confirmed(camera, answer), "kept before it came"
    wrong = httpx.request(way["method"], way["url"], content=PHOTO[::-1], headers=way["headers"])
    assert wrong.status_code >= 400
    assert not confirmed(camera, answer), "the bucket took other bytes"
    sent = httpx.request(way["method"], way["url"], content=PHOTO, headers=way["headers"])
    assert sent.status_code == 200, sent.text
    assert confirmed(camera, answer)
    assert b"".join(world.context.photos.read(camera.sha256, 0, len(PHOTO))) == PHOTO
    again = ask(camera).json()
    assert again["url"] is None, "bytes that this tablet has brought need not travel again"


def test_bytes_under_a_kept_photos_hash_cannot_be_replaced(bucket: Bucket, camera: Camera) -> None:  # noqa: F811
    answer = ask(camera)
    way = answer.json()
    assert httpx.request(way["method"], way["url"], content=PHOTO, headers=way["headers"]).status_code == 200
    assert confirmed(camera, answer)
    # The address is still good for a while: what it writes to is not where photos are kept.
    assert httpx.request(way["method"], way["url"], content=PHOTO, headers=way["headers"]).status_code == 200
    assert bucket._key(camera.sha256) not in way["url"]


def test_who_begins_directly_may_go_on_by_tus(bucket: Bucket, camera: Camera, world: World) -> None:  # noqa: F811
    answer = ask(camera)
    sent = camera.send(answer.headers["location"], 0, PHOTO)
    assert (sent.status_code, sent.headers["field-photo"]) == (204, "kept")
    assert b"".join(world.context.photos.read(camera.sha256, 0, len(PHOTO))) == PHOTO


def test_a_picture_behind_a_link_is_fetched_from_the_bucket(
    bucket: Bucket,
    client: TestClient[Any],
    camera: Camera,  # noqa: F811
    world: World,
) -> None:
    world.person("supervisor", "korangi", "supervisor-korangi")
    jpeg = Camera(client, camera.tablet, _report_of(world, camera), b"\xff\xd8\xff\xe0" + bytes(3000))
    assert jpeg.begin(jpeg.bytes).headers["field-photo"] == "kept"
    headers = sign_in(client, "supervisor-korangi")
    link = client.post(f"/api/photos/{jpeg.record}/link", json={}, headers=headers).json()
    answer = client.get(link["url"], follow_redirects=False)
    assert answer.status_code == 307
    shown = httpx.get(answer.headers["location"])
    assert (shown.content, shown.headers["content-type"]) == (jpeg.bytes, "image/jpeg")
    assert hashlib.sha256(shown.content).hexdigest() == jpeg.sha256


def _report_of(world: World, camera: Camera) -> str:  # noqa: F811
    visit = world.visit(world.establishment("korangi"), "korangi", camera.tablet.person)
    made, _ = camera.tablet.report(visit, [])
    camera.tablet.push(camera.client)
    return made


def test_a_tablet_may_have_so_many_bytes_under_way_and_its_oldest_uploads_make_room(
    client: TestClient[Any],
    camera: Camera,  # noqa: F811
    world: World,
) -> None:
    report_ = _report_of(world, camera)
    cameras = [Camera(client, camera.tablet, report_, PHOTO + bytes([at])) for at in range(4)]
    room = 3 * (len(PHOTO) + 1)
    world.context = msgspec.structs.replace(world.context, arriving_bytes_max=room)
    client.app.state.context = world.context
    addresses = []
    for each in cameras:
        address = each.begin().headers["location"]
        each.send(address, 0, each.bytes[:1000])
        addresses.append(address)
        world.clock.advance(1000)
    assert client.head(addresses[0], headers=TUS).status_code == 404, "the oldest stayed, beyond the limit"
    for each, address in zip(cameras[1:], addresses[1:], strict=True):
        done = each.send(address, 1000, each.bytes[1000:])
        assert done.headers["field-photo"] == "kept"
    assert cameras[0].begin(cameras[0].bytes).headers["field-photo"] == "kept", "what ended begins anew"


def test_one_photo_may_be_larger_than_the_limit_for_all(
    client: TestClient[Any],
    camera: Camera,  # noqa: F811
    world: World,
) -> None:
    client.app.state.context = msgspec.structs.replace(world.context, arriving_bytes_max=1000)
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"
