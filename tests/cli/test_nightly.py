"""Everything of a night in one command."""

import json
from pathlib import Path

import pytest

from field.cli import nightly
from field.problems import Problem
from field.sim import demo_data
from field.store import assessments
from tests.cli.conftest import Type
from tests.recovery.workbooks import xlsx

REGISTER = "registration_no,name,district\n2004070001,Mill,Korangi\n"
C1 = "reg no,month,name,cnic,wages\n2004070001,2025-03,Worker 1,42101-1234567-1,37000\n"
BANK = "reg no,date,amount,challan,month\n2004070001,2025-04-10,2220,A-1,2025-03\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the evening leaves it: the names do not tell the order."""
    night = tmp_path / "night"
    night.mkdir()
    (night / "districts.geojson").write_bytes(demo_data.districts_geojson())
    (night / "directorates.csv").write_text("directorate,district,from\nKarachi East,Korangi,2020-01-01\n")
    (night / "Establishments 2025.csv").write_text(REGISTER)
    (night / "schedules-2025-03.csv").write_text(C1)
    (night / "payments.xlsx").write_bytes(xlsx([row.split(",") for row in BANK.splitlines()]))
    return night


@pytest.fixture
def prepared(field: Type, folder: Path) -> Type:
    """A migrated database with nothing in it."""
    assert field("migrate").code == 0
    return field


def summary(run) -> dict[str, tuple[str, int, int, int]]:
    """What came of each file: its kind, and how many rows are new, as before and rejected."""
    counts = ("added", "unchanged", "rejected")
    return {
        one["file"]: (one["kind"], *(one["outcome"].get(name, 0) for name in counts))
        for one in run.json()["files"]
        if one["outcome"]
    }


def test_a_folder_is_brought_in_in_order_and_again_changes_nothing(prepared: Type, folder: Path) -> None:
    first = prepared("import", "nightly", "night", "--json", "-")
    assert first.code == 0, first.err
    assert summary(first) == {
        "districts.geojson": ("districts", 30, 0, 0),
        "directorates.csv": ("directorates", 1, 0, 0),
        "Establishments 2025.csv": ("establishments", 1, 0, 0),
        "schedules-2025-03.csv": ("schedules", 1, 0, 0),
        "payments.xlsx": ("payments", 1, 0, 0),
    }
    again = prepared("import", "nightly", "night", "--json", "-")
    assert again.code == 0
    assert {counts[1] for counts in summary(again).values()} == {0}
    assert "0 payments without a schedule" in prepared("payments", "unmatched").out


def test_rejects_stand_beside_their_file_and_go_when_the_unit_is_registered(
    prepared: Type, folder: Path
) -> None:
    late = C1.replace("0001,", "0009,")
    (folder / "schedules-late.csv").write_text(late)
    (folder / "payments.csv").write_text(BANK.replace("0001,", "0009,"))
    first = prepared("import", "nightly", "night", "--json", "-")
    assert first.code == 1
    rejected = folder / "rejected-schedules-late.csv"
    assert "No establishment has this number" in rejected.read_text("utf-8-sig")
    assert [one["rejects"] for one in first.json()["files"] if one["findings"]] == [
        "rejected-schedules-late.csv",
        "rejected-payments.csv",
    ]
    (folder / "establishments-new.csv").write_text(REGISTER.replace("0001", "0009"))
    second = prepared("import", "nightly", "night", "--json", "-")
    assert second.code == 0, second.err
    assert summary(second)["schedules-late.csv"] == ("schedules", 1, 0, 0)
    assert summary(second)["payments.csv"] == ("payments", 1, 0, 0)
    assert not list(folder.glob("rejected-*"))


