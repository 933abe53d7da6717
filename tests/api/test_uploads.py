"""Photos' bytes arrive whole or not at all, whatever the network does, and nobody gets at another's."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from field.api import sweeping
from field.api import uploads as door
from field.blobs.storage import Storage
from field.problems import Problem
from field.store import uploads
from field.sync.signing import claim_message, photo_receipt, receipt_verified
from tests.api.conftest import Work
from tests.helpers import Tablet, World, sign_in

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}
PHOTO = bytes(range(256)) * 1200
UPLOADS = "/api/photos/uploads"


class Camera:
    """A tablet that has described a photo, and sends its bytes."""

    def __init__(self, client: TestClient[Any], tablet: Tablet, report: str, photo: bytes = PHOTO) -> None:
        self.client, self.tablet, self.bytes = client, tablet, photo
        self.sha256 = hashlib.sha256(photo).hexdigest()
        self.record, self.report = tablet.world.clock.uuid7(), report
        values = {"sha256": self.sha256, "size": len(photo), "media_type": "image/jpeg", "report": report}
        tablet.change("photo", self.record, values, op="create")
        tablet.push(client)

    def begin(self, first: bytes = b"", more: dict[str, str] | None = None, **other: Any):
        """Ask for an upload, as somebody who may claim something else."""
        device, photo = other.get("device", self.tablet.id), other.get("photo", self.record)
        sha256, size = other.get("sha256", self.sha256), other.get("size", len(self.bytes))
        said = {"photo": photo, "sha256": sha256}
        pairs = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items()
        )
        headers = {
            **(BYTES if first else TUS),
            "Upload-Length": str(size),
            "Upload-Metadata": pairs,
            "Field-Device": device,
            "Field-Signature": self.tablet.key.sign(claim_message(device, photo, sha256, size)),
            **(more or {}),
        }
        return self.client.post(UPLOADS, content=first, headers=headers)

    def send(self, address: str, offset: int, some: bytes, **more: str):
        """Send bytes from an offset on."""
        headers = {**BYTES, "Upload-Offset": str(offset), **more}
        return self.client.patch(address, content=some, headers=headers)

    def stands_at(self, address: str) -> int:
        """How far the server says the upload is."""
        return int(self.client.head(address, headers=TUS).headers["upload-offset"])


@pytest.fixture
def report(world: World, tablet: Tablet, client: TestClient[Any]) -> str:
    establishment = world.establishment("korangi")
    visit = world.visit(establishment, "korangi", tablet.person)
    made, _ = tablet.report(visit, [])
    tablet.push(client)
    return made


@pytest.fixture
def camera(client: TestClient[Any], tablet: Tablet, report: str) -> Camera:
    return Camera(client, tablet, report)


def kept(world: World, sha256: str, size: int) -> bytes:
    return b"".join(world.context.photos.read(sha256, 0, size))


def test_a_photo_that_breaks_three_times_goes_on_where_it_broke(camera: Camera, world: World) -> None:
    begun = camera.begin()
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
    address, at = begun.headers["location"], 0
    assert camera.stands_at(address) == 0
    for size in (1, 100_000, 70_000):
        answer = camera.send(address, at, PHOTO[at : at + size])
        at += size
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(at))
        assert "upload-expires" in answer.headers
        assert camera.stands_at(address) == at
    last = camera.send(address, at, PHOTO[at:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(PHOTO)))
    assert last.headers["field-photo"] == "kept"
    receipt = photo_receipt(camera.record, camera.sha256)
    assert receipt_verified(world.context.key.public, last.headers["field-receipt"], receipt)
    assert kept(world, camera.sha256, len(PHOTO)) == PHOTO
    with world.store.read() as tx:
        assert uploads.kept(tx, camera.record) == uploads.Described(camera.sha256, len(PHOTO))


def test_a_small_photo_comes_in_one_request(camera: Camera, world: World) -> None:
    answer = camera.begin(PHOTO)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(PHOTO)))
    assert answer.headers["field-photo"] == "kept"
    assert kept(world, camera.sha256, len(PHOTO)) == PHOTO
    # Its answer was lost: the same request again finds it there, and nothing is kept twice.
    again = camera.begin()
    assert (again.status_code, again.headers["field-photo"]) == (201, "kept")
    assert camera.stands_at(again.headers["location"]) == len(PHOTO)
    folder = world.context.folder
    assert folder is not None
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_other_bytes_than_those_described_are_refused_and_nothing_stays(camera: Camera, world: World) -> None:
    wrong = PHOTO[:-1] + b"!"
    answer = camera.begin(wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "photo-differs")
    assert "stays on the tablet" in answer.json()["detail"]
    assert world.context.photos.size(camera.sha256) is None
    folder = world.context.folder
    assert folder is not None
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    # Nothing is spoilt: the right bytes are taken afterwards.
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"


def test_a_part_that_was_changed_on_the_way_is_not_kept(camera: Camera) -> None:
    address = camera.begin().headers["location"]
    for algorithm in ("sha1", "sha256"):
        right = base64.b64encode(hashlib.new(algorithm, PHOTO[:1000]).digest()).decode()
        checksum = {"Upload-Checksum": f"{algorithm} {right}"}
        answer = camera.send(address, 0, PHOTO[1:1001], **checksum)
        assert (answer.status_code, answer.json()["code"]) == (460, "checksum-mismatch")
        assert camera.stands_at(address) == 0
    assert camera.send(address, 0, PHOTO[:1000], **checksum).status_code == 204
    unknown = camera.send(address, 1000, PHOTO[1000:], **{"Upload-Checksum": "crc32 AAAA"})
    assert (unknown.status_code, camera.stands_at(address)) == (400, 1000)


@pytest.mark.parametrize("offset", [0, 99, 101, 400_000])
def test_a_wrong_offset_is_told_the_right_one(camera: Camera, offset: int) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    answer = camera.send(address, offset, PHOTO[offset:])
    assert (answer.status_code, answer.json()["code"], answer.json()["offset"]) == (409, "upload-offset", 100)
    assert camera.stands_at(address) == 100


def test_more_bytes_than_announced_are_not_kept(camera: Camera) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    answer = camera.send(address, 100, PHOTO[100:] + b"and more")
    assert (answer.status_code, camera.stands_at(address)) == (413, 100)


def test_two_writers_do_not_mix_their_bytes(camera: Camera, world: World) -> None:
    address = camera.begin().headers["location"]
    secret = address.rpartition("/")[2]
    with world.store.read() as tx:
        upload = uploads.find(tx, secret, world.clock.now_ms())
    with world.context.staging.part(upload.id):
        answer = camera.send(address, 0, PHOTO)
        assert (answer.status_code, answer.json()["code"]) == (423, "upload-locked")
    assert camera.send(address, 0, PHOTO).headers["field-photo"] == "kept"


def test_who_did_not_describe_a_photo_learns_nothing_about_it(
    camera: Camera, world: World, client: TestClient[Any], report: str
) -> None:
    camera.begin(PHOTO)
    other = world.tablet(world.person("inspector", "sukkur", "far"), "sukkur")
    stranger = Camera.__new__(Camera)
    stranger.client, stranger.tablet, stranger.bytes = client, other, PHOTO
    stranger.record, stranger.sha256 = camera.record, camera.sha256
    unknown = Camera.__new__(Camera)
    unknown.client, unknown.tablet, unknown.bytes = client, other, b"never seen"
    unknown.record, unknown.sha256 = world.clock.uuid7(), hashlib.sha256(b"never seen").hexdigest()
    answers = [each.begin() for each in (stranger, unknown)]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    # Having described the same bytes themselves, they must bring them: the hash alone gives no claim.
    visit = world.visit(world.establishment("sukkur"), "sukkur", other.person)
    made, _ = other.report(visit, [])
    own = Camera(client, other, made)
    begun = own.begin()
    assert (begun.headers["upload-offset"], "field-photo" in begun.headers) == ("0", False)
    # The tablet that brought them once need not bring them again for another report.
    twice = Camera(client, camera.tablet, report)
    assert twice.begin().headers["field-photo"] == "kept"


def test_a_claim_that_nobody_signed_is_refused(camera: Camera, world: World) -> None:
    forged = camera.begin(more={"Field-Signature": camera.tablet.key.sign(b"something else")})
    assert (forged.status_code, forged.json()["code"]) == (401, "bad-signature")
    nobody = camera.begin(device=world.clock.uuid7())
    assert (nobody.status_code, nobody.json()["code"]) == (401, "device-unknown")
    differs = camera.begin(sha256="0" * 64)
    assert (differs.status_code, differs.json()["code"]) == (422, "photo-differs")
    assert camera.begin(size=7).json()["code"] == "photo-differs"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".", "%2e%2e%2f", "x" * 5000, "\x00"])
def test_no_name_from_outside_becomes_a_path(camera: Camera, world: World, name: str) -> None:
    for trick in ({"photo": name}, {"sha256": name}):
        assert camera.begin(**trick).status_code in (400, 404, 422)
    assert camera.client.head(f"{UPLOADS}/{name.replace(chr(0), '%00')}", headers=TUS).status_code in (
        400,
        404,
        405,  # the client itself takes "." away, and asks for another address
    )
    folder = world.context.folder
    assert folder is not None
    assert not folder.exists() or [path for path in folder.rglob("*") if path.is_file()] == []


def test_an_upload_that_is_left_alone_ends_and_may_begin_anew(camera: Camera, world: World) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    world.clock.advance(door.KEEP_MS + 1)
    answer = camera.send(address, 100, PHOTO[100:])
    assert (answer.status_code, answer.json()["code"]) == (410, "upload-expired")
    assert sweeping.sweep(world.context) == 1
    folder = world.context.folder
    assert folder is not None
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"
    assert sweeping.sweep(world.context) == 0


def test_an_upload_is_ended_by_whoever_began_it(camera: Camera, world: World) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    assert camera.client.delete(address, headers=TUS).status_code == 204
    assert camera.client.head(address, headers=TUS).status_code == 404
    assert camera.send(address, 100, PHOTO[100:]).status_code == 404


def test_a_network_that_lets_only_post_through_is_enough(camera: Camera) -> None:
    address = camera.begin().headers["location"]
    headers = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = camera.client.post(address, content=PHOTO, headers=headers)
    assert answer.headers["field-photo"] == "kept"
    assert camera.client.post(address, headers=TUS).status_code == 405


def test_another_version_of_the_protocol_is_told_which_one_is_spoken(camera: Camera) -> None:
    for headers in ({}, {"Tus-Resumable": "0.2.2"}):
        answer = camera.client.post(UPLOADS, headers=headers)
        assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")
        assert answer.headers["tus-resumable"] == "1.0.0"
    told = camera.client.options(UPLOADS).headers
    assert told["tus-extension"] == "creation,creation-with-upload,checksum,expiration,termination"
    assert "sha1" in told["tus-checksum-algorithm"].split(",")


def test_a_full_disk_loses_nothing(camera: Camera, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]

    def full(descriptor: int, some: Any) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("field.blobs.staging.os.write", full)
        answer = camera.send(address, 100, PHOTO[100:])
        assert (answer.status_code, answer.json()["code"]) == (507, "storage-full")
        assert "retry-after" in answer.headers
    assert camera.stands_at(address) == 100
    assert camera.send(address, 100, PHOTO[100:]).headers["field-photo"] == "kept"


def test_a_photo_of_a_quarantined_entry_is_kept_too(
    office_work: Work, client: TestClient[Any], world: World
) -> None:
    """Its tablet may free the copy, and a supervisor decides with the picture at hand."""
    camera = Camera(client, office_work.tablet, world.clock.uuid7())
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"


@pytest.fixture
def office_work(world: World, client: TestClient[Any], tablet: Tablet, report: str) -> Work:
    return Work("korangi", tablet.person, tablet, "", "", report, "", "")


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(5000)


def test_the_office_sees_a_picture_once_it_has_come_and_other_districts_do_not(
    client: TestClient[Any], tablet: Tablet, report: str, world: World
) -> None:
    for district in ("korangi", "sukkur"):
        world.person("supervisor", district, f"supervisor-{district}")
    here, elsewhere = (sign_in(client, f"supervisor-{each}") for each in ("korangi", "sukkur"))
    camera = Camera(client, tablet, report, JPEG)
    address = f"/api/photos/{camera.record}"
    early = client.get(address, headers=here)
    assert (early.status_code, early.json()["code"]) == (404, "not-found")
    assert [each["here"] for each in client.get(f"/api/reports/{report}", headers=here).json()["photos"]] == [
        False
    ]
    camera.begin(JPEG)
    shown = client.get(address, headers=here)
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert [each["here"] for each in client.get(f"/api/reports/{report}", headers=here).json()["photos"]] == [
        True
    ]
    assert client.get(address, headers=elsewhere).status_code == 403
    assert client.get(address).status_code == 401
    assert client.get(f"/api/photos/{report}", headers=here).status_code == 404


@pytest.mark.parametrize(
    "bytes_", [b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"MZ\x90", b"GIF89a"]
)
def test_what_is_no_picture_is_never_shown_as_one(
    client: TestClient[Any], tablet: Tablet, report: str, world: World, bytes_: bytes
) -> None:
    world.person("supervisor", "korangi", "supervisor-korangi")
    camera = Camera(client, tablet, report, bytes_)
    camera.begin(bytes_)
    answer = client.get(f"/api/photos/{camera.record}", headers=sign_in(client, "supervisor-korangi"))
    assert (answer.content, answer.headers["content-type"]) == (bytes_, "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


class Away:
    """A place for photos that cannot be reached at first."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.down = storage, True

    def keep(self, sha256: str, path: Path, *, anew: bool = False) -> None:
        if self.down:
            raise Problem("storage-failed", "The place where photos are kept cannot be reached.")
        self.storage.keep(sha256, path, anew=anew)

    def size(self, sha256: str) -> int | None:
        return self.storage.size(sha256)

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        return self.storage.read(sha256, start, end)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.storage, name)


def test_nobody_believes_that_a_photo_is_kept_while_its_place_cannot_be_reached(
    client: TestClient[Any], tablet: Tablet, report: str, world: World
) -> None:
    away = Away(world.context.photos)
    client.app.state.context = msgspec.structs.replace(world.context, storage=away)
    camera = Camera(client, tablet, report)
    address = camera.begin().headers["location"]
    answer = camera.send(address, 0, PHOTO)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage-failed")
    # All bytes are there; a client that asks how far it is must not take that for the end.
    assert client.head(address, headers=TUS).status_code == 503
    assert camera.send(address, len(PHOTO), b"").status_code == 503
    away.down = False
    told = client.head(address, headers=TUS)
    assert (told.status_code, told.headers["field-photo"]) == (200, "kept")
    assert kept(world, camera.sha256, len(PHOTO)) == PHOTO
