"""The office loses its server and restores an old backup: what tablets and the journal keep comes back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from field.app import context_of
from field.problems import Problem
from field.sim import scenarios
from field.sim.network import Network
from field.sim.scenarios import Found, restore
from field.sim.scenarios.restore import Scene
from field.store import backup_copy, lives, pulls, quarantine_acts, renewing, tables, testimony
from field.sync import apps
from field.tablet.door import Refused
from field.tablet.former import Formers
from field.tablet.healing import Healing, Says
from field.tablet.replica import Mark, Replica
from field.tablet.tablet import Tablet
from field.tablet.transport import NoAnswer, Response

PEOPLE = tables.Person.__table__  # type: ignore[attr-defined]
CHANGES = tables.Change.__table__  # type: ignore[attr-defined]
ALARMS = tables.Alarm.__table__  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", [2, 3, 4, 5, 12, 33, 43, 136, 153, 311])
def test_a_fleet_heals_a_server_that_was_restored(seed: int) -> None:
    played = scenarios.play("restore", "sqlite", seed)
    assert played.violations == []
    assert played.facts["forgotten"] > 0
    assert played.facts["office_changes_again"] > 0
    assert played.facts["office_acts_again"] > 0
    assert played.facts["thief_acts_again"] > 0
    assert played.facts["lost"] == played.facts["doubled"] == 0


def test_a_fleet_heals_a_server_on_postgresql_that_was_restored(postgres: str) -> None:
    played = scenarios.play("restore", "postgres", 2, postgres)
    assert played.violations == []
    assert played.facts["forgotten"] > 0


def _no_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "_acts", lambda *_: None)


def _no_changes_of_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "_lines", lambda *_: None)


def _no_earlier_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testimony, "earlier", lambda *_: {})


def _deaf_tablets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Healing, "hear", lambda *_: False)


def _photos_let_go_early(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Healing.hear

    def hear(self: Healing, said: Says) -> bool:
        return honest(self, Mark(epoch=said.epoch, acknowledged=said.acknowledged, chain=said.chain))

    monkeypatch.setattr(Healing, "hear", hear)


def _positions_believed_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lives, "heads", lambda _: dict.fromkeys(("district/korangi", "common"), 10**6))


BROKEN: list[Callable[[pytest.MonkeyPatch], None]] = [
    _no_journal,
    _no_changes_of_the_office,
    _no_earlier_receipts,
    _deaf_tablets,
    _photos_let_go_early,
    _positions_believed_for_ever,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_somebody_objects_when_a_rule_of_restoring_is_broken(
    broken: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    assert any(scenarios.play("restore", "sqlite", seed).violations for seed in range(1, 7))


def _one_tablet(plot: Callable[[Scene], Found]) -> None:
    with scenarios._place("sqlite", None) as place:
        found = restore._stage(place, 5, (("inspector-4",),), plot)
    assert found.violations == []


def _silently_restored(scene: Scene) -> None:
    """A copy of the database is put in place by hand, and nobody begins a new epoch."""
    office, url = scene.office, scene.office.place.fresh()
    folder = scene.folder / "by-hand"
    folder.mkdir()
    schema = backup_copy.copy(office.url, folder).schema
    _capture(scene)
    office.store.close()
    backup_copy.put_back(url, folder, schema, "before")
    office.url = url
    office.store = office._open()
    scene.world.context = context_of(office.store, scene.true, office.key, office.photos)
    scene.network.server.app.state.context = scene.world.context


def _capture(scene: Scene) -> None:
    scene.network.calm()
    tablet = scene.fleet.holders[0].tablet
    restore._lead(scene, tablet, bad=False)
    tablet.sync()
    assert tablet.outbox.unsent() == 0


def _epoch(scene: Scene) -> str:
    with scene.office.store.read() as tx:
        return pulls.epoch(tx)


def test_a_restore_that_nobody_announced_is_noticed_by_the_first_tablet_that_comes() -> None:
    def plot(scene: Scene) -> Found:
        _capture(scene)
        before = _epoch(scene)
        _silently_restored(scene)
        assert _epoch(scene) == before
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        assert _epoch(scene) != before
        with scene.office.store.read() as tx:
            assert list(tx.execute(sa.select(ALARMS.c.code)).scalars()) == ["restored"]
        told = restore._told(scene.office.store)
        assert len(told) == 2
        assert set(told.values()) == {"landed"}
        now = _epoch(scene)
        tablet.sync()
        assert _epoch(scene) == now
        return Found({}, [])

    _one_tablet(plot)


def test_a_tablet_whose_people_are_signed_out_by_the_restore_sends_its_work_again_all_the_same() -> None:
    def plot(scene: Scene) -> Found:
        scene.network.calm()
        backup = scene.office.back_up()
        _capture(scene)
        tablet = scene.fleet.holders[0].tablet
        tablet.sign_in("inspector-4", restore.PASSWORD)
        scene.burn_and_restore(backup)
        before = len(restore._told(scene.office.store))
        tablet.sync()
        tablet.sync()
        assert len(restore._told(scene.office.store)) == before + 1
        return Found({}, [])

    _one_tablet(plot)


def test_what_nobody_else_has_is_told_before_its_scope_begins_anew() -> None:
    """A colleague's tablet lies in the river; its last report is on another tablet, and nowhere else."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        backup = scene.office.back_up()
        lost = restore._tablet(scene, "lost", "inspector-4")
        lost.enrol(scene.world.code("malir"))
        lost.sign_in("inspector-4", restore.PASSWORD)
        restore._lead(scene, lost, bad=False)
        lost.sync()
        lost.close()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        tablet.sync()
        with scene.office.store.read() as tx:
            (found,) = testimony.missing(tx)
        assert found.kind == "lead"
        assert found.device == tablet.device
        return Found({}, [])

    _one_tablet(plot)


