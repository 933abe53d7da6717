"""Deciding a push: a pure function from what came and what is held to what is kept and answered.

The store loads a `Held`, calls `decide`, and saves the `Decision` in the same transaction, with device and
scopes locked (docs/protocol.md, "Push").
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

import msgspec

from field.sync import verdicts
from field.sync.changes import GROUP_LINES_MAX, START, Change, Line, content_of
from field.sync.checks import Read, Refusal, Verdict, check, time_of
from field.sync.earlier import Earlier, landed, quarantined
from field.sync.kept import Alarm as Alarm
from field.sync.kept import Arrived as Arrived
from field.sync.kept import Known as Known
from field.sync.kept import Seen as Seen
from field.sync.kept import Settled as Settled
from field.sync.landing import Draft, Held, Item, Outcome, Unit
from field.sync.receipts import Answer, First, Fork
from field.sync.standing import MOVED_AWAY
from field.sync.unknown import REMARK as NEWER_APP
from field.sync.unseen import CLOSED_A_DISPUTE
from field.sync.verdicts import Stand

AHEAD_MS = 300_000
"""How far a capture time may lie beyond its receipt before that is remarked."""


QUARANTINED_BEFORE = "It was in quarantine before the office's database was restored."


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device as the server knows it. `t` is its last capture time; `people` those who signed in on it."""

    id: str
    acknowledged: int = 0
    chain: str = START
    t: int = 0
    revoked: bool = False
    office: bool = False
    district: str | None = None
    people: frozenset[str] = frozenset()
    group: tuple[int, int] | None = None

    def knows(self, person: str | None) -> bool:
        """Whether somebody signed in on this device; the office acts for everybody, and by itself."""
        return self.office or person in self.people


class Decision(msgspec.Struct, kw_only=True):
    """What a push does: the device's new state, the lines to keep, the draft of records, and the answers.

    `adopted` are ids of lines held for another identity, which this push brings again and lands.
    `stands` is what supervisors decided about lines in quarantine.
    """

    device: Device
    arrived: list[Arrived] = []
    settled: list[Settled] = []
    draft: Draft
    answers: list[Answer] = []
    alarms: list[Alarm] = []
    adopted: list[str] = []
    stands: list[Stand] = []
    expected: int | None = None
    fork: Fork | None = None


def decide(
    lines: Sequence[Line],
    device: Device,
    held: Held,
    *,
    seen: Mapping[int, Seen],
    known: Mapping[str, Known],
    parts: Sequence[Item],
    now_ms: int,
    anchored: Callable[[str], int | None],
    refused: Mapping[int, Refusal] = {},
    released: Collection[int] = (),
    earlier: Mapping[int, Earlier] = {},
    proved: Sequence[Item] = (),
) -> Decision:
    """What to do with a push.

    `seen` holds this device's earlier lines among the seqs pushed; `known` the changes whose ids
    any device brought before; `parts` the held lines of this device's open group, in seq order;
    `refused` lines that the database would not take; `released` those that a supervisor released before this
    database, which is older, got them; `earlier` what signed receipts of an earlier epoch say; `proved` lines
    put aside of which these prove that they had landed then.
    """
    decision = Decision(device=device, draft=Draft(held))
    anchored = cache(anchored)
    if lines and lines[0].seq > device.acknowledged + 1:
        decision.expected = device.acknowledged + 1
        return decision
    fresh = _recognise(lines, decision, seen)
    items = _take(fresh, decision, known, now_ms, anchored, refused, released, earlier)
    waiting: Waiting = {}
    for unit in [*_again(proved), *_units(items, parts, decision)]:
        _land(unit, decision, waiting)
    for unit, outcome in [each for units in waiting.values() for each in units]:
        _tell(unit.items, outcome, decision)
    _answer(decision)
    return decision


def _recognise(lines: Sequence[Line], decision: Decision, seen: Mapping[int, Seen]) -> list[Line]:
    """Answer the lines delivered before; return the new ones, up to where the chain breaks."""
    chain = decision.device.chain
    fresh: list[Line] = []
    for line in lines:
        if line.seq <= decision.device.acknowledged:
            before = seen.get(line.seq)
            if before is None or not _same(before, line):
                _fork(decision, line.seq, f"Entry {line.seq} was received before with other content.")
                return []
            answer = Answer(seq=line.seq, id=before.id, status="duplicate", first=before.first)
            decision.answers.append(answer)
            continue
        if line.change is not None and line.change.prev != chain:
            _fork(decision, line.seq, f"Entry {line.seq} does not follow the entry received before it.")
            break
        chain = _declared(line.change) or line.hash
        fresh.append(line)
    return fresh


def _same(before: Seen, line: Line) -> bool:
    """Whether a line is the one received before, or a tablet's word that it cannot read that one any more.

    A tablet that never heard of the line's arrival, and whose storage lost it afterwards, declares it lost.
    """
    lost = line.change.lost if line.change is not None and line.change.op == "lost" else None
    return before.hash in (line.hash, lost)


