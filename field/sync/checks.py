"""What can be said of one change from its own bytes: whether it is well-formed, in words for a person."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from field.inspections.establishments import LINKS
from field.sync import unknown, upcasting
from field.sync.changes import Change, Line, opens
from field.sync.kinds import KINDS, WITHDRAWN, Kind

_LINKED = {"branch_of": "branch", "principals": "contractor"}
PERSONAL_CHARACTERS_MAX = 300
COUNTER_MAX = 10**9
"""More than a counter can show: so that no sum of claims outgrows what a database holds."""


class Refusal(msgspec.Struct, frozen=True):
    """Why a change cannot land: a stable code, and words that say what is wrong and where."""

    code: str
    detail: str


class Verdict(msgspec.Struct, frozen=True):
    """A supervisor's word on lines in quarantine, well-formed by itself (field/sync/verdicts.py)."""

    change: Change
    t: int


OF_THE_OFFICE = ("undo", "release", "reject", "reopen")
"""The ops that no tablet may send."""


class Read(msgspec.Struct, frozen=True):
    """A change that is well-formed by itself."""

    change: Change
    kind: Kind
    set: dict[str, Any]
    t: int
    unknown: tuple[str, ...] = ()
    """The fields that a newer app brought and this server does not know."""


def time_of(change: Change, anchored: Callable[[str], int | None], previous: int) -> int:
    """Capture time in ms: the anchor plus the monotonic time since, never before this device's last."""
    at = anchored(change.anchor) if change.anchor else None
    return previous if at is None else max(at + change.elapsed_ms, previous)


def check(
    line: Line, device: str, *, office: bool, t: int, anchored: Callable[[str], int | None]
) -> Read | Verdict | Refusal:
    """The change on a line, read and validated; or why it is refused."""
    change = line.change
    if change is None:
        return Refusal("unreadable", f"Entry {line.seq} cannot be read: {line.problem}.")
    if change.device != device:
        return Refusal("wrong-device", f"Entry {line.seq} names another tablet, {change.device}.")
    if change.seq != line.seq:
        return Refusal("seq-mismatch", f"Entry {line.seq} calls itself number {change.seq}.")
    if not office and (not change.anchor or anchored(change.anchor) is None):
        return Refusal("bad-anchor", f"Entry {line.seq} bears a server time that this server did not give.")
    if change.op in OF_THE_OFFICE or change.undoes is not None or change.entries is not None:
        decided = _check_of_the_office(change, t, office=office)
        if isinstance(decided, Refusal):
            return Refusal(decided.code, f"Entry {line.seq}: {decided.detail}")
        if decided is not None:
            return decided
    return _check_content(line, change, office=office, t=t)


def _check_content(line: Line, change: Change, *, office: bool, t: int) -> Read | Refusal:
    """What an entry says of its record."""
    kind = KINDS.get(change.kind or "")
    if kind is None:
        return Refusal("unknown-kind", f"Entry {line.seq}: there are no records of kind {change.kind!r}.")
    if kind.name == "conflict":
        return Refusal("server-kind", f"Entry {line.seq}: conflicts are derived by the server, not sent.")
    if change.record is None:
        return Refusal("no-record", f"Entry {line.seq} does not name a record.")
    known = upcasting.SCHEMA
    if change.schema > known:
        newer = f"it was written by an app of version {change.schema}, newer than this server knows ({known})"
        return Refusal("newer-schema", f"Entry {line.seq}: {newer}. It lands once the server was renewed.")
    try:
        values, newer_fields = _values(change, kind, office=office)
    except (msgspec.DecodeError, RecursionError) as error:
        return Refusal("bad-value", f"Entry {line.seq}, {kind.name}: {error}")
    plain = not change.over and _plain(kind.name, change.op, tuple(values))
    refusal = None if plain else _check_op(change, kind, values, office=office)
    if refusal is None and (kind.personal or line.private):
        refusal = _check_personal(line, kind, values, newer_fields)
    if refusal is not None:
        return Refusal(refusal.code, f"Entry {line.seq}, {kind.name}: {refusal.detail}")
    return Read(change, kind, values, t, newer_fields)


