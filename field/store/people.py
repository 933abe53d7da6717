"""People, their postings and sessions."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from field.problems import Problem
from field.store import audit, rows, tables
from field.store.bulk import Prepared
from field.store.engine import Store
from field.sync.rights import Posting

PEOPLE = tables.Person.__table__  # type: ignore[attr-defined]  # SQLModel adds it
POSTINGS = tables.Posting.__table__  # type: ignore[attr-defined]
DEVICE_PEOPLE = tables.DevicePerson.__table__  # type: ignore[attr-defined]
SESSIONS = tables.Session.__table__  # type: ignore[attr-defined]
TRIES = tables.SignInTry.__table__  # type: ignore[attr-defined]


class Person(msgspec.Struct, frozen=True):
    """Somebody with an account, and all their postings, past ones included."""

    id: str
    login: str
    name: str
    postings: list[Posting] = []


class Account(msgspec.Struct, frozen=True):
    """What signing in needs to know."""

    id: str
    name: str
    password_hash: str


class Session(msgspec.Struct, frozen=True):
    """A session in force: whose it is, and on which device."""

    person: str
    device: str | None
    name: str
    postings: list[Posting]


def token_hash(token: str) -> str:
    """Tokens and codes are kept as their SHA-256; they are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


_ON_DEVICE = Prepared(select(DEVICE_PEOPLE.c.person).where(DEVICE_PEOPLE.c.device == bindparam("device")))


def on_device(tx: Connection, device: str) -> frozenset[str]:
    """Everybody who ever signed in on a device."""
    return frozenset(row.person for row in _ON_DEVICE.run(tx, device=device))


_POSTINGS = Prepared(
    select(POSTINGS)
    .where(POSTINGS.c.person.in_(bindparam("ids", expanding=True)))
    .order_by(POSTINGS.c.person, POSTINGS.c.from_ms, POSTINGS.c.id)
)


def postings_of(tx: Connection, people: Iterable[str]) -> dict[str, list[Posting]]:
    """The postings of people, past ones included, by person."""
    found: dict[str, list[Posting]] = {}
    for ids in rows.chunks(people):
        for row in _POSTINGS.run(tx, ids=ids):
            posting = Posting(row.person, row.role, row.district, row.from_ms, row.to_ms)
            found.setdefault(row.person, []).append(posting)
    return found


def posted_in(tx: Connection, district: str, role: str, t: int) -> list[str]:
    """The people with this role in a district at `t`, by id."""
    query = (
        select(POSTINGS.c.person)
        .where(POSTINGS.c.district == district, POSTINGS.c.role == role, POSTINGS.c.from_ms <= t)
        .where((POSTINGS.c.to_ms.is_(None)) | (POSTINGS.c.to_ms > t))
        .order_by(POSTINGS.c.person)
        .distinct()
    )
    return list(tx.execute(query).scalars())


def check_posted(tx: Connection, person: str, district: str, role: str, t: int) -> None:
    """Raises Problem refused where somebody has no such role in a district at `t`, or is nobody."""
    if person not in posted_in(tx, district, role, t):
        raise Problem("refused", f"That person has no posting as {role} in {district} today.")


def every(tx: Connection) -> list[Person]:
    """All people with their postings, by login."""
    found = tx.execute(select(PEOPLE.c.id, PEOPLE.c.login, PEOPLE.c.name).order_by(PEOPLE.c.login)).all()
    postings = postings_of(tx, [row.id for row in found])
    return [Person(row.id, row.login, row.name, postings.get(row.id, [])) for row in found]


