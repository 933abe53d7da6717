"""Making snapshots: a scope's rows, read a portion at a time, into files that are never altered afterwards.

Any number of processes may look for what is due at once: who makes a scope's next one is written down in the
database. Memory stays flat, whatever the size of a scope; what is made together on the disk stays within
`snapshot_bytes_max` and one more file.
"""

import hashlib
import os
import shutil
import stat
import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import structlog
import zstandard

from field.api.context import Context
from field.api.snapshot_files import SUFFIXES, folder_of, path_of
from field.store import pulls, snapshots
from field.store.snapshots import Head, Made
from field.sync import snapshots as rules
from field.sync import wire
from field.sync.snapshots import KEY_BYTES, TYPES, Cipher, File, Kept

LOOK_EVERY_MS = 10_000
ROWS_AT_ONCE = 500
HELD_MS = 120_000
"""How long the place of whoever makes a snapshot is kept without a word from them."""

GO_ON_MS = 30_000
ROW_BYTES = 400
"""What a row takes in both files together, where nothing is known yet."""

FREE_BYTES_MIN = 500_000_000
"""So much of the disk stays free: it belongs to what cannot be made again."""

_LEVELS = {"gzip": 6, "zstd": 6}

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL

_log = structlog.get_logger()


class _Written:
    """A file under way: compressed, hashed and counted as it is written."""

    def __init__(self, path: Path, name: str) -> None:
        self._file = os.fdopen(os.open(path, _NEW, stat.S_IRUSR | stat.S_IWUSR), "wb")
        self._packer: Any
        if name == "gzip":
            self._packer = zlib.compressobj(_LEVELS[name], zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        else:
            self._packer = zstandard.ZstdCompressor(level=_LEVELS[name]).compressobj()
        self._name = name
        self._sum = hashlib.sha256()
        self._bytes = 0

    def write(self, plain: bytes) -> None:
        self._keep(self._packer.compress(plain))

    def _keep(self, packed: bytes) -> None:
        self._file.write(packed)
        self._sum.update(packed)
        self._bytes += len(packed)

    def end(self, *, durable: bool) -> File:
        self._keep(self._packer.flush())
        self._file.flush()
        if durable:
            os.fsync(self._file.fileno())
        return File(TYPES[self._name], self._bytes, self._sum.hexdigest())

    def close(self) -> None:
        self._file.close()


class Builder:
    """Looks once in a while for snapshots to make, and for some to remove."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._next_ms = 0
        self._thin: dict[str, int] = {}

    def step(self) -> int:
        """Make what is due, if it is time to look again; how many were made."""
        now_ms = self._context.clock.now_ms()
        if self._context.snapshots is None or now_ms < self._next_ms:
            return 0
        self._next_ms = now_ms + LOOK_EVERY_MS
        return len(self.refresh())

    def refresh(self, only: str | None = None, *, now: bool = False) -> list[Made]:
        """Make every snapshot that is due, or one scope's; `now`: also where the last is fresh enough.

        A server that keeps no files makes none.

        Gives what was made here; what another process makes meanwhile is not among it.
        """
        context = self._context
        if context.snapshots is None:
            return []
        folder = folder_of(context)
        with context.store.read() as tx:
            epoch, kept = pulls.epoch(tx), snapshots.kept(tx)
            heads = snapshots.heads(tx, 1 if now else max(context.snapshot_rows_min, 1), only)
        latest = rules.latest(kept, epoch)
        made = []
        for head in heads:
            before = latest.get(head.name)
            if not self._wanted(head, before, now=now):
                continue
            if not _room(context, folder, kept, before, head):
                break
            one = build(context, folder, head, epoch, now=now)
            made += [one] if one is not None else []
        tidy(context)
        return made

    def _wanted(self, head: Head, before: Kept | None, *, now: bool) -> bool:
        rows_min = self._context.snapshot_rows_min
        if now:
            return before is None or before.n < head.n
        if not rules.due(head.n, before, rows_min):
            return False
        if before is None and head.n < self._thin.get(head.name, 0):
            return False
        with self._context.store.read() as tx:
            enough = snapshots.holds_rows(tx, head, rows_min)
        if not enough:
            # Much is replaced here and little stays: looked at again once it has moved on.
            self._thin[head.name] = head.n + max(rows_min // 2, 1)
        return enough


def _room(context: Context, folder: Path, kept: list[Kept], before: Kept | None, head: Head) -> bool:
    estimate = before.bytes if before is not None else head.n * ROW_BYTES
    used = sum(each.bytes for each in kept)
    free = shutil.disk_usage(folder).free
    if used + estimate <= context.snapshot_bytes_max and free - estimate >= FREE_BYTES_MIN:
        return True
    _log.warning("no room for a snapshot", scope=head.name, estimate=estimate, used=used, free=free)
    return False


def build(context: Context, folder: Path, head: Head, epoch: str, *, now: bool = False) -> Made | None:
    """Make a scope's snapshot; None where another process makes it, or made it just now."""
    id = context.clock.uuid7()
    if not _begin(context, head, epoch, id, now=now):
        return None
    done = None
    try:
        made = _write(context, folder, head, epoch, id)
        if made is not None:
            with context.store.write() as tx:
                done = made if snapshots.finish(context.store, tx, made, context.clock.now_ms()) else None
    finally:
        if done is None:
            _drop(folder, id)
            with context.store.write() as tx:
                snapshots.end(tx, head.name, id)
    if done is not None:
        _log.info("snapshot made", scope=head.name, n=head.n, rows=done.rows, id=id)
    return done


def _begin(context: Context, head: Head, epoch: str, id: str, *, now: bool) -> bool:
    now_ms = context.clock.now_ms()
    with context.store.write() as tx:
        if not snapshots.begin(context.store, tx, head.name, id, now_ms, now_ms + HELD_MS):
            return False
        # Whoever had the place before may have made it since this process looked.
        before = rules.latest(snapshots.kept(tx), epoch).get(head.name)
        fresh = before is not None and (
            before.n >= head.n if now else not rules.due(head.n, before, context.snapshot_rows_min)
        )
        if fresh:
            snapshots.end(tx, head.name, id)
        return not fresh


def _write(context: Context, folder: Path, head: Head, epoch: str, id: str) -> Made | None:
    """The files of a snapshot; None where the place was lost meanwhile."""
    store, clock = context.store, context.clock
    key = clock.token(KEY_BYTES)
    cipher, checksum, count, after = Cipher(key), 0, 0, 0
    again_ms = clock.now_ms() + GO_ON_MS
    with ExitStack() as stack:
        written = {name: _Written(path_of(folder, id, name), name) for name in TYPES}
        for each in written.values():
            stack.callback(each.close)
        while after < head.n:
            with store.read() as tx:
                portion = snapshots.portion(store, tx, head, after, ROWS_AT_ONCE)
            plain = b"".join(cipher.line(n, public, private) for n, public, private, _ in portion.rows)
            for _, _, _, digest in portion.rows:
                checksum = wire.add(checksum, digest)
            for each in written.values():
                each.write(plain)
            count, after = count + len(portion.rows), portion.last
            if clock.now_ms() >= again_ms:
                again_ms = clock.now_ms() + GO_ON_MS
                with store.write() as tx:
                    if not snapshots.go_on(tx, head.name, id, clock.now_ms() + HELD_MS):
                        return None
        files = {name: each.end(durable=store.durable) for name, each in written.items()}
    return Made(id, head.name, epoch, head.n, count, checksum, key, files)


def _drop(folder: Path, id: str) -> None:
    for name in TYPES:
        path_of(folder, id, name).unlink(missing_ok=True)


def tidy(context: Context) -> int:
    """Remove snapshots that may go, and files that nobody knows; how many snapshots went."""
    folder, now_ms = folder_of(context), context.clock.now_ms()
    with context.store.read() as tx:
        gone = rules.removable(snapshots.kept(tx), pulls.epoch(tx), now_ms, context.snapshot_bytes_max)
    with context.store.write() as tx:
        snapshots.expire(tx, now_ms)
        snapshots.remove(tx, gone)
    # First what lies there, then who is known: a file that is begun in between is not looked at.
    lying = [path for path in folder.iterdir() if path.suffix in SUFFIXES.values()]
    with context.store.read() as tx:
        known = snapshots.known(tx)
    for path in lying:
        if path.stem not in known:
            path.unlink(missing_ok=True)
    return len(gone)
