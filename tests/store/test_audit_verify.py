"""Whoever alters the trail, or what it speaks of, is found, and where. Each story is an operator's."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import delete, select, text, update

from field.api.keeping import AGAIN_MS, Trail
from field.blobs.heads import HeadFolder
from field.store import audit, audit_heads, audit_sealing, devices, holds, uploads
from field.store.audit_checking import Copies, Verified, verify
from field.store.audit_sealing import ABOUT, ENTRIES, STATE
from field.store.holding import CHANGES
from field.sync.audit import START, digest, read
from tests.helpers import Tablet, World, open_world, sign_in

DAY_MS = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "heads").mkdir()
    return tmp_path / "heads"


class Office(World):
    """An office whose heads go to a folder, with a day's work behind it."""

    tablet_used: Tablet

    def keep(self) -> None:
        trail = Trail(self.context)
        while trail.step():
            pass
        self.clock.advance(AGAIN_MS)
        Trail(self.context).step()
        while trail.step():
            pass

    def verified(self, *held: str) -> Verified:
        target = self.context.heads
        assert target is not None
        quotes = [audit_sealing.Quoted(int(one.split(".")[0]), one.split(".")[1]) for one in held]
        return verify(self.store, self.clock.now_ms(), Copies(target.place, target.all()), quotes)

    def faults(self, *held: str) -> list[str]:
        return [f"{each.where}: {each.what}" for each in self.verified(*held).faults]

    def tamper(self, *statements: object) -> None:
        """As somebody who owns the database may: the guard is dropped first."""
        with self.store.write() as tx:
            if self.store.sqlite:
                tx.execute(text("DROP TRIGGER IF EXISTS audit_no_update"))
                tx.execute(text("DROP TRIGGER IF EXISTS audit_no_delete"))
            else:
                tx.execute(text("DROP TRIGGER IF EXISTS audit_no_change ON audit"))
            for statement in statements:
                tx.execute(statement)  # type: ignore[call-overload]


@pytest.fixture
def office(database_url: str, folder: Path) -> Iterator[Office]:
    with open_world(database_url) as world:
        context = msgspec.structs.replace(world.context, heads=HeadFolder(folder))
        found = Office(context, world.clock)
        # The trail begins before anybody does anything.
        Trail(context).step()
        world.clock.advance(1)
        inspector = found.person("inspector", "korangi")
        found.person("supervisor", "korangi")
        visit = found.visit(found.establishment("korangi"), "korangi", inspector)
        found.tablet_used = found.tablet(inspector, "korangi")
        found.tablet_used.report(visit, [{"wage_rs": 5}, {"wage_rs": 6}])
        with TestClient(found.app()) as client:
            found.tablet_used.push(client)
            sign_in(client, "supervisor-korangi")
        found.keep()
        found.clock.advance(DAY_MS)
        found.keep()
        with found.store.write() as tx:
            audit.note(tx, "exported", found.clock.now_ms(), by="somebody", about=["thing"])
        found.keep()
        yield found


def act(office: Office, name: str) -> int:
    """The number of the first entry of an act."""
    with office.store.read() as tx:
        query = select(ENTRIES.c.seq).where(ENTRIES.c.act == name).order_by(ENTRIES.c.seq).limit(1)
        return int(tx.execute(query).scalar_one())


def test_an_honest_trail_is_sound(office: Office) -> None:
    found = office.verified()
    assert found.faults == []
    assert (found.heads, found.copies, found.waiting) == (1, 1, 0)
    assert found.entries > 8
    assert found.lines >= 5
    assert office.faults(found.head or "") == []


def test_the_database_itself_refuses_to_alter_or_remove_an_entry(office: Office) -> None:
    for statement in (delete(ENTRIES), update(ENTRIES).values(act="signed-out")):
        with pytest.raises(Exception, match="never altered"), office.store.write() as tx:
            tx.execute(statement)


def test_an_altered_entry_is_found(office: Office) -> None:
    seq = act(office, "person-added")
    with office.store.read() as tx:
        line = tx.execute(select(ENTRIES.c.line).where(ENTRIES.c.seq == seq)).scalar_one()
    other = line.replace(b"inspector", b"directora")
    assert other != line
    office.tamper(update(ENTRIES).where(ENTRIES.c.seq == seq).values(line=other))
    assert office.faults()[0] == f"entry {seq}: its line was altered: it does not come to its hash"
    # With its hash put right the next one does not follow any more.
    office.tamper(update(ENTRIES).where(ENTRIES.c.seq == seq).values(hash=digest(other)))
    assert office.faults()[0].startswith(f"entry {seq + 1}: it does not follow")


