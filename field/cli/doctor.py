"""`field doctor`: look at the machine, the database and the secrets; say what is wrong and what to do."""

import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from field.cli.options import Data, DatabaseUrl, Json
from field.config import Settings

if TYPE_CHECKING:
    from field.api.context import Context

EXAMPLE = "Example: field doctor --json - | less"

PYTHON_MIN = (3, 11)
DISK_BYTES_WARN = 2 * 1024**3
WAITING_MS_MAX = 600_000
DISK_BYTES_FAIL = 200 * 1024**2
BACKUP_HOURS_MAX = 30
CLOCK_AHEAD_MS = 10 * 60 * 1000
CLOCK_MS_MIN = 1_767_225_600_000
"""The beginning of 2026: this program is no older."""

State = Literal["ok", "warn", "fail"]
_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


class Check(msgspec.Struct, frozen=True):
    """What was looked at, how it stands, and what to do where it is not well."""

    name: str
    state: State
    found: str
    do: str = ""


def doctor(data: Data = None, database_url: DatabaseUrl = None, json: Json = None) -> None:
    """Check Python, the database, the secrets, the disk, the clock and the port. Exit code 1 if one fails."""
    from rich.table import Table

    from field.cli.opening import settings_of
    from field.cli.output import Exit, Output

    output = Output(json)
    checks = list(examine(settings_of(data, database_url)))
    table = Table(box=None, show_header=False, pad_edge=False)
    for check in checks:
        words = check.found + (f"\n{check.do}" if check.do else "")
        table.add_row(f"[{_STYLES[check.state]}]{check.state:4}[/]", check.name, _plain(words))
    output.human.print(table)
    output.machine(checks)
    if any(check.state == "fail" for check in checks):
        raise SystemExit(Exit.FINDINGS)


def _plain(words: str) -> str:
    from rich.markup import escape

    return escape(words)


def examine(settings: Settings) -> Iterator[Check]:
    """Every check, one after another; none of them changes anything."""
    yield _python()
    yield _disk(settings.data)
    yield from _secrets(settings.secrets)
    schema = _schema(settings)
    yield schema
    if schema.state == "ok":
        yield from _contents(settings)
    yield _port(settings)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < PYTHON_MIN:
        return Check("Python", "fail", f"Python {version}", "Install Python 3.11 or later, and Field anew.")
    return Check("Python", "ok", f"Python {version}")


def _disk(folder: Path) -> Check:
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(nearest).free
    found = f"{free / 1024**3:.1f} GB free at {nearest}"
    todo = "Make room: a full disk stops tablets from handing in their work."
    if free < DISK_BYTES_FAIL:
        return Check("Disk", "fail", found, todo)
    return Check("Disk", "warn", found, todo) if free < DISK_BYTES_WARN else Check("Disk", "ok", found)


