"""Photos: many at once over lines that break, beside the bare web server, and what a small one costs."""

import hashlib
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from bench import near_duplicates
from bench.harness import STARTED_WITHIN_S, Figure, databases, family, family_cpu_s, free_port, server
from bench.photo_world import PART, TUS, UPLOADS, Line, Shot, described, tablets
from field.app import storage_of
from field.blobs.reading import Limits, Reader, Scratch
from field.blobs.storage import Folder, Storage
from field.cli.server import LINE_BYTES_MAX
from field.config import Settings
from tests.blobs.seaweed import BUCKET, KEY, SECRET, running_s3

TABLETS = 8
PARALLEL = 64
CUTS = 5
PHOTO_BYTES = 8_000_000
MEMORY_MB_MAX = 48.0
SMALL_BYTES = 200_000
SMALL_PHOTOS = 300
CPU_MS_MAX = 3.0
RATE_TARGET = 0.6
ROUNDS = 7
PER_ROUND = 16
LINES = 4
WARM = 4
OPENED = 30
OPENING_MS_MAX = 1000.0
_LATER = (409, 423)


def run() -> Iterator[Figure]:
    """All figures of photos."""
    with databases("sqlite") as (data, made):
        url = made.fresh("photos")
        senders = tablets(data, url, TABLETS)
        with server(data, url) as (address, pid):
            # Before the large ones, whose gigabytes the system goes on writing and removing for a while.
            yield _cost(address, pid, senders)
        with server(data, url) as (address, pid):
            yield _memory(
                address, pid, _many(address, senders), Folder(data / "photos" / "kept"), "the folder"
            )
            yield _rate(address, senders)
    yield _on_s3()
    yield _opening()
    yield from near_duplicates.run()


def _many(address: str, senders: list) -> tuple[list[Shot], list[Shot]]:
    """Some photos to warm the server up with, and those that count."""
    warm = described(address, senders, WARM, PHOTO_BYTES, "warm")
    return warm, described(address, senders, PARALLEL, PHOTO_BYTES, "many")


def _on_s3() -> Figure:
    with databases("sqlite") as (data, made), running_s3() as s3:
        place, endpoint = f"s3://{BUCKET}/bench", s3.endpoint
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1"}
        os.environ.update(keys)
        settings = Settings(photos=place, photos_endpoint=endpoint)
        url = made.fresh("photos")
        senders = tablets(data, url, TABLETS)
        with server(data, url, FIELD_PHOTOS=place, FIELD_PHOTOS_ENDPOINT=endpoint) as (address, pid):
            storage = storage_of(settings)
            assert storage is not None
            return _memory(address, pid, _many(address, senders), storage, "S3")


# Many at once, over lines that break.


def _memory(
    address: str, pid: int, shots: tuple[list[Shot], list[Shot]], storage: Storage, where: str
) -> Figure:
    """How much the server's memory grows. Raises RuntimeError where a photo is not as it was taken."""
    warm, many = shots
    for shot in warm:
        _bring(address, shot, 0)
    with _watched(pid) as peak, ThreadPoolExecutor(PARALLEL) as pool:
        before = _resident_mb(family(pid))
        offsets = list(pool.map(lambda shot: _bring(address, shot, CUTS), many))
    wrong = [shot.record for shot in many if _hash(storage, shot) != shot.sha256]
    if wrong or min(offsets) < 1:
        raise RuntimeError(
            f"{len(wrong)} of {PARALLEL} photos are wrong on {where}; went on {min(offsets)} times"
        )
    grown = max(peak) - before
    return Figure(
        name=f"{PARALLEL} photos of 8 MB at once, each cut {CUTS} times, {where}: memory",
        value=grown,
        unit="MB more",
        baseline=MEMORY_MB_MAX,
        baseline_name=f"MB allowed; {before:.0f} MB before; all hashes right",
        ratio=grown / MEMORY_MB_MAX,
        target=1.0,
        at_least=False,
    )


def _bring(address: str, shot: Shot, cuts: int) -> int:
    """Send a photo over a line that breaks so often; how often it went on in the middle."""
    chance, resumed = random.Random(shot.record), 0
    line = Line(address)
    at = line.send("POST", UPLOADS, shot.claim, [])
    path = at.headers["location"]
    line.close()
    for cut in range(cuts + 1):
        offset = _stands_at(address, path)
        resumed += offset > 0
        # Each break leaves at least as much as the ones to come may want.
        length = chance.randrange(1, (shot.size - offset) // (cuts + 2 - cut)) if cut < cuts else None
        if length is None:
            _finish(address, path, shot)
        else:
            _break_off(address, path, shot, offset, length)
    return resumed if cuts else 1


def _stands_at(address: str, path: str) -> int:
    line = Line(address)
    try:
        return int(line.send("HEAD", path, TUS, []).headers["upload-offset"])
    finally:
        line.close()


def _break_off(address: str, path: str, shot: Shot, offset: int, length: int) -> None:
    """Announce all the rest, send some of it, hang up."""
    line = Line(address)
    try:
        line.start("PATCH", path, {**PART, "Upload-Offset": str(offset)}, shot.size - offset)
        line.stream(shot.part(offset, offset + length))
    except ConnectionError:
        pass
    finally:
        line.close()
    end = time.perf_counter() + STARTED_WITHIN_S
    while time.perf_counter() < end:
        if _stands_at(address, path) >= offset + length:
            return
        time.sleep(0.02)
    raise RuntimeError("what had been sent when the line broke did not arrive")


def _finish(address: str, path: str, shot: Shot) -> None:
    while True:
        offset = _stands_at(address, path)
        line = Line(address)
        try:
            headers = {**PART, "Upload-Offset": str(offset)}
            answer = line.send("PATCH", path, headers, shot.part(offset, shot.size))
        except ConnectionError:
            # It was refused before all of it had gone: the line before is not given up yet.
            continue
        finally:
            line.close()
        if answer.headers.get("field-photo") == "kept":
            return
        if answer.status not in _LATER:
            raise RuntimeError(f"the last part was answered {answer.status}")
        time.sleep(0.02)


def _hash(storage: Storage, shot: Shot) -> str:
    found = hashlib.sha256()
    for some in storage.read(shot.sha256, 0, shot.size + 1):
        found.update(some)
    return found.hexdigest()


def _resident_mb(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total / 1e6


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """What the server's processes have resident, in MB, every 50 ms while the block lasts."""
    pids, peak, done = family(pid), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], _resident_mb(pids))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


