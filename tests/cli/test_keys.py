"""The server's keys as they are typed: rotated, revoked, published."""

from pathlib import Path

from tests.cli.conftest import Type


def test_a_key_is_rotated_and_the_trail_says_so(field: Type, data: Path) -> None:
    field("migrate")
    (one,) = field("keys", "list", "--json", "-").json()
    field("audit", "seal")
    assert field("keys", "rotate").code == 0
    field("audit", "seal")
    before, after = field("keys", "list", "--json", "-").json()
    assert (before["id"], after["endorsed_by"]) == (one["id"], one["id"])
    assert before["until_ms"] == after["since_ms"]
    entries = field("audit", "list", "--act", "key", "--json", "-").json()
    assert [entry["facts"]["server_key"] for entry in entries] == [after["public"]]
    assert {path.stat().st_mode & 0o077 for path in (data / "secrets").iterdir()} == {0}


def test_a_key_is_revoked_by_a_new_one(field: Type) -> None:
    field("migrate")
    (one,) = field("keys", "list", "--json", "-").json()
    run = field("keys", "revoke", one["id"], "--since", "2026-01-02T03:04")
    assert run.code == 0
    assert "2026-01-02 03:04 UTC" in run.out
    old, new = field("keys", "list", "--json", "-").json()
    assert old["revoked"]["by"] == new["id"]
    field("audit", "seal")
    (entry,) = field("audit", "list", "--act", "key-revoked", "--json", "-").json()
    assert (entry["about"], entry["by"].partition(" (")[0]) == ([one["id"]], "field keys revoke")
    assert field("keys", "revoke", "NOTHERE", "--since", "2026-01-02").code == 1
    assert field("keys", "revoke", new["id"], "--since", "2999-01-02").code == 2
    assert field("keys", "revoke", new["id"], "--since", "yesterday").code == 2


def test_keys_are_published_for_openssl(field: Type, tmp_path: Path) -> None:
    field("migrate")
    field("keys", "rotate")
    file = tmp_path / "server.pem"
    run = field("keys", "publish", "--to", str(file), "--json", "-")
    assert file.read_text().count("-----BEGIN PUBLIC KEY-----") == 2
    assert run.json()["server_key"] == run.json()["keys"][1]["public"]
