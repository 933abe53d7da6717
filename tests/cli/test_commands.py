"""Commands on a real database, and what their exit codes promise to scripts."""

import re
import socket
import stat
from pathlib import Path

import pytest

from field.store import migrate
from tests.cli.conftest import Type

COMMANDS = (
    "serve", "migrate", "import districts", "import establishments", "import schedules",
    "import payments", "payments unmatched", "user add",
    "user list", "user give", "user end", "user transfer", "user password", "scope preview",
    "device enrol", "device revoke", "device list", "assess",
    "import directorates", "import nightly", "registry disagreements", "directorates list",
    "statute list", "statute impact", "statute add", "sim", "doctor",
)  # fmt: skip


def test_help_names_the_exit_codes(field: Type) -> None:
    shown = field("--help")
    assert shown.code == 0
    assert all(word in shown.out for word in ("Exit codes", "doctor", "serve"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_how_it_is_typed(field: Type, command: str) -> None:
    shown = field(*command.split(), "--help")
    assert shown.code == 0
    assert "Example: " in shown.out
    assert f"field {command.split()[0]}" in " ".join(shown.out.split())


def test_migrating_twice_is_the_same_as_migrating_once(field: Type, data: Path) -> None:
    assert field("migrate").code == 0
    again = field("migrate", "--json", "-")
    assert again.json() == {"before": migrate.latest(), "after": migrate.latest()}
    assert "already" in again.err


@pytest.mark.parametrize(
    "command", [("serve",), ("device", "list"), ("user", "add", "a", "--posting", "directorate")]
)
def test_a_database_that_is_not_prepared_is_refused_with_the_command_to_type(
    field: Type, data: Path, command: tuple[str, ...]
) -> None:
    refused = field(*command)
    assert refused.code == 3
    assert "field migrate" in refused.err
    assert not data.exists(), "a look must not leave an empty database behind"


def test_a_database_that_does_not_answer_is_told_in_words(field: Type) -> None:
    refused = field("migrate", "--database-url", "postgresql://field:rose-water@127.0.0.1:1/field")
    assert refused.code == 3
    assert "cannot be reached" in refused.err
    assert "rose-water" not in refused.err


@pytest.mark.parametrize("url", ["mysql://localhost/field", "postgresql://field@host:port/x", "nonsense"])
def test_a_database_of_another_kind_is_refused(field: Type, url: str) -> None:
    refused = field("migrate", "--database-url", url)
    assert refused.code == 3
    assert "Traceback" not in refused.err


def test_a_file_that_is_no_database_is_refused(field: Type, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir, " * 100)
    refused = field("migrate", "--database-url", f"sqlite:///{letter}")
    assert refused.code == 3
    assert "not a database" in refused.err


def test_a_mistyped_setting_is_told_in_words(field: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELD_PROT", "9000")
    refused = field("migrate")
    assert refused.code == 3
    assert "Is FIELD_PORT meant?" in refused.err


def test_an_account_is_added_once(field: Type) -> None:
    field("migrate")
    added = field("user", "add", "office", "--posting", "administrator", "--json", "-")
    assert added.code == 0
    account = added.json()
    assert isinstance(account, dict)
    assert account["password"] in added.err
    assert account["postings"][0]["role"] == "administrator"
    again = field("user", "add", "office", "--posting", "administrator")
    assert again.code == 1
    assert "login office" in again.err


def test_a_password_may_come_from_a_file_and_is_not_shown(field: Type, tmp_path: Path) -> None:
    field("migrate")
    (tmp_path / "password").write_text("rose-water\n")
    added = field("user", "add", "office", "--posting", "directorate", "--password-file", "password")
    assert added.code == 0
    assert "rose-water" not in added.out + added.err
    (tmp_path / "password").write_text("short\n")
    refused = field("user", "add", "other", "--posting", "directorate", "--password-file", "password")
    assert refused.code == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--posting", "king"),
        ("--posting", "supervisor:"),
        (),
        ("--posting", "directorate", "--from", "July"),
    ],
)
def test_wrong_usage_has_an_exit_code_of_its_own(field: Type, options: tuple[str, ...]) -> None:
    assert field("user", "add", "office", *options).code == 2


def test_a_posting_in_a_district_that_is_not_there_is_refused(field: Type) -> None:
    field("migrate")
    refused = field("user", "add", "somebody", "--posting", "inspector:nowhere")
    assert refused.code == 1
    assert "field import districts" in refused.err


def test_a_tablet_that_is_not_there_cannot_be_revoked(field: Type) -> None:
    field("migrate")
    refused = field("device", "revoke", "0198c2d4-7a31-7c50-9d6e-3f1b2a4c5d6e")
    assert refused.code == 1
    assert "no such tablet" in refused.err


def test_the_doctor_tells_what_to_do_about_a_new_machine(field: Type) -> None:
    looked = field("doctor", "--json", "-")
    assert looked.code == 1
    checks = {check["name"]: check for check in looked.json()}  # type: ignore[attr-defined]
    assert checks["Database"]["state"] == "fail"
    assert checks["Database"]["do"] == "Run: field migrate"
    assert checks["Python"]["state"] == "ok"


def test_the_doctor_names_a_database_that_is_not_reached_as_people_write_it(
    field: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELD_DATABASE_URL", "postgresql://office:tulip@127.0.0.1:1/field")
    looked = field("doctor")
    assert looked.code == 1
    assert "127.0.0.1:1/field" in looked.out
    assert "Settings(" not in looked.out
    assert "tulip" not in looked.out


def test_the_doctor_sees_secrets_that_others_may_read(field: Type, data: Path) -> None:
    field("migrate")
    field("device", "list")
    key = data / "secrets" / "personal.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert field("doctor").code == 0
    key.chmod(0o644)
    looked = field("doctor")
    assert looked.code == 1
    assert re.search(r"chmod go= \S+personal\.key", looked.out)


def test_a_port_in_use_is_not_shared(field: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's library listens at a port together with others: half the tablets would reach another."""
    field("migrate")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = field("serve", "--port", str(taken.getsockname()[1]))
    assert refused.code == 3
    assert "cannot be listened at" in refused.err
