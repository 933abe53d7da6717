"""The lives of the database: the epoch in force, what survived of earlier ones, what a backup holds.

An epoch never comes from a backup: whoever restores one begins a new one. docs/protocol.md, "Restore".
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from field.store import audit, life_tables, tables
from field.store.backup_manifest import Manifest, size
from field.store.engine import Store

EPOCHS = tables.Epoch.__table__  # type: ignore[attr-defined]  # SQLModel adds it
SCOPES = tables.Scope.__table__  # type: ignore[attr-defined]
DEVICES = tables.Device.__table__  # type: ignore[attr-defined]
ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]
EPOCH_HEADS = life_tables.EpochHead.__table__  # type: ignore[attr-defined]
BACKUPS = life_tables.BackupMade.__table__  # type: ignore[attr-defined]
DURABLE = life_tables.DurableLine.__table__  # type: ignore[attr-defined]

LOOK_MS = 1000
"""How long what one process knows of the present life is believed before it looks again."""


class Life(msgspec.Struct, frozen=True):
    """The present life of the database.

    `survived` has for each earlier epoch, by scope, up to where its positions are still true. `durable` says
    for each tablet how far its line is held by a verified backup, `durable_ms` up to which moment one holds
    everything; both are empty where there was none yet.
    """

    epoch: str
    survived: Mapping[str, Mapping[str, int]] = {}
    durable: Mapping[str, int] = {}
    durable_ms: int | None = None

    def holds(self, epoch: str, scope: str, n: int) -> bool:
        """Whether a position of some epoch is one of this life too."""
        return epoch == self.epoch or n <= self.survived.get(epoch, {}).get(scope, -1)


class Lives:
    """What one process knows of the present life; it looks again after a second."""

    def __init__(self) -> None:
        self._life: Life | None = None
        self._looked_ms = 0
        self._backup: str | None = None

    def now(self, tx: Connection, now_ms: int) -> Life:
        """The present life, as it was a second ago at most."""
        if self._life is None or not 0 <= now_ms - self._looked_ms < LOOK_MS:
            self._life, self._looked_ms = self._look(tx), now_ms
        return self._life

    def known(self, store: Store, now_ms: int) -> Life:
        """The same, where no transaction is open."""
        if self._life is None or not 0 <= now_ms - self._looked_ms < LOOK_MS:
            with store.read() as tx:
                return self.now(tx, now_ms)
        return self._life

    def forget(self) -> None:
        """Look again at once."""
        self._life = None

    def _look(self, tx: Connection) -> Life:
        before = self._life
        epochs = list(tx.execute(_EPOCHS).scalars())
        backup = tx.execute(_LATEST_BACKUP).first()
        key = None if backup is None else str(backup.id)
        if before is not None and before.epoch == epochs[-1] and key == self._backup:
            return before
        self._backup = key
        durable = {row.device: row.seq for row in tx.execute(select(DURABLE))} if backup else {}
        return Life(epochs[-1], survived(tx, epochs), durable, backup.as_of_ms if backup else None)


_EPOCHS = select(EPOCHS.c.id).order_by(EPOCHS.c.started_ms, EPOCHS.c.id)
_LATEST_BACKUP = (
    select(BACKUPS.c.id, BACKUPS.c.as_of_ms).order_by(BACKUPS.c.as_of_ms.desc(), BACKUPS.c.id.desc()).limit(1)
)


def survived(tx: Connection, epochs: list[str]) -> dict[str, dict[str, int]]:
    """For each epoch but the last, by scope, the position up to which all later ones agree with it."""
    heads: dict[str, dict[str, int]] = {}
    for row in tx.execute(select(EPOCH_HEADS)):
        heads.setdefault(row.epoch, {})[row.scope] = row.n
    found: dict[str, dict[str, int]] = {}
    least: dict[str, int] | None = None
    for earlier, later in zip(epochs[-2::-1], epochs[:0:-1], strict=True):
        if later not in heads:
            break  # Nobody wrote down what survived: nothing is known of it, or of what was before.
        began = heads[later]
        names = began.keys() if least is None else began.keys() & least.keys()
        least = {name: min(began[name], began[name] if least is None else least[name]) for name in names}
        found[earlier] = dict(least)
    return found


def begin(
    tx: Connection,
    epoch: str,
    now_ms: int,
    heads: Mapping[str, int],
    *,
    by: str | None,
    why: str,
    lost: Sequence["Lost"] = (),
) -> None:
    """Begin a new life: every scope's surviving head is written down, and the act is noted.

    `heads` are those with which the database was found, before anything was carried out again. `lost` are
    epochs of which only the journal knows: they come before the new one. `why` is a code.
    """
    held = set(tx.execute(_EPOCHS).scalars())
    for each in lost:
        if each.epoch not in held:
            tx.execute(insert(EPOCHS), {"id": each.epoch, "started_ms": _after_all(tx)})
            _keep(tx, each.epoch, {name: min(n, heads.get(name, 0)) for name, n in each.heads.items()})
    tx.execute(insert(EPOCHS), {"id": epoch, "started_ms": max(now_ms, _after_all(tx))})
    _keep(tx, epoch, heads)
    audit.note(tx, "epoch-begun", now_ms, by=by, about=[epoch], why=why, scopes=len(heads))


def _after_all(tx: Connection) -> int:
    return int(tx.execute(select(func.max(EPOCHS.c.started_ms))).scalar() or 0) + 1


class Lost(msgspec.Struct, frozen=True):
    """An epoch that the database forgot, with the heads at which it began."""

    epoch: str
    heads: dict[str, int]


def _keep(tx: Connection, epoch: str, heads: Mapping[str, int]) -> None:
    rows = [{"epoch": epoch, "scope": name, "n": n} for name, n in heads.items()]
    if rows:
        tx.execute(insert(EPOCH_HEADS), rows)


def heads(tx: Connection) -> dict[str, int]:
    """How far every scope has come, by name."""
    return {row.name: row.n for row in tx.execute(select(SCOPES.c.name, SCOPES.c.n))}


def heads_of(tx: Connection, epoch: str) -> dict[str, int]:
    """The heads at which an epoch began, by scope."""
    query = select(EPOCH_HEADS.c.scope, EPOCH_HEADS.c.n).where(EPOCH_HEADS.c.epoch == bindparam("epoch"))
    return {row.scope: row.n for row in tx.execute(query, {"epoch": epoch})}


def known(tx: Connection, epoch: str) -> bool:
    """Whether the database has heard of an epoch."""
    return tx.execute(select(EPOCHS.c.id).where(EPOCHS.c.id == epoch)).first() is not None


def alarm(store: Store, device: str, code: str, seq: int, detail: str, now_ms: int) -> None:
    """Tell the supervisors, once for a device and seq."""
    row = {"device": device, "code": code, "seq": seq, "at_ms": now_ms, "detail": detail, "district": None}
    try:
        with store.write() as tx:
            tx.execute(insert(ALARMS), row)
    except IntegrityError:
        pass


class Backup(msgspec.Struct, frozen=True):
    """A verified backup: where it is, up to which moment it holds everything, how far each tablet's line."""

    id: str
    as_of_ms: int
    verified_ms: int
    epoch: str
    place: str
    bytes: int


