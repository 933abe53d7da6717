"""The server's process: granian calls `make_app` in each worker, which opens a context of its own."""

import gc
import os
import socket
from typing import TYPE_CHECKING

from field import config
from field.app import create_app, open_context
from field.cli.output import Exit, stop
from field.clock import SystemClock
from field.config import Settings

if TYPE_CHECKING:
    from litestar import Litestar

TARGET = "field.cli.server:make_app"
GARBAGE_BEFORE_LOOK = 50_000
LINE_BYTES_MAX = 128 * 1024
"""So much is read ahead of each connection: less than granian's own 400 kB, for many photos at once."""

ALLOCATION = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
WORKER_STOP_S = 10
"""How long a worker may finish what it answers before it is ended."""


def make_app() -> "Litestar":
    """The application with the settings of the environment, closed when the server stops."""
    settings = config.read(os.environ)
    context = open_context(settings, SystemClock())
    app = create_app(context, background_s=settings.background_s or None)
    app.on_shutdown.append(context.store.close)
    # What is there now stays. Looking through it again and again cost a tenth of a push's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_BEFORE_LOOK, 20, 50)
    return app


def port_of(settings: Settings) -> int:
    """The port to listen at: the one that was set, or a free one for 0. Stops where it is in use.

    Granian shares a port with whoever else listens there, so that a second server would get half of the
    first one's requests: it is asked for here, without sharing.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            words = f"{settings.host} port {settings.port} cannot be listened at: {error.strerror}."
            stop(f"{words} Stop what uses it, or choose another with --port.", Exit.ENVIRONMENT)
        return int(probe.getsockname()[1])


def run(settings: Settings, *, quiet: bool = False) -> None:
    """Serve until the process is interrupted or told to end; then let the workers finish their answers."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # For the workers, which begin anew: memory that many threads used for a moment goes back to the machine.
    for name, value in ALLOCATION.items():
        os.environ.setdefault(name, value)
    Granian(
        TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        factory=True,
        websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=LINE_BYTES_MAX),
        log_level=LogLevels.warning if quiet else LogLevels.info,
        workers_kill_timeout=WORKER_STOP_S,
    ).serve()
