"""Scopes: the units of partial replication. A record lives in exactly one, derived from its root record."""

from collections.abc import Iterable, Mapping
from typing import Any

from field.sync.rights import FIELD_STAFF, Posting

COMMON = "common"
DISTRICT, OWN, POOL = "district", "own", "pool"


def district(district_id: str) -> str:
    """The scope of a district's establishments and leads."""
    return f"{DISTRICT}/{district_id}"


def own(person_id: str) -> str:
    """The scope of one person's visits with everything below them."""
    return f"{OWN}/{person_id}"


def pool(district_id: str) -> str:
    """The scope of a district's visits that nobody holds; no tablet enters it."""
    return f"{POOL}/{district_id}"


def of_root(kind: str, values: Mapping[str, Any]) -> str:
    """The scope of a root record with these values, and so of all that belongs to it."""
    if kind == "checklist":
        return COMMON
    if kind in ("establishment", "lead"):
        return district(values.get("district") or "")
    inspector = values.get("inspector")
    return own(inspector) if inspector else pool(values.get("district") or "")


def of_people(postings: Mapping[str, Iterable[Posting]], t: int) -> list[str]:
    """The scopes of a tablet on which these people are signed in, at `t`, in order.

    Somebody posted everywhere gets no district on a tablet: that would be the whole register.
    """
    found = {COMMON}
    for person, posts in postings.items():
        in_force = [post for post in posts if post.in_force(t) and post.role in FIELD_STAFF]
        if in_force:
            found.add(own(person))
        found.update(district(post.district) for post in in_force if post.district is not None)
    return sorted(found)
