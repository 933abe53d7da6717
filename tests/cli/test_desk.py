"""Work in quarantine and conflicts at the command line, by the logins that people know."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from litestar.testing import TestClient

from field.cli.opening import opened, settings_of
from field.store import districts
from field.sync.rights import INSPECTOR, SUPERVISOR
from tests.cli.conftest import Type
from tests.helpers import KORANGI, SUKKUR, World

WHY = ("--reason", "Seen the posting order.")


class Made(msgspec.Struct, frozen=True):
    """An entry in quarantine, the visit that it is about, and a conflict about its establishment."""

    entry: str
    visit: str
    conflict: str


@contextmanager
def world() -> Iterator[World]:
    with opened(settings_of()) as context:
        yield World(context, context.clock)  # type: ignore[arg-type]


def made() -> Made:
    """A stranger wrote about a visit; two inspectors gave one establishment two addresses."""
    with world() as office, TestClient(office.app()) as client:
        districts.save(office.store, [KORANGI, SUKKUR])
        inspector = office.person(INSPECTOR, "korangi", "inspector-korangi")
        office.person(INSPECTOR, "sukkur", "inspector-sukkur")
        office.person(SUPERVISOR, "korangi", "supervisor-korangi")
        office.person(SUPERVISOR, "sukkur", "supervisor-sukkur")
        with office.store.read() as tx:
            from field.store import postings

            stranger = postings.by_login(tx, "inspector-sukkur")
        establishment = office.establishment("korangi")
        visit = office.visit(establishment, "korangi", inspector)
        away = office.tablet(stranger, "sukkur")
        away.change("visit", visit, {"notes": "The gate is behind."}, base=None)
        (answer,) = away.push(client)["answers"]
        assert (answer["status"], answer["code"]) == ("quarantined", "no-right")
        for address in ("Plot 8", "Plot 9"):
            tablet = office.tablet(inspector, "korangi")
            tablet.change("establishment", establishment, {"address": address}, base=None)
            tablet.push(client)
        from field.store import conflicts_listed

        with office.store.read() as tx:
            (conflict,) = conflicts_listed.listed(office.store, tx, None)
        return Made(f"{away.id}:1", visit, conflict.record)


def listed(field: Type, *options: str) -> list[dict[str, Any]]:
    run = field("quarantine", "list", *options, "--json", "-")
    assert run.code == 0, run.err
    return run.json()  # type: ignore[return-value]


def notes(visit: str) -> object:
    from field.store import rows

    with world() as office, office.store.read() as tx:
        return rows.load(office.store, tx, [visit])[0][visit].values.get("notes")


def test_an_entry_is_found_opened_released_and_taken_back(field: Type) -> None:
    assert field("migrate").code == 0
    work = made()
    (found,) = listed(field, "--person", "inspector-sukkur", "--kind", "visit", "--code", "no-right")
    assert f"{found['device']}:{found['seq']}" == work.entry
    assert listed(field, "--person", "inspector-korangi") == []
    assert listed(field, "--kind", "report") == []
    assert listed(field, "--device", "no-such-tablet") == []
    shown = field("quarantine", "show", work.entry)
    assert shown.code == 0, shown.err
    assert "notes: The gate is behind." in shown.out
    assert "undecided" in shown.out
    done = field("quarantine", "release", work.entry, "--by", "supervisor-korangi", *WHY)
    assert done.code == 0, done.err
    assert notes(work.visit) == "The gate is behind."
    (found,) = listed(field, "--status", "released")
    assert found["verdict"] == "released"
    again = field("quarantine", "release", work.entry, "--by", "supervisor-korangi", *WHY)
    assert again.code == 1
    assert "released it already" in again.err
    assert field("quarantine", "reopen", work.entry, "--by", "supervisor-korangi", *WHY).code == 0
    assert notes(work.visit) is None
    field("audit", "seal")
    noted = field("audit", "list", "--act", "released", "--json", "-").json()
    whose = [each["by"] for each in noted]  # type: ignore[attr-defined]
    assert any(by and by.startswith("field quarantine release") for by in whose)
    assert len(whose) == 2, "the supervisor's decision, and who typed it"


def test_whoever_may_not_decide_in_the_console_may_not_by_a_command(field: Type) -> None:
    assert field("migrate").code == 0
    work = made()
    for login, words in (
        ("supervisor-sukkur", "the district korangi"),
        ("inspector-korangi", "do not allow this"),
        ("nobody", "nobody with the login"),
    ):
        for act in ("release", "reject", "reopen"):
            refused = field("quarantine", act, work.entry, "--by", login, *WHY)
            assert refused.code == 1, (login, act)
            assert words in refused.err
    assert len(listed(field)) == 1
    assert notes(work.visit) is None


def test_an_entry_is_rejected_and_stays_for_ever(field: Type) -> None:
    assert field("migrate").code == 0
    work = made()
    by = ("--by", "supervisor-korangi")
    assert field("quarantine", "reject", work.entry, *by, "--reason", "  ").code == 2
    assert field("quarantine", "reject", work.entry, *by, "--reason", "x" * 301).code == 2
    assert field("quarantine", "reject", work.entry, *by, *WHY).code == 0
    assert listed(field) == []
    assert [each["verdict"] for each in listed(field, "--status", "rejected")] == ["rejected"]
    assert WHY[1] in field("quarantine", "show", work.entry).out
    assert field("quarantine", "reopen", work.entry, *by, *WHY).code == 0
    assert len(listed(field)) == 1


def test_odd_words_are_told_and_nothing_breaks(field: Type) -> None:
    assert field("migrate").code == 0
    assert field("quarantine", "list", "--status", "lost").code == 2
    assert field("conflicts", "list", "--order", "fate").code == 2
    assert field("quarantine", "show", "tablet").code == 1
    assert field("quarantine", "show", "tablet:1").code == 1
    assert field("conflicts", "show", "nothing").code == 1
    assert field("quarantine", "list").out.strip().endswith("0 entries.")
    assert field("conflicts", "list").out.strip().endswith("0 open conflicts.")


def test_conflicts_are_narrowed_and_opened(field: Type) -> None:
    assert field("migrate").code == 0
    work = made()

    def ids(*options: str) -> list[str]:
        run = field("conflicts", "list", *options, "--json", "-")
        assert run.code == 0, run.err
        return [each["record"] for each in run.json()]  # type: ignore[attr-defined]

    assert ids() == [work.conflict]
    assert ids("--district", "korangi", "--kind", "establishment", "--field", "address") == [work.conflict]
    assert ids("--inspector", "inspector-korangi", "--order", "age") == [work.conflict]
    for other in (
        ("--district", "sukkur"),
        ("--kind", "report"),
        ("--field", "name"),
        ("--inspector", "inspector-sukkur"),
        ("--older-than-days", "1"),
        ("--rupees", "1"),
    ):
        assert ids(*other) == [], other
    shown = field("conflicts", "show", work.conflict)
    assert shown.code == 0, shown.err
    assert "Plot 8" in shown.out
    assert "Plot 9" in shown.out
    assert "(open)" in shown.out
