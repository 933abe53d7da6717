"""Records what the browser's tablet of this version pushes: `-m tests.recorded.record_browser FOLDER`.

Done once for each version, as with `record`, which does the same for the reference tablet. The tablet is the
one of `web/sync`, played in node against a real server; keys, ids and salts are its own, so that the bytes of
two recordings differ and what they say does not.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from field.app import open_context
from field.cli.demo_server import running, with_free_port
from field.clock import SystemClock
from field.config import Settings
from field.store import districts, migrate
from field.store.key_files import FIRST
from field.sync.rights import INSPECTOR, SUPERVISOR
from tests.helpers import KORANGI, PASSWORD, World
from tests.recorded import office
from tests.tablet import test_browser_core as core


def main(folder: Path) -> None:
    """Play a tablet's day and write it down."""
    with tempfile.TemporaryDirectory() as kept:
        data = Path(kept)
        (data / "secrets").mkdir(mode=0o700)
        (data / "secrets" / FIRST).write_bytes(office.SERVER_SEED)
        (data / "secrets" / FIRST).chmod(0o600)
        url = f"sqlite:///{data / 'field.db'}"
        migrate.upgrade(url)
        settings = with_free_port(Settings(data=data, database_url=url, port=0, background_s=0))
        known = _found(settings)
        with running(settings) as address:
            code = core.code(address)
            login = {"login": core.INSPECTOR_LOGIN, "password": PASSWORD}
            out = data / "told.json"
            core.play(
                {"base": address, "code": code, **login, "visit": known["visit"], "out": str(out)},
                "recording.story",
            )
            told: dict[str, Any] = msgspec.json.decode(out.read_bytes())
    made = office.Recording(
        **told,
        establishment=known["establishment"],
        visits=[known["visit"]],
        at_ms=SystemClock().now_ms(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "browser-tablet.json").write_bytes(office.written(made))


def _found(settings: Settings) -> dict[str, str]:
    """A district, a supervisor, an inspector, an establishment and a visit."""
    context = open_context(settings, SystemClock())
    try:
        world = World(context, context.clock)  # type: ignore[arg-type]
        districts.save(context.store, [KORANGI])
        world.person(SUPERVISOR, "korangi", core.SUPERVISOR_LOGIN)
        inspector = world.person(INSPECTOR, "korangi", core.INSPECTOR_LOGIN)
        establishment = world.establishment("korangi")
        visit = world.visit(establishment, "korangi", inspector)
        return {"establishment": establishment, "visit": visit}
    finally:
        context.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
