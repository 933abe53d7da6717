"""Wiping a tablet that was lost: the office orders it, the tablet hands in its work and erases itself."""

from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from field.api.bodies import header
from field.api.context import Caller, Context
from field.api.ordering import order_for
from field.api.sync import check_signature, public_key
from field.problems import Problem
from field.store import devices, wiping
from field.store.devices import Device
from field.sync.orders import Orders, Report
from field.sync.signing import request_message

_report = msgspec.json.Decoder(Report)


@post("/api/devices/{device_id:str}/wipe", status_code=200, sync_to_thread=True, tags=["devices"])
def wipe(
    device_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> Device:
    """Revoke a tablet and order it to be wiped. At its next contact it hands in its work before."""
    with context.store.write() as tx:
        caller.check(devices.district_of(tx, device_id))
        wiping.order(tx, device_id, context.clock.uuid7(), context.clock.now_ms(), by=caller.person)
        return next(device for device in devices.every(tx, None) if device.id == device_id)


@post("/api/devices/orders", status_code=200, sync_to_thread=True, tags=["devices"])
def orders(request: Request[Any, Any, Any], body: RawBody, context: NamedDependency[Context]) -> Orders:
    """What there is for a tablet to do; also how it says that it is done. Signed with purpose `orders`."""
    device = header(request.headers, "Field-Device")
    signature = header(request.headers, "Field-Signature")
    check_signature(public_key(context, device), signature, request_message("orders", device, body))
    try:
        report = _report.decode(body)
    except msgspec.DecodeError as error:
        raise Problem("unreadable-body", f"What the tablet says cannot be read: {error}") from error
    if report.state == "wiped":
        with context.store.write() as tx:
            wiping.wiped(tx, device, report, context.clock.now_ms())
        return Orders()
    return Orders(order_for(context, device))
