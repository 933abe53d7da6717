"""Checklists as they are typed: listed, brought in, and never altered."""

import json
from pathlib import Path

import msgspec
import pytest

from field.inspections import checklists, xlsform
from field.inspections.checklists import Checklist, shipped
from tests.cli.conftest import Type


@pytest.fixture
def second() -> Checklist:
    """The next version of what is shipped."""
    return msgspec.structs.replace(shipped()[0], version=2)


def names(field: Type, *more: str) -> list[str]:
    listed = field("checklist", "list", "--json", "-", *more).json()
    return [f"{each['id']}@{each['version']}" for each in listed]


def test_what_is_kept_is_listed_with_its_days_and_its_doubt(field: Type) -> None:
    field("migrate")
    shown = field("checklist", "list").out
    assert "full-inspection@1: Full inspection, from " in shown
    assert "unconfirmed" in shown
    assert "There is none." in field("checklist", "list", "--on", "1990-01-01").out
    assert field("checklist", "list", "--on", "tomorrow").code == 2


@pytest.mark.parametrize("suffix", [".json", ".xlsx"])
def test_a_version_is_brought_in_once_and_read_back_the_same(
    field: Type, tmp_path: Path, second: Checklist, suffix: str
) -> None:
    field("migrate")
    file = tmp_path / f"second{suffix}"
    file.write_bytes(checklists.write(second) if suffix == ".json" else xlsform.write(second))
    run = field("checklist", "import", str(file), "--json", "-")
    assert (run.code, run.json()) == (0, {"checklist": "full-inspection@2", "new": True})
    assert field("checklist", "import", str(file), "--json", "-").json()["new"] is False
    assert names(field) == ["full-inspection@1", "full-inspection@2"]
    [listed] = [each for each in field("checklist", "list", "--json", "-").json() if each["version"] == 2]
    assert msgspec.convert(listed, Checklist) == second


def test_a_version_that_is_there_is_refused_with_what_to_do(
    field: Type, tmp_path: Path, second: Checklist
) -> None:
    field("migrate")
    file = tmp_path / "altered.json"
    altered = {**msgspec.to_builtins(second), "version": 1, "note": "Altered."}
    file.write_text(json.dumps(altered))
    refused = field("checklist", "import", str(file))
    assert refused.code == 1
    assert (
        "Version 1 of the checklist full-inspection is there already and says something else" in refused.err
    )
    assert "the version 2" in refused.err
    assert names(field) == ["full-inspection@1"]


def test_a_file_that_cannot_be_used_is_told_by_its_place_and_changes_nothing(
    field: Type, tmp_path: Path, second: Checklist
) -> None:
    field("migrate")
    file = tmp_path / "wrong.json"
    wrong = msgspec.to_builtins(second)
    wrong["questions"][1]["relevant"] = "${nobody_asks} = 'x'"
    file.write_text(json.dumps(wrong))
    refused = field("checklist", "import", str(file))
    assert refused.code == 1
    assert "nobody_asks" in refused.err
    assert "Nothing was changed" in refused.err
    assert names(field) == ["full-inspection@1"]
