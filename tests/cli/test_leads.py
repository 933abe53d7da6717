"""The list for the registration department, and its answers, from the command line."""

import csv
from pathlib import Path

import pytest

from field.cli.opening import opened, settings_of
from field.sim import demo_data
from field.store import office
from field.store.office import Entry
from field.store.registrations import Registrations
from tests.cli.conftest import Type

PLACES = ("Bangle makers, lane 4", "=cmd()", "Tailor")


@pytest.fixture
def leads(field: Type, tmp_path: Path) -> list[str]:
    """A migrated database with three leads; their ids."""
    (tmp_path / "districts.geojson").write_bytes(demo_data.districts_geojson())
    for command in (("migrate",), ("import", "districts", "districts.geojson")):
        assert field(*command).code == 0
    with opened(settings_of()) as context:
        ids = [context.clock.uuid7() for _ in PLACES]
        known = {"what": "home_based", "district": "korangi", "remarks": "two\nlines"}
        for id, name in zip(ids, PLACES, strict=True):
            entry = Entry(kind="lead", record=id, op="create", set={**known, "name": name})
            office.write(context.store, context.clock, context.office, [entry])
    return ids


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def answered(path: Path, answers: dict[str, dict[str, str]]) -> None:
    """Fill the department's columns in, as it would."""
    found = rows(path)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows({**row, **answers.get(row["lead"], {})} for row in found)


def test_the_list_goes_out_comes_back_and_changes_nothing_twice(
    field: Type, tmp_path: Path, leads: list[str]
):
    listed = field("leads", "list")
    assert "3 leads." in listed.out
    assert "found, not handed over yet" in listed.out
    done = field("leads", "export", "list.csv", "--district", "korangi", "--hand-over", "Korangi 14/2026")
    assert (done.code, "3 of them are handed over now" in done.out) == (0, True)
    sent = rows(tmp_path / "list.csv")
    assert [row["name"] for row in sent] == ["Bangle makers, lane 4", "'=cmd()", "Tailor"]
    assert {row["status"] for row in sent} == {"handed_over"}
    assert {row["reference"] for row in sent} == {"Korangi 14/2026"}
    assert {row["outcome"] for row in sent} == {""}
    assert "0 of them are handed over now" in field("leads", "export", "b.csv", "--hand-over", "B").out
    answered(
        tmp_path / "list.csv",
        {
            leads[0]: {"outcome": "Card issued", "new_registration_no": "2026090001", "cards": "۶"},
            leads[1]: {"outcome": "rejected", "reason": "Nobody there"},
        },
    )
    taken = field("leads", "import", "list.csv")
    assert (taken.code, taken.out.strip()) == (
        0,
        "Leads: 2 changed, 0 as before, 1 without an answer, 0 rejected.",
    )
    again = field("leads", "import", "list.csv", "--json", "-")
    done = again.json()
    assert isinstance(done, dict)
    assert (done["changed"], done["unchanged"], done["pending"], done["rejects"]) == (0, 2, 1, [])
    every = field("leads", "list", "--status", "all", "--json", "-").json()
    assert isinstance(every, list)
    assert [(each["status"], each["cards"]) for each in every] == [
        ("card_issued", 6),
        ("rejected", None),
        ("handed_over", None),
    ]


def test_an_answer_in_doubt_is_rejected_with_what_to_do_and_the_others_are_taken(
    field: Type, tmp_path: Path, leads: list[str]
):
    assert field("leads", "export", "list.csv", "--hand-over", "R 1").code == 0
    text = "lead,outcome,new_registration_no,registered_on,cards,reason\n" + "\n".join(
        (
            f"{leads[0]},registered,2026090001,,,",
            f"{leads[0]},registered,2026090002,,,",
            f"{leads[1]},perhaps,,,,",
            f"{leads[1]},rejected,,,,",
            f"{leads[1]},registered,2.02E+9,,,",
            f"{leads[1]},registered,2026090003,31/02/2026,,",
            f"{leads[1]},card issued,2026090003,,many,",
            f"{leads[1]},registered,,,,",
            "lead 7,registered,2026090004,,,",
            "0190a8f0-0000-7000-8000-000000000000,registered,2026090005,,,",
        )
    )
    (tmp_path / "answers.csv").write_text(text)
    done = field("leads", "import", "answers.csv", "--rejects", "rejects.csv")
    assert done.code == 1
    assert "Leads: 1 changed, 0 as before, 0 without an answer, 9 rejected." in done.out
    told = [(row["line"], row["column"], row["reason"]) for row in rows(tmp_path / "rejects.csv")]
    assert [line for line, _, _ in told] == [str(line) for line in range(3, 12)]
    assert [column for _, column, _ in told] == [
        "outcome",
        "outcome",
        "reason",
        "new_registration_no",
        "registered_on",
        "cards",
        "outcome",
        "lead",
        "lead",
    ]
    assert "registered as 2026090001, and this answer says 2026090002" in told[0][2]


