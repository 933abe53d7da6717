"""Heads in a real bucket: written once, never over another, locked where the bucket can do that."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from field.blobs.heads_s3 import HeadBucket
from field.problems import Problem
from tests.blobs.seaweed import BUCKET, KEY, S3, SECRET

NOW_MS = 1_900_000_000_000


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def client(s3: S3) -> Any:
    return boto3.client("s3", endpoint_url=s3.endpoint, config=Config(s3={"addressing_style": "path"}))


@pytest.mark.usefixtures("keys")
def test_a_head_is_written_once_and_never_over_another(s3: S3, tmp_path: Path) -> None:
    bucket = HeadBucket(f"s3://{BUCKET}/{tmp_path.name}", endpoint=s3.endpoint, lock_days=1)
    for day in ("01", "02"):
        for _ in range(2):
            bucket.put(f"audit-2026-01-{day}.json", day.encode(), NOW_MS)
    with pytest.raises(Problem, match="another one"):
        bucket.put("audit-2026-01-01.json", b"03", NOW_MS)
    assert bucket.all() == {"audit-2026-01-01.json": b"01", "audit-2026-01-02.json": b"02"}


@pytest.mark.usefixtures("keys")
def test_a_bucket_with_object_lock_lets_nobody_remove_a_head(s3: S3) -> None:
    there = client(s3)
    there.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    bucket = HeadBucket("s3://locked/heads", endpoint=s3.endpoint, lock_days=1)
    bucket.put("audit-2026-01-01.json", b"01", NOW_MS)
    [version] = there.list_object_versions(Bucket="locked")["Versions"]
    with pytest.raises(ClientError):
        there.delete_object(Bucket="locked", Key=version["Key"], VersionId=version["VersionId"])
    assert bucket.all() == {"audit-2026-01-01.json": b"01"}


@pytest.mark.usefixtures("keys")
def test_a_bucket_that_is_not_there_is_told_in_words(s3: S3) -> None:
    with pytest.raises(Problem, match="cannot be used"):
        HeadBucket("s3://nowhere/x", endpoint=s3.endpoint, lock_days=1).put("a", b"", NOW_MS)
    with pytest.raises(Problem, match="s3://BUCKET"):
        HeadBucket("http://nowhere/x", endpoint=s3.endpoint, lock_days=1)
