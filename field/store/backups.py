"""Backups: a folder with the database of one moment, the photos, and a manifest by which it is verified."""

import contextlib
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from field.problems import Problem
from field.store import backup_copy
from field.store.backup_copy import SQLITE_FILE
from field.store.backup_manifest import File, Manifest

MANIFEST = "manifest.json"
PHOTOS = "photos"
SECRETS = "secrets"
PARTIAL = ".partial"
READ_BYTES = 1 << 20
_NAME = re.compile(r"field-\d{8}T\d{6}Z(-\d+)?")
EDITION = 1


def make(
    url: str, photos: Path | None, secrets: Path, place: Path, now_ms: int, *, with_secrets: bool = False
) -> tuple[Path, Manifest]:
    """Make a backup in a new folder below `place`. `photos`: the folder of those that are kept, if one is.

    It appears under its name only when it is whole. Raises Problem storage-failed, storage-full.
    """
    folder = _new_folder(place, now_ms)
    partial = folder.with_name(folder.name + PARTIAL)
    try:
        partial.mkdir(mode=0o700, parents=True)
        found = backup_copy.copy(url, partial)
        number = None if photos is None else _copy_photos(photos, partial / PHOTOS, _before(place))
        if with_secrets:
            shutil.copytree(secrets, partial / SECRETS)
        manifest = Manifest(
            edition=EDITION,
            as_of_ms=now_ms,
            database="sqlite" if url.startswith("sqlite") else "postgresql",
            files={name: _described(path) for name, path in _files(partial)},
            photos=number,
            secrets=fingerprints(secrets),
            with_secrets=with_secrets,
            **{name: getattr(found, name) for name in found.__struct_fields__},
        )
        _write(partial / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        partial.rename(folder)
        _settle(place)
    except OSError as error:
        _drop(partial)
        raise Problem("storage-failed", f"The backup could not be written: {error.strerror}.") from error
    except BaseException:
        _drop(partial)
        raise
    return folder, manifest


def _drop(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _new_folder(place: Path, now_ms: int) -> Path:
    name = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("field-%Y%m%dT%H%M%SZ")
    at = 1
    while (folder := place / (name if at == 1 else f"{name}-{at}")).exists():
        at += 1
    return folder


def every(place: Path) -> list[Path]:
    """The whole backups below a folder, the oldest first."""
    if not place.is_dir():
        return []
    named = [path for path in place.iterdir() if _NAME.fullmatch(path.name) and (path / MANIFEST).is_file()]
    return sorted(named)


def _before(place: Path) -> Path | None:
    found = every(place)
    return found[-1] / PHOTOS if found and (found[-1] / PHOTOS).is_dir() else None


def _copy_photos(kept: Path, target: Path, before: Path | None) -> int:
    """Copy what is kept and never changes; what the backup before has is linked to it and takes no room."""
    target.mkdir(mode=0o700)
    for path in sorted(path for path in kept.rglob("*") if path.is_file()) if kept.is_dir() else ():
        inside = path.relative_to(kept)
        (target / inside).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # it was erased for good, meanwhile
            if not _linked(before, inside, target / inside, path.stat().st_size):
                shutil.copyfile(path, target / inside)
    return sum(1 for path in target.rglob("*") if path.is_file())


def _linked(before: Path | None, inside: Path, target: Path, size: int) -> bool:
    try:
        if before is None or (before / inside).stat().st_size != size:
            return False
        os.link(before / inside, target)
    except OSError:
        return False
    return True


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """All files but photos, which are named by what is in them."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.parts[0] != PHOTOS and inside.name != MANIFEST:
            yield str(inside), path


def _described(path: Path) -> File:
    return File(path.stat().st_size, hash_of(path))


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprints(secrets: Path) -> dict[str, str]:
    """By which the right keys are recognised, and which tell nothing of them."""
    if not secrets.is_dir():
        return {}
    return {
        path.name: hashlib.sha256(b"field: fingerprint of a key\n" + path.read_bytes()).hexdigest()[:32]
        for path in sorted(secrets.glob("*.key"))
    }


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> Manifest:
    """A backup's manifest. Raises Problem refused where it is none."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        words = f"{folder} is no whole backup: its {MANIFEST} cannot be read. Name the folder of one backup."
        raise Problem("refused", words) from error
    if manifest.edition != EDITION:
        raise Problem("refused", f"{folder} was made by a newer program. Use that one to restore it.")
    return manifest


def verify(folder: Path) -> tuple[Manifest, list[str]]:
    """Read every byte of a backup; what is wrong with it, by file, in words. Raises Problem refused."""
    manifest = read(folder)
    faults = []
    for name, told in sorted(manifest.files.items()):
        path = folder / name
        if not path.is_file():
            faults.append(f"{name} is missing")
        elif _described(path) != told:
            faults.append(f"{name} is not what was written: its SHA-256 or its size differs")
    faults += [f"{name} is not in the manifest" for name, _ in _files(folder) if name not in manifest.files]
    if not faults and manifest.database == "sqlite":
        wrong = backup_copy.check_sqlite(folder / SQLITE_FILE)
        faults += [f"{SQLITE_FILE} is damaged: {wrong}"] if wrong else []
    return manifest, faults + _photo_faults(folder, manifest)


def _photo_faults(folder: Path, manifest: Manifest) -> list[str]:
    if manifest.photos is None:
        return []
    found = [path for path in (folder / PHOTOS).rglob("*") if path.is_file()]
    faults = [f"{path.name} in {PHOTOS} is damaged" for path in sorted(found) if hash_of(path) != path.name]
    if len(found) != manifest.photos:
        faults.append(f"{PHOTOS} holds {len(found)} files, {manifest.photos} were written")
    return faults


def put_photos_back(folder: Path, kept: Path) -> int:
    """Put photos back that are not kept any more; what came later stays. How many were missing."""
    number = 0
    source = folder / PHOTOS
    for path in sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else ():
        target = kept / path.relative_to(source)
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial = target.with_name(target.name + PARTIAL)
            shutil.copyfile(path, partial)
            partial.rename(target)
            number += 1
    return number


def put_secrets_back(folder: Path, secrets: Path) -> None:
    """Put the keys back that were copied in clear, for their owner alone."""
    shutil.copytree(folder / SECRETS, secrets)
    secrets.chmod(stat.S_IRWXU)
    for path in secrets.iterdir():
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def prune(place: Path, keep: int) -> list[Path]:
    """Remove whole backups but the latest `keep`, gives those removed."""
    old = every(place)[:-keep]
    for folder in old:
        shutil.rmtree(folder)
    return old
