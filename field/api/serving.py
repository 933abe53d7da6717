"""Whether the office talks with a tablet's app, which may be too old or newer than the server."""

from typing import Any

from field.api.context import Context
from field.problems import Problem
from field.store import devices
from field.sync import apps

VERSION_DIGITS_MAX = 4


def check(context: Context, headers: Any, device: str) -> None:
    """Raises Problem app-too-old or app-too-new, which take nothing from the tablet.

    A revoked tablet is served as ever, whatever its app: its work is salvaged, and it must hear of an order
    to be wiped.
    """
    found = apps.unserved(spoken(headers), context.least_app, context.clock.now_ms())
    if found is None:
        return
    with context.store.read() as tx:
        known = devices.known(tx, device)
    if known is not None and known.revoked:
        return
    raise Problem(found.code, found.detail, least=found.least, newest=found.newest)


def spoken(headers: Any) -> int:
    """The version that an app says it writes. Raises Problem bad-request."""
    said = headers.get(apps.HEADER.lower())
    if said is None:
        return apps.UNSAID
    if said.isascii() and said.isdigit() and len(said) <= VERSION_DIGITS_MAX and int(said) >= apps.UNSAID:
        return int(said)
    raise Problem("bad-request", f"{apps.HEADER} must be a version from 1 on, not {said[:40]!r}.")
