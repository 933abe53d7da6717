"""What reports say about who is not registered, and what follows for the leads."""

from typing import Any

from field.recovery.lead_findings import Known, ReportSays, Step, Unit, follow, says, unregistered

MILL = Unit(id="mill", values={"name": "Mill", "district": "korangi", "registration_no": "2024010001"})
NEW = Unit(id="new", values={"name": "New unit", "district": "korangi"})


def report(id: str = "r1", **said: Any) -> ReportSays:
    return ReportSays(id=id, captured_ms=int(id[1:]), **said)


def lead(id: str, *, office: bool = True, **values: Any) -> Known:
    known = {"what": "workers", "status": "found", "establishment": "mill", **values}
    return Known(id=id, values=known, office=office)


def opened(id: str, *reports: str, **values: Any) -> Known:
    known = {"cause": "unregistered-workers", "workers_found": 3, "reports": list(reports), **values}
    return lead(id, **known)


def test_a_worker_of_two_months_is_one_worker():
    lines = [
        ("a", "2024-07", False),
        ("b", "2024-07", False),
        ("c", "2024-08", False),
        ("d", "2024-08", True),
    ]
    told = says("r1", 1, None, lines, frozenset({"a", "b", "c"}))
    assert (told.unregistered, told.registered) == (2, 1)


def test_a_worker_above_the_limit_need_not_be_registered():
    told = says("r1", 1, None, [("a", "2024-07", False)], frozenset())
    assert unregistered(told, MILL) == 0


def test_heads_beyond_the_registered_ones_are_without_registration():
    forty = Unit(id="mill", values={**MILL.values, "workers_declared": 40})
    assert unregistered(report(headcount=53), forty) == 13
    assert unregistered(report(headcount=53, registered=50), forty) == 3
    assert unregistered(report(headcount=53, unregistered=20), forty) == 20
    assert unregistered(report(headcount=30), forty) == 0


def test_a_head_count_tells_nothing_where_nobody_knows_who_is_registered():
    assert unregistered(report(headcount=53, registered=10), MILL) == 0


def test_workers_without_registration_open_one_lead():
    (step,) = follow(MILL, [report("r1", unregistered=3)], [])
    assert step.lead is None
    assert step.set == {
        "what": "workers",
        "name": "Mill",
        "district": "korangi",
        "establishment": "mill",
        "status": "found",
        "report": "r1",
        "reports": ["r1"],
        "cause": "unregistered-workers",
        "workers_found": 3,
    }


def test_two_reports_that_say_the_same_make_one_lead():
    two = [report("r1", unregistered=3), report("r2", unregistered=4)]
    (step,) = follow(MILL, two, [])
    assert (step.set["report"], step.set["reports"], step.set["workers_found"]) == ("r1", ["r1", "r2"], 4)
    assert follow(MILL, two[::-1], []) == [step]
    assert follow(MILL, two, [opened("lead", "r1", "r2", workers_found=4)]) == []


def test_another_report_brings_the_open_lead_up_to_date():
    two = [report("r1", unregistered=3), report("r2", unregistered=4)]
    expected = [Step("lead", {"workers_found": 4, "reports": ["r1", "r2"]})]
    assert follow(MILL, two, [opened("lead", "r1")]) == expected
    assert follow(MILL, two, [opened("lead", "r1", status="handed_over")]) == expected


def test_what_somebody_entered_bears_the_finding():
    entered = lead("own", office=False)
    (step,) = follow(MILL, [report(unregistered=3)], [entered])
    assert step == Step("own", {"cause": "unregistered-workers", "workers_found": 3, "reports": ["r1"]})
    home = lead("home", office=False, what="home_based")
    assert follow(MILL, [report(unregistered=3)], [home])[0].lead is None


def test_the_offices_own_lead_gives_way_to_one_that_somebody_enters_later():
    bearer, closed = follow(
        MILL, [report(unregistered=3)], [opened("office", "r1"), lead("own", office=False)]
    )
    assert bearer.lead == "own"
    assert bearer.set["cause"] == "unregistered-workers"
    assert closed.lead == "office"
    assert (closed.set["status"], closed.set["duplicate_of"]) == ("duplicate", "own")


