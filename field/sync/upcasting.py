"""Reading what older apps wrote: a pure step for each kind and version, to the next version's values.

The line itself stays as it was signed; what lands is the reading. A `schema` goes up only where something
known means another thing than before; what is merely new needs none (`field.sync.unknown`).
"""

from collections.abc import Callable, Mapping
from typing import Any

SCHEMA = 2
"""The newest version that this server reads.

2: a photo's `media_type` is its registered name (RFC 6838), in small letters.
"""

Values = dict[str, Any]

_JPEG = frozenset({"image/jpg", "image/pjpeg"})


def _photo_1(values: Values) -> Values:
    """Cameras of version 1 gave names of their own to a JPEG, and letters as they liked."""
    given = values.get("media_type")
    if not isinstance(given, str):
        return values
    named = given.strip().lower()
    return {**values, "media_type": "image/jpeg" if named in _JPEG else named}


UPCASTERS: Mapping[tuple[str, int], Callable[[Values], Values]] = {("photo", 1): _photo_1}
"""What brings a kind's values from one version to the next."""


def upcast(kind: str, schema: int, values: Values) -> Values:
    """The values as the newest version says them."""
    for version in range(schema, SCHEMA):
        step = UPCASTERS.get((kind, version))
        values = step(values) if step else values
    return values
