"""What a database needs before the first request: an epoch, the statute's rows, the rules of flagging."""

from sqlalchemy import insert, select

from field.clock import Clock
from field.store import evidence_keeping, flag_rules, statute
from field.store.engine import Store
from field.store.pulls import EPOCHS, epoch


def prepare(store: Store, clock: Clock) -> str:
    """Give a new database its first epoch, and any the rows of the law and the rules of flagging it lacks.

    The epoch in force is returned.
    """
    with store.write() as tx:
        if tx.execute(select(EPOCHS.c.id)).first() is None:
            tx.execute(insert(EPOCHS), {"id": clock.uuid7(), "started_ms": clock.now_ms()})
        statute.seed(tx, clock.now_ms())
        flag_rules.seed(tx, clock.now_ms())
        evidence_keeping.follow_settings(store, tx, clock.now_ms())
        return epoch(tx)
