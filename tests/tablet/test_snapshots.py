"""A new tablet takes a large scope as a file, over a bad line, and ends up with what the office has."""

import gzip
import threading
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from field.api import snapshot_building
from field.api.snapshot_building import Builder
from field.sim.world import PASSWORD
from field.store import erasing, postings, snapshots
from field.store.lives import Lives
from field.store.office import Entry
from field.store.postings import Post
from field.sync.kinds import KINDS
from field.sync.snapshots import Kept, removable
from field.tablet import snapshots as taking
from field.tablet.transport import Cut, NoAnswer, Response
from tests.tablet.conftest import Office

CNIC = "42101-1234567-1"
FILES = "/api/sync/snapshots/"
KORANGI = "district/korangi"


@pytest.fixture
def sqlite_url(database_url: str) -> str:
    """Everything here runs on both databases."""
    return database_url


@pytest.fixture
def large(office: Office, tmp_path: Path) -> Office:
    """An office whose district has sixty establishments, and one inspector wage lines with names."""
    tablet = office.tablet("earlier")
    with tablet.group():
        report = tablet.new_record("report", {"visit": office.visit})
        for _ in range(3):
            line = {"report": report, "month": "2025-11", "wage_rs": 1, "registered": True}
            tablet.new_record("wage_line", {**line, "cnic": CNIC, "worker_name": "Worker 3"})
    assert tablet.sync().complete
    names = [f"Mill {number}" for number in range(60)]
    office.world.write([_new(office, name) for name in names])
    context = msgspec.structs.replace(
        office.world.context, snapshots=tmp_path / "snapshots", snapshot_rows_min=3
    )
    office.world.context = office.world.server.app.state.context = context
    return office


def _new(office: Office, name: str) -> Entry:
    values = {"name": name, "district": "korangi", "address": f"Plot of {name}"}
    return Entry(kind="establishment", record=office.true.uuid7(), op="create", set=values)


def _build(office: Office) -> list[str]:
    return [made.scope for made in Builder(office.world.context).refresh()]


def _enrolled(office: Office, name: str = "new"):
    """A tablet with somebody signed in on it, that has fetched nothing yet."""
    tablet = office.open(name)
    tablet.enrol(office.world.code("korangi"), name)
    tablet.sign_in("inspector-1", PASSWORD)
    return tablet


def _holds_what_the_office_has(office: Office, tablet) -> None:
    rows = office.world.rows()
    held = tablet.replica.everything()
    assert held == {scope: rows.get(scope, {}) for scope in held}
    assert KORANGI in held
    assert tablet.replica.refetched() == 0


def _fetched(office: Office) -> list[str]:
    """The ranges of the snapshots' files that were asked for."""
    return [headers["Range"] for path, headers, _ in office.line.sent if path.startswith(FILES)]


def _kept(office: Office) -> list[Kept]:
    with office.world.context.store.read() as tx:
        return snapshots.kept(tx)


def test_a_new_tablet_takes_large_scopes_as_files_and_small_ones_by_rows(large: Office) -> None:
    own = f"own/{large.world.people['inspector-1'].id}"
    assert sorted(_build(large)) == sorted([KORANGI, own, *(["common"] if _many_common(large) else [])])
    large.world.write([Entry(kind="establishment", record=large.establishment, set={"phone": "021 5"})])
    tablet = _enrolled(large)
    assert tablet.sync().complete
    assert len(_fetched(large)) == len(_kept(large))
    _holds_what_the_office_has(large, tablet)
    line = tablet.replica.records("wage_line")[0]
    assert CNIC in {value for _, value in tablet.replica.row(line).private.values()}


def _many_common(office: Office) -> bool:
    return len(office.world.rows().get("common", {})) >= office.world.context.snapshot_rows_min


def test_a_tablet_that_does_not_know_snapshots_gets_rows_as_before(large: Office) -> None:
    _build(large)
    tablet = _enrolled(large)
    tablet.snapshots.asked = dict
    assert tablet.sync().complete
    assert _fetched(large) == []
    _holds_what_the_office_has(large, tablet)


