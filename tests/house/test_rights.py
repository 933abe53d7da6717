"""Who may call what is one table, and the table is whole."""

from collections.abc import Iterable

from litestar.routes import HTTPRoute

from field import app
from field.api.context import admit
from field.sync.rights import ROLES, ROUTES
from tests.helpers import World, open_world


def routes(world: World) -> set[str]:
    """Every route of the app, as "GET /api/visits"."""
    found = [route for route in world.app().routes if isinstance(route, HTTPRoute)]
    assert len(found) == len(world.app().routes)
    return {
        f"{method} {route.path_format}"
        for route in found
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    }


def unmatched(routes: Iterable[str], rows: Iterable[str]) -> tuple[set[str], set[str]]:
    """Routes without a row, and rows without a route."""
    return set(routes) - set(rows), set(rows) - set(routes)


def test_every_route_has_a_row_of_rights_and_every_row_a_route(sqlite_url: str) -> None:
    """A list of tablets was open to whoever knew its address: its route had been added without a guard.

    Here a route without a row lets nobody in, and this says so before anybody stands before it.
    """
    with open_world(sqlite_url) as world:
        assert unmatched(routes(world), ROUTES) == (set(), set())
        assert world.app().guards == [admit]
    assert all(roles <= set(ROLES) for roles in ROUTES.values())
    assert len(app.ROUTES) == len(ROUTES)


def test_the_comparison_sees_what_it_looks_for(sqlite_url: str) -> None:
    with open_world(sqlite_url) as world:
        there = routes(world)
    rows = dict(ROUTES)
    del rows["GET /api/devices"]
    rows["GET /api/nothing"] = frozenset()
    assert unmatched(there, rows) == ({"GET /api/devices"}, {"GET /api/nothing"})