def test_what_the_database_shows_beside_a_line_is_found(office: Office) -> None:
    seq = act(office, "signed-in")
    office.tamper(update(ENTRIES).where(ENTRIES.c.seq == seq).values(by="another"))
    assert office.faults() == [f"entry {seq}: the database shows another by than its line"]


def test_an_entry_that_a_search_no_longer_finds_is_found(office: Office) -> None:
    seq = act(office, "exported")
    office.tamper(delete(ABOUT).where(ABOUT.c.seq == seq))
    assert office.faults() == [f"entry {seq}: the index names other things than its line"]


def test_a_removed_entry_is_found(office: Office) -> None:
    seq = act(office, "signed-in")
    office.tamper(delete(ENTRIES).where(ENTRIES.c.seq == seq))
    assert f"entry {seq + 1}: the entries from {seq} to {seq} are missing" in office.faults()


def test_a_trail_written_anew_is_found_by_the_head_outside_and_by_a_receipt(office: Office) -> None:
    """Who owns the database may work out every hash again; what has left the house cannot be."""
    seq, quoted = act(office, "person-added"), office.verified().head or ""
    with office.store.read() as tx:
        rows = tx.execute(select(ENTRIES).order_by(ENTRIES.c.seq)).all()
    prev, statements = START, []
    for row in rows:
        entry = msgspec.structs.replace(read(row.line), prev=prev)
        if row.seq == seq:
            entry = msgspec.structs.replace(entry, facts={"postings": []})
        line = msgspec.json.encode(entry)
        prev = digest(line)
        statements.append(update(ENTRIES).where(ENTRIES.c.seq == row.seq).values(line=line, hash=prev))
    office.tamper(*statements, update(STATE).values(hash=prev))
    found = office.faults(quoted)
    assert "head of 2026-01-01: entry" in found[0]
    assert any(fault.startswith("copy audit-2026-01-01.json: entry") for fault in found)
    assert found[-1].startswith("the head")
    assert "written anew" in found[-1]


def test_a_tail_that_was_cut_off_is_found(office: Office) -> None:
    quoted, seq = office.verified().head or "", act(office, "person-added")
    with office.store.read() as tx:
        hash = tx.execute(select(ENTRIES.c.hash).where(ENTRIES.c.seq == seq)).scalar_one()
    cut = [delete(ABOUT).where(ABOUT.c.seq > seq), delete(ENTRIES).where(ENTRIES.c.seq > seq)]
    office.tamper(*cut, delete(audit_sealing.PUSHES).where(audit_sealing.PUSHES.c.seq > seq))
    assert any("its end was cut off" in fault for fault in office.faults())
    # Also where the state was set back and the heads in the database removed with it.
    office.tamper(update(STATE).values(seq=seq, hash=hash), delete(audit_heads.HEADS))
    found = office.faults(quoted)
    assert any("copy audit-2026-01-01.json: the trail ends at entry" in fault for fault in found)
    assert any("copy audit-2026-01-01.json: the database has no head" in fault for fault in found)
    assert any("that a receipt quotes: the trail ends" in fault for fault in found)


def test_an_altered_and_a_removed_copy_are_found(office: Office, folder: Path) -> None:
    [path] = folder.iterdir()
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole.replace(b'"seq": ', b'"seq": 9'))
    assert "copy audit-2026-01-01.json: its signature does not hold" in office.faults()
    path.unlink()
    assert office.faults() == ["copy of 2026-01-01: it is no longer at its place"]


def test_a_day_whose_head_was_removed_is_found(office: Office) -> None:
    office.clock.advance(DAY_MS)
    office.keep()
    office.tamper(delete(audit_heads.HEADS).where(audit_heads.HEADS.c.day == "2026-01-01"))
    assert "head of 2026-01-01: there is none" in office.faults()


def test_an_altered_and_a_removed_line_of_a_tablet_are_found(office: Office) -> None:
    tablet, line = office.tablet_used.id, CHANGES.c
    at = (line.device == tablet) & (line.seq == 2)
    with office.store.read() as tx:
        before = tx.execute(select(line.line).where(at)).scalar_one()
    other = before.replace(b'"wage_rs":5', b'"wage_rs":9')
    assert other != before
    # Its hash is put right too: the entry knows better.
    office.tamper(update(CHANGES).where(at).values(line=other, hash=digest(other)))
    seq = act(office, "pushed")
    assert office.faults() == [f"entry {seq}: the lines 1 to 3 of {tablet} are not those that arrived"]
    office.tamper(delete(CHANGES).where(at))
    assert office.faults() == [f"entry {seq}: of the lines 1 to 3 of {tablet} only 2 are there"]


