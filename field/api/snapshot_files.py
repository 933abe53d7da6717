"""Where the files of snapshots lie, and which of them a pull may offer."""

import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from field.api.context import Context
from field.store import pulls, snapshots
from field.sync.snapshots import TYPES, Offered

SUFFIXES = {"gzip": ".gz", "zstd": ".zst"}


def path_of(folder: Path, id: str, name: str) -> Path:
    """Where a file of a snapshot lies; `name` is "gzip" or "zstd"."""
    return folder / f"{id}{SUFFIXES[name]}"


def folder_of(context: Context) -> Path:
    """The folder of the files, made where it is not there yet."""
    assert context.snapshots is not None
    context.snapshots.mkdir(parents=True, exist_ok=True)
    context.snapshots.chmod(stat.S_IRWXU)
    return context.snapshots


def offers(context: Context) -> pulls.Offers:
    """What a pull offers of snapshots whose files are here."""
    folder = context.snapshots

    def offered(tx: Connection, scopes: Sequence[str]) -> dict[str, bytes]:
        if folder is None or not scopes:
            return {}
        found = snapshots.offers(context.store, tx, scopes, pulls.epoch(tx))
        return {
            scope: msgspec.json.encode(Offered(offer))
            for scope, offer in found.items()
            if all(path_of(folder, offer.id, name).exists() for name in TYPES)
        }

    return offered
