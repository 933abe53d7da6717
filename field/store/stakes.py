"""What is at stake in each open conflict: the difference that the decision makes to what is due, in paisa."""

import msgspec
from sqlalchemy import bindparam, select, update

from field.store import assessments, disputes, rows, statute
from field.store.disputes import Dispute
from field.store.engine import Store
from field.store.rows import OPEN_CONFLICTS

_UNKNOWN = (
    select(OPEN_CONFLICTS.c.id, OPEN_CONFLICTS.c.root)
    .where(OPEN_CONFLICTS.c.stake_paisa.is_(None))
    .order_by(OPEN_CONFLICTS.c.id)
    .limit(bindparam("most"))
)
_SAVE = (
    update(OPEN_CONFLICTS).where(OPEN_CONFLICTS.c.id == bindparam("key")).values(stake_paisa=bindparam("to"))
)


def refresh(store: Store, limit: int = 100) -> int:
    """Work out up to `limit` stakes that are not known yet; return how many. 0: nothing is left to do now.

    A conflict's stake is forgotten where it changes itself, and whenever its visit is assessed anew.
    """
    with store.read() as tx:
        unknown = {row.id: row.root for row in tx.execute(_UNKNOWN, {"most": limit})}
        if not unknown:
            return 0
        law = statute.load(tx)
        found = []
        for root in sorted(set(unknown.values())):
            records, _ = rows.load(store, tx, [root], by_root=True)
            for id in sorted(id for id, of in unknown.items() if of == root):
                conflict = records.get(id)
                dispute = None if conflict is None else msgspec.convert(conflict.values, Dispute)
                span = None if dispute is None else disputes.span(dispute, records, law)
                found.append({"key": id, "to": 0 if span is None else assessments.paisa(span[1] - span[0])})
    with store.write() as tx:
        tx.execute(_SAVE, found)
    return len(found)
