"""Puts the rooms together; the only file that knows them all."""

import asyncio
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.di import Provide

from field.api import (
    beginning,
    bundles,
    carrying,
    conflicts,
    devices,
    direct,
    docs,
    erasing,
    errors,
    establishments,
    evidence,
    figures,
    flags,
    law,
    leads,
    ledger,
    links,
    logs,
    lookups,
    moves,
    pages,
    people,
    pictures,
    postings,
    quarantine,
    registers,
    registry,
    restoring,
    sessions,
    snapshots,
    sync,
    trail,
    uploads,
    verifying,
    visits,
    web,
    wiping,
)
from field.api.background import Background, Keeping, Reception, Snapshots, Worker
from field.api.bodies import BODY_BYTES_MAX
from field.api.context import Context, admit, provide_caller, provide_context
from field.api.crowd import Crowd
from field.api.crowd import Limits as CrowdLimits
from field.api.gate import Gate
from field.api.pace import Pace
from field.blobs.heads import HeadFolder, Target
from field.blobs.reading import Limits
from field.blobs.storage import Storage
from field.clock import Clock
from field.config import Settings
from field.problems import Problem
from field.store import checklists, office, renewing, setup
from field.store.engine import CACHE_MB, Store
from field.store.journal import AHEAD, Journal, behind
from field.store.key_files import FIRST, SEED_BYTES, KeyFolder, KeyRing
from field.store.sealing import KEY_BYTES, Sealer
from field.sync.apps import LeastApp
from field.sync.signing import ServerKey
from field.sync.upcasting import SCHEMA

BACKGROUND_S = 2.0
"""How long the background work waits when it finds nothing to do."""

ROUTES: list[Any] = [
    pages.front,
    pages.well,
    pages.problem,
    web.tablet,
    web.tablet_file,
    web.console,
    web.console_file,
    docs.page,
    docs.asset,
    docs.description,
    sync.push,
    sync.pull,
    carrying.carry_in,
    carrying.every,
    wiping.wipe,
    wiping.orders,
    snapshots.fetch,
    restoring.tell,
    beginning.begin,
    uploads.progress,
    uploads.go_on,
    uploads.end,
    uploads.instead,
    pictures.picture,
    pictures.in_quarantine,
    direct.begin,
    links.make,
    links.seen,
    sessions.sign_in,
    sessions.sign_out,
    sessions.me,
    devices.issue,
    devices.enrol,
    devices.every,
    devices.revoke,
    devices.keys,
    ledger.ledger,
    ledger.account,
    verifying.verify,
    verifying.verify_typed,
    verifying.verify_scanned,
    verifying.receipt,
    conflicts.conflicts,
    conflicts.conflict,
    conflicts.decide,
    conflicts.undo,
    quarantine.entries,
    quarantine.entry,
    quarantine.release,
    quarantine.reject,
    quarantine.undo,
    quarantine.alarms,
    visits.visits,
    visits.assign,
    visits.give,
    people.add,
    people.every,
    lookups.districts,
    lookups.shapes,
    lookups.establishments,
    establishments.search,
    establishments.file,
    moves.to_district,
    postings.give,
    postings.end,
    postings.transfer,
    postings.password,
    postings.preview,
    lookups.reports,
    lookups.report,
    bundles.held_by,
    bundles.of_report,
    bundles.of_establishment,
    registers.checks,
    evidence.remarks,
    evidence.history,
    registers.register,
    registers.tried,
    registers.bring_in,
    lookups.record,
    lookups.history,
    lookups.by_district,
    lookups.checklists_kept,
    registry.by_directorate,
    registry.directorates,
    registry.give,
    registry.open_disagreements,
    registry.settle,
    law.law,
    law.kinds,
    law.versions,
    law.tried,
    law.add,
    flags.ranked,
    flags.opened,
    flags.history,
    flags.owed_on,
    leads.listed,
    leads.hand_over,
    leads.registered,
    leads.card,
    leads.reject,
    figures.explain,
    figures.workers,
    figures.judgement,
    trail.entries,
    erasing.every,
    erasing.place,
    erasing.lift,
    erasing.erase,
]


