"""A real server process with photos that a tablet has described, for tests that break things under it."""

import base64
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
from litestar.testing import TestClient

from field import app, config
from field.clock import SystemClock
from field.store import districts
from field.sync.signing import claim_message
from tests.helpers import KORANGI, Tablet, World

STARTED_WITHIN_S = 60
TUS = {"Tus-Resumable": "1.0.0"}
MEDIA_TYPE = {"Content-Type": "application/offset+octet-stream"}


class Taken(msgspec.Struct, frozen=True):
    """A photo that a tablet has described, and how it claims it."""

    id: str
    bytes: bytes
    tablet: Tablet

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.bytes).hexdigest()

    @property
    def claim(self) -> dict[str, str]:
        message = claim_message(self.tablet.id, self.id, self.sha256, len(self.bytes))
        return {"Field-Device": self.tablet.id, "Field-Signature": self.tablet.key.sign(message)}

    @property
    def named(self) -> dict[str, str]:
        return {"photo": self.id, "sha256": self.sha256}


def described(environ: Mapping[str, str], pictures: list[bytes]) -> list[Taken]:
    """Photos that a tablet took, with their entries at the office."""
    context = app.open_context(config.read(environ), SystemClock())
    try:
        world = World(context, SystemClock())
        districts.save(context.store, [KORANGI])
        tablet = world.tablet(world.person("inspector", "korangi"), "korangi")
        visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
        report, _ = tablet.report(visit, [])
        taken = []
        for picture in pictures:
            one = Taken(world.clock.uuid7(), picture, tablet)
            values = {
                "sha256": one.sha256,
                "size": len(picture),
                "media_type": "image/jpeg",
                "report": report,
            }
            tablet.change("photo", one.id, values, op="create")
            taken.append(one)
        with TestClient(world.app()) as client:
            tablet.push(client)
        return taken
    finally:
        context.store.close()


class Server:
    """A server process that can be killed and started again at the same address."""

    def __init__(self, data: Path, environ: Mapping[str, str], before: Callable[[], None] | None) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.uploads = f"{self.address}/api/photos/uploads"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELD_")}
        self._environ = {**kept, **environ}
        self._before = before
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, and wait until it answers."""
        command = [sys.executable, "-m", "field", "serve", "--port", str(self.port)]
        with (self.data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=self._environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._before,
            )
        end = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                if httpx.get(f"{self.address}/api/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise RuntimeError((self.data / "server.log").read_text())

    def kill(self) -> None:
        """End it with its workers as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)

    def stop(self) -> None:
        """Let it finish and end it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def begin(self, photo: Taken, body: bytes = b"") -> httpx.Response:
        """Begin the upload of a photo, perhaps with its first bytes."""
        named = ",".join(f"{name} {_base64(value)}" for name, value in photo.named.items())
        headers = {**TUS, **photo.claim, "Upload-Length": str(len(photo.bytes)), "Upload-Metadata": named}
        return httpx.post(self.uploads, content=body, headers={**headers, **(MEDIA_TYPE if body else {})})

    def patch(self, url: str, offset: int, body: bytes, **more: str) -> httpx.Response:
        """Send more bytes."""
        headers = {**TUS, **MEDIA_TYPE, "Upload-Offset": str(offset), **more}
        return httpx.patch(self.address + httpx.URL(url).path, content=body, headers=headers, timeout=60)

    def head(self, url: str) -> httpx.Response:
        """Ask how far an upload is."""
        return httpx.head(self.address + httpx.URL(url).path, headers=TUS, timeout=60)


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


@contextmanager
def serving(
    data: Path,
    database_url: str,
    pictures: list[bytes],
    *,
    before: Callable[[], None] | None = None,
    **more: str,
) -> Iterator[tuple[Server, list[Taken]]]:
    """A server with two workers; `before` is done in its process before it starts, `more` are settings."""
    environ = {"FIELD_DATA": str(data), "FIELD_DATABASE_URL": database_url, "FIELD_WORKERS": "2"} | more
    taken = described(environ, pictures)
    server = Server(data, environ, before)
    try:
        server.start()
        yield server, taken
    finally:
        server.stop()


def kept(data: Path, sha256: str) -> bytes:
    """The bytes that the folder keeps."""
    return (data / "photos" / "kept" / sha256[:2] / sha256).read_bytes()
