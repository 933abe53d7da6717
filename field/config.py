"""Settings: read once from the environment into a frozen Struct, and handed to whoever needs them.

A setting is a field of `Settings`; its variable is its name in capitals after `FIELD_`. So a new one is a
single line here, with its sentence.
"""

import difflib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from field.problems import Problem

_PREFIX = "FIELD_"
# PostgreSQL's own ways to write an address do not say which driver: it is always psycopg 3.
_POSTGRES = re.compile(r"^postgres(ql)?(\+psycopg)?://")
_PASSWORD = re.compile(r"(?<=://)([^:/@]+):[^@]*@")

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Count = Annotated[int, msgspec.Meta(ge=1)]
S3Encryption = Literal["", "AES256", "aws:kms"]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that can be set. `read` makes one; a test may make its own."""

    data: Path = Path("field-data")
    """The folder of everything kept on disk: database, photos, secrets. FIELD_DATA."""

    database_url: str = ""
    """`sqlite:///...` or `postgresql+psycopg://...`; `read` fills in `field.db` in the data folder."""

    host: str = "127.0.0.1"
    """The address to listen at. A proxy in front of it speaks TLS."""

    port: Port = 8040
    """The port to listen at; 0 takes a free one."""

    workers: Count = 1
    """How many server processes. More than one needs PostgreSQL to be of use: SQLite has one writer."""

    background_s: Seconds = 1.0
    """How often each process looks for assessments to make. 0: never, where another process does it."""

    sync_every_s: Annotated[float, msgspec.Meta(ge=1, le=900)] = 60.0
    """How often a tablet with nothing to send asks, in seconds; it is told more while many ask at once."""

    device_requests_s: Seconds = 20.0
    """How many requests a second one tablet may make for long, of each process; 0: as many as it likes."""

    pushes_at_once: Count = 16
    """How many pushes a process works on at the same time; others take turns."""

    pulls_at_once: Count = 8
    """How many pulls a process works on at the same time."""

    reads_at_once: Count = 8
    """How many requests of the console a process works on at the same time, and exports beside them."""

    waiting_max: Count = 200
    """How many of each kind may wait for their turn; more are told 503 with Retry-After."""

    bodies_mb_max: Annotated[int, msgspec.Meta(ge=16)] = 128
    """So many MB of bodies may be in a process's memory before they are worked on; more are told 503."""

    photos: str = ""
    """Where photos are kept: empty for the data folder, or s3://BUCKET/PREFIX. They arrive in the folder."""

    photos_endpoint: str = ""
    """The address of an S3 that is not Amazon's own. Its keys are found as boto3 does: AWS_ACCESS_KEY_ID."""

    photos_encryption: S3Encryption = ""
    """What the bucket shall encrypt photos by; empty: as the bucket itself is set."""

    photos_direct: bool = False
    """Whether tablets and browsers are led to the bucket itself; its address must be one that they reach."""

    photos_arriving_mb_max: Count = 2000
    """So many MB of photos may be under way from one tablet; the oldest of them end first."""

    photo_bytes_max: Count = 100_000_000
    """Photos of more bytes are kept, and not opened: they are in quarantine."""

    photo_pixels_max: Count = 120_000_000
    """Pictures that claim more pixels are kept, and not opened. Cameras take up to 108 million."""

    photo_s: Annotated[float, msgspec.Meta(gt=0)] = 20.0
    """How long one photo may take to be opened, in seconds. What takes longer is tried again, four times."""

    photo_memory_mb: Annotated[int, msgspec.Meta(ge=256)] = 1024
    """How much memory the process that opens photos may take, in MB."""

    photo_thumbnail_px: Annotated[int, msgspec.Meta(ge=32, le=1000)] = 320
    """The longer side of a photo in a list, in pixels."""

    photo_screen_px: Annotated[int, msgspec.Meta(ge=320, le=8000)] = 1600
    """The longer side of a photo as the console shows it, in pixels. The original can always be fetched."""

    snapshot_rows_min: Annotated[int, msgspec.Meta(ge=0)] = 2000
    """From so many rows on a scope is kept as a snapshot too, for tablets that are new. 0: none is."""

    snapshots_mb_max: Count = 2000
    """So many MB all snapshots may take; beyond it no new one is made and the replaced ones go."""

    audit_target: str = ""
    """Where each day's signed head of the audit trail is written: a folder, or s3://BUCKET/PREFIX; empty:
    nowhere, and then nobody outside can tell whether the trail was cut off."""

    audit_endpoint: str = ""
    """The address of an S3 for heads that is not Amazon's own. Its keys are found as boto3 does."""

    audit_lock_days: Count = 3650
    """How long a bucket with object lock shall let nobody remove a head."""

    app_least: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    """The oldest version (`schema`) of tablets' apps that is served; older ones are told app-too-old."""

    app_least_from: date = date(1970, 1, 1)
    """From which day on, UTC; before it every version is served."""

    journal: str = ""
    """The folder of the office journal, best on another disk; empty: what the office did
    since a backup is lost with the database."""

    @property
    def secrets(self) -> Path:
        """The folder of the server's keys, readable by its owner alone."""
        return self.data / "secrets"

    def __repr__(self) -> str:
        """As an operator may paste it into a letter: without the database's password."""
        shown = {name: getattr(self, name) for name in self.__struct_fields__}
        shown["database_url"] = _PASSWORD.sub(r"\1:***@", self.database_url)
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def read(environ: Mapping[str, str]) -> Settings:
    """The settings that an environment asks for, and the defaults for the rest.

    Raises `Problem("bad-setting")` for a `FIELD_...` variable that means nothing, since a mistyped name would
    otherwise leave a server running with a default that nobody chose, and for a value that cannot be.
    """
    given = {name: value for name, value in environ.items() if name.startswith(_PREFIX)}
    known = {_PREFIX + name.upper(): name for name in Settings.__struct_fields__}
    for variable in sorted(given):
        if variable not in known:
            raise Problem("bad-setting", _unknown(variable, known), setting=variable)
    values = {known[variable]: _value(variable, known[variable], text) for variable, text in given.items()}
    settings = Settings(**values)
    return msgspec.structs.replace(settings, database_url=_database_url(settings))


def _unknown(variable: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(variable, known, n=1)
    hint = f"Is {near[0]} meant?" if near else f"There are {', '.join(sorted(known))}."
    return f"The variable {variable} is set, but there is no such setting. {hint} Correct it or unset it."


def _value(variable: str, name: str, text: str) -> Any:
    wanted = next(field.type for field in msgspec.structs.fields(Settings) if field.name == name)
    if wanted is Path:
        return Path(text).expanduser()
    try:
        return msgspec.convert(text, wanted, strict=False)
    except msgspec.ValidationError as error:
        detail = (
            f"The variable {variable} is set to '{text}', which cannot be: {error}. Correct it or unset it."
        )
        raise Problem("bad-setting", detail, setting=variable) from None


def _database_url(settings: Settings) -> str:
    if not settings.database_url:
        return f"sqlite:///{settings.data / 'field.db'}"
    return _POSTGRES.sub("postgresql+psycopg://", settings.database_url)
