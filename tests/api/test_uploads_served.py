"""Photos' bytes through a real server: a line that breaks, two workers, and a tus client that is not ours."""

import hashlib
import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient
from tusclient.client import TusClient

from field import app, config
from field.clock import SystemClock
from field.store import districts
from field.sync.signing import claim_message
from tests.helpers import KORANGI, Tablet, World

PHOTO = os.urandom(3_000_000)
STARTED_WITHIN_S = 60


class Server:
    """A server process with a tablet that has described a photo."""

    def __init__(self, port: int, tablet: Tablet, photo: str) -> None:
        self.port, self.tablet, self.photo = port, tablet, photo
        self.address = f"http://127.0.0.1:{port}"
        self.sha256 = hashlib.sha256(PHOTO).hexdigest()

    @property
    def claim(self) -> dict[str, str]:
        """The headers by which the tablet says that the photo is its own."""
        message = claim_message(self.tablet.id, self.photo, self.sha256, len(PHOTO))
        return {"Field-Device": self.tablet.id, "Field-Signature": self.tablet.key.sign(message)}

    @property
    def named(self) -> dict[str, str]:
        return {"photo": self.photo, "sha256": self.sha256}


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Iterator[Server]:
    environ = {"FIELD_DATA": str(tmp_path), "FIELD_DATABASE_URL": database_url, "FIELD_WORKERS": "2"}
    settings = config.read(environ)
    context = app.open_context(settings, SystemClock())
    try:
        tablet, photo = described(context)
    finally:
        context.store.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "field", "serve", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELD_")}
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env={**kept, **environ}, stdout=log, stderr=log)
    try:
        wait(port, process, tmp_path / "server.log")
        yield Server(port, tablet, photo)
    finally:
        process.terminate()
        process.wait(30)


def described(context) -> tuple[Tablet, str]:
    """A tablet, and the photo that it has handed in the description of."""
    world = World(context, SystemClock())

    districts.save(context.store, [KORANGI])
    tablet = world.tablet(world.person("inspector", "korangi"), "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    report, _ = tablet.report(visit, [])
    photo = world.clock.uuid7()
    values = {
        "sha256": hashlib.sha256(PHOTO).hexdigest(),
        "size": len(PHOTO),
        "media_type": "image/jpeg",
        "report": report,
    }
    tablet.change("photo", photo, values, op="create")

    with TestClient(world.app()) as client:
        tablet.push(client)
    return tablet, photo


def wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/api/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(log.read_text())


def kept(folder: Path, server: Server) -> bytes:
    path = folder / "photos" / "kept" / server.sha256[:2] / server.sha256
    return path.read_bytes()


def test_a_client_that_is_not_ours_brings_a_photo_in_parts(server: Server, tmp_path: Path) -> None:
    client = TusClient(f"{server.address}/api/photos/uploads", headers=server.claim)
    uploader = client.uploader(
        file_stream=io.BytesIO(PHOTO), chunk_size=700_000, metadata=server.named, upload_checksum=True
    )
    uploader.upload(stop_at=1_400_000)
    assert uploader.offset == 1_400_000
    # The program ended here; another one goes on, at the address that the first one noted.
    again = client.uploader(
        file_stream=io.BytesIO(PHOTO), url=uploader.url, chunk_size=700_000, upload_checksum=True
    )
    assert again.offset == 1_400_000
    again.upload()
    assert kept(tmp_path, server) == PHOTO
    assert httpx.head(again.url, headers={"Tus-Resumable": "1.0.0"}).headers["field-photo"] == "kept"


def test_a_line_that_breaks_again_and_again_costs_only_what_was_under_way(
    server: Server, tmp_path: Path
) -> None:
    client = TusClient(f"{server.address}/api/photos/uploads", headers=server.claim)
    uploader = client.uploader(file_stream=io.BytesIO(PHOTO), metadata=server.named)
    url = uploader.create_url()
    path = httpx.URL(url).path
    stood = 0
    for length in (10_000, 600_000, 300_000, 1_000_000):
        broken_off(server.port, path, stood, length)
        now = settled(url, stood)
        assert stood < now <= stood + length
        stood = now
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(stood),
        "Content-Type": "application/offset+octet-stream",
    }
    answer = httpx.patch(url, content=PHOTO[stood:], headers=headers)
    assert (answer.status_code, answer.headers["field-photo"]) == (204, "kept")
    assert kept(tmp_path, server) == PHOTO


def broken_off(port: int, path: str, offset: int, length: int) -> None:
    """A request that announces all the rest, and breaks off after some of it."""
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(PHOTO) - offset}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + PHOTO[offset : offset + length])
        time.sleep(0.2)


def settled(url: str, stood: int) -> int:
    """Where the upload stands once the server has noticed that the line broke."""
    headers = {"Tus-Resumable": "1.0.0"}
    end = time.monotonic() + 10
    while time.monotonic() < end:
        now = int(httpx.head(url, headers=headers).headers["upload-offset"])
        probe = httpx.patch(
            url,
            content=b"",
            headers={**headers, "Upload-Offset": str(now), "Content-Type": "application/offset+octet-stream"},
        )
        if probe.status_code == 204 and now > stood:
            return now
        time.sleep(0.05)
    raise AssertionError("the server still holds the upload of a line that broke")


def test_eight_photos_at_once_keep_apart(server: Server, tmp_path: Path) -> None:
    """Eight uploads of one photo, since each is a claim of its own: all are whole, and one copy is kept."""
    done: list[str] = []

    def bring() -> None:
        client = TusClient(f"{server.address}/api/photos/uploads", headers=server.claim)
        uploader = client.uploader(
            file_stream=io.BytesIO(PHOTO), chunk_size=200_000, metadata=server.named, retries=3, retry_delay=0
        )
        uploader.upload()
        done.append(uploader.url)

    threads = [threading.Thread(target=bring) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(done)) == 8
    assert kept(tmp_path, server) == PHOTO
    files = [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]
    assert len(files) == 1