def names(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The names of people by id."""
    found: dict[str, str] = {}
    for some in rows.chunks(ids):
        query = select(PEOPLE.c.id, PEOPLE.c.name).where(PEOPLE.c.id.in_(some))
        found.update({row.id: row.name for row in tx.execute(query)})
    return found


def by_login(tx: Connection, login: str) -> Account | None:
    """The account with a login, if there is one."""
    row = tx.execute(select(PEOPLE).where(PEOPLE.c.login == login)).one_or_none()
    return None if row is None else Account(row.id, row.name, row.password_hash)


def add(
    tx: Connection,
    person: Person,
    password_hash: str,
    ids: Iterable[str],
    now_ms: int,
    *,
    by: str | None = None,
) -> None:
    """Add somebody with postings; `ids` gives the new postings' ids, `by` is for the audit trail.

    Raises Problem already-there.
    """
    row = {"id": person.id, "login": person.login, "name": person.name, "password_hash": password_hash}
    try:
        tx.execute(insert(PEOPLE), {**row, "made_ms": now_ms})
    except IntegrityError as error:
        raise Problem(
            "already-there", f"There is somebody with the login {person.login} already. Choose another."
        ) from error
    if person.postings:
        postings = [
            {"id": id, **msgspec.to_builtins(posting), "person": person.id}
            for id, posting in zip(ids, person.postings, strict=False)
        ]
        tx.execute(insert(POSTINGS), postings)
    audit.note(
        tx,
        "person-added",
        now_ms,
        by=by,
        about=[person.id],
        postings=[_told(post) for post in person.postings],
    )


def _told(posting: Posting) -> str:
    return f"{posting.role}:{posting.district or 'all'}:{posting.from_ms}:{posting.to_ms or 'open'}"


def failures(tx: Connection, login: str) -> tuple[int, int]:
    """How often a login was tried with a wrong password since the last right one, and when last (ms)."""
    row = tx.execute(select(TRIES).where(TRIES.c.login == login)).one_or_none()
    return (0, 0) if row is None else (row.failures, row.last_ms)


def failed(store: Store, tx: Connection, login: str, now_ms: int) -> None:
    """Remember a wrong password, however many are tried at once."""
    dialect = sqlite if store.sqlite else postgresql
    made = dialect.insert(TRIES).values(login=login, failures=1, last_ms=now_ms)
    one_more = {"failures": TRIES.c.failures + 1, "last_ms": made.excluded.last_ms}
    tx.execute(made.on_conflict_do_update(index_elements=["login"], set_=one_more))


def forgive(tx: Connection, login: str) -> None:
    """Forget the wrong passwords."""
    tx.execute(delete(TRIES).where(TRIES.c.login == login))


def open_session(
    store: Store, tx: Connection, token: str, person: str, device: str | None, now_ms: int, expires_ms: int
) -> None:
    """Sign somebody in, and bind them to the device if there is one."""
    row = {"token_hash": token_hash(token), "person": person, "device": device}
    tx.execute(insert(SESSIONS), {**row, "made_ms": now_ms, "expires_ms": expires_ms, "revoked_ms": None})
    if device is not None:
        rows.insert_new(store, tx, DEVICE_PEOPLE, [{"device": device, "person": person, "since_ms": now_ms}])
    audit.note(tx, "signed-in", now_ms, by=person, device=device)


_SESSION = (
    select(SESSIONS.c.person, SESSIONS.c.device, PEOPLE.c.name)
    .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person)
    .where(SESSIONS.c.token_hash == bindparam("hash"))
    .where(SESSIONS.c.revoked_ms.is_(None), SESSIONS.c.expires_ms > bindparam("now"))
)


def session(tx: Connection, token: str, now_ms: int) -> Session | None:
    """The session that a token opens, if it is in force."""
    return session_of(tx, token_hash(token), now_ms)


def session_of(tx: Connection, hash: str, now_ms: int) -> Session | None:
    """The session whose token has this hash, if it is in force. The hash opens nothing by itself."""
    row = tx.execute(_SESSION, {"hash": hash, "now": now_ms}).one_or_none()
    if row is None:
        return None
    return Session(row.person, row.device, row.name, postings_of(tx, [row.person]).get(row.person, []))


_SIGNED_IN = Prepared(
    select(SESSIONS.c.token_hash, SESSIONS.c.person)
    .where(SESSIONS.c.device == bindparam("device"))
    .where(SESSIONS.c.revoked_ms.is_(None), SESSIONS.c.expires_ms > bindparam("now"))
)


def signed_in(tx: Connection, device: str, now_ms: int) -> dict[str, str]:
    """The people signed in on a device now, by the hash of each one's token."""
    return {row.token_hash: row.person for row in _SIGNED_IN.run(tx, device=device, now=now_ms)}


def close_sessions(tx: Connection, now_ms: int, **where: Any) -> None:
    """Revoke the sessions of a person, a device, or one by its token hash."""
    query = update(SESSIONS).where(SESSIONS.c.revoked_ms.is_(None))
    for name, value in where.items():
        query = query.where(SESSIONS.c[name] == value)
    tx.execute(query.values(revoked_ms=now_ms))
