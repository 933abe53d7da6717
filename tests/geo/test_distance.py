"""How far two places are apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.geo.distance import is_place, metres_between

KARACHI = (24.8607, 67.0011)
HYDERABAD = (25.39689, 68.37718)

lats = st.floats(-90, 90)
lons = st.floats(-180, 180)


def test_karachi_to_hyderabad_is_about_150_kilometres():
    assert metres_between(*KARACHI, *HYDERABAD) == pytest.approx(150_700, rel=0.005)


def test_a_degree_of_latitude_is_111_kilometres_and_a_degree_of_longitude_shrinks_towards_the_pole():
    assert metres_between(25, 68, 26, 68) == pytest.approx(111_195, abs=1)
    assert metres_between(60, 68, 60, 69) == pytest.approx(111_195 / 2, rel=0.001)


def test_a_tablet_ten_metres_from_the_gate_is_ten_metres_from_the_gate():
    assert metres_between(24.9, 67.0, 24.9 + 10 / 111_195, 67.0) == pytest.approx(10, abs=0.001)


def test_antipodes_are_half_the_earth_apart():
    assert metres_between(0, 0, 0, 180) == pytest.approx(20_015_115, abs=1)
    assert metres_between(24.9, 67.1, -24.9, -112.9) == pytest.approx(20_015_115, abs=1)


@given(lats, lons, lats, lons)
def test_there_and_back_are_equally_far_and_no_two_places_are_further_than_antipodes(
    lat, lon, other_lat, other_lon
):
    there = metres_between(lat, lon, other_lat, other_lon)
    assert there == pytest.approx(metres_between(other_lat, other_lon, lat, lon))
    assert 0 <= there <= 20_015_116


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(91, 0), (-90.1, 0), (0, 181), (float("nan"), 67), (24, float("nan")), (24, float("inf"))],
)
def test_what_is_not_on_the_globe_is_no_place(lat, lon):
    assert not is_place(lat, lon)


def test_the_pole_and_the_date_line_are_places():
    assert is_place(90, 180)
    assert is_place(-90, -180)
