"""Photos in a bucket of S3, or of what speaks its language."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from field.blobs.storage import READ_BYTES
from field.problems import Problem

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts of 5 MiB and more, but for the last."""

_SENDING = TransferConfig(
    multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2, num_download_attempts=3
)
_MISSING = ("404", "NoSuchKey", "NotFound")


class Bucket:
    """Photos in a bucket, as `PREFIX/ab/abcd...`. An object appears there whole or not at all.

    The keys to it are found as boto3 finds them: in the environment, or by the machine's role.
    """

    def __init__(self, url: str, *, endpoint: str = "", encryption: str = "") -> None:
        """`url` is s3://BUCKET/PREFIX; `encryption` what the bucket shall encrypt by: AES256 or aws:kms."""
        place = urlsplit(url)
        if place.scheme != "s3" or not place.netloc:
            raise Problem("bad-setting", f"Photos are kept at s3://BUCKET/PREFIX, not at {url!r}.")
        self._bucket = place.netloc
        self._prefix = f"{place.path.strip('/')}/" if place.path.strip("/") else ""
        self._extra: dict[str, Any] = {"ChecksumAlgorithm": "SHA256"}
        if encryption:
            self._extra["ServerSideEncryption"] = encryption
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            config=Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 4, "mode": "standard"},
                # A server under its own address answers at /BUCKET, and has no name for each of them.
                s3={"addressing_style": "path" if endpoint else "auto"},
            ),
        )

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256[:2]}/{sha256}"

    def keep(self, sha256: str, path: Path) -> None:
        """See Storage."""
        size = path.stat().st_size
        with _told():
            if self.size(sha256) != size:
                self._client.upload_file(
                    str(path), self._bucket, self._key(sha256), ExtraArgs=self._extra, Config=_SENDING
                )
            if self.size(sha256) != size:
                raise Problem(
                    "storage-failed", "The photo did not arrive whole in the bucket. Send it again."
                )
        path.unlink(missing_ok=True)

    def size(self, sha256: str) -> int | None:
        """See Storage."""
        with _told():
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _MISSING:
                    return None
                raise
        return int(found["ContentLength"])

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """See Storage."""
        if end <= start:
            return
        with _told():
            try:
                asked = f"bytes={start}-{end - 1}"
                found = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256), Range=asked)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _MISSING:
                    raise Problem("not-found", "The bytes of this photo are not here.") from None
                raise
            yield from found["Body"].iter_chunks(READ_BYTES)


@contextmanager
def _told() -> Iterator[None]:
    """The bucket's own words may name keys and hosts: they are for the log, which has the error itself."""
    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:
        detail = "The place where photos are kept cannot be reached. It stays on the tablet; send it again."
        raise Problem("storage-failed", detail) from error
