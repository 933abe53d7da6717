"""Photos whose bytes all come with the claim: small ones in memory, larger ones to the disk as they come."""

import asyncio
import base64
import hashlib
import os
import threading
import tracemalloc
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from field.api import beginning, streaming, sweeping
from field.blobs.staging import Staging
from field.blobs.storage import Folder
from field.problems import Problem
from field.store.uploads import UPLOADS as ROWS
from field.tablet import photos
from tests.api.test_uploads import PHOTO, TUS, UPLOADS, Camera
from tests.api.test_uploads_in_trouble import camera, files, silent, world  # noqa: F401 - they are fixtures
from tests.helpers import World


@pytest.fixture(params=["in memory", "to the disk"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "to the disk":
        monkeypatch.setattr(streaming, "HELD_EACH_BYTES", len(PHOTO) - 1)
    return str(request.param)


def rows(world: World) -> int:  # noqa: F811
    with world.store.read() as tx:
        return len(tx.execute(select(ROWS.c.id)).all())


def asked(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:  # noqa: F811
    """The headers by which a photo comes in one request."""
    found: dict[str, str] = {}

    class Asked:
        def post(self, _: str, *, content: bytes, headers: dict[str, str]) -> None:
            found.update(headers, **{"Content-Length": str(len(content))})

    with monkeypatch.context() as patch:
        patch.setattr(camera, "client", Asked())
        camera.begin(PHOTO)
    return found


def test_what_comes_is_written_down_once_and_small_photos_only_once_they_are_whole(
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, part, looked = [], Staging.part, beginning._look_at

    def hear(self: Staging, id: str) -> Any:
        made.append("file")
        return part(self, id)

    def look(*args: Any) -> Any:
        made.append("claim")
        return looked(*args)

    monkeypatch.setattr(Staging, "part", hear)
    monkeypatch.setattr(beginning, "_look_at", look)
    gathered, gather = [], streaming.gather

    async def gathers(*args: Any) -> Any:
        found = await gather(*args)
        gathered.extend(made)
        return found

    monkeypatch.setattr(beginning, "gather", gathers)
    answer = camera.begin(PHOTO)
    assert (answer.status_code, answer.headers["field-photo"]) == (201, "kept"), answer.text
    assert (made, gathered) == (["claim", "file"], [])
    assert (rows(world), len(files(world))) == (1, 1)
    assert camera.stands_at(answer.headers["location"]) == len(PHOTO)
    assert streaming.Held.bytes == 0


def test_a_photo_whose_line_falls_silent_is_refused_only_for_now(
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A tablet never again sends what cannot be understood: this must be told as something else."""
    monkeypatch.setattr(streaming, "SILENCE_S", 0.2)
    told: list[Any] = []
    silent(world, "POST", UPLOADS, asked(camera, monkeypatch), told)
    code = msgspec.json.decode(told[2]["body"])["code"]
    assert (told[1]["status"], code) == (409, "upload-offset")
    assert code in photos._LATER
    assert (files(world), rows(world), streaming.Held.bytes) == ([], 0, 0)
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"


def test_a_photo_whose_line_breaks_leaves_nothing(
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent(world, "POST", UPLOADS, asked(camera, monkeypatch), [], broken=True)
    assert (files(world), rows(world), streaming.Held.bytes) == ([], 0, 0)
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"


@pytest.mark.parametrize("broken", ["write", "fsync"])
def test_a_disk_that_is_full_is_told_and_leaves_nothing(
    broken: str,
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    # Tests do not wait for the disk; this one must.
    monkeypatch.setattr(Folder, "_settle", lambda self, path: os.fsync(0))
    with monkeypatch.context() as patch:
        patch.setattr(f"field.blobs.st{'aging' if broken == 'write' else 'orage'}.os.{broken}", full)
        answer = camera.begin(PHOTO)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage-full")
    assert "stays on the tablet" in answer.json()["detail"]
    assert (files(world), rows(world)) == ([], 0)
    monkeypatch.undo()
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"


def test_a_folder_that_cannot_be_written_to_is_told_in_words(
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
) -> None:
    assert world.context.folder is not None
    world.context.folder.mkdir()
    (world.context.folder / "arriving").write_text("a file where the folder should be")
    answer = camera.begin(PHOTO)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage-failed")
    assert "stays on the tablet" in answer.json()["detail"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_what_does_not_come_to_its_checksum_is_not_kept(
    algorithm: str,
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
) -> None:
    def said(some: bytes) -> dict[str, str]:
        digest = base64.b64encode(hashlib.new(algorithm, some).digest()).decode()
        return {"Upload-Checksum": f"{algorithm} {digest}"}

    wrong = camera.begin(PHOTO, said(PHOTO[1:]))
    assert (wrong.status_code, wrong.json()["code"]) == (460, "checksum-mismatch")
    other = camera.begin(PHOTO[:-1] + b"!")
    assert (other.status_code, other.json()["code"]) == (422, "photo-differs")
    strange = camera.begin(PHOTO, {"Content-Type": "image/jpeg"})
    assert (strange.status_code, strange.json()["code"]) == (415, "unknown-format")
    unsigned = camera.begin(PHOTO, {"Field-Signature": "x"})
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "bad-signature")
    assert unsigned.headers["tus-resumable"] == TUS["Tus-Resumable"]
    assert (files(world), rows(world)) == ([], 0)
    assert camera.begin(PHOTO, said(PHOTO)).headers["field-photo"] == "kept"


def test_what_is_here_already_is_not_written_again(
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"
    monkeypatch.setattr(Staging, "part", None)
    again = camera.begin(PHOTO)
    assert (again.status_code, again.headers["field-photo"]) == (201, "kept")
    assert (len(files(world)), rows(world)) == (1, 2)


def test_an_end_between_keeping_and_writing_down_costs_one_more_upload(
    camera: Camera,  # noqa: F811
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_: Any) -> None:
        raise RuntimeError("it ends here")

    with monkeypatch.context() as patch:
        patch.setattr(beginning, "_enter", breaks)
        assert camera.begin(PHOTO).status_code == 500
    assert (rows(world), len(files(world))) == (0, 1)
    assert camera.begin().headers["upload-offset"] == "0"
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"
    assert sweeping.sweep(world.context) == 0
    assert len(files(world)) == 1


def test_no_more_is_held_in_memory_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "HELD_EACH_BYTES", 60)
    monkeypatch.setattr(streaming, "HELD_BYTES", 100)
    with streaming.held(60) as first, streaming.held(41) as second, streaming.held(40) as third:
        assert (first, second, third, streaming.Held.bytes) == (True, False, True, 100)
    with streaming.held(61) as large, streaming.held(0) as nothing:
        assert (large, nothing) == (False, False)
    assert streaming.Held.bytes == 0


def test_what_comes_in_tiny_pieces_takes_no_more_memory_than_its_bytes() -> None:
    """A piece of two bytes takes 50 of memory: thirty lines that trickle so would have taken 400 MB."""
    content = os.urandom(100_000)

    class Trickle:
        at = 0

        async def receive(self) -> dict[str, Any]:
            self.at += 2
            return {"body": bytes(content[self.at - 2 : self.at]), "more_body": True}

    trickle: Any = Trickle()
    tracemalloc.start()
    try:
        chunks = asyncio.run(streaming.gather(trickle, len(content)))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert b"".join(chunks) == content
    assert held < 3 * len(content)


def test_who_is_told_to_stop_does_so_once_the_work_is_done() -> None:
    """What it works on, such as a file, is closed afterwards: nothing may still write to it then."""
    threads, free, done = streaming._Threads("field-test", 1), threading.Event(), []

    def work() -> None:
        free.wait(20)
        done.append("work")

    async def story() -> None:
        task = asyncio.create_task(threads.do(work))
        await asyncio.sleep(0.05)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
        assert not task.done()
        free.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done == ["work"]

    asyncio.run(story())


def test_threads_tell_what_came_of_their_work_and_are_no_more_than_they_may() -> None:
    threads, seen = streaming._Threads("field-test", 2), set()

    def work(number: int) -> int:
        seen.add(threading.get_ident())
        if number == 7:
            raise Problem("not-found", "There is none.")
        return number

    async def story() -> list[Any]:
        return await asyncio.gather(*(threads.do(work, each) for each in range(20)), return_exceptions=True)

    for _ in range(2):  # a second loop has the same threads
        told = asyncio.run(story())
        assert isinstance(told[7], Problem)
        assert [each for each in told if isinstance(each, int)] == [n for n in range(20) if n != 7]
    assert 1 <= len(seen) <= 2


def test_one_after_the_other_is_done_by_one_thread() -> None:
    threads, seen = streaming._Threads("field-test", 3), set()

    async def story() -> None:
        for _ in range(20):
            await threads.do(lambda: seen.add(threading.get_ident()))

    asyncio.run(story())
    assert len(seen) == 1