# Against the bare web server.


def _rate(address: str, senders: list) -> Figure:
    """Both by turns, so that a slow moment of the machine hits both."""
    shots = described(address, senders, PER_ROUND * (ROUNDS + 1), PHOTO_BYTES, "rate")
    ours, bare = [], []
    with _discarding() as other:
        for number in range(ROUNDS + 1):
            some = shots[number * PER_ROUND : (number + 1) * PER_ROUND]
            taken = _seconds(lambda some=some: _send_all(address, some))
            thrown = _seconds(lambda some=some: _send_all(other, some))
            if number > 0:  # the first one warms both up
                ours.append(PER_ROUND * PHOTO_BYTES / 1e6 / taken)
                bare.append(PER_ROUND * PHOTO_BYTES / 1e6 / thrown)
    return Figure(
        name="photos of 8 MB in one request, to the folder",
        value=statistics.median(ours),
        unit="MB/s",
        baseline=statistics.median(bare),
        baseline_name="the same web server, granian with Litestar, throwing them away",
        ratio=statistics.median(one / other for one, other in zip(ours, bare, strict=True)),
        target=RATE_TARGET,
        at_least=True,
    )


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _send_all(address: str, shots: list[Shot]) -> None:
    with ThreadPoolExecutor(LINES) as pool:
        list(pool.map(lambda at: _send(address, shots[at::LINES]), range(LINES)))


def _send(address: str, shots: list[Shot]) -> None:
    line = Line(address)
    for shot in shots:
        answer = line.send("POST", UPLOADS, {**shot.claim, **PART}, shot.part(0, shot.size))
        if answer.status != 201:
            raise RuntimeError(f"a photo was answered {answer.status}")
    line.close()


@contextmanager
def _discarding() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws"]
    process = subprocess.Popen(
        [
            *command,
            "--port",
            str(port),
            "--http1-buffer-size",
            str(LINE_BYTES_MAX),
            "--log-level",
            "error",
            "bench.discard:app",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.perf_counter() + STARTED_WITHIN_S
        while True:
            try:
                Line(address).close()
                break
            except OSError:
                if time.perf_counter() > end:
                    raise
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(20)


# What one small photo costs.


def _cost(address: str, pid: int, senders: list) -> Figure:
    """CPU of the server's processes for a photo in one request, with hash, record and receipt."""
    shots = described(address, senders, SMALL_PHOTOS + 20, SMALL_BYTES, "small")
    _send(address, shots[:20])
    before = family_cpu_s(pid)
    _send(address, shots[20:])
    each = (family_cpu_s(pid) - before) / SMALL_PHOTOS * 1000
    return Figure(
        name="a photo of 200 kB in one request: server CPU",
        value=each,
        unit="ms",
        baseline=CPU_MS_MAX,
        baseline_name="ms allowed; opening it is apart",
        ratio=each / CPU_MS_MAX,
        target=1.0,
        at_least=False,
    )


def _opening() -> Figure:
    """CPU to open a photo of some 200 kB and make its two copies, in the process apart."""
    with tempfile.TemporaryDirectory(prefix="field-bench-") as folder:
        scratch = Scratch.of(Path(folder), "0" * 64)
        noise = Image.effect_noise((1600, 1200), 20).convert("RGB")
        noise.save(scratch.original, "JPEG", quality=40)
        size = scratch.original.stat().st_size
        before = _children_s()
        with Reader(Limits()) as reader:
            for _ in range(OPENED):
                for copy in (scratch.thumbnail, scratch.screen):
                    copy.unlink(missing_ok=True)
                found = reader.read(scratch, "0" * 64)
                if found is None or found.fault:
                    raise RuntimeError(f"the picture was not opened: {found}")
        each = (_children_s() - before) / OPENED * 1000
    return Figure(
        name=f"opening a photo of {size // 1000} kB, 1600 x 1200, with both copies: CPU apart",
        value=each,
        unit="ms",
        baseline=OPENING_MS_MAX,
        baseline_name="ms, stated beside; the process's start included",
        ratio=each / OPENING_MS_MAX,
        target=1.0,
        at_least=False,
    )


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
