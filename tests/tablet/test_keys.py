"""The server changes its key while tablets are away: their work is handed in, and nobody is enrolled anew."""

from pathlib import Path

import pytest

from field.app import key_folder
from field.store.key_files import LIST, SEED_BYTES
from field.sync import keyring
from field.sync.keyring import Ring
from field.sync.signing import ServerKey
from field.tablet.transport import Response
from tests.tablet.conftest import Office


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    return tmp_path / "secrets"


def rotate(office: Office, secrets: Path) -> Ring:
    """What `field keys rotate` does, in another process than the server's."""

    def work(ring: Ring, made: ServerKey | None) -> Ring:
        assert made is not None
        return keyring.rotated(ring, made, office.true.now_ms())

    return key_folder(secrets, office.true).change(office.true.token(SEED_BYTES), work)


def test_a_tablet_that_was_away_over_two_keys_believes_the_third(office: Office, secrets: Path) -> None:
    tablet = office.tablet("away")
    first = tablet.trust.keys
    form = tablet.open_form(office.visit)
    form.save({"notes": "the gate was shut"})
    rotate(office, secrets)
    ring = rotate(office, secrets)
    assert office.world.context.key.id == ring.current.id != keyring.key_id(first[0])
    assert tablet.sync().complete
    assert tablet.trust.keys == [key.public for key in ring.keys]
    assert office.row(office.visit)["notes"] == "the gate was shut"
    # It is asked for once: from now on the tablet knows.
    asked = [path for path, _, _ in office.line.sent if path == "/api/keys"]
    tablet.open_form(office.visit).save({"notes": "open again"})
    assert tablet.sync().complete
    assert [path for path, _, _ in office.line.sent if path == "/api/keys"] == asked == ["/api/keys"]


def test_a_tablet_that_only_looks_hears_of_the_new_key_too(office: Office, secrets: Path) -> None:
    tablet = office.tablet("looks")
    ring = rotate(office, secrets)
    assert tablet.sync().complete
    assert tablet.trust.keys[-1] == ring.current.public


def test_another_server_with_a_list_of_its_own_is_not_believed(office: Office) -> None:
    tablet = office.tablet("led astray")
    strange = keyring.alone(ServerKey(b"s" * 32))

    def led(path: str, answer: Response) -> Response:
        body = b'{"keys":[{"id":"%s","public":"%s","since_ms":0}]}' % (
            strange.current.id.encode(),
            strange.current.public.encode(),
        )
        if path == "/api/keys":
            return Response(200, {}, body)
        signed = strange.secrets[strange.current.id].sign(answer.body)
        return Response(
            answer.status, {"field-key": strange.current.id, "field-receipt": signed}, answer.body
        )

    office.line.after = led
    tablet.open_form(office.visit).save({"notes": "x"})
    assert not tablet.sync().complete
    assert tablet.status().only_here == 1
    office.line.mend()
    assert tablet.sync().complete


def test_a_photos_receipt_by_the_new_key_frees_the_picture(office: Office, secrets: Path) -> None:
    tablet = office.tablet("camera")
    report = tablet.new_record("report", {"visit": office.visit, "months_checked": [], "months_paid": []})
    tablet.new_photo({"report": report, "media_type": "image/jpeg"}, b"bytes of a picture")
    rotate(office, secrets)
    assert tablet.sync().complete
    assert tablet.photos.waiting() == 0


def test_revoking_reaches_a_tablet_and_its_work_by_older_times_still_lands(
    office: Office, secrets: Path
) -> None:
    tablet = office.tablet("honest")
    tablet.open_form(office.visit).save({"notes": "captured by the time of the first key"})
    first = office.world.context.key.id
    rotate(office, secrets)
    ring = key_folder(secrets, office.true).change(None, lambda ring, _: keyring.revoked(ring, first, 1))
    assert tablet.sync().complete
    assert tablet.trust.keys == [ring.current.public]
    assert office.row(office.visit)["notes"] == "captured by the time of the first key"


def test_a_list_without_its_key_is_said_and_signs_nothing(office: Office, secrets: Path) -> None:
    ring = rotate(office, secrets)
    (secrets / f"server-{ring.current.id}.key").unlink()
    (secrets / LIST).touch()
    with pytest.raises(Exception, match="Put the folder of secrets back whole"):
        key_folder(secrets, office.true).opened()