def told(folder: Path, manifest: Manifest, id: str, now_ms: int) -> Backup:
    """What is announced of a backup that was verified just now."""
    return Backup(id, manifest.as_of_ms, now_ms, manifest.epoch, str(folder), size(folder))


def announce(tx: Connection, made: Backup, lines: Mapping[str, int]) -> bool:
    """Tell from now on what a verified backup holds; False where a later one is announced already.

    One of an earlier epoch may hold what this life lacks, and is not announced.
    """
    latest = tx.execute(_LATEST_BACKUP).first()
    epochs = list(tx.execute(_EPOCHS).scalars())
    if made.epoch != epochs[-1] or (latest is not None and latest.as_of_ms >= made.as_of_ms):
        return False
    tx.execute(insert(BACKUPS), msgspec.to_builtins(made))
    tx.execute(delete(DURABLE))
    there = set(tx.execute(select(DEVICES.c.id)).scalars())
    rows: list[dict[str, Any]] = [{"device": id, "seq": seq} for id, seq in lines.items() if id in there]
    if rows:
        tx.execute(insert(DURABLE), rows)
    return True


def latest_backup(tx: Connection) -> Backup | None:
    """The verified backup that holds most."""
    row = tx.execute(
        select(BACKUPS).order_by(BACKUPS.c.as_of_ms.desc(), BACKUPS.c.id.desc()).limit(1)
    ).first()
    return None if row is None else msgspec.convert(dict(row._mapping), Backup)
