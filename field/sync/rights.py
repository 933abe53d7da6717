"""Who may do what, where: one table (role x district x route or kind). docs/protocol.md, S8.

A person holds dated postings, each a role in one district or, without a district, everywhere. A right is
judged by the postings in force at a time: for a synced change its capture time, for a request the present.
`tests/house` fails the build when a route has no row here.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Role = Literal["inspector", "supervisor", "recovery_officer", "directorate", "administrator"]

INSPECTOR: Role = "inspector"
SUPERVISOR: Role = "supervisor"
RECOVERY: Role = "recovery_officer"
DIRECTORATE: Role = "directorate"
ADMINISTRATOR: Role = "administrator"
ROLES: tuple[Role, ...] = (INSPECTOR, SUPERVISOR, RECOVERY, DIRECTORATE, ADMINISTRATOR)

FIELD_STAFF = frozenset({INSPECTOR, SUPERVISOR})
OFFICE = frozenset({SUPERVISOR, RECOVERY, DIRECTORATE, ADMINISTRATOR})
EVERYBODY = frozenset(ROLES)
ANYONE: frozenset[Role] = frozenset()
"""No session is needed: the request proves itself otherwise (a code, a signature) or tells nothing."""

CHANGES: Mapping[tuple[str, str], frozenset[Role]] = {
    ("establishment", "create"): frozenset({SUPERVISOR, DIRECTORATE, ADMINISTRATOR}),
    ("establishment", "set"): FIELD_STAFF | {DIRECTORATE, ADMINISTRATOR},
    ("establishment", "decide"): frozenset({SUPERVISOR}),
    ("establishment", "withdraw"): frozenset({SUPERVISOR}),
    ("establishment", "undo"): frozenset({SUPERVISOR}),
    ("establishment", "restore"): frozenset({SUPERVISOR}),
    ("visit", "create"): frozenset({SUPERVISOR}),
    # It goes along with its establishment.
    ("visit", "set"): FIELD_STAFF | {DIRECTORATE, ADMINISTRATOR},
    ("visit", "decide"): frozenset({SUPERVISOR}),
    ("visit", "withdraw"): frozenset({SUPERVISOR}),
    ("visit", "undo"): frozenset({SUPERVISOR}),
    ("visit", "restore"): frozenset({SUPERVISOR}),
    ("report", "create"): FIELD_STAFF,
    ("report", "set"): FIELD_STAFF,
    ("report", "decide"): frozenset({SUPERVISOR}),
    ("report", "withdraw"): FIELD_STAFF,
    ("report", "undo"): frozenset({SUPERVISOR}),
    ("report", "restore"): FIELD_STAFF,
    ("wage_line", "create"): FIELD_STAFF,
    ("wage_line", "set"): FIELD_STAFF,
    ("wage_line", "decide"): frozenset({SUPERVISOR}),
    ("wage_line", "withdraw"): FIELD_STAFF,
    ("wage_line", "undo"): frozenset({SUPERVISOR}),
    ("wage_line", "restore"): FIELD_STAFF,
    ("photo", "create"): FIELD_STAFF,
    ("photo", "set"): FIELD_STAFF,
    ("photo", "decide"): frozenset({SUPERVISOR}),
    ("photo", "withdraw"): FIELD_STAFF,
    ("photo", "undo"): frozenset({SUPERVISOR}),
    ("photo", "restore"): FIELD_STAFF,
    ("lead", "create"): FIELD_STAFF,
    ("lead", "set"): FIELD_STAFF | {DIRECTORATE},
    ("lead", "decide"): frozenset({SUPERVISOR}),
    ("lead", "withdraw"): frozenset({SUPERVISOR}),
    ("lead", "undo"): frozenset({SUPERVISOR}),
    ("lead", "restore"): frozenset({SUPERVISOR}),
    ("answer", "create"): FIELD_STAFF,
    ("answer", "set"): FIELD_STAFF,
    ("answer", "decide"): frozenset({SUPERVISOR}),
    ("answer", "withdraw"): FIELD_STAFF,
    ("answer", "undo"): frozenset({SUPERVISOR}),
    ("answer", "restore"): FIELD_STAFF,
}
"""The roles that may bring in a change of this kind and op, in the districts of their postings."""

ROUTES: Mapping[str, frozenset[Role]] = {
    "GET /": ANYONE,
    "GET /tablet": ANYONE,
    "GET /tablet/{file}": ANYONE,
    "GET /console": ANYONE,
    "GET /console/{file}": ANYONE,
    "GET /api/health": ANYONE,
    "GET /api/docs": ANYONE,
    "GET /api/docs/{asset}": ANYONE,
    "GET /api/openapi.json": ANYONE,
    "GET /problems/{code}": ANYONE,
    "POST /api/sign-in": ANYONE,
    "POST /api/devices/enrol": ANYONE,
    "POST /api/sync/push": ANYONE,
    "POST /api/sync/pull": ANYONE,
    # The tablet signs, as for a pull, and somebody must be signed in on it who has the scope.
    "GET /api/sync/snapshots/{snapshot_id}": ANYONE,
    "POST /api/sync/testimony": ANYONE,
    "GET /api/keys": ANYONE,
    "POST /api/devices/orders": ANYONE,
    # Anybody who is signed in, or a tablet by its signature.
    "POST /api/sync/sealed": ANYONE,
    "GET /verify": ANYONE,
    "GET /verify/{receipt}": ANYONE,
    "GET /VERIFY/{receipt}": ANYONE,
    "GET /api/reports/{report_id}/receipt": OFFICE,
    "GET /api/photos/{photo_id}": OFFICE,
    "POST /api/photos/{photo_id}/link": OFFICE,
    # The link says itself who may use it, and until when.
    "GET /api/photos/{photo_id}/seen": ANYONE,
    "POST /api/photos/direct-uploads": ANYONE,
    "POST /api/photos/uploads": ANYONE,
    "HEAD /api/photos/uploads/{secret}": ANYONE,
    "PATCH /api/photos/uploads/{secret}": ANYONE,
    "POST /api/photos/uploads/{secret}": ANYONE,
    "DELETE /api/photos/uploads/{secret}": ANYONE,
    "POST /api/sign-out": EVERYBODY,
    "GET /api/me": EVERYBODY,
    "POST /api/people": frozenset({ADMINISTRATOR}),
    "GET /api/people": frozenset({SUPERVISOR, ADMINISTRATOR}),
    # Which posting, `POSTS` says.
    "POST /api/people/{person_id}/postings": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "POST /api/people/{person_id}/postings/end": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "POST /api/people/{person_id}/postings/transfer": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "POST /api/people/{person_id}/password": frozenset({ADMINISTRATOR}),
    "POST /api/scopes/preview": frozenset({SUPERVISOR, DIRECTORATE, ADMINISTRATOR}),
    "POST /api/devices/codes": frozenset({SUPERVISOR}),
    "GET /api/devices": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "POST /api/devices/{device_id}/revoke": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "POST /api/devices/{device_id}/wipe": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "GET /api/sealed": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "GET /api/ledger": frozenset({SUPERVISOR, DIRECTORATE, ADMINISTRATOR}),
    "GET /api/ledger/{device_id}": frozenset({SUPERVISOR, DIRECTORATE, ADMINISTRATOR}),
    "GET /api/districts": EVERYBODY,
    "GET /api/districts/shapes": OFFICE,
    "GET /api/establishments": OFFICE,
    "GET /api/establishments/search": OFFICE,
    "GET /api/establishments/{establishment_id}/file": OFFICE,
    "POST /api/establishments/{establishment_id}/district": OFFICE - {RECOVERY},
    "GET /api/visits": OFFICE,
    "POST /api/visits/assign": frozenset({SUPERVISOR}),
    "POST /api/visits/{visit_id}/inspector": frozenset({SUPERVISOR}),
    "GET /api/reports": OFFICE,
    "GET /api/reports/{report_id}": OFFICE,
    "GET /api/reports/{report_id}/custody": OFFICE,
    "POST /api/reports/{report_id}/bundle": frozenset({RECOVERY, DIRECTORATE}),
    "POST /api/flags/{establishment_id}/bundle": frozenset({RECOVERY, DIRECTORATE}),
    "GET /api/reports/{report_id}/checks": OFFICE,
    "GET /api/reports/{report_id}/evidence": OFFICE,
    "GET /api/reports/{report_id}/evidence/history": OFFICE,
    "GET /api/reports/{report_id}/register": OFFICE,
    "POST /api/reports/{report_id}/register": FIELD_STAFF,
    "POST /api/reports/{report_id}/register/preview": FIELD_STAFF,
    "GET /api/records/{record_id}": OFFICE,
    "GET /api/records/{record_id}/history": OFFICE,
    "GET /api/conflicts": frozenset({SUPERVISOR, DIRECTORATE}),
    "GET /api/conflicts/{conflict_id}": frozenset({SUPERVISOR, DIRECTORATE}),
    "POST /api/conflicts/{conflict_id}/decide": frozenset({SUPERVISOR}),
    "POST /api/conflicts/{conflict_id}/undo": frozenset({SUPERVISOR}),
    "GET /api/quarantine": frozenset({SUPERVISOR, DIRECTORATE}),
    "GET /api/quarantine/{entry}": frozenset({SUPERVISOR, DIRECTORATE}),
    "POST /api/quarantine/{entry}/release": frozenset({SUPERVISOR}),
    "POST /api/quarantine/{entry}/reject": frozenset({SUPERVISOR}),
    "POST /api/quarantine/{entry}/undo": frozenset({SUPERVISOR}),
    "GET /api/quarantine/photos": frozenset({SUPERVISOR, DIRECTORATE}),
    "GET /api/alarms": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "GET /api/flags": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/flags/{establishment_id}": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/flags/{establishment_id}/history": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/flags/{establishment_id}/owed": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/flags/{establishment_id}/explain": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/flags/{establishment_id}/workers": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/flags/{establishment_id}/judgement": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/compliance": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/leads": OFFICE,
    "POST /api/leads/{lead_id}/hand-over": frozenset({SUPERVISOR, DIRECTORATE}),
    "POST /api/leads/{lead_id}/registered": frozenset({SUPERVISOR, DIRECTORATE}),
    "POST /api/leads/{lead_id}/card": frozenset({SUPERVISOR, DIRECTORATE}),
    "POST /api/leads/{lead_id}/reject": frozenset({SUPERVISOR, DIRECTORATE}),
    "GET /api/compliance/directorates": frozenset({SUPERVISOR, RECOVERY, DIRECTORATE}),
    "GET /api/directorates": OFFICE,
    "POST /api/directorates": frozenset({ADMINISTRATOR}),
    "GET /api/disagreements": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "POST /api/disagreements/{establishment_id}/settle": frozenset({SUPERVISOR, ADMINISTRATOR}),
    "GET /api/statute": EVERYBODY,
    "GET /api/statute/kinds": EVERYBODY,
    "GET /api/statute/versions": OFFICE,
    "POST /api/statute/impact": frozenset({DIRECTORATE, ADMINISTRATOR}),
    "POST /api/statute": frozenset({ADMINISTRATOR}),
    "GET /api/checklists": EVERYBODY,
    "GET /api/holds": frozenset({DIRECTORATE, ADMINISTRATOR}),
    "POST /api/holds": frozenset({DIRECTORATE, ADMINISTRATOR}),
    "POST /api/holds/{hold_id}/lift": frozenset({DIRECTORATE, ADMINISTRATOR}),
    "POST /api/records/{record_id}/erase": frozenset({DIRECTORATE, ADMINISTRATOR}),
    "GET /api/audit": frozenset({DIRECTORATE, ADMINISTRATOR}),
}
"""The roles that may call a route; what the answer holds is limited to the districts of their postings."""

POSTS: Mapping[Role, frozenset[Role]] = {SUPERVISOR: frozenset({INSPECTOR}), ADMINISTRATOR: EVERYBODY}
"""Who posts whom: the roles that somebody gives and ends, within the districts of their own posting."""


class Posting(msgspec.Struct, frozen=True):
    """A role in one district, or everywhere where `district` is None, from (included) to (excluded), ms."""

    person: str
    role: Role
    district: str | None
    from_ms: int
    to_ms: int | None = None

    def in_force(self, t: int) -> bool:
        """Whether the posting holds at `t`."""
        return self.from_ms <= t and (self.to_ms is None or t < self.to_ms)

    def covers(self, district: str | None) -> bool:
        """Whether the posting reaches a district."""
        return self.district is None or self.district == district


def may_change(postings: Iterable[Posting], kind: str, op: str, district: str | None, t: int) -> bool:
    """Whether somebody with these postings could bring in such a change at `t`."""
    allowed = CHANGES.get((kind, op), ANYONE)
    return any(post.role in allowed and post.in_force(t) and post.covers(district) for post in postings)


def may_post(postings: Iterable[Posting], role: Role, district: str | None, t: int) -> bool:
    """Whether somebody with these postings may give or end such a posting at `t`."""
    return any(
        role in POSTS.get(post.role, ANYONE) and post.in_force(t) and post.covers(district)
        for post in postings
    )


def reach(postings: Iterable[Posting], route: str, t: int) -> list[str | None]:
    """The districts that a request on `route` may touch at `t`; None stands for all; empty: no right."""
    allowed = ROUTES[route]
    return [post.district for post in postings if post.role in allowed and post.in_force(t)]
