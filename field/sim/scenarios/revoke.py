"""Tablets are stolen, lost and found, and broken: their work arrives, once, and nothing goes to a thief."""

import msgspec

from field.sim.scenarios import Found, Place
from field.sim.scenarios.actors import LOGINS, Actor, Stage, on_stage
from field.tablet.transport import Response

ROUNDS = 3
WIPED_WITHIN = 40
"""So many tries a stolen tablet has on a bad line to hand its work in and erase itself."""


def play(place: Place, seed: int) -> Found:
    """One tablet is stolen and wiped, one revoked, found and enrolled anew, one broken and carried in."""
    with on_stage(place, seed) as stage:
        stolen, found, broken = (Actor(stage, f"tablet-{at}", who) for at, who in enumerate(LOGINS, 1))
        for actor in (stolen, found, broken):
            actor.enrol()
            actor.sync(6)
            for _ in range(ROUNDS):
                actor.type(stage.chance.randrange(3))
                actor.sync(stage.chance.randrange(2))
        thief = _stolen(stage, stolen)
        _found(stage, found)
        _broken(stage, broken)
        stage.network.calm()
        for actor in (found, broken):
            actor.sync(3)
            stage.say("S1", actor.tablet.status().only_here == 0, f"{actor.name} still has work alone")
        judged = stage.judge()
        _by_the_thief(stage, thief)
        return judged


def _stolen(stage: Stage, actor: Actor) -> list[str]:
    """Work goes on after the revocation; the tablet hands all of it in, and erases itself by a true order."""
    device = actor.tablet.device
    # What was captured before is not a thief's, though it comes late; it goes into quarantine all the same.
    actor.type(1)
    ordered = stage.world.ask("supervisor-1", "POST", f"/api/devices/{device}/wipe")
    order = msgspec.json.decode(ordered.body)["wipe"]["id"]
    before = set(stage.typed)
    actor.type(1 + stage.chance.randrange(2))
    thief = sorted(set(stage.typed) - before)
    _forge(stage, actor, device, order)
    texts = [words.encode() for words, by in stage.typed.items() if by == device]
    for _ in range(WIPED_WITHIN):
        if actor.tablet.status().wiped and _wiped(stage, device):
            break
        actor.sync()
    stage.say("S8", actor.tablet.status().wiped, "the stolen tablet did not obey its order")
    stage.say("S8", _wiped(stage, device), "the office never heard that the stolen tablet is empty")
    actor.close()
    left = actor.path.read_bytes()
    stage.say("S8", not any(each in left for each in texts), "the wiped tablet still holds what was typed")
    stage.say("S8", not actor.card.exists(), "the card still holds what was typed")
    return thief


def _forge(stage: Stage, actor: Actor, device: str, order: str) -> None:
    """Somebody on the line answers with an order of their own making."""
    real = stage.network.send
    forged = {"order": order, "device": device, "signature": "A" * 86, "key": stage.world.context.key.id}
    body = msgspec.json.encode({"code": "device-revoked", "detail": "", "wipe": forged})
    stage.network.send = lambda *_: Response(403, {}, body)  # type: ignore[method-assign]
    try:
        actor.sync()
    finally:
        stage.network.send = real  # type: ignore[method-assign]
    stage.say("S8", not actor.tablet.status().wiped, "a forged order wiped a tablet")


def _wiped(stage: Stage, device: str) -> bool:
    listed = msgspec.json.decode(stage.world.ask("supervisor-1", "GET", "/api/devices").body)
    return any(each["id"] == device and (each["wipe"] or {}).get("wiped_ms") for each in listed)


def _found(stage: Stage, actor: Actor) -> None:
    """Revoked, and found again: with a new code everything that was unsent comes along."""
    stage.world.ask("supervisor-1", "POST", f"/api/devices/{actor.tablet.device}/revoke")
    actor.type(1)
    before = actor.shown()
    actor.enrol()
    stage.say("S1", actor.shown() == before, f"{actor.name} shows less after it was enrolled anew")
    actor.type(1)
    actor.sync()


def _broken(stage: Stage, actor: Actor) -> None:
    """It does not start any more: a colleague brings its card. Later it does start, and sends for itself."""
    actor.type(2)
    first = stage.carry_in(actor.card)
    again = stage.carry_in(actor.card, "inspector-1")
    stage.say("S2", again["arrived"] == 0, f"a card that came twice brought {again['arrived']} entries anew")
    stage.say("S1", first["entries"] >= 2, "the card did not hold what was typed last")
    actor.type(1)
    actor.sync()


def _by_the_thief(stage: Stage, thief: list[str]) -> None:
    """What was typed on a tablet after it was revoked is kept aside, and shown to nobody as a value."""
    became = stage.became()
    rows = b"".join(body for records in stage.world.rows().values() for body, _ in records.values())
    for words in thief:
        stage.say("S8", became.get(words) == "quarantined", f"what was {words!r} after a revocation landed")
        stage.say("S8", f'"{words}"'.encode() not in rows, f"what was {words!r} is shown as a value")
