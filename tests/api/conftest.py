"""A running office for the tests of the door: two districts, each with all of its people and some work."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.store import assessments
from field.sync.rights import ADMINISTRATOR, DIRECTORATE, INSPECTOR, RECOVERY, SUPERVISOR
from field.sync.signing import claim_message
from tests.helpers import Tablet, World, open_world, sign_in

CNIC = "42101-1234567-1"
WORKER = "Z. Worker 17"
MET = "Munshi of the unit"
PICTURE = b"\xff\xd8\xff\xe0 the first page of a register"
SECRETS = (CNIC, CNIC.replace("-", ""), "1234567", WORKER, MET)


class Work(msgspec.Struct, frozen=True):
    """What was done in one district: ids by kind; a conflict is open and a line is in quarantine."""

    district: str
    inspector: str
    tablet: Tablet
    establishment: str
    visit: str
    report: str
    line: str
    conflict: str
    photo: str = ""


class Office(msgspec.Struct, frozen=True):
    """The office with its client; `work` by district."""

    world: World
    client: TestClient[Litestar]
    work: dict[str, Work]

    def get(self, path: str, login: str, **query: str):
        """What somebody gets."""
        return self.client.get(path, params=query, headers=sign_in(self.client, login))

    def post(self, path: str, login: str, body: object):
        """What somebody gets for what they send."""
        return self.client.post(path, json=body, headers=sign_in(self.client, login))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url) as world:
        world.context = msgspec.structs.replace(world.context, folder=tmp_path / "photos")
        yield world


@pytest.fixture
def client(world: World) -> Iterator[TestClient[Litestar]]:
    with TestClient(world.app()) as client:
        yield client


@pytest.fixture
def office(world: World, client: TestClient[Litestar]) -> Office:
    """Korangi and Sukkur at work, everything assessed. People sign in as ROLE-DISTRICT."""
    for role in (DIRECTORATE, ADMINISTRATOR):
        world.person(role, None)
    work = {district: _work(world, client, district) for district in ("korangi", "sukkur")}
    assessments.refresh(world.store, world.clock.now_ms())
    return Office(world, client, work)


def _work(world: World, client: TestClient[Litestar], district: str) -> Work:
    inspector = world.person(INSPECTOR, district)
    for role in (SUPERVISOR, RECOVERY, DIRECTORATE, ADMINISTRATOR):
        world.person(role, district)
    establishment = world.establishment(district, name=f"Mill of {district}")
    visit = world.visit(establishment, district, inspector, status="planned")
    tablet, other = world.tablet(inspector, district), world.tablet(inspector, district)
    wages = {"month": "2024-07", "wage_rs": 30_000, "registered": True, "cnic": CNIC, "worker_name": WORKER}
    report, (line,) = tablet.report(visit, [wages])
    tablet.change("visit", visit, {"status": "done"}, was={"status": "planned"})
    tablet.push(client)
    for each, met in ((tablet, MET), (other, MET + " Khan")):
        each.change("report", report, {}, personal={"person_met": met})
    # A faulty tablet sends a CNIC in clear, where it must not stand.
    other.change("wage_line", line, {"cnic": CNIC})
    tablet.push(client)
    other.push(client)
    (conflict,) = client.get("/api/conflicts", headers=sign_in(client, f"supervisor-{district}")).json()
    return Work(district, inspector, tablet, establishment, visit, report, line, conflict["record"])


def photographed(world: World, client: TestClient[Litestar], work: Work) -> Work:
    """The work with a photo of its report, whose picture has come."""
    tablet, report = work.tablet, work.report
    record, sha256 = world.clock.uuid7(), hashlib.sha256(PICTURE).hexdigest()
    values = {"report": report, "sha256": sha256, "size": len(PICTURE), "media_type": "image/jpeg"}
    tablet.change("photo", record, values, op="create")
    tablet.push(client)
    said = {"photo": record, "sha256": sha256}
    pairs = (f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    headers = {
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Length": str(len(PICTURE)),
        "Upload-Metadata": ",".join(pairs),
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(claim_message(tablet.id, record, sha256, len(PICTURE))),
    }
    answer = client.post("/api/photos/uploads", content=PICTURE, headers=headers)
    assert answer.headers["field-photo"] == "kept"
    return msgspec.structs.replace(work, photo=record)


@pytest.fixture
def tablet(world: World) -> Tablet:
    """An inspector's tablet in korangi; their login is `first`."""
    return world.tablet(world.person("inspector", "korangi", "first"), "korangi")