def _declared(change: Change | None) -> str | None:
    """The hash that a declared loss stands for."""
    return change.lost if change is not None and change.op == "lost" else None


def _fork(decision: Decision, seq: int, detail: str) -> None:
    advice = " Two tablets bear this identity, or one was set back. Enrol it anew; its work is kept on it."
    decision.fork = Fork(seq, detail + advice)
    decision.alarms.append(Alarm("fork", detail, seq))


def _take(
    fresh: Sequence[Line],
    decision: Decision,
    known: Mapping[str, Known],
    now_ms: int,
    anchored: Callable[[str], int | None],
    refused: Mapping[int, Refusal],
    released: Collection[int],
    earlier: Mapping[int, Earlier],
) -> list[Item]:
    """Give every new line its time and its check; settle at once what needs no landing."""
    device = decision.device
    t, chain = device.t, device.chain
    once = dict(known)
    before_now = landed(fresh, earlier)
    items = []
    for line in fresh:
        change = line.change
        chain = line.hash
        if change is not None and change.op == "lost":
            chain = _declared(change) or line.hash
            decision.alarms.append(
                Alarm(
                    "lost",
                    f"Entry {line.seq} was lost on the tablet: {change.reason or 'no reason'}.",
                    line.seq,
                )
            )
        if change is not None:
            t = time_of(change, anchored, t) if not device.office else max(now_ms, t)
        free, said = line.seq in released, earlier.get(line.seq)
        trusted = line.seq in before_now
        checked = refused.get(line.seq) or _checked(line, device, t, anchored, released=free, trusted=trusted)
        if said is not None and not free and quarantined(line, said):
            checked = Refusal(said.code or "quarantined-before", said.detail or QUARANTINED_BEFORE)
        item = Item(line=line, device=device.id, t=t, checked=checked, released=free, office=device.office)
        items.append(item)
        if change is None:
            continue
        before = once.get(change.id)
        if before is None:
            once[change.id] = Known(None, change, device.id)
        else:
            _meet(item, before, decision)
        if change.more or (isinstance(checked, Read) and checked.unknown):
            item.remarks.append(NEWER_APP)
        if t > now_ms + AHEAD_MS:
            item.remarks.append("ahead-of-receipt")
    acknowledged = fresh[-1].seq if fresh else device.acknowledged
    decision.device = msgspec.structs.replace(device, acknowledged=acknowledged, chain=chain, t=t)
    return items


def _meet(item: Item, before: Known, decision: Decision) -> None:
    """A change whose id came before: the same one again, or one that took another's id."""
    change = item.line.change
    assert change is not None
    # A loss is declared once: under the same id again it would let the chain leave out what it stands for.
    if before.change is None or change.op == "lost" or content_of(before.change) != content_of(change):
        detail = f"Entry {item.line.seq} bears the id of an earlier entry, and says something else."
        item.checked = Refusal("id-reused", detail)
        decision.alarms.append(Alarm("id-reused", detail, item.line.seq))
    elif before.first is not None and before.first.status == "held" and before.device != item.device:
        # Its group began under another identity and comes again under this one, which now lands it.
        decision.adopted.append(change.id)
    else:
        item.same, item.first, item.checked = True, before.first, None


def _checked(
    line: Line,
    device: Device,
    t: int,
    anchored: Callable[[str], int | None],
    *,
    released: bool = False,
    trusted: bool = False,
) -> Read | Verdict | Refusal | None:
    """None stands for a declared loss. `trusted`: it is proved that the line had landed before a restore."""
    change = line.change
    if change is not None and change.op == "lost" and change.seq == line.seq:
        return None
    if released:
        return check(line, device.id, office=device.office, t=t, anchored=lambda _: t)
    if device.revoked and not trusted:
        return Refusal("device-revoked", f"Entry {line.seq} came from a tablet that was revoked.")
    checked = check(line, device.id, office=device.office, t=t, anchored=anchored)
    if isinstance(checked, Read) and not trusted and not device.knows(checked.change.by):
        return Refusal("person-unknown", f"Entry {line.seq}: its author never signed in on this tablet.")
    return checked


def _group(item: Item) -> tuple[int, int] | None:
    first, last = item.line.header.first, item.line.header.last
    return (first, last) if first is not None and last is not None else None


def _units(items: Sequence[Item], parts: Sequence[Item], decision: Decision) -> list[Unit]:
    """Gather lines into units: groups that are complete, and single changes. Incomplete groups are held."""
    units: list[Unit] = []
    group = decision.device.group
    members = list(parts)
    for item in items:
        seq, named = item.line.seq, _group(item)
        if group is not None and named != group and item.line.change is not None and not item.lost:
            units.append(_broken(members, seq))
            group, members = None, []
        if group is None and named is not None:
            first, last = named
            if first != seq or not first <= last < first + GROUP_LINES_MAX:
                refusal = Refusal(
                    "group-broken", f"Entry {seq} belongs to a group {first}-{last} that did not begin."
                )
                units.append(Unit([item], refusal))
                continue
            group = named
        if group is None:
            units.append(Unit([item]))
            continue
        members.append(item)
        if seq == group[1]:
            units.append(Unit(members))
            group, members = None, []
    for item in members if group else ():
        if not item.stored:
            _tell([item], Outcome(status="held"), decision)
    decision.device = msgspec.structs.replace(decision.device, group=group)
    return units


