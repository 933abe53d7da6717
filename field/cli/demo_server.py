"""The demonstration's server: the real one, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from field.cli.opening import variables
from field.cli.output import Exit, stop
from field.config import Settings

START_S = 60.0
STOP_S = 20.0
LOG = "server.log"


def with_free_port(settings: Settings) -> Settings:
    """The settings with their port if that is free, and another one if it is not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            probe.bind((settings.host, 0))
        return msgspec.structs.replace(settings, port=int(probe.getsockname()[1]))


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """Start `field serve`, give its address once it answers, and end it at the end."""
    log = settings.data / LOG
    command = [sys.executable, "-m", "field", "serve"]
    environ = {**os.environ, **variables(settings)}
    with log.open("wb") as output:
        # A process group of its own: Ctrl-C reaches this program alone, which then ends the server in order.
        process = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0
        )
    address = f"http://{settings.host}:{settings.port}"
    try:
        _wait(address, process, log)
        yield address
    finally:
        _end(process)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    patience = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < patience:
        try:
            httpx.get(f"{address}/api/keys").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    stop(f"The server did not start:\n{log.read_text(errors='replace')[-2000:]}", Exit.ENVIRONMENT)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
