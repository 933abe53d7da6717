"""Breaking the rules on purpose, to see the oracle object.

An oracle that never objects may be blind. Each of these takes one rule of docs/protocol.md away for as long
as the block lasts; `tests/sim` demands that a campaign finds every one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from field.blobs.storage import Folder
from field.store import uploads
from field.sync import landing, merge, pull, push, standing, undoing
from field.sync.changes import Change, Line
from field.sync.checks import Read
from field.sync.landing import Draft, Item, Outcome, Unit
from field.sync.merge import Edit, Record
from field.sync.push import Decision, Device, Seen
from field.tablet import overlay, photos
from field.tablet.forms import Form
from field.tablet.overlay import View
from field.tablet.tablet import Tablet
from field.tablet.transport import Response


@contextmanager
def replaced(owner: object, name: str, by: object) -> Iterator[None]:
    """Have `owner.name` be something else for a while."""
    honest = getattr(owner, name)
    setattr(owner, name, by)
    try:
        yield
    finally:
        setattr(owner, name, honest)


def last_arrival_wins() -> AbstractContextManager[None]:
    """Whatever arrives replaces what is there, whoever saw it."""

    def replace(writes: dict[str, Any], *_: object) -> None:
        writes.clear()

    return replaced(merge, "_replace", replace)


def was_ignored() -> AbstractContextManager[None]:
    """A counter is set, not added to."""
    return _edits_changed(lambda edit: msgspec.structs.replace(edit, was={}))


def over_ignored() -> AbstractContextManager[None]:
    """Nothing is replaced by those who saw it."""
    return _edits_changed(lambda edit: msgspec.structs.replace(edit, over={}))


def _edits_changed(change: Callable[[Edit], Edit]) -> AbstractContextManager[None]:
    honest = merge.apply

    def apply(record: Record, edit: Edit) -> Record:
        return honest(record, change(edit))

    return replaced(merge, "apply", apply)


def receipts_forgotten() -> AbstractContextManager[None]:
    """What was delivered before is carried out once more."""
    honest = push._recognise

    def recognise(lines: Sequence[Line], decision: Decision, seen: Mapping[int, Seen]) -> list[Line]:
        fresh = honest(lines, decision, seen)
        for line in lines:
            if line.seq <= decision.device.acknowledged and decision.fork is None:
                checked = push._checked(line, decision.device, decision.device.t, lambda _: 0, trusted=False)
                if isinstance(checked, Read):
                    item = Item(line=line, device=decision.device.id, t=decision.device.t, checked=checked)
                    decision.draft.land(Unit([item]))
        return fresh

    return replaced(push, "_recognise", recognise)


def decisions_close_everything() -> AbstractContextManager[None]:
    """A decision replaces candidates that the supervisor never saw."""
    honest = Draft._land

    def land(self: Draft, item: Item, made: list[str]) -> Outcome | None:
        assert isinstance(item.checked, Read)
        change = item.checked.change
        record = self.record(change.record or "")
        if change.op == "decide" and record is not None:
            over = {name: sorted(record.live.get(name, ())) for name in item.checked.set}
            blind = msgspec.structs.replace(change, over=over)
            item.checked = msgspec.structs.replace(item.checked, change=blind)
        return honest(self, item, made)

    return replaced(Draft, "_land", land)


def groups_land_in_part() -> AbstractContextManager[None]:
    """The members of a group land each for itself."""
    honest = push._units

    def units(items: Sequence[Item], parts: Sequence[Item], decision: Decision) -> list[Unit]:
        whole = honest(items, parts, decision)
        return [Unit([item], unit.refusal) for unit in whole for item in unit.items]

    return replaced(push, "_units", units)


def wall_clock_believed() -> AbstractContextManager[None]:
    """Captures are ordered by what the tablets' screens showed as the time."""

    def time_of(change: Change, _: object, previous: int) -> int:
        return change.wall_ms or previous

    return replaced(push, "time_of", time_of)


def conflicts_never_close() -> AbstractContextManager[None]:
    """A conflict stays on the supervisor's list after it was decided."""
    honest = landing.Draft._derive_conflict

    def derive(self: Draft, record: Record, name: str) -> None:
        if name in record.disputed:
            honest(self, record, name)

    return replaced(landing.Draft, "_derive_conflict", derive)


def taken_back_still_counts() -> AbstractContextManager[None]:
    """What a supervisor took back is merged all the same."""
    nothing: set[str] = set()
    return replaced(undoing, "undone", lambda _: nothing)


