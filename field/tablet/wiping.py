"""Wiping a tablet as the office ordered: its work goes first, its word is signed before its key is gone."""

import msgspec

from field.sync.orders import Report, WipeOrder, wipe_message
from field.sync.signing import DeviceKey, request_message
from field.tablet import door
from field.tablet.database import Database
from field.tablet.transport import Transport
from field.tablet.trust import Trust

_ORDERED = "wipe"
_UNSENT = "wipe_unsent"
_WIPED = "wiped"


class Wiped(msgspec.Struct, frozen=True):
    """What a wiped tablet still knows: by which order, and what it signed; `told`: the office has heard."""

    device: str
    order: str
    at_ms: int
    report: str
    signature: str
    told: bool = False


class Wiping:
    """The order to wipe this tablet, if there is one, and what became of it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @property
    def ordered(self) -> str | None:
        """The order that is to be carried out."""
        return self._db.state(_ORDERED, str, "") or None

    @property
    def wiped(self) -> Wiped | None:
        """That the tablet was wiped, and not enrolled since."""
        return self._db.state(_WIPED, Wiped | None, None)  # type: ignore[arg-type]

    def hear(self, order: WipeOrder | None, device: str, trust: Trust, unsent: int) -> None:
        """Remember an order, if it is the server's own and means this identity. Any other is no order.

        `unsent`: how many entries were only here when the tablet turned to the office.
        """
        if order is None or order.device != device or order.order == self.ordered:
            return
        signed = {"field-receipt": order.signature, "field-key": order.key}
        if trust.holds(signed, wipe_message(device, order.order)):
            self._db.remember(_UNSENT, unsent)
            self._db.remember(_ORDERED, order.order)

    def carry_out(self, device: str, key: DeviceKey, at_ms: int, unsent: int) -> None:
        """Erase everything, in one transaction with the signed word that it is done.

        `unsent`: entries that the office has not taken; the others that were only here are handed in.
        """
        order = self.ordered or ""
        handed_in = max(0, self._db.state(_UNSENT, int, 0) - unsent)
        body = msgspec.json.encode(Report("wiped", order, handed_in, unsent))
        signature = key.sign(request_message("orders", device, body))
        self._db.erase({_WIPED: Wiped(device, order, at_ms, body.decode(), signature)})

    def tell(self, transport: Transport) -> None:
        """Tell the office, once. Raises Refused, NoAnswer."""
        wiped = self.wiped
        if wiped is not None and not wiped.told:
            door.orders(transport, wiped.device, wiped.signature, wiped.report.encode())
            self._db.remember(_WIPED, msgspec.structs.replace(wiped, told=True))

    def begin(self) -> None:
        """A new identity: whatever was ordered before was about another."""
        self._db.remember(_ORDERED, "")
        self._db.remember(_WIPED, None)


def ask(transport: Transport, device: str, key: DeviceKey) -> WipeOrder | None:
    """Ask for orders, where nobody is signed in who would fetch anything. Raises Refused, NoAnswer."""
    body = msgspec.json.encode(Report("here"))
    return door.orders(transport, device, key.sign(request_message("orders", device, body)), body).wipe
