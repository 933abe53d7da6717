"""Records what a tablet of this version pushes: `.venv/bin/python -m tests.recorded.record FOLDER`.

Done once for each version, before the next one comes: the files are what those tablets sent, byte for byte,
and are replayed against every later server. Everything about them is fixed: office, people, keys, time.
"""

import sys
import tempfile
from pathlib import Path

from field.app import context_of, create_app
from field.sim.clock import TabletClock, TrueClock
from field.sim.network import InProcess
from field.sim.oracle import Oracle
from field.sim.world import HASHER, PASSWORD, World
from field.store import migrate
from field.store.engine import Store
from field.store.sealing import Sealer
from field.sync.signing import DeviceKey, ServerKey, b64
from field.tablet.tablet import Tablet
from tests.recorded import office


class Recorder:
    """A way to the server that notes each push."""

    def __init__(self, server: InProcess) -> None:
        self.server = server
        self.pushes: list[office.Push] = []

    def send(self, method, path, headers, body):  # type: ignore[no-untyped-def]
        """The answer; a push is noted."""
        if path == "/api/sync/push":
            said = {name: headers[name] for name in ("Field-Device", "Field-First-Seq", "Field-Signature")}
            self.pushes.append(office.Push(headers=said, body=b64(body)))
        return self.server.send(method, path, headers, body)


def main(folder: Path) -> None:
    """Play a tablet's day and write it down."""
    true = TrueClock(office.SEED)
    url = f"sqlite:///{tempfile.mkdtemp()}/recorded.db"
    migrate.upgrade(url)
    store = Store(url, Sealer(true.token(32), true.token), durable=False, pool_size=2)
    context = context_of(store, true, ServerKey(office.SERVER_SEED), Path(tempfile.mkdtemp()))
    server = InProcess(create_app(context, HASHER))
    world = World(context, server, true, Oracle(), "world")
    world.found(establishments=1, visits=2)
    recorder = Recorder(server)
    key = DeviceKey.generate()
    at = TabletClock(true, "recorded")
    tablet = Tablet(":memory:", recorder, at, new_key=lambda: key, synchronous=False, compress=False)
    tablet.enrol(world.code("korangi"), "recorded")
    person = tablet.sign_in("inspector-1", PASSWORD)
    assert tablet.sync().complete
    office.day(tablet, world.visits[0])
    assert tablet.sync().complete
    folder.mkdir(parents=True, exist_ok=True)
    made = office.Recording(
        device=tablet.device,
        public_key=key.public,
        person=person,
        establishment=world.establishments[0],
        visits=world.visits[:2],
        at_ms=true.now_ms(),
        pushes=recorder.pushes,
        values=office.shown(tablet),
    )
    (folder / "reference-tablet.json").write_bytes(office.written(made))
    tablet.close()
    server.close()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
