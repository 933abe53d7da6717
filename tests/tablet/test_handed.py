"""The receipt of a report comes to the tablet that captured it, with the sync that hands the report in."""

from field.sync import report_receipts
from field.sync.keyring import Key, key_id
from field.tablet.tablet import Tablet
from field.tablet.transport import Response
from tests.tablet.conftest import Office


def captured(office: Office, name: str = "handed") -> tuple[Tablet, str]:
    tablet = office.tablet(name)
    months = {"months_checked": ["2024-07"], "months_paid": []}
    return tablet, tablet.new_record("report", {"visit": office.visit, **months})


def test_one_sync_brings_the_receipt_of_what_it_handed_in(office: Office) -> None:
    tablet, report = captured(office)
    assert tablet.handed.of(report) is None
    assert tablet.sync().complete
    text = tablet.handed.of(report) or ""
    public = office.world.context.key.public
    checked = report_receipts.check(text, [Key(id=key_id(public), public=public, since_ms=0)])
    assert checked.fault is None
    assert checked.receipt is not None
    assert checked.receipt.report == report
    # It is asked for no more.
    assert tablet.handed.wanted() == []
    tablet.sync()
    assert b"reports" not in office.line.sent[-1][2]


def test_a_receipt_that_was_changed_on_the_way_is_not_shown(office: Office) -> None:
    tablet, report = captured(office)

    def altered(path: str, answer: Response) -> Response:
        if path != "/api/sync/pull" or b"report_receipt" not in answer.body:
            return answer
        lines = answer.body.split(b"\n")
        changed = [
            each[:-40] + b"A" * 8 + each[-32:] if b"report_receipt" in each else each for each in lines
        ]
        return Response(answer.status, answer.headers, b"\n".join(changed))

    office.line.after = altered
    tablet.sync()
    assert tablet.handed.of(report) is None
    office.line.mend()
    tablet.sync()
    assert tablet.handed.of(report) is not None
