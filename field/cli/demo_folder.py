"""What the demonstration may throw away: its own folder and its own database, and nobody else's."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator

from field.cli.opening import migrate_to_latest, reaching, shown, sqlite_file
from field.cli.output import Exit, stop
from field.config import Settings
from field.store import marks

MADE_BY = "field demo"
NOTE = "made-by-field-demo.txt"
WORDS = "This folder belongs to `field demo`, which throws everything in it away when it starts again.\n"


@contextlib.contextmanager
def fresh(settings: Settings) -> Iterator[None]:
    """Make folder and database anew, and hold the folder until the end. Stops where they are not ours."""
    refuse_what_is_not_ours(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / NOTE).open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stop(
                f"A demonstration is running in {settings.data}. Stop it, or choose --data.", Exit.ENVIRONMENT
            )
        note.truncate(0)
        note.write(WORDS)
        note.flush()
        _throw_away(settings)
        migrate_to_latest(settings)
        marks.claim(settings.database_url, MADE_BY)
        yield


def refuse_what_is_not_ours(settings: Settings) -> None:
    """Stop where the folder or the database was made by anybody but the demonstration."""
    folder = settings.data
    if folder.is_dir() and any(folder.iterdir()) and not (folder / NOTE).is_file():
        words = f"The folder {folder} was not made by the demonstration, which throws its own away."
        stop(f"{words} Choose another with --data.", Exit.ENVIRONMENT)
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return
    with reaching(settings):
        maker = marks.maker(settings.database_url)
    if maker not in (marks.NOBODY, MADE_BY):
        words = (
            f"The database {shown(settings)} was not made by the demonstration, which throws its own away."
        )
        stop(f"{words} Name an empty one with --database-url.", Exit.ENVIRONMENT)


def _throw_away(settings: Settings) -> None:
    file = sqlite_file(settings)
    if file is None:
        with reaching(settings):
            marks.drop_everything(settings.database_url)
    else:
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
    for name in ("tablets", "secrets"):
        shutil.rmtree(settings.data / name, ignore_errors=True)
