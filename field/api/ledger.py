"""The nothing-lost ledger: what each tablet captured, what came, and where a hole is."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api.context import Caller, Context
from field.store import device_ledger, devices
from field.store.device_ledger import DeviceLedger, DeviceOpened


@get("/api/ledger", sync_to_thread=True, tags=["devices"])
def ledger(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> DeviceLedger:
    """The accounts of the tablets of the caller's districts, or of one, by name; at most 100 at once."""
    with context.store.read() as tx:
        return device_ledger.page(tx, caller.within(district), context.clock.now_ms(), after)


@get("/api/ledger/{device_id:str}", sync_to_thread=True, tags=["devices"])
def account(
    device_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> DeviceOpened:
    """One tablet's account down to the line and the photo."""
    with context.store.read() as tx:
        caller.check(devices.district_of(tx, device_id))
        return device_ledger.opened(tx, device_id, context.clock.now_ms())