def test_a_photo_that_the_storage_still_has_is_taken_up_and_one_that_it_lacks_is_sent_again() -> None:
    def plot(scene: Scene) -> Found:
        scene.network.calm()
        office, tablet = scene.office, scene.fleet.holders[0].tablet
        office.back_up()
        backup = office.back_up()
        visit = next(id for id in scene.world.visits if id in tablet.replica.records("visit"))
        with tablet.group():
            report = tablet.new_record("report", {"visit": visit, **scene.fleet.typing.all("report")})
            for _ in range(2):
                described, taken = scene.fleet.typing.photo()
                tablet.new_photo({"report": report, **described}, taken)
        tablet.sync()
        assert len(scene.world.pictures()) == 2
        kept = sorted(path for path in (office.photos / "kept").rglob("*") if path.is_file())
        saved, content = kept[0], kept[0].read_bytes()
        done: Any = office.lose()
        done = office.restore(backup)
        saved.parent.mkdir(parents=True, exist_ok=True)
        saved.write_bytes(content)
        scene.world.context = office.context()
        scene.network.server.app.state.context = scene.world.context
        tablet.sign_in("inspector-4", restore.PASSWORD)
        tablet.sync()
        tablet.sync()
        assert done.faults == []
        assert len(scene.world.pictures()) == 2
        assert all(scene.world.pictures().values())
        return Found({}, [])

    _one_tablet(plot)


def _report_with_photo(scene: Scene) -> Tablet:
    """A report with a picture on the one tablet, not sent."""
    tablet = scene.fleet.holders[0].tablet
    tablet.sync()
    visit = next(id for id in scene.world.visits if id in tablet.replica.records("visit"))
    with tablet.group():
        report = tablet.new_record("report", {"visit": visit, **scene.fleet.typing.all("report")})
        described, taken = scene.fleet.typing.photo()
        tablet.new_photo({"report": report, **described}, taken)
    return tablet


def _has_its_picture(scene: Scene) -> bool:
    pictures = scene.world.pictures()
    return len(pictures) == 1 and all(pictures.values())


def test_a_backup_of_the_new_life_frees_no_photo_of_the_old_one() -> None:
    """A backup was made after the restore, before the tablet came: it let go of what nobody else had."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        backup = scene.office.back_up()
        tablet = _report_with_photo(scene)
        tablet.sync()
        tablet.sync()
        assert _has_its_picture(scene)
        scene.burn_and_restore(backup)
        scene.true.advance(60_000)
        scene.office.back_up()
        for _ in range(2):
            scene.true.advance(2_000)
            tablet.sign_in("inspector-4", restore.PASSWORD)
            tablet.sync()
        assert _has_its_picture(scene)
        return Found({}, [])

    _one_tablet(plot)


def test_a_photo_is_brought_again_though_its_entry_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup fell between the entry and its picture: the tablet had nothing to send, and told nobody."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        scene.office.back_up()
        tablet = _report_with_photo(scene)
        with monkeypatch.context() as patched:
            patched.setattr(Tablet, "send_photos", lambda _: True)
            tablet.sync()
        scene.true.advance(60_000)
        backup = scene.office.back_up()
        tablet.sync()
        assert _has_its_picture(scene)
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        tablet.sync()
        assert _has_its_picture(scene)
        return Found({}, [])

    _one_tablet(plot)


def test_an_entry_of_a_former_identity_that_is_gone_holds_nothing_up() -> None:
    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        former = tablet.device
        for _ in range(3):
            restore._lead(scene, tablet, bad=False)
        tablet.sync()
        tablet.enrol_again(scene.world.code("malir"))
        tablet.sign_in("inspector-4", restore.PASSWORD)
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        tablet._db.run("DELETE FROM lines WHERE device = ? AND seq = 2", former)
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        assert tablet.sync().complete
        told = sorted(restore._told(scene.office.store).values())
        assert told == ["landed", "landed", "landed", "lost None"]
        return Found({}, [])

    _one_tablet(plot)


@pytest.mark.parametrize("revoked", [False, True])
def test_what_had_arrived_under_a_former_identity_is_brought_again(revoked: bool) -> None:
    """A tablet was enrolled anew after the backup: nobody sent again what it had captured before that."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        former = tablet.device
        restore._lead(scene, tablet, bad=False)
        restore._lead(scene, tablet, bad=True)
        tablet.sync()
        if revoked:
            scene.world.ask("supervisor-2", "POST", f"/api/devices/{former}/revoke")
        tablet.enrol_again(scene.world.code("malir"))
        tablet.sign_in("inspector-4", restore.PASSWORD)
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        assert tablet.outbox.unsent() == 0
        before = restore._told(scene.office.store)
        assert sorted(before.values()) == ["landed", "landed", "quarantined no-right"]
        scene.burn_and_restore(backup)
        assert restore._told(scene.office.store) == {}
        tablet.sync()
        assert restore._told(scene.office.store) == before
        tablet.sign_in("inspector-4", restore.PASSWORD)
        sent = scene.network.repeated
        assert tablet.sync().complete
        assert scene.network.repeated == sent
        return Found({}, [])

    _one_tablet(plot)


