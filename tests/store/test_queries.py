"""Lists stay quick when a province's work is in the database: each goes through an index."""

import re
from contextlib import contextmanager
from datetime import date

import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine, event

from field.recovery.charging import Charger
from field.store import (
    accounts,
    accounts_touched,
    assessments,
    checks_shown,
    compliance,
    conflicts_listed,
    desk,
    device_ledger,
    disputes,
    evidence_beside,
    evidence_facts,
    evidence_keeping,
    evidence_readings,
    evidence_shown,
    flag_facts,
    flag_keeping,
    flags,
    flags_shown,
    held_photos,
    lead_follow_up,
    leads,
    near_hashes,
    photo_readings,
    quarantine,
    register_beside,
    register_checks,
    register_workers,
    registry,
    reports,
    statute,
    uploads,
)
from field.store.checks_shown import Place
from tests.helpers import World, open_world

GREAT = (
    "records",
    "feed",
    "changes",
    "stale",
    "leads",
    "lead_marks",
    "flags",
    "flag_history",
    "stale_establishments",
    "assessments",
    "schedules",
    "schedule_lines",
    "payments",
    "register_workers",
    "schedule_workers",
    "stale_evidence",
    "awaited_photos",
    "evidence_fixes",
    "evidence_photos",
    "photo_hashes",
    "photo_readings",
    "photo_bytes",
    "evidence_remarks",
    "evidence_history",
    "own",
    "other",
    "mine",
    "theirs",
    "later",
    "older",
)
"""The tables that grow with the work."""


def asked(tx, query, **given):
    """What a prepared statement finds, asked so that it is heard."""
    return tx.execute(query.statement, {"ids": ["x"], **given}).all()