def _again(proved: Sequence[Item]) -> list[Unit]:
    """Units of lines that were put aside for want of proof; of a group all of them, or none."""
    units: dict[tuple[int, int], list[Item]] = {}
    for item in proved:
        units.setdefault(_group(item) or (item.line.seq, item.line.seq), []).append(item)
    return [Unit(items) for (first, last), items in units.items() if len(items) == last - first + 1]


def _broken(members: Sequence[Item], seq: int) -> Unit:
    detail = f"Entry {seq} came before the group that was under way was complete."
    return Unit(list(members), Refusal("group-broken", detail))


Waiting = dict[str, list[tuple[Unit, Outcome]]]


def _land(unit: Unit, decision: Decision, waiting: Waiting) -> None:
    """Land a unit and, after it, whatever waited for the records that it made, here or since earlier."""
    queue = [unit]
    while queue:
        landing = queue.pop(0)
        if isinstance(landing.items[0].checked, Verdict):
            released = _judge(landing.items[0], landing.items[0].checked, decision)
            if released is None:
                continue
            landing = released
        outcome = decision.draft.land(landing)
        if outcome.waits_for is not None:
            waiting.setdefault(outcome.waits_for, []).append((landing, outcome))
            continue
        _tell(landing.items, outcome, decision)
        for id in outcome.made:
            queue.extend(decision.draft.held.waiting.get(id, ()))
            queue.extend(each for each, _ in waiting.pop(id, ()))


def _judge(item: Item, verdict: Verdict, decision: Decision) -> Unit | None:
    """Keep a verdict about lines in quarantine; give what a release lets land now."""
    judgement = verdicts.judge(verdict, decision.draft.held.judged, decision.draft.would_refuse)
    if isinstance(judgement, Refusal):
        _tell([item], Outcome(status="quarantined", refusal=judgement), decision)
        return None
    decision.stands.extend(judgement.stands)
    _tell([item], Outcome(status="applied"), decision)
    return judgement.unit


def _tell(items: Sequence[Item], outcome: Outcome, decision: Decision) -> None:
    """Keep items with the answers that follow from what became of their unit."""
    for item in items:
        answer = Answer(seq=item.line.seq, id=item.id, status=outcome.status_of(item), first=item.first)
        if answer.status == "quarantined":
            refusal = outcome.refusal_of(item)
            answer.code, answer.detail = refusal.code, refusal.detail
        answer.remarks = item.remarks
        if CLOSED_A_DISPUTE in item.remarks:
            detail = (
                f"Entry {item.line.seq} ended a dispute without a supervisor's decision. Look at its record."
            )
            decision.alarms.append(Alarm(CLOSED_A_DISPUTE, detail, item.line.seq))
        _keep(decision, item, answer, waits_for=outcome.waits_for, district=outcome.district)
    moved = next((item for item in items if MOVED_AWAY in item.remarks), None)
    if moved is not None and outcome.status == "applied":
        detail = (
            f"Entry {moved.line.seq} is about a record that had left the tablet by then. It has landed; "
            "look whether it fits what others did there."
        )
        decision.alarms.append(Alarm(MOVED_AWAY, detail, moved.line.seq, outcome.district))


def _keep(
    decision: Decision,
    item: Item,
    answer: Answer,
    *,
    waits_for: str | None = None,
    district: str | None = None,
) -> None:
    if item.stored:
        decision.settled.append(Settled(item.device, item.line.seq, answer, waits_for, district))
    else:
        same_as = item.id if item.same else None
        refused = item.checked if isinstance(item.checked, Refusal) else None
        place = district or decision.device.district
        decision.arrived.append(Arrived(item.line, answer, item.t, same_as, waits_for, place, refused))


def _answer(decision: Decision) -> None:
    """Give landed changes their place and final status, and gather this device's answers in seq order."""
    decision.draft.place()
    mine = [kept.answer for kept in decision.arrived]
    mine += [kept.answer for kept in decision.settled if kept.device == decision.device.id]
    for answer in [kept.answer for kept in decision.arrived] + [kept.answer for kept in decision.settled]:
        if answer.status == "applied" and answer.id in decision.draft.written:
            answer.status, answer.scope, answer.n = decision.draft.receipt(answer.id or "")
    _repeat(decision)
    decision.answers = sorted([*decision.answers, *mine], key=lambda answer: answer.seq)


def _repeat(decision: Decision) -> None:
    """Give what came twice in this push the receipt that the first one got."""
    kept = [each.answer for each in decision.arrived] + [each.answer for each in decision.settled]
    found = {answer.id: answer for answer in kept if answer.status != "duplicate"}
    for answer in kept:
        if answer.status == "duplicate" and answer.first is None:
            one = found[answer.id]
            answer.first = First(one.status, one.code, one.detail, one.scope, one.n)