def test_a_cut_line_costs_the_bytes_that_were_under_way_alone(
    large: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _build(large)
    monkeypatch.setattr(taking, "PIECE_BYTES", 700)
    tablet = _enrolled(large)
    came = 0

    def cut(path: str, answer: Response) -> Response:
        nonlocal came
        if not path.startswith(FILES):
            return answer
        half = answer.body[: max(len(answer.body) // 2, 1)]
        came += len(half)
        part = Response(answer.status, answer.headers, half)
        if came % 2:
            raise Cut("the line broke", part)
        return part

    large.line.after = cut
    for _ in range(200):
        if tablet.sync().complete:
            break
        # The battery is empty: only what is on the disk is left.
        tablet.close()
        tablet = large.open("new")
    assert tablet.status().sign_in is None
    _holds_what_the_office_has(large, tablet)
    # No byte came twice: what was cut off begins where the last one ended.
    with large.world.context.store.read() as tx:
        found = tx.execute(sa.select(snapshots.SNAPSHOTS.c.zstd_bytes)).scalars()
        assert came == sum(found)


def test_what_is_written_while_a_snapshot_is_made_comes_by_the_pull_after_it(
    large: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows move behind the reader and before it, come, and leave: none is lost, none comes back."""
    monkeypatch.setattr(snapshot_building, "ROWS_AT_ONCE", 7)
    read, world = snapshots.portion, large.world
    numbers = iter(range(1, 1000))

    def portion(store, tx, head, after, most):
        found = read(store, tx, head, after, most)
        if head.name == KORANGI:
            pending.append(next(numbers))
        return found

    pending: list[int] = []

    class Clock:
        """Between two portions, when no transaction is open, somebody writes."""

        def __getattr__(self, name: str):
            return getattr(large.true, name)

        def now_ms(self) -> int:
            while pending:
                number = pending.pop()
                some = sorted(world.rows()[KORANGI])
                world.write(
                    [
                        Entry(kind="establishment", record=some[number % 5], set={"phone": f"021 {number}"}),
                        Entry(kind="establishment", record=some[-1 - number], set={"phone": f"021 {number}"}),
                        Entry(kind="establishment", record=some[number * 3], set={"district": "malir"}),
                        _new(large, f"New mill {number}"),
                    ]
                )
            return large.true.now_ms()

    monkeypatch.setattr(snapshots, "portion", portion)
    context = msgspec.structs.replace(large.world.context, clock=Clock())
    assert KORANGI in [made.scope for made in Builder(context).refresh()]
    assert next(numbers) > 5
    tablet = _enrolled(large)
    assert tablet.sync().complete
    assert _fetched(large)
    _holds_what_the_office_has(large, tablet)


@pytest.mark.parametrize("harm", ["other bytes", "no file", "other rows", "no row in the database"])
def test_a_snapshot_that_is_of_no_use_falls_back_to_rows(large: Office, harm: str) -> None:
    _build(large)
    folder = large.world.context.snapshots
    tablet = _enrolled(large)

    def damage(path: str, body: bytes) -> bytes:
        if path.startswith(FILES):
            for file in folder.iterdir():
                if harm == "other bytes":
                    raw = bytearray(file.read_bytes())
                    raw[len(raw) // 2] ^= 1
                    file.write_bytes(raw)
                elif harm == "no file":
                    file.unlink()
            with large.world.context.store.write() as tx:
                if harm == "no row in the database":
                    snapshots.remove(tx, [each.id for each in _kept(large)])
        large.line.before = damage if harm == "no file" else (lambda _, body: body)
        return body

    if harm == "other rows":
        with large.world.context.store.write() as tx:
            tx.execute(sa.update(snapshots.SNAPSHOTS).values(checksum=7))
    large.line.before = damage
    assert tablet.sync().complete
    _holds_what_the_office_has(large, tablet)
    assert tablet.snapshots.waiting() == set()


def test_an_open_edit_stays_on_the_screen_while_its_scope_comes_anew(large: Office) -> None:
    """The database began a new life: rows stay until the snapshot is whole, so does what was typed."""
    tablet = _enrolled(large)
    assert tablet.sync().complete
    with large.world.context.store.write() as tx:
        epochs = sa.table("epochs", sa.column("id"), sa.column("started_ms"))
        tx.execute(sa.insert(epochs), {"id": large.true.uuid7(), "started_ms": large.true.now_ms() + 1})
        epoch = tx.execute(sa.select(epochs.c.id).order_by(epochs.c.started_ms.desc())).scalars().first()
    context = msgspec.structs.replace(large.world.context, epoch=epoch, lives=Lives())
    large.world.context = large.world.server.app.state.context = context
    _build(large)
    tablet.open_form(large.establishment).save({"phone": "021 999"})

    def no_files(path: str, answer: Response) -> Response:
        if path.startswith(FILES):
            raise NoAnswer("the line broke")
        return answer

    large.line.after = no_files
    assert not tablet.sync().complete
    assert tablet.row(large.establishment)["phone"] == "021 999"
    assert len(tablet.replica.records("establishment")) > 50
    large.line.mend()
    assert tablet.sync().complete
    assert tablet.row(large.establishment)["phone"] == "021 999"
    _holds_what_the_office_has(large, tablet)
    assert {each for each, _ in tablet.replica.cursors().values()} == {epoch}


def test_whoever_signs_out_takes_half_a_snapshot_along(large: Office) -> None:
    _build(large)
    tablet = _enrolled(large)
    large.line.after = lambda path, answer: _half(answer) if path.startswith(FILES) else answer
    assert not tablet.sync().complete
    assert tablet.snapshots.waiting()
    large.line.mend()
    tablet.sign_out(large.world.people["inspector-1"].id)
    assert tablet.snapshots.waiting() == set()
    assert tablet._db.number("SELECT count(*) FROM arriving") == 0


def _half(answer: Response) -> Response:
    raise Cut("the line broke", Response(answer.status, answer.headers, answer.body[:100]))


def test_two_workers_make_a_snapshot_once(large: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """One holds the place, in the middle of its work, while the other looks."""
    within, go_on = threading.Event(), threading.Event()
    read = snapshots.portion

    def portion(store, tx, head, after, most):
        if threading.current_thread().name == "first":
            within.set()
            assert go_on.wait(60)
        return read(store, tx, head, after, most)

    monkeypatch.setattr(snapshots, "portion", portion)
    made: list[str] = []
    first = threading.Thread(target=lambda: made.extend(_only(large)), name="first")
    first.start()
    try:
        assert within.wait(60)
        assert _only(large) == []
    finally:
        go_on.set()
        first.join(60)
    assert made == [KORANGI]
    # And whoever looks afterwards finds it done.
    assert _only(large) == []
    assert len(_kept(large)) == 1


def _only(office: Office) -> list[str]:
    return [made.scope for made in Builder(office.world.context).refresh(KORANGI)]


def test_whoever_died_in_the_middle_is_followed_by_another(large: Office) -> None:
    context = large.world.context
    now_ms = large.true.now_ms()
    with context.store.write() as tx:
        assert snapshots.begin(context.store, tx, KORANGI, large.true.uuid7(), now_ms, now_ms + 1000)
    assert _only(large) == []
    large.true.advance(2000)
    assert _only(large) == [KORANGI]


def test_no_personal_value_lies_in_a_file(large: Office) -> None:
    _build(large)
    folder = large.world.context.snapshots
    clear = b"".join(gzip.decompress(each.read_bytes()) for each in sorted(folder.glob("*.gz")))
    assert b'"kind":"wage_line"' in clear
    assert CNIC.encode() not in clear
    assert b"Worker 3" not in clear
    assert {oct(each.stat().st_mode & 0o777) for each in folder.iterdir()} == {"0o600"}


def test_what_is_erased_is_in_no_snapshot_any_more(large: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in one that there is, nor in one that was being made when it was erased."""
    _build(large)
    own = f"own/{large.world.people['inspector-1'].id}"
    (line, *_) = (r for r, (body, _) in large.world.rows()[own].items() if b'"kind":"wage_line"' in body)
    assert KINDS["wage_line"].personal
    read = snapshots.portion

    def portion(store, tx, head, after, most):
        found = read(store, tx, head, after, most)
        if head.name == own:
            erased.append(line)
        return found

    erased: list[str] = []

    class Clock:
        def __getattr__(self, name: str):
            return getattr(large.true, name)

        def now_ms(self) -> int:
            if erased:
                erased.clear()
                context = large.world.context
                by = large.world.people["supervisor-1"].id
                erasing.erase(context.store, large.true, context.office, line, "Asked for", by)
            return large.true.now_ms()

    monkeypatch.setattr(snapshots, "portion", portion)
    context = msgspec.structs.replace(large.world.context, clock=Clock())
    made = Builder(context).refresh(own, now=True)
    assert [each.scope for each in made] == []  # nothing moved since the first
    large.world.write([Entry(kind="visit", record=large.visit, set={"due": "2026-02-01"})])
    assert Builder(context).refresh(own, now=True) == []
    assert own not in {each.scope for each in _kept(large)}
    assert own in _build(large)
    tablet = _enrolled(large)
    assert tablet.sync().complete
    assert tablet.replica.row(line).private == {}
    _holds_what_the_office_has(large, tablet)


def test_nobody_gets_a_snapshot_without_the_right_to_its_scope(large: Office) -> None:
    _build(large)
    offered: list[str] = []
    tablet = _enrolled(large)

    def listen(path: str, answer: Response) -> Response:
        if path.startswith(FILES):
            raise NoAnswer("the line broke")
        return answer

    large.line.after = listen
    assert not tablet.sync().complete
    large.line.mend()
    offered = sorted(each.id for each in _kept(large) if each.scope == KORANGI)
    stranger = large.open("stranger")
    stranger.enrol(large.world.code("malir"), "stranger")
    stranger.sign_in("inspector-4", PASSWORD)
    assert _ask(stranger, offered[0]).status == 403
    assert _ask(tablet, offered[0]).status == 200
    assert _ask(tablet, offered[0], signed=stranger).status == 401
    assert _ask(tablet, large.true.uuid7()).status == 410
    tablet.sign_out(large.world.people["inspector-1"].id)
    assert _ask(tablet, offered[0], token="none").status == 401
    tablet.sign_in("inspector-1", PASSWORD)
    assert _ask(tablet, offered[0]).status == 200
    inspector = large.world.people["inspector-1"].id
    with large.world.context.store.write() as tx:
        postings.end(tx, inspector, Post("inspector", "korangi"), large.true.now_ms(), inspector)
    large.true.advance(1)
    assert b'"no-right"' in _ask(tablet, offered[0]).body
    large.world.ask("supervisor-1", "POST", f"/api/devices/{tablet.device}/revoke")
    assert b'"device-revoked"' in _ask(tablet, offered[0]).body


def _ask(tablet, id: str, *, signed=None, token: str = "", **headers: str) -> Response:
    from field.sync.signing import request_message

    signature = (signed or tablet)._key.sign(request_message("snapshot", tablet.device, id.encode()))
    given = {"Field-Device": tablet.device, "Field-Signature": signature}
    given["Authorization"] = f"Bearer {token or tablet.people.any_token()}"
    return tablet._transport.send("GET", FILES + id, {**given, **headers}, b"")


def test_a_file_can_be_resumed_as_http_says(large: Office) -> None:
    _build(large)
    tablet = _enrolled(large)
    (id,) = (each.id for each in _kept(large) if each.scope == KORANGI)
    whole = _ask(tablet, id)
    assert whole.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in whole.headers
    assert gzip.decompress(whole.body).count(b"\n") == len(large.world.rows()[KORANGI])
    etag, size = whole.headers["etag"], len(whole.body)
    packed = _ask(tablet, id, Accept="application/zstd, application/gzip;q=0.5")
    assert packed.headers["content-type"] == "application/zstd"
    assert packed.headers["etag"] != etag
    assert not etag.startswith("W/")
    for asked, status, body in (
        ("bytes=100-", 206, whole.body[100:]),
        ("bytes=100-199", 206, whole.body[100:200]),
        ("bytes=0-", 206, whole.body),
        (f"bytes=10-{size + 5}", 206, whole.body[10:]),
        ("bytes=-7", 206, whole.body[-7:]),
        ("bytes=-", 200, whole.body),
        ("bytes=0-1,4-5", 200, whole.body),
        ("bytes=9-2", 200, whole.body),
        ("pages=1-2", 200, whole.body),
    ):
        answer = _ask(tablet, id, **{"Range": asked, "If-Range": etag})
        assert (asked, answer.status, answer.body) == (asked, status, body)
        assert answer.headers["content-length"] == str(len(body))
    assert _ask(tablet, id, Range="bytes=100-199").headers["content-range"] == f"bytes 100-199/{size}"
    beyond = _ask(tablet, id, Range=f"bytes={size}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    other = _ask(tablet, id, **{"Range": "bytes=100-", "If-Range": packed.headers["etag"]})
    assert (other.status, other.body) == (200, whole.body)
    assert _ask(tablet, id, **{"If-None-Match": etag}).status == 304


def test_a_scope_is_made_anew_once_enough_of_it_moved(large: Office) -> None:
    assert KORANGI in _build(large)
    assert KORANGI not in _build(large)
    some = sorted(large.world.rows()[KORANGI])[:10]
    large.world.write(
        [Entry(kind="establishment", record=record, set={"phone": "021 1"}) for record in some[:2]]
    )
    assert KORANGI not in _build(large)
    large.world.write([Entry(kind="establishment", record=record, set={"phone": "021 2"}) for record in some])
    assert KORANGI in _build(large)
    first, *_ = [each for each in _kept(large) if each.scope == KORANGI][::-1]
    tablet = _enrolled(large)
    assert _ask(tablet, first.id).status == 200
    # A tablet that is slow finishes with the old one; a day after the last look it goes.
    large.true.advance(23 * 3_600_000)
    _build(large)
    assert _ask(tablet, first.id).status == 200
    large.true.advance(25 * 3_600_000)
    _build(large)
    assert _ask(tablet, first.id).status == 410
    assert {each.stem for each in large.world.context.snapshots.iterdir()} == {e.id for e in _kept(large)}


def test_what_a_dead_worker_left_on_the_disk_goes(large: Office) -> None:
    _build(large)
    folder = large.world.context.snapshots
    left = folder / f"{large.true.uuid7()}.gz"
    left.write_bytes(b"half")
    _build(large)
    assert not left.exists()


def test_the_oldest_go_first_where_there_is_little_room() -> None:
    def kept(id: str, n: int, handed_ms: int, scope: str = "a", epoch: str = "e") -> Kept:
        return Kept(id, scope, epoch, n, 10, 100, 0, handed_ms)

    some = [kept("new", 9, 0), kept("old", 8, 50), kept("older", 7, 60), kept("oldest", 6, 70)]
    some += [kept("other", 1, 0, "b"), kept("past", 99, 90, "b", "before")]
    assert sorted(removable(some, "e", 100, 10_000)) == ["old", "past"]
    assert sorted(removable(some, "e", 100, 300)) == ["old", "older", "past"]
    assert sorted(removable(some, "e", 100, 0)) == ["old", "older", "oldest", "past"]
    assert sorted(removable(some, "e", 86_400_200, 10_000)) == ["old", "older", "oldest", "past"]
