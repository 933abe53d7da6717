"""Lost and broken tablets from the command line: carrying sealed work in, and ordering one to be wiped."""

from pathlib import Path

from field.cli.opening import opened, settings_of
from field.store import districts
from field.sync import changes, sealed
from field.sync.rights import INSPECTOR
from field.sync.sealed import Lines
from field.sync.signing import push_message
from tests.cli.conftest import Type
from tests.helpers import KORANGI, World


def broken(file: Path) -> str:
    """A tablet of Korangi that captured one entry and saved its file; its id."""
    with opened(settings_of()) as context:
        world = World(context, context.clock)  # type: ignore[arg-type]
        districts.save(context.store, [KORANGI])
        inspector = world.person(INSPECTOR, "korangi")
        visit = world.visit(world.establishment("korangi"), "korangi", inspector)
        tablet = world.tablet(inspector, "korangi")
        tablet.change("visit", visit, {"notes": "gate shut"})
        lines = list(tablet._lines)
        signature = tablet.key.sign(push_message(tablet.id, 1, changes.hashes(lines)))
        part: sealed.Part = (Lines(1, signature), b"\n".join([*lines, b""]))
        once = sealed.key_from(context.clock.token(sealed.RANDOM_BYTES))
        file.write_bytes(b"".join(sealed.seal(context.sealing.public, once, tablet.id, 1, [part])))
        return tablet.id


def test_a_card_is_carried_in_once_and_a_torn_one_is_kept(field: Type, tmp_path: Path) -> None:
    assert field("migrate").code == 0
    card = tmp_path / "card.field-sealed"
    tablet = broken(card)
    first = field("import", "sealed", str(card))
    assert first.code == 0
    assert "1 entries, 1 new, 0 known, 0 set aside" in first.out
    assert "1 entries, 0 new, 1 known" in field("import", "sealed", str(card)).out
    card.write_bytes(card.read_bytes()[:-3])
    torn = field("import", "sealed", str(card))
    assert torn.code == 1
    assert "its end is missing" in torn.out
    assert "kept as it is" in torn.out
    [listed] = field("device", "list", "--json", "-").json()  # type: ignore[misc]
    assert (listed["id"], listed["acknowledged"]) == (tablet, 1)
    field("audit", "seal")
    noted = field("audit", "list", "--act", "sealed-brought", "--json", "-").json()
    assert [each["facts"]["state"] for each in noted] == ["kept", "taken", "taken"]  # type: ignore[attr-defined]


def test_a_wipe_is_ordered_and_stands_in_the_list(field: Type, tmp_path: Path) -> None:
    assert field("migrate").code == 0
    tablet = broken(tmp_path / "card.field-sealed")
    assert field("device", "wipe", "nobody").code == 1
    assert "to be wiped since" in field("device", "wipe", tablet).out
    ordered = field("device", "wipe", tablet, "--json", "-").json()
    [listed] = field("device", "list", "--json", "-").json()  # type: ignore[misc]
    assert listed == ordered
    assert listed["revoked_ms"] is not None
    assert listed["wipe"]["wiped_ms"] is None