def test_one_unusable_file_does_not_keep_the_others_out(prepared: Type, folder: Path) -> None:
    (folder / "establishments-broken.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    (folder / "districts-old.geojson").write_text("{}")
    (folder / "register.csv").write_text(REGISTER)
    (folder / "letter.pdf").write_bytes(b"%PDF")
    (folder / "notes.txt").write_text("The register comes tomorrow.")
    done = prepared("import", "nightly", "night", "--json", "summary.json")
    assert done.code == 1
    told = json.loads(Path("summary.json").read_text())
    assert [one["file"] for one in told["files"] if one["problem"]] == [
        "districts-old.geojson",
        "establishments-broken.xlsx",
    ]
    assert told["left_out"] == ["register.csv"]
    assert "register.csv is left out" in done.out
    assert sum(one["outcome"] is not None for one in told["files"]) == 5


def test_a_register_without_districts_waits_for_them_and_the_night_goes_on(
    prepared: Type, folder: Path
) -> None:
    districts = (folder / "districts.geojson").rename(folder.parent / "districts.geojson")
    first = prepared("import", "nightly", "night", "--json", "-")
    assert first.code == 1
    assert "There are no districts yet" in first.err
    districts.rename(folder / "districts.geojson")
    assert prepared("import", "nightly", "night").code == 0


def test_a_folder_that_is_not_there_is_told_in_words(prepared: Type) -> None:
    refused = prepared("import", "nightly", "nowhere")
    assert refused.code == 1
    assert "nowhere cannot be read" in refused.err


def test_disagreements_and_directorates_are_listed(prepared: Type, folder: Path) -> None:
    (folder / "establishments.csv").write_text(
        "registration_no,name,lat,lon,district\n7,Works,24.832,67.125,Sukkur\n"
    )
    assert prepared("import", "nightly", "night").code == 0
    listed = prepared("registry", "disagreements", "--json", "-")
    assert listed.code == 0
    assert "the place lies in korangi, the column reads Sukkur; it stands nowhere yet" in listed.err
    (one,) = listed.json()
    assert (one["registration_no"], one["place"], one["said"]) == ("7", "korangi", "sukkur")
    assert "District to be settled: 1 establishment" in prepared("doctor").out
    offices = prepared("directorates", "list", "--json", "-")
    assert offices.json()[0]["holds"][0]["district"] == "korangi"
    assert "Karachi East" in offices.err


def test_a_database_that_fails_ends_the_night_and_the_summary_tells_how_far_it_came(
    prepared: Type, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise Problem("storage-failed", "The disk is full.")

    monkeypatch.setattr(nightly, "bring", failing)
    done = prepared("import", "nightly", "night", "--json", "-")
    assert done.code == 3
    told = done.json()
    assert [one["file"] for one in told["files"]] == ["districts.geojson"]
    assert told["stopped"]["detail"] == "The disk is full."


def steps(run) -> dict[str, dict]:
    return {one["step"]: one for one in run.json()["steps"]}


def test_one_command_judges_everybody_by_what_the_night_brought_and_again_changes_nothing(
    prepared: Type, folder: Path
) -> None:
    """March 2025 is paid in full, and April not at all: flagged in the same night, once."""
    (folder / "schedules-2025-04.csv").write_text(C1.replace("2025-03", "2025-04"))
    (folder / "payments-june.csv").write_text(
        BANK.replace("2025-04-10,2220,A-1,2025-03", "2025-06-30,1,A-2,")
    )
    first = prepared("import", "nightly", "night", "--json", "-")
    assert first.code == 0, first.err
    judged = steps(first)["flags"]["outcome"]["summary"]
    assert (judged["establishments"], judged["flagged"]) == (1, 1)
    assert judged["raised"] > 0
    assert set(steps(first)) == {"assessments", "flags", "districts"}
    again = steps(prepared("import", "nightly", "night", "--json", "-"))["flags"]["outcome"]["summary"]
    assert (again["raised"], again["changed"], again["lifted"]) == (0, 0, 0)


def test_a_step_that_fails_says_so_and_the_others_are_done(prepared: Type, folder: Path, monkeypatch) -> None:
    def broken(*_: object) -> int:
        raise Problem("storage-failed", "The disk is full.")

    monkeypatch.setattr(assessments, "refresh", broken)
    run = prepared("import", "nightly", "night", "--json", "-")
    assert run.code == 1
    assert "assessments: this step failed and the others went on. The disk is full." in run.err
    assert steps(run)["assessments"]["problem"]["detail"] == "The disk is full."
    assert steps(run)["flags"]["outcome"]["summary"]["establishments"] == 1
    assert not steps(run)["districts"]["findings"]


def test_boundaries_that_put_a_unit_elsewhere_are_told(prepared: Type, folder: Path) -> None:
    """The register came first, with a point; the map of the next night has that point in another district."""
    (folder / "Establishments 2025.csv").write_text(
        "registration_no,name,district,lat,lon\n2004070001,Mill,Korangi,24.832,67.125\n"
    )
    assert prepared("import", "nightly", "night").code == 0
    (folder / "Establishments 2025.csv").unlink()
    shapes = json.loads((folder / "districts.geojson").read_text())
    swapped = {"Korangi": "Malir", "Malir": "Korangi"}
    geometry = {each["properties"]["name"]: each["geometry"] for each in shapes["features"]}
    for each in shapes["features"]:
        name = each["properties"]["name"]
        each["geometry"] = geometry[swapped.get(name, name)]
    (folder / "districts.geojson").write_text(json.dumps(shapes))
    run = prepared("import", "nightly", "night", "--json", "-")
    assert run.code == 1
    (found,) = steps(run)["districts"]["outcome"]["misplaced"]
    assert (found["district"], found["place"]) == ("korangi", "malir")
    assert "Their points lie in another district: 1 establishment" in run.err


def test_a_file_that_is_a_link_to_nowhere_is_told_and_not_passed_over(prepared: Type, folder: Path) -> None:
    """The month's schedules lie on a disk that is not there tonight."""
    (folder / "schedules-2025-04.csv").symlink_to(folder / "gone" / "schedules-2025-04.csv")
    run = prepared("import", "nightly", str(folder), "--json", "-")
    told = {each["file"]: each["problem"] for each in run.json()["files"] if each["problem"]}
    assert run.code == 1
    assert "cannot be read" in told["schedules-2025-04.csv"]["detail"]
