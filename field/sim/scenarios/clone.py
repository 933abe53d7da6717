"""Tablets are copied and set back, and both go on: nobody's work is lost or doubled, and the office hears."""

import shutil

from field.sim.scenarios import Found, Place
from field.sim.scenarios.actors import LOGINS, Actor, Stage, on_stage

ROUNDS = 4


def play(place: Place, seed: int) -> Found:
    """One tablet is copied and both work on, one is set back to an old image, one has a copy that fetches."""
    with on_stage(place, seed) as stage:
        twin, restored, watched = (Actor(stage, f"tablet-{at}", who) for at, who in enumerate(LOGINS, 1))
        honest = Actor(stage, "tablet-4", "inspector-1")
        for actor in (twin, restored, watched, honest):
            actor.enrol()
            actor.sync(6)
            actor.type(2)
            actor.sync(2)
        other = _copied(stage, twin, "copy-1", twin.login)
        spy = _copied(stage, watched, "copy-3", watched.login)
        image = stage.folder / "image"
        shutil.copy(restored.path, image)
        for _ in range(ROUNDS):
            for actor in (twin, other, restored, watched, honest):
                actor.type(stage.chance.randrange(3))
                actor.sync(stage.chance.randrange(3))
            spy.sync()
        # Something is typed that only the card has, and then the tablet is set back to its image.
        restored.type(1)
        restored.close()
        shutil.copy(image, restored.path)
        card = stage.folder / "card taken out"
        shutil.copy(restored.card, card)
        restored.open()
        if stage.chance.random() < 0.5:
            restored.type(1)
            restored.sync()
        stage.network.calm()
        stage.carry_in(card)
        forks = _recover(stage, [twin, other, restored, watched, honest, spy])
        found = _judged(stage, twin, restored, watched, honest)
        found.facts["forks"] = forks
        return found


def _copied(stage: Stage, actor: Actor, name: str, login: str) -> Actor:
    actor.close()
    shutil.copy(actor.path, stage.folder / f"{name}.db")
    actor.open()
    return Actor(stage, name, login)


_first: dict[str, str] = {}


def _recover(stage: Stage, actors: list[Actor]) -> int:
    """Everybody works once more and synchronises; whoever is told to is enrolled anew."""
    forks = 0
    for actor in actors:
        _first[actor.name] = actor.tablet.device
        if actor.name != "copy-3":
            actor.type(1)
        actor.sync(2)
        if actor.tablet.forked is not None:
            forks += 1
            before = actor.shown()
            actor.enrol()
            stage.say("S1", actor.shown() == before, f"{actor.name} shows less after it was enrolled anew")
        actor.sync(2)
    for actor in actors:
        actor.sync(2)
        status = actor.tablet.status()
        stage.say("S1", status.only_here == 0, f"{actor.name} still has {status.only_here} entries alone")
        stage.say("S4", not status.forked, f"{actor.name} forked again")
    return forks


def _judged(stage: Stage, twin: Actor, restored: Actor, watched: Actor, honest: Actor) -> Found:
    alarms = stage.alarms()
    for actor in (twin, restored, watched):
        told = alarms.get(_first[actor.name], set())
        stage.say("S9", bool(told & {"fork", "copied"}), f"nobody heard that {actor.name} was copied")
    false = alarms.get(_first[honest.name], set())
    stage.say("S9", not false & {"fork", "copied"}, f"{honest.name} was taken for a copy: {false}")
    return stage.judge()
