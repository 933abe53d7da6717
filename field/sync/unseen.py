"""An ordinary edit that ends a dispute: did its form show what it replaced? docs/protocol.md."""

from field.sync.changes import Change
from field.sync.merge import Record

CLOSED_A_DISPUTE = "closed-a-dispute"
"""The remark on an edit that named, as replaced, what only a supervisor may decide on."""


def closes_unseen(before: Record, after: Record, change: Change) -> bool:
    """Whether an ordinary edit ended a dispute by replacing values of others that its form did not show."""
    for name in set(before.disputed) - set(after.disputed):
        replaced = [
            value
            for id, value in before.live[name].items()
            if id not in after.live[name] and before.authors[id].device != change.device
        ]
        shown = change.was[name] if name in change.was else replaced[:1] and replaced[0]
        if any(value != shown for value in replaced):
            return True
    return False
