"""The orders that go with an answer to a tablet."""

import msgspec

from field.api.context import Context
from field.problems import Problem
from field.store import wiping
from field.sync.orders import WipeOrder, wipe_message


def order_for(context: Context, device: str) -> WipeOrder | None:
    """The order that a tablet has not carried out yet, signed; None where there is none."""
    with context.store.read() as tx:
        found = wiping.of(tx, [device]).get(device)
    if found is None or found.wiped_ms is not None:
        return None
    if found.told_ms is None:
        with context.store.write() as tx:
            wiping.told(tx, found.id, context.clock.now_ms())
    signed = context.key.sign(wipe_message(device, found.id))
    return WipeOrder(found.id, device, signed, context.key.id)


def with_order(context: Context, device: str, problem: Problem) -> Problem:
    """The problem that a revoked tablet is answered, with the order to wipe if there is one."""
    found = order_for(context, device) if problem.code == "device-revoked" else None
    if found is None:
        return problem
    return Problem(problem.code, problem.detail, wipe=msgspec.to_builtins(found))
