"""An office with one establishment and one visit, and tablets with a line to it that does as it is told."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from field.app import context_of, create_app, key_folder
from field.sim.clock import TabletClock, TrueClock
from field.sim.network import InProcess
from field.sim.oracle import Oracle
from field.sim.world import HASHER, PASSWORD, World
from field.store.engine import Store
from field.store.sealing import Sealer
from field.tablet.tablet import Tablet
from field.tablet.transport import NoAnswer, Response


class Line:
    """A line to the server. `before` and `after` may change what is sent and answered, or raise NoAnswer."""

    def __init__(self, server: InProcess, true: TrueClock) -> None:
        self._server = server
        self._true = true
        self.before: Callable[[str, bytes], bytes] = lambda _, body: body
        self.after: Callable[[str, Response], Response] = lambda _, answer: answer
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        self._true.advance(50)
        self.sent.append((path, headers, body))
        answer = self._server.send(method, path, headers, self.before(path, body))
        self._true.advance(50)
        return self.after(path, answer)

    def mend(self) -> None:
        """The line is good again."""
        self.before = lambda _, body: body
        self.after = lambda _, answer: answer

    def lose_answers(self, path: str = "/api/sync/push") -> None:
        """The server does what it is asked, and nobody hears of it."""

        def lost(asked: str, answer: Response) -> Response:
            if asked == path:
                raise NoAnswer("the answer was lost")
            return answer

        self.after = lost

    def cut(self) -> None:
        """No signal at all."""

        def nothing(path: str, body: bytes) -> bytes:
            raise NoAnswer("no signal")

        self.before = nothing


class Office:
    """The world of the simulator with a line, and tablets in files that can be copied and damaged."""

    def __init__(self, world: World, line: Line, folder: Path) -> None:
        self.world = world
        self.line = line
        self.folder = folder
        self.true = world.true
        self.establishment = world.establishments[0]
        self.visit = world.visits[0]
        self.opened: list[Tablet] = []

    def tablet(self, name: str, *logins: str) -> Tablet:
        """An enrolled tablet with people signed in, which has fetched what it may hold."""
        tablet = self.open(name)
        tablet.enrol(self.world.code("korangi"), name)
        for login in logins or ("inspector-1",):
            tablet.sign_in(login, PASSWORD)
        assert tablet.sync().complete
        return tablet

    def open(self, name: str, clock: TabletClock | None = None) -> Tablet:
        """Open a tablet's file, as after switching it on."""
        tablet = Tablet(
            self.folder / f"{name}.db",
            self.line,
            clock or TabletClock(self.true, name),
            synchronous=False,
            compress=False,
        )
        self.opened.append(tablet)
        return tablet

    def history(self, record: str) -> dict[str, str]:
        """The status of every change about a record at the office, by id."""
        return {row.id: row.status for row in self.world.receipts() if row.record == record}

    def row(self, record: str) -> dict[str, object]:
        """The values of a record at the office."""
        found = (rows[record][0] for rows in self.world.rows().values() if record in rows)
        values: dict[str, object] = msgspec.json.decode(next(found))["values"]
        return values


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office, and a line to it."""
    true = TrueClock(1)
    store = Store(sqlite_url, Sealer(true.token(32), true.token), durable=False, pool_size=2)
    context = context_of(store, true, key_folder(tmp_path / "secrets", true).opened(), tmp_path / "photos")
    server = InProcess(create_app(context, HASHER))
    world = World(context, server, true, Oracle(), "world")
    world.found(establishments=1, visits=1)
    made = Office(world, Line(server, true), tmp_path)
    yield made
    for tablet in made.opened:
        tablet.close()
    server.close()
    store.close()