def open_context(
    settings: Settings,
    clock: Clock,
    *,
    durable: bool = True,
    renew: bool = False,
    cache_mb: int = CACHE_MB,
) -> Context:
    """Open the database of some settings, which must have today's schema, and the server's keys.

    See `context_of` for `renew`. `cache_mb`: how much of an SQLite database a connection keeps at hand.
    """
    key, sealer = secrets(settings.secrets, clock)
    store = Store(settings.database_url, sealer, durable=durable, cache_mb=cache_mb)
    kept = journal_of(settings, durable=durable)
    context = context_of(store, clock, key, settings.data / "photos", storage_of(settings), kept, renew=renew)
    return msgspec.structs.replace(
        context,
        limits=limits_of(settings),
        **_photo_rules(settings),
        **_snapshot_rules(settings),
        heads=heads_of(settings),
        crowd=Crowd(crowd_of(settings)),
        least_app=least_app_of(settings),
    )


def least_app_of(settings: Settings) -> LeastApp:
    """The oldest version of apps that the settings let be served. Raises Problem bad-setting."""
    if settings.app_least > SCHEMA:
        detail = f"FIELD_APP_LEAST is {settings.app_least}, and no app writes a version above {SCHEMA}."
        raise Problem("bad-setting", detail, setting="FIELD_APP_LEAST")
    since = datetime.combine(settings.app_least_from, time(), UTC)
    return LeastApp(settings.app_least, int(since.timestamp() * 1000))


def _snapshot_rules(settings: Settings) -> dict[str, Any]:
    return {
        "snapshots": settings.data / "snapshots" if settings.snapshot_rows_min else None,
        "snapshot_rows_min": settings.snapshot_rows_min,
        "snapshot_bytes_max": settings.snapshots_mb_max * 1_000_000,
    }


def _photo_rules(settings: Settings) -> dict[str, Any]:
    return {
        "direct": settings.photos_direct,
        "arriving_bytes_max": settings.photos_arriving_mb_max * 1_000_000,
    }


def crowd_of(settings: Settings) -> CrowdLimits:
    """How much the settings let one process take on at once."""
    return CrowdLimits(
        pushes=settings.pushes_at_once,
        pulls=settings.pulls_at_once,
        reads=settings.reads_at_once,
        waiting=settings.waiting_max,
        body_bytes=settings.bodies_mb_max * 1_000_000,
        device_requests_s=settings.device_requests_s,
        sync_every_s=settings.sync_every_s,
    )


def journal_of(settings: Settings, *, durable: bool = True) -> Journal | None:
    """The office journal that the settings name; None for none."""
    return Journal(Path(settings.journal).expanduser(), durable=durable) if settings.journal else None


def limits_of(settings: Settings) -> Limits:
    """How far the settings let the server go to open one photo."""
    return Limits(
        bytes_max=settings.photo_bytes_max,
        pixels_max=settings.photo_pixels_max,
        seconds=settings.photo_s,
        memory_mb=settings.photo_memory_mb,
        thumbnail_px=settings.photo_thumbnail_px,
        screen_px=settings.photo_screen_px,
    )


def storage_of(settings: Settings) -> Storage | None:
    """The place that the settings name for photos; None for the data folder."""
    if not settings.photos:
        return None
    # boto3 takes half a second and 40 MB, also of a command that never sees a photo.
    from field.blobs.s3 import Bucket  # noqa: PLC0415

    return Bucket(settings.photos, endpoint=settings.photos_endpoint, encryption=settings.photos_encryption)


