"""What breaks under a real server while photos arrive: its process, its disk, the bucket."""

import hashlib
import os
import resource
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.api.serving import Server, Taken, kept, serving
from tests.blobs.seaweed import BUCKET, KEY, SECRET, client, running_s3

PICTURE = os.urandom(3_000_000)
FILE_BYTES_MAX = 1_000_000
AWAY_S = 60


def finished(server: Server, url: str, photo: Taken) -> httpx.Response:
    """Go on as a tablet does: ask how far it is, send the rest, again and again."""
    end = time.monotonic() + AWAY_S
    while True:
        stands = server.head(url)
        if stands.headers.get("field-photo") == "kept":
            return stands
        if stands.status_code == 200:
            offset = int(stands.headers["upload-offset"])
            answer = server.patch(url, offset, photo.bytes[offset:])
            if answer.headers.get("field-photo") == "kept":
                return answer
        assert time.monotonic() < end, (stands.status_code, answer.status_code, answer.text)
        time.sleep(0.2)


def files(data: Path) -> list[Path]:
    return [path for path in (data / "photos" / "kept").rglob("*") if path.is_file()]


def test_a_server_killed_while_bytes_come_loses_none_that_it_had(tmp_path: Path, database_url: str) -> None:
    with serving(tmp_path, database_url, [PICTURE]) as (server, [photo]):
        url = server.begin(photo).headers["location"]
        assert server.patch(url, 0, PICTURE[:1_000_000]).status_code == 204
        line = httpx.Client()

        def dripping():
            yield PICTURE[1_000_000:1_800_000]
            server.kill()
            yield PICTURE[1_800_000:]

        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": "1000000",
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": "2000000",
        }
        with pytest.raises(httpx.TransportError):
            line.patch(server.address + url, content=dripping(), headers=headers)
        line.close()
        assert files(tmp_path) == [], "half a photo is seen"
        server.start()
        stood = int(server.head(url).headers["upload-offset"])
        assert 1_000_000 <= stood <= 1_800_000
        finished(server, url, photo)
    assert kept(tmp_path, photo.sha256) == PICTURE


def small_files() -> None:
    """In the server's process: no file may be longer, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES_MAX, resource.RLIM_INFINITY))


def test_a_disk_that_is_full_is_told_and_the_photo_goes_on_once_there_is_room(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = {"FIELD_BACKGROUND_S": "0"}
    database = f"sqlite:///{tmp_path / 'other.db'}"
    Path(tmp_path / "other.db").write_bytes(Path(sqlite_url.removeprefix("sqlite:///")).read_bytes())
    with serving(tmp_path, database, [PICTURE], before=small_files, **settings) as (server, [photo]):
        url = server.begin(photo).headers["location"]
        refused = server.patch(url, 0, PICTURE)
        assert (refused.status_code, refused.json()["code"]) == (507, "storage-full")
        assert "stays on the tablet" in refused.json()["detail"]
        assert "retry-after" in refused.headers
        stood = int(server.head(url).headers["upload-offset"])
        assert 0 < stood <= FILE_BYTES_MAX
        assert files(tmp_path) == []
        server.kill()
        server._before = None  # there is room again
        server.start()
        finished(server, url, photo)
    assert kept(tmp_path, photo.sha256) == PICTURE


def test_a_bucket_that_goes_away_in_the_middle_loses_nothing_and_shows_nothing_half(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    picture = os.urandom(20_000_000)
    with running_s3() as s3:
        settings = {"FIELD_PHOTOS": f"s3://{BUCKET}/away", "FIELD_PHOTOS_ENDPOINT": s3.endpoint}
        with serving(tmp_path, database_url, [picture], **settings) as (server, [photo]):
            url = server.begin(photo).headers["location"]
            assert server.patch(url, 0, picture[:15_000_000]).status_code == 204
            # It stops as a machine does whose network is cut: what is asked of it waits, and then fails.
            s3.process.send_signal(signal.SIGSTOP)
            try:
                with pytest.raises(httpx.TransportError):
                    httpx.patch(
                        server.address + url,
                        content=picture[15_000_000:],
                        headers={
                            "Tus-Resumable": "1.0.0",
                            "Upload-Offset": "15000000",
                            "Content-Type": "application/offset+octet-stream",
                        },
                        timeout=2,
                    )
            finally:
                s3.process.send_signal(signal.SIGCONT)
            finished(server, url, photo)
        plain = client(s3.endpoint)
        found = plain.list_objects_v2(Bucket=BUCKET, Prefix="away/")["Contents"]
        assert [each["Size"] for each in found] == [len(picture)]
        body = plain.get_object(Bucket=BUCKET, Key=found[0]["Key"])["Body"].read()
        assert hashlib.sha256(body).hexdigest() == photo.sha256
        assert not list((tmp_path / "photos" / "arriving").iterdir()), "the server's own copy stayed"


def test_a_bucket_that_is_down_refuses_in_words_and_the_tablets_copy_is_not_freed(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    small = PICTURE[:100_000]
    with running_s3() as s3:
        settings = {"FIELD_PHOTOS": f"s3://{BUCKET}/down", "FIELD_PHOTOS_ENDPOINT": s3.endpoint}
        with serving(tmp_path, sqlite_url, [small], FIELD_WORKERS="1") as (server, [photo]):
            assert server.begin(photo, small).headers["field-photo"] == "kept"
            server.stop()
            server._environ.update({**settings, "FIELD_PHOTOS_ENDPOINT": "http://127.0.0.1:9"})
            server.start()
            refused = server.begin(photo, small)
            assert (refused.status_code, refused.json()["code"]) == (503, "storage-failed")
            assert "field-photo" not in refused.headers
            assert "127.0.0.1" not in refused.text
            server.stop()
            server._environ.update(settings)
            server.start()
            assert server.begin(photo, small).headers["field-photo"] == "kept"
