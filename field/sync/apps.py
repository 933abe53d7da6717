"""Which versions of the app the office talks with: none that is too old, and none newer than itself. Pure.

A tablet names in each push and pull the version (`schema`) that its app writes. That is not the version of
its lines: an app that was renewed still has lines of the one before it, which `upcasting` reads.
docs/protocol.md, "Newer and older apps".
"""

import msgspec

from field.sync import upcasting

HEADER = "Field-Schema"
UNSAID = 1
"""The version of apps that do not name theirs: they were made before there was another."""

TOO_OLD, TOO_NEW = "app-too-old", "app-too-new"


class LeastApp(msgspec.Struct, frozen=True):
    """The oldest version that is served from `from_ms` on; before that, every one."""

    schema: int = UNSAID
    from_ms: int = 0


class Unserved(msgspec.Struct, frozen=True):
    """Why an app gets nothing now: a stable code, words for a person, and the versions at either end."""

    code: str
    detail: str
    least: int
    newest: int


def unserved(spoken: int, least: LeastApp, now_ms: int) -> Unserved | None:
    """Why an app of the version `spoken` is not served at this moment; None where it is."""
    newest = upcasting.SCHEMA
    ends = (least.schema, newest)
    if spoken > newest:
        detail = (
            f"This app writes version {spoken}, and the office's server knows {newest}: it was not renewed "
            "yet. All work stays on the tablet and is sent once it was. Tell the office."
        )
        return Unserved(TOO_NEW, detail, *ends)
    if spoken < least.schema and now_ms >= least.from_ms:
        detail = (
            f"This app is too old: it writes version {spoken}, and the office takes {least.schema} and "
            "later. All work stays on the tablet. Update the app, which sends it then; or save it as the "
            "locked file and have that carried to the office."
        )
        return Unserved(TOO_OLD, detail, *ends)
    return None
