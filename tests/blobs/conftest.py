"""The two kinds of place where photos are kept, for the same tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from field.blobs.s3 import Bucket
from field.blobs.storage import Folder, Storage
from tests.blobs.seaweed import BUCKET, KEY, S3, SECRET, running_s3


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    with running_s3() as found:
        yield found


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys, where boto3 looks for them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, aws: None) -> Storage:
    if request.param == "folder":
        return Folder(tmp_path / "kept")
    s3: S3 = request.getfixturevalue("s3")
    # Each test has a corner of its own in the bucket.
    return Bucket(f"s3://{BUCKET}/{tmp_path.name}", endpoint=s3.endpoint)