def heads_of(settings: Settings) -> Target | None:
    """The place that the settings name for heads of the audit trail; None for none."""
    place = settings.audit_target
    if "://" not in place:
        return HeadFolder(Path(place).expanduser()) if place else None
    from field.blobs.heads_s3 import HeadBucket  # noqa: PLC0415 - as above

    return HeadBucket(place, endpoint=settings.audit_endpoint, lock_days=settings.audit_lock_days)


def context_of(
    store: Store,
    clock: Clock,
    key: ServerKey | KeyRing,
    folder: Path | None = None,
    storage: Storage | None = None,
    journal: Journal | None = None,
    *,
    renew: bool = False,
) -> Context:
    """The parts of a running server around an open store.

    A database that lacks what its journal has was restored, or lost its last commits. With `renew` it begins
    a new life here, before anybody is let in; without, Problem journal-ahead is raised.
    """
    epoch = setup.prepare(store, clock)
    if journal is not None and behind(store, journal):
        if not renew:
            raise Problem("journal-ahead", AHEAD)
        epoch = renewing.renew(store, clock, journal, by=None, why="behind-the-journal").epoch
    if journal is not None:
        store.after_commit = partial(journal.flush, store)
        # What a crash kept from the journal follows now.
        journal.flush(store)
    writer = office.ensure(store, clock)
    checklists.seed(store, clock, writer)
    return Context(
        store, clock, KeyRing.of(key), writer, epoch, folder=folder, storage=storage, journal=journal
    )


def secrets(folder: Path, clock: Clock) -> tuple[KeyRing, Sealer]:
    """The server's keys and the key for personal values, made at the first start, for their owner alone."""
    return key_folder(folder, clock).opened(), Sealer(
        _secret(folder / "personal.key", KEY_BYTES, clock.token), clock.token
    )


def key_folder(folder: Path, clock: Clock) -> KeyFolder:
    """The server's signing keys in the folder of its secrets, the first of them made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(stat.S_IRWXU)
    return KeyFolder(folder, ServerKey(_secret(folder / FIRST, SEED_BYTES, clock.token)))


def _secret(path: Path, size: int, token: Callable[[int], bytes]) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        return path.read_bytes()
    made = token(size)
    with os.fdopen(descriptor, "wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


SPARE_THREADS = 8
"""For answers that are read piece by piece, beside those at work in a lane."""


async def _threads_for(context: Context) -> None:
    """A thread for everything that the lanes let in at once: a loop's own pool has six on two processors."""
    threads = ThreadPoolExecutor(context.crowd.threads + SPARE_THREADS, thread_name_prefix="field")
    asyncio.get_running_loop().set_default_executor(threads)


def create_app(
    context: Context, hasher: PasswordHasher | None = None, *, background_s: float | None = BACKGROUND_S
) -> Litestar:
    """The application around an open context. It does not close the store: whoever opened it does.

    While it runs it assesses what has become stale, opens the photos that have come and seals the audit
    trail, looking every `background_s` seconds; None: never.
    """
    logs.configure()
    kinds: list[Callable[[Context, float], Worker]] = [Background, Reception, Keeping, Snapshots]
    workers = [] if background_s is None else [kind(context, background_s) for kind in kinds]
    app = Litestar(
        # Its own would take the root logger, and write what libraries say to where the error stream was then.
        logging_config=None,
        route_handlers=[uploads.abilities, *ROUTES],
        guards=[admit],
        middleware=[Gate],
        dependencies={"context": Provide(provide_context), "caller": Provide(provide_caller)},
        exception_handlers=errors.HANDLERS,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=docs.config(),
        on_startup=[partial(_threads_for, context), *(worker.start for worker in workers)],
        on_shutdown=[worker.stop for worker in workers],
        debug=False,
    )
    app.state.context = context
    app.state.landing = sync.landing_of(app.state)
    app.state.verifying = Pace(verifying.PER_S, verifying.AT_ONCE)
    app.on_shutdown.insert(0, app.state.landing.stop)
    app.state.hasher = hasher or PasswordHasher()
    return app
