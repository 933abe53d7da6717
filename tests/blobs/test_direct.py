"""Photos that do not come through the server: the bucket itself looks at the bytes; a folder says no."""

import base64
import hashlib
import os
import time
from pathlib import Path

import httpx
import pytest

from field.blobs.s3 import RULE, UNFINISHED_DAYS, Bucket
from field.blobs.storage import Direct, Folder, Storage
from field.problems import Problem
from tests.blobs.seaweed import BUCKET, S3, client

PHOTO = os.urandom(200_000)
SHA256 = hashlib.sha256(PHOTO).hexdigest()
ID = "01a2d1b5-5339-73fb-91f5-ab9bf85921f0"
FUTURE_MS = 4_000_000_000_000


@pytest.fixture
def bucket(s3: S3, tmp_path: Path, aws: None) -> Bucket:
    return Bucket(f"s3://{BUCKET}/{tmp_path.name}", endpoint=s3.endpoint)


def invited(bucket: Bucket, seconds: int = 60) -> Direct:
    found = bucket.invite(ID, SHA256, len(PHOTO), seconds)
    assert found is not None
    return found


def put(way: Direct, body: bytes, **more: str) -> int:
    return httpx.request(way.method, way.url, content=body, headers={**way.headers, **more}).status_code


def test_a_folder_leads_nobody_past_the_server(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "kept")
    assert folder.invite(ID, SHA256, len(PHOTO), 60) is None
    assert folder.shown_at(SHA256, "image/jpeg", 60) is None
    assert not folder.take_in(ID, SHA256, len(PHOTO))
    assert folder.sweep(FUTURE_MS) == 0


def test_every_place_says_how_it_stands(storage: Storage) -> None:
    assert storage.health().well
    assert "kept" in storage.health().found


def test_a_bucket_that_does_not_answer_is_told_with_what_to_look_at(aws: None) -> None:
    health = Bucket("s3://photos/away", endpoint="http://127.0.0.1:9").health()
    assert not health.well
    assert "FIELD_PHOTOS_ENDPOINT" in health.do
    assert "127.0.0.1" not in health.found


def test_what_a_client_brings_by_itself_is_kept_once_taken_in(bucket: Bucket) -> None:
    assert not bucket.take_in(ID, SHA256, len(PHOTO)), "nothing has come yet"
    assert put(invited(bucket), PHOTO) == 200
    assert bucket.size(SHA256) is None, "visible before anybody looked at it"
    assert bucket.take_in(ID, SHA256, len(PHOTO))
    assert b"".join(bucket.read(SHA256, 0, len(PHOTO))) == PHOTO
    assert not bucket.take_in(ID, SHA256, len(PHOTO)), "what came is left behind"


@pytest.mark.parametrize(
    "other", [os.urandom(len(PHOTO)), PHOTO[:-1], PHOTO + b"x"], ids=["other bytes", "fewer", "more"]
)
def test_the_bucket_itself_refuses_other_bytes(bucket: Bucket, other: bytes) -> None:
    way = invited(bucket)
    assert put(way, other, **{"Content-Length": str(len(other))}) >= 400
    sha256 = hashlib.sha256(other).digest()
    forged = {**way.headers, "Content-Length": str(len(other))}
    forged["x-amz-checksum-sha256"] = base64.b64encode(sha256).decode()
    assert httpx.put(way.url, content=other, headers=forged).status_code >= 400
    assert not bucket.take_in(ID, SHA256, len(PHOTO))


def test_bytes_that_a_bucket_did_not_look_at_are_looked_at_before_they_are_kept(bucket: Bucket) -> None:
    """There are buckets that take any checksum, and keep none."""
    guest = {"Bucket": bucket._bucket, "Key": bucket._guest(ID)}
    other = os.urandom(len(PHOTO))
    bucket._client.put_object(**guest, Body=other)
    with pytest.raises(Problem) as found:
        bucket.take_in(ID, SHA256, len(PHOTO))
    assert found.value.code == "photo-differs"
    assert bucket.size(SHA256) is None
    assert not bucket.take_in(ID, SHA256, len(PHOTO)), "the wrong bytes are gone"