def test_a_tablet_enrolled_behind_the_trails_back_is_found(office: Office) -> None:
    id = office.tablet(office.person("inspector", "sukkur"), "sukkur").id
    office.keep()
    assert office.faults() == []
    office.clock.advance(1)
    with office.store.write() as tx:
        tx.execute(
            text("UPDATE devices SET revoked_ms = :now WHERE id = :id"),
            {"now": office.clock.now_ms(), "id": id},
        )
    assert office.faults() == [f"the database: the tablet {id} was revoked without an entry"]


def test_acts_that_nobody_seals_are_told(office: Office) -> None:
    with office.store.write() as tx:
        audit.note(tx, "exported", office.clock.now_ms(), by=None)
    assert office.faults() == []
    office.clock.advance(DAY_MS // 24)
    assert office.faults() == ["acts not sealed yet: no server seals them; run: field audit seal"]


@pytest.mark.parametrize("table", ["statute", "flag_rules"])
def test_a_rate_that_was_altered_in_the_database_is_found(office: Office, table: str) -> None:
    """Somebody halved the contribution, and no entry spoke of it."""
    with office.store.write() as tx:
        row = tx.execute(text(f"SELECT id, version, body FROM {table} ORDER BY id LIMIT 1")).one()
        changed = {"id": row.id, "body": row.body.replace("20", "21", 1)}
        assert changed["body"] != row.body
        tx.execute(text(f"UPDATE {table} SET body = :body WHERE id = :id"), changed)
    [found] = office.faults()
    assert f"{row.id}@{row.version} was altered" in found
    with office.store.write() as tx:
        tx.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row.id})
    assert "is no longer there" in office.faults()[0]


def test_a_hold_that_was_taken_out_of_the_database_is_found(office: Office) -> None:
    """Who deletes a hold may erase what it kept."""
    with office.store.read() as tx:
        visit = tx.execute(text("SELECT id FROM visits")).scalar_one()
    held = holds.place(office.store, office.clock.uuid7(), visit, "Appeal 14", "me", office.clock.now_ms())
    office.keep()
    assert office.faults() == []
    with office.store.write() as tx:
        tx.execute(text("UPDATE holds SET lifted_ms = 1"))
    assert office.faults() == [
        f"the database: the legal hold {held.id} on {visit} was lifted without an entry"
    ]
    with office.store.write() as tx:
        tx.execute(text("DELETE FROM holds"))
    assert office.faults() == [f"the database: the legal hold {held.id} on {visit} is no longer there"]


def test_a_hold_that_was_lifted_is_none(office: Office) -> None:
    with office.store.read() as tx:
        visit = tx.execute(text("SELECT id FROM visits")).scalar_one()
    held = holds.place(office.store, office.clock.uuid7(), visit, "Appeal 14", "me", office.clock.now_ms())
    holds.lift(office.store, held.id, "Decided", "me", office.clock.now_ms())
    assert office.faults() == []
    office.keep()
    assert office.faults() == []


def test_a_revoked_tablet_that_was_let_in_again_is_found(office: Office) -> None:
    tablet = office.tablet_used.id
    with office.store.write() as tx:
        devices.revoke(tx, tablet, office.clock.now_ms(), by="me")
    office.keep()
    assert office.faults() == []
    with office.store.write() as tx:
        tx.execute(text("UPDATE devices SET revoked_ms = NULL"))
    assert office.faults() == [f"the database: the tablet {tablet} was revoked, and is admitted again"]


def test_a_photo_whose_hash_and_day_were_altered_together_is_found(office: Office) -> None:
    photo, at_ms = office.clock.uuid7(), office.clock.now_ms()
    row = {"photo": photo, "sha256": "a" * 64, "size": 1, "device": office.tablet_used.id}
    with office.store.write() as tx:
        tx.execute(uploads.PHOTO_BYTES.insert(), {**row, "received_ms": at_ms})
        audit.note(tx, "photo-kept", at_ms, by=None, about=[photo], sha256="a" * 64, size=1)
    office.keep()
    assert office.faults() == []
    with office.store.write() as tx:
        tx.execute(text("UPDATE photo_bytes SET sha256 = :other, received_ms = 5"), {"other": "b" * 64})
    [found] = office.faults()
    assert found.endswith(f"the photo {photo} has another hash than what came")
