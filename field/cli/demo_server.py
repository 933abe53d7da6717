"""The demonstration's server: the real one, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
    """Start `field serve`, give its address once it answers itself, and end it at the end.

    Somebody else's server at the port is not taken for it: the one that answers has this one's key.
    """
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
        _wait(address, process, settings)
        yield address
    finally:
        _end(process)


def _wait(address: str, process: "subprocess.Popen[bytes]", settings: Settings) -> None:
    patience = time.monotonic() + START_S
    with httpx.Client(base_url=address) as client:
        while process.poll() is None and time.monotonic() < patience:
            try:
                answer = client.get("/api/keys").raise_for_status()
                if answer.json()["server_key"] == _own_key(settings):
                    return
            except (httpx.HTTPError, ValueError, LookupError, TypeError):
                pass  # not there yet, or nothing of ours: the log says which
            time.sleep(0.05)
    said = (settings.data / LOG).read_text(errors="replace")[-2000:]
    stop(f"The server did not start:\n{said}", Exit.ENVIRONMENT)


def _own_key(settings: Settings) -> str:
    from field.app import key_folder
    from field.clock import SystemClock

    return key_folder(settings.secrets, SystemClock()).opened().public


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
