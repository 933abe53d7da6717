"""How long photos and personal values are kept: periods as data, and what they say of a day. Pure."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

What = Literal["photos", "values"]
DAY_MS = 86_400_000


class Period(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days after its arrival something may be erased, once its visit is closed; None: never.

    `confirmed`: somebody has read the provision that `legal_basis` names.
    """

    what: What
    days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] | None
    legal_basis: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    confirmed: bool = False

    def before_ms(self, now_ms: int) -> int | None:
        """What came before this moment is over its time; None: nothing ever is."""
        return None if self.days is None else now_ms - self.days * DAY_MS


@cache
def shipped() -> tuple[Period, ...]:
    """The periods that come with the program, all of them unconfirmed."""
    return tuple(msgspec.json.decode(Path(__file__).with_suffix(".json").read_bytes(), type=list[Period]))