PLACE = Place("x", "korangi", "x")
WORKERS = {(b"worker", "2024-07")}
LISTS = {
    "establishments of a district": lambda _, tx: registry.establishments(tx, ["korangi"]),
    "establishments": lambda _, tx: registry.establishments(tx, None),
    "establishments visited": lambda _, tx: registry.establishments(tx, ["korangi"], visited=True),
    "visits": lambda _, tx: desk.visits(tx, ["korangi"]),
    "visits of everywhere on a day": lambda _, tx: desk.visits(tx, None, "2026-01-02"),
    "compliance": lambda _, tx: compliance.by_district(tx, ["korangi"]),
    "reports of a district": lambda _, tx: registry.reports(tx, ["korangi"]),
    "reports": lambda _, tx: registry.reports(tx, None),
    "conflicts": lambda store, tx: conflicts_listed.listed(store, tx, ["korangi"]),
    "conflicts of everywhere": lambda store, tx: conflicts_listed.listed(store, tx, None),
    "history": lambda _, tx: registry.history(tx, "x"),
    "quarantine of a district": lambda _, tx: quarantine.listed(tx, ["korangi"]),
    "quarantine": lambda _, tx: quarantine.listed(tx, None),
    "held": lambda _, tx: quarantine.listed(tx, ["korangi"], "held"),
    "waiting": lambda _, tx: quarantine.listed(tx, None, "waiting"),
    "flags": lambda _, tx: flags.ranked(tx, ["korangi"]),
    "flags of everywhere": lambda _, tx: flags.ranked(tx, None),
    "rules that speak": lambda _, tx: flags_shown.rules(tx, ["x"]),
    "what is known for flags": lambda _, tx: flag_facts.load(
        tx, ["x"], Charger(statute.load(tx)), flag_facts.horizon(tx), date(2026, 7, 1)
    ),
    "whose flags are stale": lambda _, tx: tx.execute(flag_keeping._NEXT, {"now": 1, "most": 9}).all(),
    "whose flags are of yesterday": lambda _, tx: tx.execute(
        flag_keeping._OLD, {"day": "2026-07-01", "most": 9}
    ).all(),
    "leads of a district": lambda _, tx: leads.listed(tx, ["korangi"], "open"),
    "leads": lambda _, tx: leads.listed(tx, None),
    "leads handed over": lambda _, tx: leads.listed(tx, None, "handed_over"),
    "leads of an establishment": lambda store, tx: lead_follow_up.of_establishment(store, tx, "x"),
    "leads to look at": lambda _, tx: tx.execute(lead_follow_up._DUE, {"now": 1, "most": 9}).all(),
    "assessments of an establishment": lambda _, tx: assessments.kept(tx, "x"),
    "schedules of an establishment": lambda _, tx: accounts.declared(tx, "x", earlier=True),
    "payments of an establishment": lambda _, tx: accounts.received(tx, "x"),
    "checks of a report": lambda _, tx: checks_shown.checks(tx, "x", PLACE, ["korangi"]),
    "a register beside its schedule": lambda store, tx: register_beside.register(
        store, tx, "x", PLACE, "2024-07"
    ),
    "a register's schedules": lambda _, tx: register_checks.declared_months(tx, "x", ["2024-07"]),
    "a register's payments": lambda _, tx: register_checks.payments(tx, "x"),
    "workers in other registers": lambda _, tx: register_workers.in_registers(tx, WORKERS, "x"),
    "workers on other schedules": lambda _, tx: register_workers.on_schedules(tx, WORKERS, "x"),
    "what a file of schedules touches": lambda store, tx: register_workers.mark_for_schedules(
        store, tx, "x", "mark", 1
    ),
    "what payments touch": lambda store, tx: register_workers.mark_for_payments(store, tx, ["x"], "mark", 1),
    "whose account the law may change": lambda _, tx: tx.execute(
        accounts_touched._PAGE, {"last": "x", "months": ["2024-07"], "most": 9}
    ).all(),
    "remarks about a report": lambda _, tx: evidence_shown.of_report(tx, "x", "x", ["korangi"]),
    "what was remarked about a report": lambda _, tx: evidence_shown.history(tx, "x", None),
    "what stands beside fixes": lambda _, tx: asked(tx, evidence_beside._NEXT_TO),
    "what stands beside photos": lambda _, tx: asked(tx, evidence_beside._SAME_BYTES),
    "photos with a hash": lambda _, tx: asked(tx, evidence_beside._HASHED, report="x", sha256="x", ids=[1]),
    "whose photos are compared": lambda _, tx: asked(tx, evidence_beside._COMPARED),
    "whose remarks name a visit": lambda _, tx: asked(tx, evidence_beside._CITING),
    "alike photos": lambda _, tx: asked(tx, near_hashes._BANDS[0], ids=[1, 2]),
    "evidence of a visit": lambda _, tx: asked(tx, evidence_facts._RECORDS),
    "when evidence was captured": lambda _, tx: asked(tx, evidence_facts._LINES),
    "what photos say of themselves": lambda _, tx: asked(tx, evidence_readings._READ),
    "whose evidence is stale": lambda _, tx: tx.execute(evidence_keeping._NEXT, {"now": 1, "most": 9}).all(),
    "photos to open": lambda _, tx: tx.execute(photo_readings._NEXT, {"now": 1}).all(),
    "whether photos wait": lambda _, tx: tx.execute(photo_readings._ANY, {"now": 1}).all(),
    "what became of photos": lambda _, tx: photo_readings.of_photos(tx, ["x"]),
    "how it stands with a photo": lambda _, tx: asked(
        tx, uploads._STANDING, device="x", photo="x", sha256="x"
    ),
    "photos in quarantine": lambda _, tx: held_photos.listed(tx, None),
    "the ledger of a district": lambda _, tx: device_ledger.page(tx, ["korangi"], 1),
    "the facts of tablets": lambda _, tx: device_ledger._facts(tx, ["0" * 36]),
    "photos in quarantine of a district": lambda _, tx: held_photos.listed(tx, ["korangi"]),
    "what is stale": lambda _, tx: tx.execute(assessments._NEXT, {"now": 1, "most": 9}).all(),
}


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