def forms_look_again() -> AbstractContextManager[None]:
    """A tablet replaces what a pull brought behind an open form, which nobody saw."""
    honest = Tablet.open_form

    def open_form(self: Tablet, record: str, by: str | None = None) -> Form:
        form = honest(self, record, by)
        save = form.save

        def look_and_save(values: Mapping[str, Any], *, checked: bool = True) -> str | None:
            if self.view(record) is not None:
                fresh = honest(self, record, by)
                form.view, form.candidates = fresh.view, fresh.candidates
            return save(values, checked=checked)

        setattr(form, "save", look_and_save)  # noqa: B010 - a method is replaced on purpose
        return form

    return replaced(Tablet, "open_form", open_form)


def pending_not_replaced() -> AbstractContextManager[None]:
    """A tablet does not list its own pending changes, so that somebody is in dispute with themselves."""
    honest = overlay.replaces

    def replaces(view: View, name: str, candidates: Mapping[str, Any]) -> list[str]:
        return honest(msgspec.structs.replace(view, mine={}), name, candidates)

    return replaced(overlay, "replaces", replaces)


def hidden_values_replaced() -> AbstractContextManager[None]:
    """A tablet's edit replaces what lies in the row beneath its own pending value, where nobody saw it."""
    honest = overlay.replaces

    def replaces(view: View, name: str, candidates: Mapping[str, Any]) -> list[str]:
        beneath = {**view.office, name: view.values.get(name)}
        return honest(msgspec.structs.replace(view, office=beneath), name, candidates)

    return replaced(overlay, "replaces", replaces)


def disputes_closed_by_edits() -> AbstractContextManager[None]:
    """A tablet's ordinary edit replaces all candidates, not the displayed value alone."""

    def replaces(view: View, name: str, _: object) -> list[str]:
        return [*view.mine.get(name, ()), *view.live.get(name, ())]

    return replaced(overlay, "replaces", replaces)


def pictures_not_kept() -> AbstractContextManager[None]:
    """The server signs for a photo that it did not put away."""

    def keep(_: Folder, __: str, path: Path) -> None:
        path.unlink()

    return replaced(Folder, "keep", keep)


def judged_by_where_it_stands_now() -> AbstractContextManager[None]:
    """Work captured before its record moved is judged by where the record stands when it comes."""

    def now(root: Record, _: int) -> list[Any]:
        return [root.values.get("district")]

    return replaced(standing, "districts_at", now)


def nobody_leaves_a_scope() -> AbstractContextManager[None]:
    """A tablet goes on holding the rows of a district where its inspector is posted no more."""
    return replaced(pull, "leaving", lambda *_: [])


def revocations_forgotten() -> AbstractContextManager[None]:
    """What a tablet hands in after it was revoked is merged as any other."""
    honest = push._checked

    def checked(line: Line, device: Device, *told: Any, **more: Any) -> Any:
        return honest(line, msgspec.structs.replace(device, revoked=False), *told, **more)

    return replaced(push, "_checked", checked)


def former_pictures_refused() -> AbstractContextManager[None]:
    """A tablet that was enrolled anew may send no photo of which its former identity sent the entry."""
    return replaced(uploads, "_captured_formerly", lambda *_: None)


@contextmanager
def pictures_let_go_early() -> Iterator[None]:
    """A tablet frees its copy when all bytes have left it, signed for or not."""
    honest = photos._of_part

    def of_part(part: bytes) -> dict[str, str]:
        # What has left is never asked about again, be it cut on the way.
        return {name: value for name, value in honest(part).items() if name != "Upload-Checksum"}

    def read(_: photos.Identity, photo: photos.PhotoHere, __: Response) -> photos.Progress:
        return photos.Progress(photo.size, receipt="signed")

    with replaced(photos, "_of_part", of_part), replaced(photos, "_read", read):
        yield


SABOTAGES: Mapping[str, Callable[[], AbstractContextManager[None]]] = {
    sabotage.__name__: sabotage
    for sabotage in (
        last_arrival_wins,
        was_ignored,
        over_ignored,
        receipts_forgotten,
        decisions_close_everything,
        groups_land_in_part,
        wall_clock_believed,
        conflicts_never_close,
        taken_back_still_counts,
        forms_look_again,
        pending_not_replaced,
        hidden_values_replaced,
        disputes_closed_by_edits,
        pictures_not_kept,
        pictures_let_go_early,
        judged_by_where_it_stands_now,
        nobody_leaves_a_scope,
        revocations_forgotten,
        former_pictures_refused,
    )
}
"""Every sabotage by name."""
