"""What every route is given: the open store, the clock, the server's key, and who is asking."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec
from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler

from field.api.counting import Counts
from field.api.crowd import Crowd
from field.blobs.heads import Target
from field.blobs.reading import Limits
from field.blobs.staging import Staging
from field.blobs.storage import Folder, Storage
from field.clock import Clock
from field.problems import Problem
from field.store import people
from field.store.audit_sealing import TrailHead
from field.store.engine import Store
from field.store.journal import Journal
from field.store.key_files import KeyRing
from field.store.lives import Lives
from field.store.people import Session
from field.sync.apps import LeastApp
from field.sync.rights import ROUTES, Posting, reach
from field.sync.sealed import SealingKey


class Context(msgspec.Struct, frozen=True):
    """The parts of a running server.

    `office` is the id of the server's own device; `epoch` the life of the database when it was opened;
    `public_keys` those of devices met so far; `viewed` who looked at what, and when that was noted last.
    """

    store: Store
    clock: Clock
    key: KeyRing
    office: str
    epoch: str
    public_keys: dict[str, str] = msgspec.field(default_factory=dict)
    viewed: dict[tuple[str, str], int] = msgspec.field(default_factory=dict)
    folder: Path | None = None
    """Where photos' bytes arrive, and are kept where `storage` is no other place; None: none are taken."""

    storage: Storage | None = None
    direct: bool = False
    """Whether clients may be led to `storage` itself."""

    arriving_bytes_max: int = 2_000_000_000
    """So many bytes of photos may be under way from one tablet."""

    limits: Limits = Limits()
    """How far the server goes to open one photo."""

    heads: Target | None = None
    """Where signed heads of the audit trail are written; None: nowhere."""

    snapshots: Path | None = None
    """Where snapshots of scopes are kept; None: none are made."""

    snapshot_rows_min: int = 2000
    snapshot_bytes_max: int = 2_000_000_000
    handed: dict[str, int] = msgspec.field(default_factory=dict)
    """When it was last noted that somebody fetched of a snapshot, by its id."""

    least_app: LeastApp = LeastApp()
    """The oldest version of tablets' apps that is served."""

    trail: TrailHead = msgspec.field(default_factory=TrailHead)
    counts: Counts = msgspec.field(default_factory=Counts)
    crowd: Crowd = msgspec.field(default_factory=Crowd)
    """What many who ask at once may take of this process."""

    @property
    def sealing(self) -> SealingKey:
        """The key that tablets seal their unsent work to."""
        return SealingKey(self.store.sealer.key)

    lives: Lives = msgspec.field(default_factory=Lives)
    journal: Journal | None = None
    """Where acts of the office are written outside the database; None: nowhere."""

    @property
    def staging(self) -> Staging:
        """Uploads under way."""
        return _staging(self._folder)

    @property
    def photos(self) -> Storage:
        """Photos that are whole."""
        return self.storage or _kept(self._folder, self.store.durable)

    @property
    def _folder(self) -> Path:
        if self.folder is None:
            raise Problem("storage-failed", "This server keeps no photos. They stay on the tablet.")
        return self.folder


@lru_cache(maxsize=16)
def _staging(folder: Path) -> Staging:
    return Staging(folder / "arriving")


@lru_cache(maxsize=16)
def _kept(folder: Path, durable: bool) -> Folder:
    return Folder(folder / "kept", durable=durable)


class Caller(msgspec.Struct, frozen=True):
    """Who is asking, and the districts that they may touch on this route; None stands for all."""

    session: Session
    districts: frozenset[str] | None

    @property
    def person(self) -> str:
        """The caller's id."""
        return self.session.person

    def touches(self, district: str | None) -> bool:
        """Whether the caller may touch a district; None stands for all."""
        return self.districts is None or district in self.districts

    def sees(self, posting: Posting) -> bool:
        """Whether a posting of somebody reaches the caller's districts; one everywhere reaches all."""
        return posting.district is None or self.touches(posting.district)

    def within(self, asked: str | None) -> list[str] | None:
        """The districts to answer about, narrowed to the one asked for. Raises Problem no-right."""
        if asked is None:
            return None if self.districts is None else sorted(self.districts)
        self.check(asked)
        return [asked]

    def check(self, district: str | None) -> None:
        """Raises Problem no-right where the caller may not touch a district."""
        if self.touches(district):
            return
        where = district or "all districts"
        raise Problem("no-right", f"Your postings do not cover {where}. Ask the directorate if they should.")


def bearer(headers: Any) -> str | None:
    """The token in an Authorization header."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


async def admit(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let a request in by the rights matrix; a route without a row lets nobody in.

    OPTIONS tells anybody which methods an address takes, and nothing else: that is in the API's description.
    """
    if connection.scope.get("method") == "OPTIONS":
        return
    route = f"{connection.scope.get('method')} {connection.scope['path_template']}"
    allowed = ROUTES.get(route)
    if allowed is None:
        raise Problem("no-right", f"Nobody has a right to {route}.")
    if allowed:
        context: Context = connection.app.state.context
        caller = await anyio.to_thread.run_sync(_caller, context, bearer(connection.headers), route)
        connection.scope["state"]["caller"] = caller


def _caller(context: Context, token: str | None, route: str) -> Caller:
    if token is None:
        raise Problem("not-signed-in", "Sign in first, and send the token with the request.")
    now_ms = context.clock.now_ms()
    with context.store.read() as tx:
        session = people.session(tx, token, now_ms)
    if session is None:
        raise Problem("not-signed-in", "Your session has ended. Sign in again.")
    caller = reaching(session, route, now_ms)
    if caller.districts == frozenset():
        raise Problem("no-right", "Your postings do not allow this. Ask the directorate if they should.")
    return caller


def reaching(session: Session, route: str, now_ms: int) -> Caller:
    """How far somebody signed in may reach on a route now: perhaps nowhere."""
    districts = reach(session.postings, route, now_ms)
    everywhere = any(district is None for district in districts)
    return Caller(session, None if everywhere else frozenset(d for d in districts if d is not None))


async def provide_context(request: Request[Any, Any, Any]) -> Context:
    """The parts of the running server."""
    context: Context = request.app.state.context
    return context


async def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """Who is asking, as `admit` found out."""
    caller: Caller = request.scope["state"]["caller"]
    return caller
