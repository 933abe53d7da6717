"""Signed heads of the audit trail in a bucket of S3, or of what speaks its language."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from field.blobs.heads import FILE_BYTES_MAX, differs, failed
from field.problems import Problem

_MISSING = ("404", "NoSuchKey", "NotFound", "ObjectLockConfigurationNotFoundError", "NotImplemented")
_TAKEN = ("PreconditionFailed", "412", "ConditionalRequestConflict")


class HeadBucket:
    """Heads as objects of a bucket, written only where there is none; locked where the bucket can do that."""

    def __init__(self, url: str, *, endpoint: str, lock_days: int) -> None:
        """`url` is s3://BUCKET/PREFIX; `lock_days`: how long nobody may remove them, where locks are on."""
        place = urlsplit(url)
        if place.scheme != "s3" or not place.netloc:
            raise Problem("bad-setting", f"Heads are written to a folder or s3://BUCKET/PREFIX, not {url!r}.")
        self.place = url
        self._bucket = place.netloc
        self._prefix = f"{place.path.strip('/')}/" if place.path.strip("/") else ""
        self._lock_days = lock_days
        style = "path" if endpoint else "auto"
        config = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": style},
        )
        self._client = boto3.client("s3", endpoint_url=endpoint or None, config=config)

    def put(self, name: str, content: bytes, now_ms: int) -> None:
        """See Target."""
        there = self._get(name)
        if there is None:
            self._do("put_object", Key=name, Body=content, IfNoneMatch="*", **self._lock(now_ms))
            # The condition may have found another's: what is there is what counts.
            there = self._get(name)
        if there != content:
            raise differs(self.place, name)

    def _lock(self, now_ms: int) -> dict[str, Any]:
        found = self._do("get_object_lock_configuration", missing=None)
        rule = (found or {}).get("ObjectLockConfiguration", {})
        if rule.get("ObjectLockEnabled") != "Enabled":
            return {}
        until = datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(days=self._lock_days)
        return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}

    def _get(self, name: str) -> bytes | None:
        found = self._do("get_object", missing=None, Key=name)
        return None if found is None else found["Body"].read(FILE_BYTES_MAX)

    def all(self) -> dict[str, bytes]:
        """See Target."""
        files: dict[str, bytes] = {}
        after = ""
        while True:
            page = self._do("list_objects_v2", Prefix=self._prefix, StartAfter=after)
            for each in page.get("Contents", []):
                after = each["Key"]
                name = after.removeprefix(self._prefix)
                content = self._get(name)
                if content is not None:
                    files[name] = content
            if not page.get("IsTruncated"):
                return files

    def _do(self, verb: str, **parameters: Any) -> Any:
        """Ask the bucket. What is not there is None where `missing` is given, as a lost race for a name."""
        may_miss = "missing" in parameters
        parameters.pop("missing", None)
        if "Key" in parameters:
            parameters["Key"] = self._prefix + parameters["Key"]
        try:
            return getattr(self._client, verb)(Bucket=self._bucket, **parameters)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if may_miss and code in _MISSING:
                return None
            if code in _TAKEN:
                return None
            raise failed(self.place, code) from error
        except (BotoCoreError, OSError) as error:
            raise failed(self.place, type(error).__name__) from error
