"""`field export evidence` writes a bundle that can be unpacked, or says what to do instead."""

import zipfile
from pathlib import Path

import msgspec
import pytest

from field.api.context import Context
from field.cli.opening import opened, settings_of
from field.cli.output import Exit
from field.store import office
from field.store.audit import NOTES
from field.store.office import Entry
from field.sync import audit
from tests.cli.conftest import Type
from tests.cli.test_owed import mill

__all__ = ["mill"]


def notes(context: Context) -> list[audit.Note]:
    with context.store.read() as tx:
        return [audit.noted(bytes(row.body)) for row in tx.execute(NOTES.select())]


@pytest.fixture
def report(mill: str) -> str:
    """A report about the mill that the office took down itself."""
    with opened(settings_of()) as context:
        from field.cli.owed import find

        with context.store.read() as tx:
            establishment = find(tx, mill)
        visit, report = context.clock.uuid7(), context.clock.uuid7()
        known = {"establishment": establishment, "district": "korangi", "status": "done"}
        office.write(
            context.store,
            context.clock,
            context.office,
            [
                Entry(kind="visit", record=visit, op="create", set=known),
                Entry(kind="report", record=report, op="create", set={"visit": visit, "remarks": "told"}),
            ],
        )
        return report


def test_a_report_is_exported_into_a_file_and_that_is_written_down(
    field: Type, report: str, tmp_path
) -> None:
    out = tmp_path / "case.zip"
    run = field("export", "evidence", "--report", report, "--edition", "employer", "--out", str(out))
    assert run.code == Exit.DONE, run.err
    assert "VERIFY.txt" in run.out
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        told = msgspec.json.decode(archive.read("bundle.json"))
        assert b"told" not in b"".join(archive.read(name) for name in archive.namelist() if "lines" in name)
    assert (told["edition"], told["reports"]) == ("employer", [report])
    assert told["exported_by"].startswith("field export evidence")
    with opened(settings_of()) as context:
        steps = [each.facts["step"] for each in notes(context) if each.act == "exported"]
    assert steps == ["begun", "whole"]


def test_a_case_is_found_by_the_employers_number(field: Type, mill: str, report: str, tmp_path: Path) -> None:
    out = tmp_path / "case.zip"
    asked = ("--establishment", mill, "--edition", "court", "--out", str(out), "--day", "2024-10-05")
    told = field("export", "evidence", *asked, "--json", "-").json()
    assert isinstance(told, dict)
    assert told["reports"] == [report]
    with zipfile.ZipFile(out) as archive:
        assert {"figures.en.pdf", "figures.ur.pdf"} <= set(archive.namelist())


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        (("--edition", "court"), Exit.USAGE, "either --report or --establishment"),
        (("--report", "x", "--edition", "press"), Exit.USAGE, "Write court or employer"),
        (("--report", "x", "--edition", "court"), Exit.FINDINGS, "There is no such report"),
        (
            ("--establishment", "2004070001", "--edition", "court", "--to", "2019-12-31"),
            Exit.FINDINGS,
            "No report about this establishment",
        ),
    ],
)
def test_what_cannot_be_exported_is_said_and_leaves_no_file(
    field: Type, report: str, tmp_path: Path, asked: tuple[str, ...], code: Exit, words: str
) -> None:
    out = tmp_path / "case.zip"
    run = field("export", "evidence", *asked, "--out", str(out))
    assert (run.code, list(tmp_path.glob("case*"))) == (code, []), run.err
    assert words in run.err
