"""The nothing-lost ledger: what each tablet captured, what came, what is missing, where a hole is. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from field.sync.receipts import LANDED
from field.sync.told import Heard

What = Literal["silent", "photos", "held", "waiting", "past"]
HOUR_MS = 3_600_000
DAY_HOURS = 24
EVENTS = ("fork", "set-back", "drift", "drift-stays", "id-reused", "lost")
"""Alarms that were raised when something happened, and do not go away by themselves."""


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After how many hours something is an alarm, from a day on. `confirmed`: somebody decided so."""

    what: What
    hours: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    valid_from: date
    legal_basis: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    confirmed: bool = False


@cache
def shipped() -> tuple[Limit, ...]:
    """The limits that come with the program, all of them unconfirmed."""
    raw = Path(__file__).with_name("ledger_limits.json").read_bytes()
    return tuple(msgspec.json.decode(raw, type=list[Limit]))


def in_force(limits: Sequence[Limit], now_ms: int) -> dict[What, Limit]:
    """The limit of each name on the day of `now_ms`, UTC: the latest; before all of them the first."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    found: dict[What, Limit] = {}
    for limit in sorted(limits, key=lambda limit: limit.valid_from):
        if limit.valid_from <= today or limit.what not in found:
            found[limit.what] = limit
    return found


class Standing(msgspec.Struct, frozen=True):
    """How many lines of a device have a status, and when the first of them came."""

    number: int
    since_ms: int


class Event(msgspec.Struct, frozen=True):
    """How often an alarm was raised about a device, and when last."""

    number: int
    last_ms: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the office holds about one enrolment of a tablet.

    `acknowledged` is the last seq that arrived, `rows` how many lines are kept, `standing` those by status
    without the applied ones, `missing` the photos whose bytes did not come. `followed_by`: the identity under
    which the tablet goes on, with what it had not sent.
    """

    id: str
    name: str
    district: str | None = None
    people: tuple[str, ...] = ()
    followed_by: str | None = None
    enrolled_ms: int
    revoked_ms: int | None = None
    pushed_ms: int | None = None
    acknowledged: int
    rows: int
    standing: Mapping[str, Standing] = {}
    missing: Standing | None = None
    missing_bytes: int = 0
    events: Mapping[str, Event] = {}
    heard: Heard | None = None


class LedgerAlarm(msgspec.Struct, frozen=True):
    """A hole, or what may become one. `number` of what; `since_ms`: since when."""

    code: str
    number: int
    detail: str
    since_ms: int | None = None


class DeviceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One enrolment's account. `captured` = `received` + `unsent`, as the tablet counts them too.

    Of the `received`, some `landed`, are `held` until their group is whole, `waiting` for a record, or
    `quarantined`; some were declared `lost`, and `repeated` came before, under this identity or a former one.
    `photos_missing` is the office's count, `photos_unsent` the tablet's. `line`: the identities of the same
    tablet, this one last; `line_captured` and `line_received` count an entry once, under whichever it came.
    """

    device: str
    name: str
    district: str | None
    people: tuple[str, ...]
    enrolled_ms: int
    revoked_ms: int | None
    contact_ms: int | None
    told_ms: int | None
    followed_by: str | None
    app: str
    captured: int
    received: int
    unsent: int
    oldest_unsent_ms: int | None
    landed: int
    held: int
    waiting: int
    quarantined: int
    lost: int
    repeated: int
    photos_missing: int
    photos_missing_bytes: int
    photos_missing_since_ms: int | None
    photos_unsent: int
    bytes_unsent: int
    line: tuple[str, ...]
    line_captured: int
    line_received: int
    alarms: tuple[LedgerAlarm, ...]


def account(
    facts: Facts, earlier: Sequence[Facts], limits: Mapping[What, Limit], now_ms: int
) -> DeviceAccount:
    """A tablet's account from what is held about it and its `earlier` identities, the oldest first."""
    told = facts.heard.told if facts.heard is not None else None
    heard_ms = facts.heard.at_ms if facts.heard is not None else None
    # What an identity that ended had not sent went along to the next one, and is counted there.
    said = told.captured if told is not None and facts.followed_by is None else 0
    captured = max(facts.acknowledged, said)
    unsent = captured - facts.acknowledged
    times = [ms for ms in (heard_ms, facts.pushed_ms) if ms is not None]
    received_once = sum(_once(each) for each in (*earlier, facts))
    number = {status: facts.standing[status].number for status in facts.standing}
    not_applied = sum(number.values())
    landed = facts.rows - not_applied + sum(number.get(status, 0) for status in LANDED)
    entry = DeviceAccount(
        device=facts.id,
        name=facts.name,
        district=facts.district,
        people=facts.people,
        enrolled_ms=facts.enrolled_ms,
        revoked_ms=facts.revoked_ms,
        contact_ms=max(times, default=None),
        told_ms=heard_ms,
        followed_by=facts.followed_by,
        app=told.app if told is not None else "",
        captured=captured,
        received=facts.acknowledged,
        unsent=unsent,
        oldest_unsent_ms=told.oldest_unsent_ms if told is not None and unsent else None,
        landed=landed,
        held=number.get("held", 0),
        waiting=number.get("waiting", 0),
        quarantined=number.get("quarantined", 0),
        lost=number.get("lost", 0),
        repeated=number.get("duplicate", 0),
        photos_missing=facts.missing.number if facts.missing is not None else 0,
        photos_missing_bytes=facts.missing_bytes,
        photos_missing_since_ms=facts.missing.since_ms if facts.missing is not None else None,
        photos_unsent=told.photos_unsent if told is not None and facts.followed_by is None else 0,
        bytes_unsent=told.bytes_unsent if told is not None and facts.followed_by is None else 0,
        line=(*(each.id for each in earlier), facts.id),
        line_captured=received_once + unsent,
        line_received=received_once,
        alarms=(),
    )
    return msgspec.structs.replace(entry, alarms=tuple(_alarms(facts, entry, limits, now_ms)))


