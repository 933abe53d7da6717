"""What the office orders a tablet to do, and what the tablet signs when it has done it. docs/protocol.md."""

from typing import Annotated, Literal

import msgspec

State = Literal["here", "wiped"]


class WipeOrder(msgspec.Struct, frozen=True):
    """An order to wipe: it binds the tablet that it names, and only with the server's signature by `key`."""

    order: str
    device: str
    signature: str
    key: str = ""


class Report(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a tablet tells, signed with purpose `orders`: it is `here`, or it was `wiped` by an order.

    `handed_in`: entries that it sent before it was wiped; `unsent`: entries that it could not hand in.
    """

    state: State
    order: Annotated[str, msgspec.Meta(max_length=36)] | None = None
    handed_in: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    unsent: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


class Orders(msgspec.Struct, frozen=True):
    """What there is for a tablet to do."""

    wipe: WipeOrder | None = None


def wipe_message(device: str, order: str) -> bytes:
    """What the server signs to order a wipe: the tablet and the order, each for this once."""
    return f"field-wipe-1\n{device}\n{order}\n".encode()
