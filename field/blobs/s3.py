"""Photos in a bucket of S3, or of what speaks its language."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from field.blobs.storage import READ_BYTES, Direct, Health
from field.problems import Problem

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts of 5 MiB and more, but for the last."""

_SENDING = TransferConfig(
    multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, max_concurrency=2, num_download_attempts=3
)
_MISSING = ("404", "NoSuchKey", "NotFound", "NoSuchUpload")
UNFINISHED_DAYS = 7
RULE = "field-unfinished-uploads"
"""The bucket's own rule for what was begun and never ended."""


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
        self._sealed: dict[str, Any] = {"ServerSideEncryption": encryption} if encryption else {}
        self._ruled: bool | None = None
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            config=Config(
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 4, "mode": "standard"},
                # A server under its own address answers at /BUCKET, and has no name for each of them.
                s3={"addressing_style": "path" if endpoint else "auto"},
            ),
        )

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256[:2]}/{sha256}"

    def keep(self, sha256: str, path: Path, *, anew: bool = False) -> None:
        """See Storage."""
        size = path.stat().st_size
        with _told():
            if anew or self.size(sha256) != size:
                self._send(sha256, path, size)
            if self.size(sha256) != size:
                raise Problem(
                    "storage-failed", "The photo did not arrive whole in the bucket. Send it again."
                )
        path.unlink(missing_ok=True)

    def _send(self, sha256: str, path: Path, size: int) -> None:
        """Send a file, read a little at a time; a small one without the threads that several parts need."""
        asked = {"ChecksumAlgorithm": "SHA256", **self._sealed}
        if size <= PART_BYTES:
            with path.open("rb") as file:
                self._client.put_object(Bucket=self._bucket, Key=self._key(sha256), Body=file, **asked)
            return
        self._client.upload_file(str(path), self._bucket, self._key(sha256), ExtraArgs=asked, Config=_SENDING)

    def size(self, sha256: str) -> int | None:
        """See Storage."""
        with _told():
            found = self._head(self._key(sha256))
        return None if found is None else int(found["ContentLength"])

    def _head(self, key: str) -> Any:
        """What the bucket says of an object; None where there is none."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """See Storage."""
        if end <= start:
            return
        with _told():
            try:
                asked = f"bytes={start}-{end - 1}"
                found = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256), Range=asked)
            except ClientError as error:
                if _code(error) in _MISSING:
                    raise Problem("not-found", "The bytes of this photo are not here.") from None
                raise
            yield from found["Body"].iter_chunks(READ_BYTES)

    # Without the server in between.

    def _guest(self, id: str) -> str:
        # Never where photos are kept: what is there was looked at, and nobody gets a pen for it.
        return f"{self._prefix}arriving/{id}"

    def invite(self, id: str, sha256: str, size: int, seconds: int) -> Direct | None:
        """See Storage. Hash and size are signed into the address: the bucket looks at the bytes itself."""
        checksum = _base64(sha256)
        place = {"Bucket": self._bucket, "Key": self._guest(id)}
        asked = {**place, "ContentLength": size, "ChecksumSHA256": checksum, **self._sealed}
        with _told():
            url = self._client.generate_presigned_url("put_object", Params=asked, ExpiresIn=seconds)
        headers = {"Content-Length": str(size), "x-amz-checksum-sha256": checksum}
        if self._sealed:
            headers["x-amz-server-side-encryption"] = self._sealed["ServerSideEncryption"]
        return Direct(url, "PUT", headers)

    def take_in(self, id: str, sha256: str, size: int, *, anew: bool = False) -> bool:
        """See Storage."""
        guest = {"Bucket": self._bucket, "Key": self._guest(id)}
        with _told():
            found = self._head(guest["Key"])
            if found is None:
                return False
            if found["ContentLength"] != size or not self._is(guest, found, sha256):
                self._client.delete_object(**guest)
                raise Problem(
                    "photo-differs", "These are not the bytes of the photo. It stays on the tablet."
                )
            key = self._key(sha256)
            if anew or self.size(sha256) != size:
                # That very object which was looked at: who was invited may still write to its place.
                self._client.copy_object(
                    Bucket=self._bucket,
                    Key=key,
                    CopySource=guest,
                    CopySourceIfMatch=found["ETag"],
                    ChecksumAlgorithm="SHA256",
                    **self._sealed,
                )
            if self.size(sha256) != size:
                raise Problem(
                    "storage-failed", "The photo did not arrive whole in the bucket. Send it again."
                )
            self._client.delete_object(**guest)
        return True

    def _is(self, guest: dict[str, Any], found: Any, sha256: str) -> bool:
        """Whether an object has a hash; one that the bucket took no checksum of is read."""
        if said := found.get("ChecksumSHA256"):
            return bool(said == _base64(sha256))
        whole = hashlib.sha256()
        for some in self._client.get_object(**guest, IfMatch=found["ETag"])["Body"].iter_chunks(READ_BYTES):
            whole.update(some)
        return whole.hexdigest() == sha256

    def remove(self, sha256: str) -> None:
        """See Storage. Where the bucket keeps versions, each of them goes."""
        key = self._key(sha256)
        with _told():
            versions = self._client.list_object_versions(Bucket=self._bucket, Prefix=key)
            for each in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
                if each["Key"] == key and each["VersionId"] not in ("", "null"):
                    self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=each["VersionId"])
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def turn_away(self, id: str) -> None:
        """See Storage."""
        with _told():
            self._client.delete_object(Bucket=self._bucket, Key=self._guest(id))

    def shown_at(self, sha256: str, media_type: str, seconds: int, *, name: str = "") -> str | None:
        """See Storage."""
        asked = {"Bucket": self._bucket, "Key": self._key(sha256), "ResponseContentType": media_type}
        if name:
            asked["ResponseContentDisposition"] = f'attachment; filename="{name}"'
        with _told():
            url: str = self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)
        return url

    # What was begun and never came to its end.

    def sweep(self, before_ms: int) -> int:
        """See Storage. The bucket does it by itself where it takes a rule for it; else it is done here."""
        if self._ruled is None:
            self._ruled = self._has_rule() or self._set_rule()
        return 0 if self._ruled else self._abort_older(before_ms / 1000)

    def _rules(self) -> list[Any]:
        """The bucket's rules. Raises ClientError where they may not be seen, or are not known here."""
        try:
            found = self._client.get_bucket_lifecycle_configuration(Bucket=self._bucket)
        except ClientError as error:
            if _code(error) == "NoSuchLifecycleConfiguration":
                return []
            raise
        return list(found.get("Rules", []))

    def _has_rule(self) -> bool:
        try:
            return any(rule.get("ID") == RULE for rule in self._rules())
        except (BotoCoreError, ClientError):
            return False

    def _set_rule(self) -> bool:
        """Add the rule to those that the bucket has; whether that is allowed."""
        rule = {
            "ID": RULE,
            "Status": "Enabled",
            "Filter": {"Prefix": self._prefix},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
        }
        try:
            rules = {"Rules": [*self._rules(), rule]}
            self._client.put_bucket_lifecycle_configuration(Bucket=self._bucket, LifecycleConfiguration=rules)
        except (BotoCoreError, ClientError):
            return False
        return True

    def _abort_older(self, before_s: float) -> int:
        aborted = 0
        with _told():
            for page in self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=self._prefix
            ):
                for each in page.get("Uploads", []):
                    if each["Initiated"].timestamp() < before_s:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=each["Key"], UploadId=each["UploadId"]
                        )
                        aborted += 1
        return aborted

    def health(self) -> Health:
        """See Storage."""
        place = f"s3://{self._bucket}/{self._prefix}"
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except (BotoCoreError, ClientError) as error:
            words = _code(error) if isinstance(error, ClientError) else type(error).__name__
            todo = "Check FIELD_PHOTOS, FIELD_PHOTOS_ENDPOINT and the keys (AWS_ACCESS_KEY_ID)."
            return Health(False, f"{place} does not answer: {words}", todo)
        if self._has_rule():
            return Health(True, f"kept at {place}; the bucket ends unfinished uploads by its rule {RULE}")
        return Health(True, f"kept at {place}; the server ends unfinished uploads, or sets a rule that does")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()


@contextmanager
def _told() -> Iterator[None]:
    """The bucket's own words may name keys and hosts: they are for the log, which has the error itself."""
    try:
        yield
    except (BotoCoreError, ClientError, OSError) as error:
        detail = "The place where photos are kept cannot be reached. It stays on the tablet; send it again."
        raise Problem("storage-failed", detail) from error