@pytest.mark.parametrize(
    ("cards", "cards_on", "why"),
    [("8", "2020-01-01", "is before"), ("8", "2099-01-01", ""), ("0", "", "")],
)
def test_a_row_with_a_wrong_card_writes_nothing_of_the_registration_either(
    field: Type, tmp_path: Path, leads: list[str], cards: str, cards_on: str, why: str
):
    assert field("leads", "export", "list.csv", "--hand-over", "R 1").code == 0
    before = field("leads", "list", "--status", "all", "--json", "-").json()
    told = {
        "outcome": "card issued",
        "new_registration_no": "2026090001",
        "cards": cards,
        "cards_on": cards_on,
    }
    answered(tmp_path / "list.csv", {leads[0]: told})
    done = field("leads", "import", "list.csv", "--rejects", "rejects.csv")
    assert done.code == 1
    assert "0 changed" in done.out
    assert why in rows(tmp_path / "rejects.csv")[0]["reason"]
    assert field("leads", "list", "--status", "all", "--json", "-").json() == before
    with opened(settings_of()) as context, context.store.read() as tx:
        assert Registrations(tx).find("2026090001") is None
    # The same row put right is taken in whole, in one change.
    answered(tmp_path / "list.csv", {leads[0]: {**told, "cards": "8", "cards_on": ""}})
    assert field("leads", "import", "list.csv").code == 0
    (lead,) = [
        each
        for each in field("leads", "list", "--status", "all", "--json", "-").json()
        if each["id"] == leads[0]
    ]
    assert (lead["status"], lead["cards"], lead["registration_no"]) == ("card_issued", 8, "2026090001")


def test_two_units_do_not_get_one_number_by_a_file_that_was_filled_down(
    field: Type, tmp_path: Path, leads: list[str]
):
    with opened(settings_of()) as context:
        units, found = ([context.clock.uuid7() for _ in "ab"] for _ in "ab")
        for unit, lead in zip(units, found, strict=True):
            place = {"name": f"Unit {unit}", "district": "korangi"}
            for kind, id, more in (
                ("establishment", unit, {}),
                ("lead", lead, {"what": "unit", "establishment": unit}),
            ):
                entry = Entry(kind=kind, record=id, op="create", set={**place, **more})
                office.write(context.store, context.clock, context.office, [entry])
    assert field("leads", "export", "list.csv", "--hand-over", "R 1").code == 0
    filled = {"outcome": "registered", "new_registration_no": "2026090001"}
    answered(tmp_path / "list.csv", dict.fromkeys(found, filled))
    done = field("leads", "import", "list.csv", "--rejects", "rejects.csv")
    assert "Leads: 1 changed, 0 as before, 3 without an answer, 1 rejected." in done.out
    (told,) = rows(tmp_path / "rejects.csv")
    assert "Another establishment has the number 2026090001" in told["reason"]


def test_a_table_that_is_none_and_a_status_that_is_none_are_told(
    field: Type, tmp_path: Path, leads: list[str]
):
    (tmp_path / "shoes.csv").write_text("shoes,hats\n")
    done = field("leads", "import", "shoes.csv")
    assert (done.code, "lead is missing" in done.err) == (1, True)
    assert field("leads", "list", "--status", "lost").code == 2
    done = field("leads", "export", "nowhere/list.csv", "--hand-over", "R 1")
    assert done.code == 1
    assert "3 leads" in field("leads", "list", "--status", "found").out