def _once(facts: Facts) -> int:
    """The lines that did not come before under another number."""
    repeated = facts.standing.get("duplicate")
    return facts.rows - (repeated.number if repeated is not None else 0)


def _alarms(
    facts: Facts, entry: DeviceAccount, limits: Mapping[What, Limit], now_ms: int
) -> list[LedgerAlarm]:
    return [
        *_holes(facts),
        *_silence(entry, limits["silent"], now_ms),
        *_missing_photos(entry, limits["photos"], now_ms),
        *_stuck(facts, limits, now_ms),
        *_events(facts, limits["past"], now_ms),
    ]


def _holes(facts: Facts) -> list[LedgerAlarm]:
    found = []
    if facts.rows != facts.acknowledged:
        missing = abs(facts.acknowledged - facts.rows)
        detail = f"{facts.acknowledged} entries were confirmed, and {facts.rows} are kept. "
        detail += "Tell who looks after the database: its storage may be failing."
        found.append(LedgerAlarm("holes", missing, detail))
    told = facts.heard.told if facts.heard is not None else None
    if told is not None and told.acknowledged > facts.acknowledged:
        missing = told.acknowledged - facts.acknowledged
        detail = f"The tablet was told that {told.acknowledged} entries had come; {facts.acknowledged} are "
        detail += "known here. It keeps them: do not wipe it."
        found.append(LedgerAlarm("office-behind", missing, detail))
    return found


def _silence(entry: DeviceAccount, limit: Limit, now_ms: int) -> list[LedgerAlarm]:
    last_ms = entry.contact_ms if entry.contact_ms is not None else entry.enrolled_ms
    has_work = entry.unsent + entry.photos_unsent + entry.photos_missing > 0
    if not has_work or entry.followed_by is not None or now_ms - last_ms <= limit.hours * HOUR_MS:
        return []
    number = entry.unsent + max(entry.photos_unsent, entry.photos_missing)
    detail = (
        f"Nothing was heard of it for {_days(now_ms - last_ms)}, and it still has work. Ask whoever has it."
    )
    return [LedgerAlarm("silent", number, detail, last_ms)]


def _missing_photos(entry: DeviceAccount, limit: Limit, now_ms: int) -> list[LedgerAlarm]:
    since_ms = entry.photos_missing_since_ms
    if since_ms is None or now_ms - since_ms <= limit.hours * HOUR_MS:
        return []
    detail = (
        f"The first picture is awaited for {_days(now_ms - since_ms)}. It is on the tablet: do not wipe it."
    )
    return [LedgerAlarm("photos-missing", entry.photos_missing, detail, since_ms)]


def _stuck(facts: Facts, limits: Mapping[What, Limit], now_ms: int) -> list[LedgerAlarm]:
    """Parts of groups whose rest does not come, and entries whose record does not."""
    words: Sequence[tuple[What, str, str]] = (
        ("held", "held-long", "Parts of a report are kept, and the rest did not come for"),
        ("waiting", "waiting-long", "Entries wait for a record that did not come for"),
    )
    found = []
    for status, code, said in words:
        standing = facts.standing.get(status)
        if standing is not None and now_ms - standing.since_ms > limits[status].hours * HOUR_MS:
            detail = f"{said} {_days(now_ms - standing.since_ms)}."
            found.append(LedgerAlarm(code, standing.number, detail, standing.since_ms))
    return found


_SAID = {
    "fork": "Two histories bear its identity: it was copied or set back. Enrol it anew.",
    "set-back": "It did not know entries that had come from it: it was copied or set back. Enrol it anew.",
    "drift": "Rows on it differed from the office's and were fetched anew: its storage may be failing.",
    "drift-stays": "Rows on it differ from the office's, also once they were fetched anew. Run: field doctor",
    "id-reused": "An entry bore the id of another one.",
    "lost": "Entries could no longer be read on it, and were declared lost.",
}


def _events(facts: Facts, limit: Limit, now_ms: int) -> list[LedgerAlarm]:
    """What was raised of late; an older one stands in the tablet's history."""
    drift = facts.heard.told.drift.values() if facts.heard is not None else ()
    stays = any(each.still for each in drift)
    found = []
    for code in EVENTS:
        event = facts.events.get(code)
        recent = event is not None and now_ms - event.last_ms <= limit.hours * HOUR_MS
        if event is not None and (recent or (code == "drift-stays" and stays)):
            found.append(LedgerAlarm(code, event.number, _SAID[code], event.last_ms))
    return found


def _days(ms: int) -> str:
    hours = ms // HOUR_MS
    return f"{hours} hours" if hours < 2 * DAY_HOURS else f"{hours // DAY_HOURS} days"


class LedgerHole(msgspec.Struct, frozen=True):
    """Numbers that were confirmed and of which no line is kept, the first and the last of them."""

    first: int
    last: int


def holes(before: Sequence[tuple[int, int]], last: int, acknowledged: int) -> list[LedgerHole]:
    """The holes in a device's numbers. `before`: (seq, the one kept before it) where they do not follow."""
    found = [LedgerHole(previous + 1, seq - 1) for seq, previous in before]
    return [*found, LedgerHole(last + 1, acknowledged)] if last < acknowledged else found
