"""Vectors of what the screen shows: rows with pending changes laid over them, and what edits then say."""

from collections.abc import Iterable
from typing import Any

import msgspec

from field.sync import changes, wire
from field.sync.changes import Change, Private
from field.tablet import overlay
from field.tablet.forms import Candidate, Form
from field.tablet.overlay import View
from field.tablet.replica import Held
from tests.vectors.common import FRESH_SALT_BYTES, INSPECTOR, id_of, note
from tests.vectors.screens import SCREENS, Screen

WITHDRAWAL_REASON = "Counted twice."


def view_of(screen: dict[str, Any]) -> View | None:
    """The view that a screen's row and pending lines give, from their text alone."""
    held = None
    if screen["row"] is not None:
        public, _, private = screen["row"].encode().partition(b"\t")
        held = Held(wire.decode_row(public), wire.decode_private(private or None), screen["scope"])
    pending = [changes.read_line(each.encode(), 1) for each in screen["pending"]]
    laid = [(line.change, line.private) for line in pending if line.change is not None]
    assert len(laid) == len(pending)
    return overlay.lay(held, laid, screen["epoch"])


def said(view: View) -> dict[str, Any]:
    """A view as the vectors spell it out."""
    found: dict[str, Any] = msgspec.to_builtins(view)
    return {**found, "shown": view.shown()}


def edited(screen: dict[str, Any], view: View, edit: dict[str, Any]) -> dict[str, Any] | None:
    """What an edit captures; None where nothing differs from what is shown."""
    captured: list[tuple[Change, Private]] = []

    def capture(change: Change, private: Private) -> str:
        captured.append((change, private))
        return change.id

    candidates = msgspec.convert(screen["candidates"], dict[str, list[Candidate]])
    form = Form(
        view, candidates, capture, lambda: id_of(999), lambda size: FRESH_SALT_BYTES[:size], INSPECTOR
    )
    match edit["do"]:
        case "save":
            form.save(edit["values"])
        case "withdraw":
            form.withdraw(edit["reason"])
        case _:
            form.restore()
    if not captured:
        return None
    change, private = captured[0]
    return {
        "op": change.op,
        "set": msgspec.json.decode(change.set),
        "was": change.was,
        "over": change.over,
        "base": msgspec.to_builtins(change.base),
        "private": msgspec.to_builtins(private),
    }


def unclear(screen: dict[str, Any], view: View) -> list[str]:
    """The fields in dispute of whose candidates some did not arrive."""
    candidates = msgspec.convert(screen["candidates"], dict[str, list[Candidate]])
    return sorted(Form(view, candidates, lambda *_: "", str, lambda _: b"", INSPECTOR).unclear)


def overlays() -> dict[str, Any]:
    """Screens, with what they show and what edits on them say."""
    return {
        "note": note(
            """
            `row` is a line of a pull (PUBLIC, or PUBLIC TAB PRIVATE) or null, `pending` the lines of
            this tablet's changes of the record that the rows do not show yet, in the order of capture;
            `candidates` those of the open conflict records that have arrived. `view` is what
            field.tablet.overlay.lay makes of it, `shown` in it what a person reads; lists in `mine` and
            `over` are in this order, those in `live` and `seen` too. An edit that gives null captures
            nothing. `fresh_salt` is drawn where a record has none yet.
            """
        ),
        "fresh_salt": "QEFCQ0RFRkdISUpLTE1OTw",
        "cases": list(_cases(SCREENS)),
    }


def _cases(screens: Iterable[Screen]) -> Iterable[dict[str, Any]]:
    for screen in screens:
        given = {
            "name": screen.name,
            "scope": screen.scope,
            "epoch": screen.epoch,
            "row": screen.row,
            "pending": screen.pending,
            "candidates": screen.candidates,
        }
        view = view_of(given)
        assert view is not None
        edits = [{**edit, "captured": edited(given, view, edit)} for edit in screen.edits]
        yield {**given, "view": said(view), "unclear": unclear(given, view), "edits": edits}
