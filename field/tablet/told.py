"""What a tablet tells the person who holds it."""

import msgspec


class Status(msgspec.Struct, frozen=True):
    """Whether the work has arrived: how many entries are at the office, only here, or need attention."""

    at_office: int
    only_here: int
    attention: int
    forked: bool = False
    revoked: bool = False
    alarms: int = 0
    copied: bool = False
    """Whether this tablet was set back to an older copy, or another one has the same contents."""

    wiped: bool = False
    """Whether it was wiped as the office ordered; it may be enrolled anew."""

    unserved: str = ""
    """`app-too-old` where the office takes nothing from this app before it was updated, `app-too-new` where
    the office itself has to be renewed first; all work stays here meanwhile."""

    sign_in: str | None = None
    """Who must sign in before their entries can be sent, after the tablet was enrolled anew."""


class Attention(msgspec.Struct, frozen=True):
    """An entry that did not land, and why."""

    seq: int
    status: str
    code: str | None
    detail: str | None


class Synced(msgspec.Struct, frozen=True):
    """How a `sync` went: whether all was sent and fetched, and if not, what stood in the way."""

    complete: bool
    problem: str | None = None
    retry_after_s: int | None = None
    next_sync_s: int | None = None
    """In how many seconds the office wants to be asked again; None where it did not say."""

    code: str | None = None
    """The code of the problem, where the office itself refused."""
