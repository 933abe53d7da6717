"""Lines that a tablet brought along to a new identity, and that its storage damaged afterwards."""

import sqlite3

import pytest

from field.sim.world import PASSWORD
from tests.tablet.conftest import Office
from tests.tablet.test_lost_tablets import alarms


@pytest.mark.parametrize("harm", ["UPDATE lines SET line = x'00'", "DELETE FROM lines"])
@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_line_that_is_damaged_after_it_came_along_is_made_once_more(
    office: Office, harm: str, seq: int
) -> None:
    """Its former bytes were set aside. Declared lost, it would have kept its whole report in quarantine."""
    tablet = office.tablet("one")
    with tablet.group():
        report = tablet.new_record("report", {"visit": office.visit})
        for wage in (1, 2):
            line = {"report": report, "month": f"2025-1{wage}", "wage_rs": wage, "cnic": "42101-0000001-1"}
            tablet.new_record("wage_line", line)
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    tablet.push(2)
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    tablet.close()
    office.opened.remove(tablet)
    with sqlite3.connect(office.folder / "one.db") as connection:
        connection.execute(f"{harm} WHERE device = ? AND seq = ?", (tablet.device, seq))
    connection.close()
    again = office.open("one")
    assert again.sync().complete
    assert again.attention() == [] == alarms(office)
    assert office.row(report)["visit"] == office.visit
    mine = [row.status for row in office.world.receipts() if row.device == tablet.device]
    assert mine == ["applied"] * 3


def test_what_was_set_aside_stands_in_for_nothing_else(office: Office) -> None:
    """The bytes that were set aside are damaged as well: then the entry is lost, and declared so."""
    tablet = office.tablet("one")
    tablet.open_form(office.visit).save({"notes": "gate shut"})
    office.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    tablet.enrol_again(office.world.code("korangi"))
    tablet.sign_in("inspector-1", PASSWORD)
    tablet.close()
    office.opened.remove(tablet)
    with sqlite3.connect(office.folder / "one.db") as connection:
        connection.execute(
            "UPDATE set_aside SET line = CAST(replace(line, 'gate shut', 'gate open') AS BLOB)"
        )
        connection.execute("DELETE FROM lines WHERE device = ?", (tablet.device,))
    connection.close()
    again = office.open("one")
    assert again.sync().complete
    assert alarms(office) == ["lost"]
    assert "notes" not in office.row(office.visit)
