"""Photos from the command line: what is in quarantine, and opening it anew once a limit is raised."""

import hashlib
import subprocess
import sys
import time

import msgspec
import pytest

from field.api import reception
from field.blobs.reading import Reader
from field.cli.opening import opened, settings_of
from field.clock import SeededClock
from field.store import photo_readings
from tests.cli.conftest import Type
from tests.pictures import SVG, saved, scene


def kept(photo: bytes) -> str:
    """A photo whose bytes are kept and wait to be opened."""
    sha256 = hashlib.sha256(photo).hexdigest()
    with opened(settings_of()) as context:
        assert context.folder is not None
        context.folder.mkdir(exist_ok=True)
        arrived = context.folder / "arrived"
        arrived.write_bytes(photo)
        context.photos.keep(sha256, arrived)
        with context.store.write() as tx:
            photo_readings.expect(tx, sha256, len(photo), context.clock.now_ms())
    return sha256


def test_a_photo_beyond_a_limit_is_opened_once_the_limit_is_raised(
    field: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert field("migrate").code == 0
    kept(saved(scene((1000, 800))))
    kept(SVG)
    monkeypatch.setenv("FIELD_PHOTO_PIXELS_MAX", "500000")
    assert "2 photos looked at." in field("photos", "open").out
    listed = field("photos", "list").out
    assert "1 quarantined, too-many-pixels." in listed
    assert "1 quarantined, not-a-picture." in listed
    monkeypatch.setenv("FIELD_PHOTO_PIXELS_MAX", "1000000")
    assert "1 photos wait" in field("photos", "again", "--reason", "too-many-pixels").out
    assert "1 photos looked at." in field("photos", "open").out
    assert "1 ok." in field("photos", "list").out
    assert "1 opened, 0 waiting, 1 in quarantine" in field("doctor").out
    assert "0 photos looked at." in field("photos", "open").out
    field("audit", "seal")
    [noted] = field("audit", "list", "--act", "photos-again", "--json", "-").json()
    assert (noted["facts"], noted["by"][:18]) == (
        {"fault": "too-many-pixels", "count": 1},
        "field photos again",
    )
    refused = field("photos", "again", "--reason", "ugly")
    assert refused.code == 2
    assert "too-many-pixels" in refused.out + refused.err


def test_a_process_that_is_killed_while_it_opens_photos_loses_none(field: Type) -> None:
    """Really killed, with the process that it had started: what it held is opened later, the rest at once."""
    assert field("migrate").code == 0
    hashes = [kept(saved(scene((1600, 1200), seed=seed))) for seed in range(24)]

    def states() -> list[str]:
        with opened(settings_of()) as context, context.store.read() as tx:
            found = photo_readings.of(tx, hashes)
        return [found[sha256].state for sha256 in hashes]

    process = subprocess.Popen([sys.executable, "-m", "field", "photos", "open"])
    try:
        assert any("ok" in states() or time.sleep(0.02) for _ in range(1500))
    finally:
        process.kill()
        process.wait()
    assert "waiting" in states()
    with opened(settings_of()) as context:
        later = SeededClock(1, context.clock.now_ms() + photo_readings.HOLD_MS)
        with Reader(context.limits) as reader:
            reception.refresh(msgspec.structs.replace(context, clock=later), reader, 50)
        assert context.folder is not None
        assert not list((context.folder / "reading").iterdir())
    assert states() == ["ok"] * 24