def test_bytes_that_are_changed_while_they_are_looked_at_are_not_kept(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address to write to is still good then; only the bucket can tell whether it is the same object."""
    guest = {"Bucket": bucket._bucket, "Key": bucket._guest(ID)}
    bucket._client.put_object(**guest, Body=PHOTO)
    look, other = bucket._is, os.urandom(len(PHOTO))

    def looked_at(place: dict[str, str], found: object, sha256: str) -> bool:
        well = look(place, found, sha256)
        bucket._client.put_object(**guest, Body=other)
        return well

    with monkeypatch.context() as patched:
        patched.setattr(bucket, "_is", looked_at)
        with pytest.raises(Problem) as raised:
            bucket.take_in(ID, SHA256, len(PHOTO))
    assert raised.value.code == "storage-failed"
    assert bucket.size(SHA256) is None
    with pytest.raises(Problem, match="not the bytes"):
        bucket.take_in(ID, SHA256, len(PHOTO))


def test_an_invitation_ends(bucket: Bucket) -> None:
    way = invited(bucket, seconds=1)
    end = 0
    while put(way, PHOTO) == 200 and end < 50:
        end += 1
        time.sleep(0.2)
    assert put(way, PHOTO) == 403


def test_an_address_shows_a_picture_for_a_while_as_what_it_is(bucket: Bucket, tmp_path: Path) -> None:
    path = tmp_path / "arriving"
    path.write_bytes(PHOTO)
    bucket.keep(SHA256, path)
    shown = httpx.get(bucket.shown_at(SHA256, "image/jpeg", 60) or "")
    assert (shown.content == PHOTO, shown.headers["content-type"]) == (True, "image/jpeg")
    saved = httpx.get(bucket.shown_at(SHA256, "application/octet-stream", 60, name="a.bin") or "")
    assert saved.headers["content-disposition"] == 'attachment; filename="a.bin"'
    changed = (bucket.shown_at(SHA256, "image/jpeg", 60) or "").replace(SHA256, "0" * 64)
    assert httpx.get(changed).status_code == 403


def test_the_bucket_is_asked_to_encrypt(bucket: Bucket, s3: S3, tmp_path: Path) -> None:
    asked: list[tuple[str, str | None]] = []
    sealed = Bucket(f"s3://{BUCKET}/{tmp_path.name}", endpoint=s3.endpoint, encryption="aws:kms")

    def noted(model, params, **_):
        asked.append((model.name, params["headers"].pop("x-amz-server-side-encryption", None)))

    sealed._client.meta.events.register("before-call.s3", noted)
    for size in (5, 17_000_000):
        photo = os.urandom(size)
        path = tmp_path / "arriving"
        path.write_bytes(photo)
        sealed.keep(hashlib.sha256(photo).hexdigest(), path)
    sent = {name: said for name, said in asked if name in ("PutObject", "CreateMultipartUpload")}
    assert sent == {"PutObject": "aws:kms", "CreateMultipartUpload": "aws:kms"}
    way = sealed.invite(ID, SHA256, len(PHOTO), 60)
    assert way is not None
    assert way.headers["x-amz-server-side-encryption"] == "aws:kms"


def test_unfinished_uploads_end_by_a_rule_beside_those_the_bucket_has(bucket: Bucket, s3: S3) -> None:
    theirs = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}
    plain = client(s3.endpoint)
    plain.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [theirs]})
    bucket.sweep(0)
    rules = {each["ID"]: each for each in plain.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]}
    assert rules.keys() == {"theirs", RULE}
    assert rules[RULE]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == UNFINISHED_DAYS
    assert RULE in bucket.health().found
    plain.delete_bucket_lifecycle(Bucket=BUCKET)


def test_where_no_rule_may_be_set_the_server_ends_them(
    bucket: Bucket, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bucket, "_set_rule", lambda _: False)
    key = bucket._key(SHA256)
    bucket._client.create_multipart_upload(Bucket=BUCKET, Key=key)
    elsewhere = bucket._client.create_multipart_upload(Bucket=BUCKET, Key="not-ours/x")
    assert bucket.sweep(1_000) == 0, "ended while it was young"
    assert bucket.sweep(FUTURE_MS) == 1
    left = client(s3.endpoint).list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    assert [each["Key"] for each in left] == ["not-ours/x"]
    bucket._client.abort_multipart_upload(Bucket=BUCKET, Key="not-ours/x", UploadId=elsewhere["UploadId"])
