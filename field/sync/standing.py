"""Where a record stood when something was written about it, and whether its tablet has lost it since.

A record moves with its root: an establishment to another district, a visit to another inspector or district.
Tablets hear of it at their next pull, and go on working until then. docs/protocol.md, "Moves".
"""

from collections.abc import Collection

from field.sync import scopes
from field.sync.merge import Record

MOVED_AWAY = "moved-away"
"""The remark on an entry about a record that its tablet was no longer meant to have when the entry landed."""


def districts_at(root: Record, t: int) -> list[str | None]:
    """The districts in which a root stood at `t` or before: who was posted to one may have it on the screen.

    A tablet that has not heard of a move goes on with what it shows; what stood elsewhere only later does not
    count, so that the order of arrival decides nothing.
    """
    now = root.values.get("district")
    found: list[str | None] = []
    since = None
    for name, left_ms in root.former:
        if since is None or since <= t:
            found.append(name)
        since = left_ms
    if since is None or since <= t:
        found.append(now if isinstance(now, str) and now else None)
    return found


def moved(before: Record, after: Record) -> list[tuple[str, int]]:
    """The former districts of a root, with the one that it has just left, and when (ms), if it left one."""
    was, now = before.values.get("district"), after.values.get("district")
    if was == now or not isinstance(was, str) or not was:
        return before.former
    live = after.live.get("district", {})
    at_ms = max((after.authors[id].t for id in live if id in after.authors), default=0)
    return [*before.former, (was, at_ms)]


def remarks(root: Record, people: Collection[str], covered: Collection[str | None]) -> list[str]:
    """What is remarked on an entry of a tablet of these people: that it should not have the record any more.

    `covered`: the districts, of those in which the record stood, to which the entry's author was posted.
    """
    kind, _, whose = root.scope.partition("/")
    lost = {
        scopes.OWN: whose not in people,
        scopes.POOL: True,
        scopes.DISTRICT: (whose or None) not in covered,
    }
    return [MOVED_AWAY] if lost.get(kind, False) else []