def test_testimony_that_was_cut_off_on_the_way_is_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The office could not read half a body, and the tablet took that for the last word: all that had arrived
    under its former identity stayed away for ever."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        former = tablet.device
        tablet.enrol_again(scene.world.code("malir"))
        tablet.sign_in("inspector-4", restore.PASSWORD)
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        before = restore._told(scene.office.store)
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        send = type(scene.network).send

        def cut(network: Network, method: str, path: str, headers: Any, body: bytes) -> Response:
            theirs = path == "/api/sync/testimony" and headers["Field-Device"] == former
            return send(network, method, path, headers, body[: len(body) // 2] if theirs else body)

        with monkeypatch.context() as patched:
            patched.setattr(Network, "send", cut)
            tablet.sync()
            # What belongs to its own identity is not held up by it.
            assert len(restore._told(scene.office.store)) == 1
        tablet.sync()
        assert restore._told(scene.office.store) == before
        return Found({}, [])

    _one_tablet(plot)


def test_what_had_landed_lands_again_of_a_tablet_that_is_revoked_before_it_could_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its testimony got lost on the way; with the next sync it comes before the entries all the same."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        for _ in range(2):
            restore._lead(scene, tablet, bad=False)
        tablet.sync()
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        with monkeypatch.context() as patched:
            patched.setattr(Healing, "_answers", _no_answer)
            tablet.sync()
        scene.world.ask("supervisor-2", "POST", f"/api/devices/{tablet.device}/revoke")
        tablet.sync()
        assert [*restore._told(scene.office.store).values()] == ["landed", "landed"]
        return Found({}, [])

    _one_tablet(plot)


def test_a_report_in_whose_middle_the_backup_fell_is_whole_again_though_its_tablet_was_revoked_since() -> (
    None
):
    """The database that came back heard of the revocation, and put the half that it had into quarantine."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        visit = next(id for id in scene.world.visits if id in tablet.replica.records("visit"))
        with tablet.group():
            report = tablet.new_record("report", {"visit": visit, **scene.fleet.typing.all("report")})
            for _ in range(2):
                line = {"report": report, "month": "2025-11", **scene.fleet.typing.all("wage_line")}
                tablet.new_record("wage_line", line)
        tablet.push(1)
        backup = scene.office.back_up()
        tablet.sync()
        before = restore._told(scene.office.store)
        assert [*before.values()] == ["landed"] * 3
        scene.world.ask("supervisor-2", "POST", f"/api/devices/{tablet.device}/revoke")
        scene.burn_and_restore(backup)
        tablet.sync()
        assert restore._told(scene.office.store) == before
        return Found({}, [])

    _one_tablet(plot)


@pytest.mark.parametrize("forged", [False, True])
def test_what_was_answered_at_once_and_comes_in_pieces_lands_when_the_last_one_proves_it(
    forged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a bad line no push reached the line whose hash was signed, and all stayed in quarantine."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        visit = next(id for id in scene.world.visits if id in tablet.replica.records("visit"))
        backup = scene.office.back_up()
        restore._lead(scene, tablet, bad=False)
        with tablet.group():
            report = tablet.new_record("report", {"visit": visit, **scene.fleet.typing.all("report")})
            line = {"report": report, "month": "2025-11", **scene.fleet.typing.all("wage_line")}
            tablet.new_record("wage_line", line)
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        before = restore._told(scene.office.store)
        scene.burn_and_restore(backup)
        scene.world.ask("supervisor-2", "POST", f"/api/devices/{tablet.device}/revoke")
        monkeypatch.setattr(Healing, "boundary", lambda _: None)
        if forged:
            # What a damaged entry followed, nobody knows: the thief of the tablet might have written it.
            tablet._db.run("DELETE FROM lines WHERE device = ? AND seq = 3", tablet.device)
        tablet.sync(lines_max=1)
        after = restore._told(scene.office.store)
        if forged:
            assert [was for was in after.values() if was == "landed"] == ["landed"]
        else:
            assert after == before
            assert {*tablet.outbox.receipts().values()} == {"applied"}
        return Found({}, [])

    _one_tablet(plot)


def test_a_supervisor_who_rejects_what_lands_just_then_by_proof_comes_second(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had landed and was shown as rejected: each had seen it in quarantine."""
    answers: list[str] = []

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        for _ in range(2):
            restore._lead(scene, tablet, bad=False)
        tablet.sync()
        scene.burn_and_restore(backup)
        scene.world.ask("supervisor-2", "POST", f"/api/devices/{tablet.device}/revoke")
        monkeypatch.setattr(Healing, "boundary", lambda _: None)
        context, place = scene.world.context, (tablet.device, 1)
        with context.store.read() as tx:
            by = tx.execute(sa.select(PEOPLE.c.id).where(PEOPLE.c.login == "supervisor-2")).scalar_one()

        def reject() -> None:
            try:
                said = quarantine_acts.reject(
                    context.store, context.clock, context.office, place, "Not from here.", by, lambda _: None
                )
                answers.append(said[0].status)
            except Problem as problem:
                answers.append(problem.code)

        asking, honest = threading.Thread(target=reject), testimony.proved

        def proved(*args: Any) -> Any:
            found = honest(*args)
            if found and not asking.ident:
                asking.start()
                asking.join(1.5)
            return found

        monkeypatch.setattr(testimony, "proved", proved)
        tablet.sync(lines_max=1)
        asking.join(30)
        with scene.office.store.read() as tx:
            row = tx.execute(
                CHANGES.select().where(CHANGES.c.device == tablet.device, CHANGES.c.seq == 1)
            ).one()
        assert (row.status, row.verdict) == ("applied", None)
        assert answers == ["refused"]
        return Found({}, [])

    with scenarios._place("postgres", postgres) as place:
        found = restore._stage(place, 5, (("inspector-4",),), plot)
    assert found.violations == []


def test_what_the_office_did_with_a_record_that_only_a_tablet_has_is_done_again() -> None:
    """It waits for the record. When that came it was read as a tablet's entry would be, and put aside."""

    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        (lead,) = tablet.replica.records("lead")
        url, body = f"/api/leads/{lead}/hand-over", {"reference": "Malir 14/2026"}
        assert scene.world.ask("supervisor-2", "POST", url, body).status == restore.WELL
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        assert tablet.sync().complete
        row = tablet.row(lead)
        assert row is not None
        assert (row["status"], row["reference"]) == ("handed_over", "Malir 14/2026")
        return Found({}, [])

    _one_tablet(plot)


def _no_answer(*_: object) -> None:
    raise NoAnswer("the line broke")


def _too_old(*_: object) -> None:
    raise Refused(403, apps.TOO_OLD, "Update the app.")


def test_an_app_that_is_too_old_brings_a_former_identitys_work_once_it_was_updated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        backup = scene.office.back_up()
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        tablet.enrol_again(scene.world.code("malir"))
        tablet.sign_in("inspector-4", restore.PASSWORD)
        restore._lead(scene, tablet, bad=False)
        tablet.sync()
        before = restore._told(scene.office.store)
        assert [*before.values()] == ["landed", "landed"]
        scene.burn_and_restore(backup)
        tablet.sign_in("inspector-4", restore.PASSWORD)
        with monkeypatch.context() as older:
            # It hears of the new life, and then the office stops to serve it.
            older.setattr(Formers, "_push", _too_old)
            assert tablet.sync().code == apps.TOO_OLD
        assert restore._told(scene.office.store) != before
        assert tablet.sync().complete
        assert restore._told(scene.office.store) == before
        return Found({}, [])

    _one_tablet(plot)


def test_rows_that_survived_are_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def plot(scene: Scene) -> Found:
        scene.network.calm()
        tablet = scene.fleet.holders[0].tablet
        tablet.sync()
        scene.burn_and_restore(scene.office.back_up())
        tablet.sign_in("inspector-4", restore.PASSWORD)
        dropped: list[str] = []
        monkeypatch.setattr(Replica, "drop", lambda _, scope, __: dropped.append(scope))
        tablet.sync()
        assert dropped == []
        assert {epoch for epoch, _ in tablet.replica.cursors().values()} == {_epoch(scene)}
        return Found({}, [])

    _one_tablet(plot)