def _values(change: Change, kind: Kind, *, office: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values of a change as today's version says them, and the names of unknown ones."""
    newer: tuple[str, ...] = ()
    try:
        values = kind.read(change.set)
    except msgspec.ValidationError:
        # The office's own writers are of this version: from them an unknown field is a mistake.
        if office:
            raise
        values, newer = unknown.read(kind, change.set)
    return upcasting.upcast(kind.name, change.schema, values), newer


@lru_cache(maxsize=4096)
def _plain(kind: str, op: str, names: tuple[str, ...]) -> bool:
    """Whether an entry is well-formed whatever the values and whoever sent it, if it replaces nothing.

    Most entries are of a few shapes, and need not be looked through field by field each time.
    """
    rules = KINDS[kind].by_rule
    depends = {WITHDRAWN, *LINKS, *rules["server"], *rules["add"], *rules["steps"]}
    if not names or op not in ("create", "set") or not depends.isdisjoint(names):
        return False
    return KINDS[kind].required <= set(names) if op == "create" else rules["fixed"].isdisjoint(names)


def _check_of_the_office(change: Change, t: int, *, office: bool) -> Verdict | Refusal | None:
    """What an entry must have that decides about others' quarantine, or takes them back (None: it has it)."""
    named = change.undoes if change.op == "undo" else change.entries
    other = change.entries if change.op == "undo" else change.undoes
    if not office or change.op not in OF_THE_OFFICE:
        return Refusal("server-op", "only the office releases, rejects and takes back.")
    if not named or other is not None or change.id in named:
        return Refusal("nothing-set", f"{change.op} names nothing, or what it cannot be about.")
    if not (change.reason or "").strip():
        return Refusal("missing-field", f"{change.op} needs a reason.")
    return None if change.op == "undo" else Verdict(change, t)


def _check_op(change: Change, kind: Kind, values: dict[str, Any], *, office: bool) -> Refusal | None:
    if change.op == "undo":
        return Refusal("bad-over", "what takes others back sets nothing.") if values or change.over else None
    if not values:
        return Refusal("nothing-set", "it sets no field.")
    if any(change.id in replaced for replaced in change.over.values()):
        return Refusal("bad-over", "it replaces itself.")
    stray = change.over.keys() - values.keys()
    if stray:
        return Refusal("bad-over", f"it replaces {_listed(stray)} without a new value.")
    if change.op == "create":
        missing = kind.required - values.keys()
        if missing:
            return Refusal("missing-field", f"a new record needs {_listed(missing)}.")
    if change.op in ("withdraw", "restore"):
        if values.keys() != {WITHDRAWN} or (values[WITHDRAWN] is None) != (change.op == "restore"):
            return Refusal("bad-withdrawal", f"{change.op} sets the field 'withdrawn' and nothing else.")
    elif WITHDRAWN in values and change.op != "decide":
        return Refusal("bad-withdrawal", "a record is withdrawn by the op 'withdraw'.")
    return _check_rules(change, kind, values, office=office)


def _check_rules(change: Change, kind: Kind, values: dict[str, Any], *, office: bool) -> Refusal | None:
    kept = kind.by_rule["server"] & values.keys()
    if kept and not office:
        return Refusal("server-field", f"{_listed(kept)} is kept by the office; a tablet cannot set it.")
    fixed = kind.by_rule["fixed"] & values.keys()
    if fixed and change.op != "create":
        return Refusal("fixed-field", f"{_listed(fixed)} is fixed when the record is made.")
    for name in LINKS & values.keys():
        named = values[name]
        if change.record in (named if isinstance(named, list) else [named]):
            return Refusal("bad-value", f"{name}: an establishment cannot be its own {_LINKED[name]}.")
    for name in kind.by_rule["add"] & values.keys():
        refusal = _check_counter(change, name)
        if refusal is not None:
            return refusal
    for name in kind.by_rule["steps"] & values.keys():
        refusal = _check_step(change, kind, name, values[name])
        if refusal is not None:
            return refusal
    return None


def _check_counter(change: Change, name: str) -> Refusal | None:
    was = change.was.get(name)
    if was is None:
        # Without it, what was there already would be added once more.
        missing = bool(change.over.get(name)) and change.op != "create"
        return Refusal("bad-value", f"{name}: the value shown before is missing.") if missing else None
    if not isinstance(was, int) or isinstance(was, bool) or abs(was) > COUNTER_MAX:
        return Refusal("bad-value", f"{name}: the value shown before cannot be.")
    return None


def _check_step(change: Change, kind: Kind, name: str, value: Any) -> Refusal | None:
    rule, was = kind.fields[name].rule, change.was.get(name)
    known = set(rule.steps) | {step for steps in rule.steps.values() for step in steps}
    if value not in known:
        return Refusal("bad-value", f"{name}: {value!r} is none of {_listed(known)}.")
    if change.op in ("create", "decide") or was == value:
        return None
    if not isinstance(was, str) or not rule.reaches(was, value):
        return Refusal("impossible-step", f"{name} cannot go from {was!r} to {value!r}.")
    return None


def _check_personal(
    line: Line, kind: Kind, values: dict[str, Any], newer: Sequence[str] = ()
) -> Refusal | None:
    committed = {values[name]: name for name in kind.personal if name in values and values[name] is not None}
    # A newer app may have personal fields that are unknown here.
    committed |= {
        values[name]: name for name in newer if isinstance(values[name], str) and values[name] in line.private
    }
    unneeded = line.private.keys() - committed.keys()
    if unneeded:
        return Refusal("private-unneeded", "personal values came along that the entry does not commit to.")
    for commitment, name in committed.items():
        opened = line.private.get(commitment)
        if opened is None:
            return Refusal("private-missing", f"the value of {name} did not come along.")
        if len(opened[1]) > PERSONAL_CHARACTERS_MAX:
            return Refusal("bad-value", f"{name} has more than {PERSONAL_CHARACTERS_MAX} characters.")
        if not opens(commitment, *opened):
            return Refusal("private-mismatch", f"the value of {name} is not the one that was committed to.")
    return None


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
