"""What a fix proves: gaps beyond accuracies, journeys, how far outside a district."""

import pytest
import shapely

from field.geo import presence
from field.geo.presence import Gap

SQUARE = shapely.to_wkb(shapely.box(67.0, 24.0, 68.0, 25.0))


def test_accuracies_are_taken_off_and_never_added():
    apart = presence.gap(24.0, 67.0, 30.0, 24.01, 67.0, 12.0)
    assert apart.distance_m == pytest.approx(1_112, abs=1)
    assert apart.least_m == pytest.approx(apart.distance_m - 42, abs=0.1)
    assert presence.gap(24.0, 67.0, 30.0, 24.0001, 67.0, 12.0).least_m == 0.0


def test_two_fixes_of_the_same_moment_are_a_second_apart():
    assert presence.journey(Gap(10_050.0, 10_000.0), 0).km_h == 36_000
    assert presence.journey(Gap(10_050.0, 10_000.0), 3_600_000).km_h == 10


@pytest.mark.parametrize(
    ("lat", "lon", "metres"),
    [
        (24.5, 67.5, 0),
        (25.0, 67.5, 0),
        (25.01, 67.5, 1_112),
        (24.5, 68.01, 1_012),
        (91.0, 67.5, 0),
        (float("nan"), 67.5, 0),
    ],
)
def test_how_far_outside_a_district_a_place_lies(lat: float, lon: float, metres: float):
    assert presence.outside_m(SQUARE, lat, lon) == pytest.approx(metres, abs=2)


def test_a_district_without_an_area_has_no_outside():
    assert presence.outside_m(shapely.to_wkb(shapely.Polygon()), 24.5, 67.5) == 0.0


@pytest.mark.parametrize(("degrees", "digits"), [(24.8615, 4), (24.0, 0), (-67.1234567, 7), (1e-7, 7)])
def test_digits_behind_the_point(degrees: float, digits: int):
    assert presence.decimals(degrees) == digits
