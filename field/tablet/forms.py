"""Forms: an edit remembers what the screen showed when it was opened, whatever a pull brings meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from field.sync.changes import Change, Op, Private, commit
from field.sync.kinds import KINDS, WITHDRAWN
from field.sync.signing import b64
from field.tablet import overlay
from field.tablet.overlay import View

SALT_BYTES = 16
NOBODY = "0" * 8 + "-0000-7000-8000-" + "0" * 12
"""Stands for the device until the outbox gives a change its place."""


class Candidate(msgspec.Struct, frozen=True):
    """One side of a dispute as the screen shows it. `t` in ms."""

    write: str
    value: Any
    by: str | None = None
    device: str | None = None
    t: int = 0


Capture = Callable[[Change, Private], str]
"""Keeps a change that has no place yet, stamped with the time; gives its id."""


class Form:
    """An open form on one record. `shown` are the values that a person saw when it was opened."""

    def __init__(
        self,
        view: View,
        candidates: Mapping[str, list[Candidate]],
        capture: Capture,
        new_id: Callable[[], str],
        token: Callable[[int], bytes],
        by: str,
    ) -> None:
        self.view = view
        self.shown = view.shown()
        self.candidates = candidates
        self._capture = capture
        self._new_id = new_id
        self._token = token
        self._by = by

    @property
    def unclear(self) -> set[str]:
        """Fields in dispute of whose candidates some did not arrive yet."""
        return {
            name
            for name in self.view.disputed
            if not {each.write for each in self.candidates.get(name, ())} >= set(self.view.live.get(name, ()))
        }

    def save(self, values: Mapping[str, Any], *, checked: bool = True) -> str | None:
        """Capture an edit; give its id, or None where nothing differs from what was shown.

        Raises msgspec.ValidationError for a value that the server would refuse; `checked=False` lets it pass,
        as a tablet with a fault would.
        """
        changed = {name: value for name, value in values.items() if value != self.shown.get(name)}
        if not changed:
            return None
        return self._edit("set", changed, checked=checked)

    def withdraw(self, reason: str) -> str:
        """Withdraw the record, knowing of all the edits that are shown."""
        seen = overlay.seen_by_withdrawal(self.view)
        return self._edit("withdraw", {WITHDRAWN: {"reason": reason, "seen": seen}})

    def restore(self) -> str:
        """Take a withdrawal back."""
        return self._edit("restore", {WITHDRAWN: None})

    def decide(self, name: str, value: Any, reason: str) -> str:
        """A supervisor's decision on a field in dispute.

        It replaces the candidates that are shown, and what this tablet itself has pending.
        """
        shown = [*self.view.mine.get(name, ()), *(each.write for each in self.candidates.get(name, ()))]
        return self._edit("decide", {name: value}, over={name: list(dict.fromkeys(shown))}, reason=reason)

    def _edit(
        self,
        op: Op,
        values: Mapping[str, Any],
        *,
        over: Mapping[str, list[str]] | None = None,
        reason: str | None = None,
        checked: bool = True,
    ) -> str:
        view = self.view
        committed, private = commit_personal(view.kind, values, self._salt)
        raw = msgspec.Raw(msgspec.json.encode(committed))
        if checked:
            KINDS[view.kind].read(raw)
        replaced = over or {name: self._replaces(name) for name in values}
        change = Change(
            id=self._new_id(),
            device=NOBODY,
            seq=1,
            prev="",
            op=op,
            by=self._by,
            kind=view.kind,
            record=view.record,
            set=raw,
            was={name: view.values[name] for name in values if self._has_was(name)},
            over={name: ids for name, ids in replaced.items() if ids},
            base=view.base,
            reason=reason,
        )
        return self._capture(change, private)

    def _replaces(self, name: str) -> list[str]:
        candidates = {each.write: each.value for each in self.candidates.get(name, ())}
        return overlay.replaces(self.view, name, candidates)

    def _has_was(self, name: str) -> bool:
        field = KINDS[self.view.kind].fields.get(name)
        shown = self.view.values.get(name)
        return field is not None and not field.personal and shown is not None and name != WITHDRAWN

    def _salt(self) -> str:
        salts = sorted(opened[0] for opened in self.view.private.values())
        return salts[0] if salts else b64(self._token(SALT_BYTES))


def commit_personal(
    kind: str, values: Mapping[str, Any], salt_of: Callable[[], str]
) -> tuple[dict[str, Any], Private]:
    """The values with personal ones replaced by commitments, and what opens these. One salt for them all."""
    personal = {name for name in KINDS[kind].personal & values.keys() if values[name] is not None}
    if not personal:
        return dict(values), {}
    salt = salt_of()
    private = {commit(salt, str(values[name])): (salt, str(values[name])) for name in sorted(personal)}
    committed = {name: commit(salt, str(values[name])) for name in personal}
    return {**values, **committed}, private