def _secrets(folder: Path) -> Iterator[Check]:
    if not folder.is_dir():
        yield Check(
            "Secrets", "warn", f"{folder} is not there yet", "The first start makes it. Then back it up."
        )
        return
    loose = [
        path
        for path in (folder, *sorted(folder.iterdir()))
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if loose:
        names = " ".join(str(path) for path in loose)
        todo = f"Run: chmod go= {names}"
        yield Check("Secrets", "fail", f"Others may open {names}", todo)
        return
    missing = [name for name in ("server.key", "personal.key") if not (folder / name).is_file()]
    if missing:
        todo = "If this server ran before, put them back from the backup: a new key opens no old value."
        yield Check("Secrets", "warn", f"{folder} lacks {' and '.join(missing)}", todo)
        return
    yield Check("Secrets", "ok", f"{folder} is its owner's alone")


def _schema(settings: Settings) -> Check:
    from sqlalchemy.exc import SQLAlchemyError

    from field.cli.opening import shown, sqlite_file
    from field.store import migrate

    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return Check("Database", "fail", f"{file} is not there", "Run: field migrate")
    try:
        found, latest = migrate.current(settings.database_url)
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", error)).strip()
        todo = "Check that the database runs, and FIELD_DATABASE_URL."
        return Check("Database", "fail", f"{shown(settings)} cannot be reached: {words}", todo)
    if found != latest:
        return Check("Database", "fail", f"The schema is {found}, {latest} is needed", "Run: field migrate")
    return Check("Database", "ok", f"{shown(settings)}, schema {found}")


def _photos(context: "Context") -> Check:
    """Where photos are kept, and what becomes there of what was begun and never ended."""
    health = context.photos.health()
    return Check("Photos", "ok" if health.well else "fail", health.found, health.do)


def _opened(context: "Context") -> Check:
    """Whether photos are opened: a server does so in the background."""
    from field.store import photo_readings

    with context.store.read() as tx:
        numbers = photo_readings.counts(tx)
        since_ms = photo_readings.waiting_since(tx)
    by_state = {state: sum(n for each, _, n in numbers if each == state) for state, _, _ in numbers}
    held, waiting = by_state.get("quarantined", 0), by_state.get("waiting", 0)
    found = f"{by_state.get('ok', 0)} opened, {waiting} waiting, {held} in quarantine"
    if since_ms is not None and context.clock.now_ms() - since_ms > WAITING_MS_MAX:
        return Check(
            "Pictures", "warn", found, "Let a server run with FIELD_BACKGROUND_S, or: field photos open"
        )
    return Check("Pictures", "ok", found)


def _contents(settings: Settings) -> Iterator[Check]:
    """What is in the database. The server's parts are opened as at a start, without a key being made."""
    from field.cli.opening import opened

    if not settings.secrets.is_dir():
        yield Check("Contents", "warn", "Not looked at: there are no secrets yet", "Start the server once.")
        return
    ahead = _ahead(settings)
    if ahead is not None:
        yield ahead
        return
    with opened(settings) as context:
        looks: list[Callable[[Context], Check]] = [
            _photos,
            _opened,
            _clock,
            _districts,
            _register,
            _people,
            _trail,
            _sums,
            _backups,
        ]
        for look in looks:
            yield look(context)
    yield _journal(settings)


def _ahead(settings: Settings) -> Check | None:
    """Whether the database is older than the office journal."""
    from field.app import journal_of, secrets
    from field.clock import SystemClock
    from field.store.engine import Store
    from field.store.journal import behind

    kept = journal_of(settings)
    if kept is None:
        return None
    store = Store(settings.database_url, secrets(settings.secrets, SystemClock())[1])
    try:
        late = behind(store, kept)
    finally:
        store.close()
    if not late:
        return None
    todo = "Start the server, which carries them out again, or: field epoch new"
    return Check("Journal", "fail", "The office journal has entries that the database lacks", todo)


def _journal(settings: Settings) -> Check:
    if not settings.journal:
        todo = "Set FIELD_JOURNAL to a folder on another disk: docs/operating.md, Backups"
        found = "None: with the database all is lost that the office did since the backup, also revocations"
        return Check("Journal", "warn", found, todo)
    return Check("Journal", "ok", f"Acts of the office are written to {settings.journal}")


def _backups(context: "Context") -> Check:
    """Whether there is a backup, and whether tablets have told what a restored database lacks."""
    from field.store import lives, testimony

    with context.store.read() as tx:
        latest, lacking = lives.latest_backup(tx), len(testimony.missing(tx))
    if lacking:
        todo = "Look at them: field epoch testimony"
        return Check("Backups", "warn", f"{lacking} row(s) that tablets had lack changes here", todo)
    todo = "Run every night: field backup FOLDER --keep 14"
    if latest is None:
        return Check("Backups", "warn", "There is none that was verified", todo)
    hours = (context.clock.now_ms() - latest.as_of_ms) // 3_600_000
    state: State = "ok" if hours < BACKUP_HOURS_MAX else "warn"
    return Check("Backups", state, f"The last one is {hours} hours old", "" if state == "ok" else todo)


def _clock(context: "Context") -> Check:
    from datetime import UTC, datetime

    from field.store import devices

    now_ms = context.clock.now_ms()
    with context.store.read() as tx:
        seen = [each.seen_ms for each in devices.every(tx, None) if each.seen_ms is not None]
    shown = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    todo = "Have the machine's clock put right by NTP: every capture time rests on it."
    if now_ms < CLOCK_MS_MIN or max(seen, default=0) > now_ms + CLOCK_AHEAD_MS:
        return Check("Clock", "fail", f"It shows {shown}, before the last entry arrived", todo)
    return Check("Clock", "ok", f"It shows {shown}")


def _districts(context: "Context") -> Check:
    from field.store import registry

    with context.store.read() as tx:
        number = len(registry.districts(tx))
    if not number:
        return Check("Districts", "warn", "There are none", "Run: field import districts FILE.geojson")
    return Check("Districts", "ok", f"{number} districts")


def _register(context: "Context") -> Check:
    from field.store import disagreements

    with context.store.read() as tx:
        number = disagreements.number_open(tx)
    if number:
        todo = "Look at them: field registry disagreements"
        return Check("Register", "warn", f"District to be settled: {number} establishment(s)", todo)
    return Check("Register", "ok", "No establishment's district is in doubt")


def _trail(context: "Context") -> Check:
    """Whether the audit trail is sealed, and its heads are where the operator cannot rewrite them."""
    from field.store import audit_heads, audit_sealing

    now_ms = context.clock.now_ms()
    place = context.heads.place if context.heads is not None else None
    with context.store.read() as tx:
        oldest = audit_sealing.oldest_waiting_ms(tx)
        late = [] if place is None else audit_heads.late(tx, place, now_ms)
    if oldest is not None and oldest < now_ms - WAITING_MS_MAX:
        return Check(
            "Audit trail", "warn", "Acts wait to be sealed", "Start the server, or: field audit seal"
        )
    if place is None:
        todo = "Set FIELD_AUDIT_TARGET to a place that the operator cannot rewrite: docs/audit.md"
        return Check("Audit trail", "warn", "Its heads are written nowhere else", todo)
    if late:
        todo = "See whether the place can be written to, then: field audit seal"
        return Check("Audit trail", "fail", f"{place} lacks the heads of {', '.join(late[:5])}", todo)
    return Check("Audit trail", "ok", f"Heads are written to {place}")


def _people(context: "Context") -> Check:
    from field.store import people

    with context.store.read() as tx:
        found = people.every(tx)
    now_ms = context.clock.now_ms()
    roles = {post.role for person in found for post in person.postings if post.in_force(now_ms)}
    todo = "Run: field user add LOGIN --posting administrator"
    if "administrator" not in roles:
        return Check("People", "warn", f"{len(found)} people, no administrator today", todo)
    return Check("People", "ok", f"{len(found)} people")


def _sums(context: "Context") -> Check:
    """Whether the sums by which tablets check their rows are those of the rows."""
    from field.store import scope_sums

    with context.store.read() as tx:
        found = scope_sums.drifted(tx)
    if found:
        todo = "Rows were lost or altered beneath the server: look at the disk, restore a backup."
        return Check("Scopes", "fail", f"Rows do not add up in {', '.join(found[:5])}", todo)
    return Check("Scopes", "ok", "Every scope's rows add up to its sum")


def _port(settings: Settings) -> Check:
    where = f"{settings.host} port {settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            todo = "If that is not this server running, choose another with FIELD_PORT."
            return Check("Port", "warn", f"{where}: {error.strerror}", todo)
    return Check("Port", "ok", f"{where} is free")
