"""Districts in the database: saved by id, and given back whole."""

import json

import msgspec
import pytest

from field.geo import boundaries
from field.sim.demo_data import districts_geojson
from field.store import districts, registry
from tests.helpers import KORANGI, SUKKUR, World, open_world, square


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        yield world


def test_saving_districts_twice_is_the_same_as_saving_them_once(world: World):
    found = boundaries.read(districts_geojson()).districts
    first = districts.save(world.store, found)
    assert (first.added, first.changed, first.unchanged) == (28, 2, 0)
    again = districts.save(world.store, found)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 30)


def test_the_index_is_that_of_the_file(world: World):
    with world.store.read() as tx:
        index = districts.load_index(tx)
    assert index.get("korangi") == KORANGI
    assert index.district_of(24.5, 67.5) == "korangi"
    assert index.named("Sukkur") == "sukkur"


def test_a_new_outline_takes_nothing_else_away(world: World):
    world.person("supervisor", "korangi")
    establishment = world.establishment("korangi")
    wider = square("korangi", 23.5, 66.5, 2.0, name="Korangi Town", aliases=("KTown",), division="Karachi")
    saved = districts.save(world.store, [wider])
    assert (saved.added, saved.changed, saved.unchanged) == (0, 1, 0)
    with world.store.read() as tx:
        index = districts.load_index(tx)
        assert [row.record for row in registry.establishments(tx, ["korangi"])] == [establishment]
    assert index.get("korangi") == wider
    assert index.get("sukkur") == SUKKUR


def test_the_map_is_geojson(world: World):
    with world.store.read() as tx:
        document = json.loads(districts.geojson(tx))
        (only,) = json.loads(districts.geojson(tx, ["sukkur"]))["features"]
    assert [feature["id"] for feature in document["features"]] == ["korangi", "sukkur"]
    assert only["geometry"] == msgspec.json.decode(SUKKUR.geometry)
    assert only["properties"]["name"] == "Sukkur"