@contextmanager
def heard():
    """The statements that are executed meanwhile."""
    said = []

    def hear(_, __, statement, parameters, *___):
        said.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    yield said
    event.remove(Engine, "before_cursor_execute", hear)


def plan(world: World, tx, statement, parameters) -> str:
    if world.store.sqlite:
        found = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    else:
        found = tx.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(str(row[-1]) for row in found)


def scanned(text: str) -> list[str]:
    """The tables that a plan reads from end to end."""
    found = re.findall(r"SCAN (\w+)(?! USING)", text) + re.findall(r"Seq Scan on (\w+)", text)
    return [table for table in found if table in GREAT]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_never_reads_a_great_table_from_end_to_end(world: World, name: str):
    with world.store.write() as tx:
        if not world.store.sqlite:
            # The tables are empty here: a planner left to itself would just read them.
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with heard() as said:
            LISTS[name](world.store, tx)
        selects = [each for each in said if each[0].startswith("SELECT")]
        plans = [plan(world, tx, *each) for each in selects]
    assert plans
    assert not [table for text in plans for table in scanned(text)], plans


def test_a_list_asks_as_often_for_five_hundred_as_for_one(world: World):
    inspector = world.person("inspector", "korangi")
    counts = []
    for number in (1, 6):
        for _ in range(number):
            visit = world.visit(world.establishment("korangi"), "korangi", inspector)
            tablet = world.tablet(inspector, "korangi")
            _, (line,) = tablet.report(visit, [{"month": "2024-07", "wage_rs": 30_000, "registered": True}])
            place = {"lat": 24.5, "lon": 67.5, "accuracy_m": 9.0}
            found = {"what": "unit", "name": "Unit", "district": "korangi", "location": place}
            tablet.change("lead", world.clock.uuid7(), found, "create")
            tablet.change("wage_line", line, {"wage_rs": 31_000})
            with TestClient(world.app()) as client:
                tablet.push(client)
        assessments.refresh(world.store, world.clock.now_ms())
        with world.store.write() as tx, heard() as said:
            for ask in LISTS.values():
                ask(world.store, tx)
            assert flags.ranked(tx, None)
            assert leads.listed(tx, None)
            assert conflicts_listed.listed(world.store, tx, None)[0].effect
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_what_is_opened_asks_as_often_for_three_hundred_lines_as_for_one(world: World):
    inspector = world.person("inspector", "korangi")
    counts = []
    for number in (1, 300):
        visit = world.visit(world.establishment("korangi"), "korangi", inspector)
        tablet = world.tablet(inspector, "korangi")
        wages = [{"month": "2024-07", "wage_rs": 30_000 + each, "cnic": str(each)} for each in range(number)]
        report, lines = tablet.report(visit, wages)
        tablet.change("wage_line", lines[0], {"wage_rs": 31_000})
        with TestClient(world.app()) as client:
            tablet.push(client)
        with world.store.write() as tx:
            (conflict,) = [
                each for each in conflicts_listed.listed(world.store, tx, None) if each.visit == visit
            ]
            with heard() as said:
                assert disputes.opened(world.store, tx, conflict.record)
                found = reports.opened(world.store, tx, report)
        assert found is not None
        assert len(found.lines) == number
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_a_photos_claim_costs_no_more_where_a_tablet_has_sent_much(world: World):
    """Its lines and its uploads that are done are not gone through for it."""
    with world.store.write() as tx:
        if not world.store.sqlite:
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with heard() as said:
            asked(tx, uploads._CAPTURED, photo="x")
            asked(tx, uploads._OLDEST, device="x", now=1)
        found = [plan(world, tx, *each) for each in said]
    for index, text in zip(("ix_changes_record", "ix_uploads_under_way"), found, strict=True):
        assert index in text, found


def test_the_lint_sees_what_it_looks_for(world: World):
    with world.store.read() as tx:
        assert scanned(plan(world, tx, "SELECT * FROM feed", ())) == ["feed"]