def test_one_that_is_handed_over_is_not_exchanged():
    office = opened("office", "r1", status="handed_over", reference="R 1")
    assert follow(MILL, [report(unregistered=3)], [office, lead("own", office=False)]) == []


def test_corrected_facts_lift_it_and_say_why():
    (step,) = follow(MILL, [report()], [opened("lead", "r1", status="handed_over", reference="R 1")])
    assert (step.lead, step.set["status"], step.set["reports"]) == ("lead", "lifted", [])
    assert "1 report" in step.set["reason"]
    assert "R 1" in step.set["reason"]


def test_what_somebody_entered_is_not_closed_by_the_office():
    own = Known(id="own", values=opened("own", "r1").values, office=False)
    assert follow(MILL, [report()], [own]) == [Step("own", {"workers_found": None, "reports": []})]


def test_facts_that_come_back_open_it_again():
    lifted = opened("lead", status="lifted", reason="New facts", workers_found=None)
    (step,) = follow(MILL, [report(unregistered=3)], [lifted])
    assert step.set == {"workers_found": 3, "reports": ["r1"], "status": "found", "reason": None}
    handed = opened("lead", status="lifted", reason="New facts", reference="R 1")
    (step,) = follow(MILL, [report(unregistered=3)], [handed])
    assert step.set["status"] == "handed_over"


def test_a_closed_lead_stays_closed_for_the_reports_it_knew_and_a_new_visit_opens_another():
    for status in ("rejected", "registered", "card_issued"):
        closed = opened("lead", "r1", status=status)
        assert follow(MILL, [report("r1", unregistered=9)], [closed]) == []
        (step,) = follow(MILL, [report("r1", unregistered=9), report("r2", unregistered=2)], [closed])
        assert (step.lead, step.set["report"], step.set["reports"]) == (None, "r2", ["r2"])
        assert step.set["workers_found"] == 2


def test_a_visited_unit_without_a_number_is_a_lead():
    (step,) = follow(NEW, [report(headcount=12)], [])
    assert (step.set["what"], step.set["cause"]) == ("unit", "unregistered-unit")
    assert step.set["workers_found"] == 12
    assert follow(NEW, [], []) == []
    branch = Unit(id="new", values={**NEW.values, "branch_of": "mill"})
    assert follow(branch, [report(headcount=12)], []) == []
    assert follow(MILL, [report(headcount=12)], []) == []


def test_a_number_on_the_register_ends_the_lead_of_a_unit():
    known = {"what": "unit", "cause": "unregistered-unit", "reports": ["r1"]}
    (step,) = follow(MILL, [report()], [lead("lead", **known)])
    assert (step.set["status"], "2024010001" in step.set["reason"]) == ("lifted", True)
    (step,) = follow(MILL, [report()], [lead("lead", **known, status="handed_over", reference="R 1")])
    assert (step.set["status"], step.set["registration_no"], step.set["registered_as"]) == (
        "registered",
        "2024010001",
        "mill",
    )


def test_a_withdrawn_unit_has_no_open_lead():
    gone = Unit(id="mill", values=MILL.values, gone=True)
    (step,) = follow(gone, [report(unregistered=3)], [opened("lead", "r1")])
    assert step.set["status"] == "lifted"
    assert follow(gone, [report(unregistered=3)], []) == []


def test_a_withdrawn_lead_is_not_opened_again_by_the_same_report():
    gone = Known(id="lead", values=opened("lead", "r1").values, office=True, gone=True)
    assert follow(MILL, [report("r1", unregistered=3)], [gone]) == []
    (step,) = follow(MILL, [report("r1", unregistered=3), report("r2", unregistered=1)], [gone])
    assert (step.lead, step.set["reports"]) == (None, ["r2"])


def test_what_a_supervisor_called_a_duplicate_of_something_else_stays_closed():
    closed = opened("lead", "r1", status="duplicate", duplicate_of="a lead without an establishment")
    assert follow(MILL, [report(unregistered=3)], [closed]) == []
    bearer = opened("own", "r1")
    gave_way = opened("lead", "r1", status="duplicate", duplicate_of="own")
    assert follow(MILL, [report(unregistered=3)], [gave_way, bearer]) == []
