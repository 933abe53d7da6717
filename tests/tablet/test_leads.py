"""A lead on the reference tablet: entered without a signal, and followed until the cards."""

from field.store import leads
from field.store.leads import Writer
from tests.tablet.conftest import Office

FOUND = {"what": "home_based", "name": "Bangle makers, lane 4", "district": "korangi", "workers_about": 6}


def test_a_lead_entered_without_signal_reaches_the_office_and_every_tablet_of_the_district(
    office: Office,
) -> None:
    tablet, colleague = office.tablet("one"), office.tablet("two", "inspector-2")
    elsewhere = office.tablet("three", "inspector-4")
    office.line.cut()
    lead = tablet.new_record("lead", FOUND)
    tablet.open_form(lead).save({"address": "House 12, lane 4"})
    assert not tablet.sync().complete
    assert tablet.row(lead) == {**FOUND, "address": "House 12, lane 4"}
    office.line.mend()
    assert tablet.sync().complete
    context = office.world.context
    writer = Writer(context.store, context.clock, context.office, None)
    leads.hand_over(writer, lead, lambda _: None, "Korangi 14/2026", None)
    for each in (tablet, colleague):
        assert each.sync().complete
        row = each.row(lead)
        assert row is not None
        assert (row["status"], row["reference"]) == ("handed_over", "Korangi 14/2026")
    assert elsewhere.sync().complete
    assert elsewhere.row(lead) is None


def test_a_tablet_that_closes_a_lead_is_not_believed(office: Office) -> None:
    tablet = office.tablet("one")
    lead = tablet.new_record("lead", FOUND)
    tablet.open_form(lead).save({"status": "rejected"}, checked=False)
    assert tablet.sync().complete
    (receipt,) = [each for each in tablet.outbox.receipts().values() if each not in ("applied", "merged")]
    assert receipt == "quarantined"
    row = tablet.row(lead)
    assert row is not None
    assert "status" not in row
