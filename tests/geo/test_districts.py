"""Which district a place, or a name in a register, belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.geo.distance import metres_between
from field.geo.districts import District, DistrictIndex
from field.geo.slugs import slug
from field.problems import Problem


def square(name, west, south, size=1.0, **more):
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    text = str({"type": "MultiPolygon", "coordinates": [[ring]]}).replace("'", '"')
    return District(id=slug(name), name=name, geometry=text, **more)


BADIN = square("Badin", 68, 24)
DADU = square("Dadu", 69, 24)
INDEX = DistrictIndex([DADU, BADIN])


def test_a_place_inside_a_district_is_found_and_one_outside_all_is_not():
    assert INDEX.district_of(24.5, 68.5) == "badin"
    assert INDEX.district_of(24.5, 69.5) == "dadu"
    assert INDEX.district_of(30.0, 69.5) is None


def test_a_place_on_the_border_belongs_to_the_smallest_id_whatever_the_order_of_the_file():
    for order in ([BADIN, DADU], [DADU, BADIN]):
        assert DistrictIndex(order).district_of(24.5, 69.0) == "badin"


def test_a_place_where_districts_overlap_belongs_to_the_smallest_id():
    index = DistrictIndex([square("Zeta", 68, 24), square("Alpha", 68.5, 24)])
    assert index.district_of(24.5, 68.7) == "alpha"


def test_a_corner_counts_as_inside():
    assert INDEX.district_of(24.0, 68.0) == "badin"


def test_a_place_in_a_hole_is_outside():
    ring = "[[68,24],[70,24],[70,26],[68,26],[68,24]]"
    hole = "[[68.5,24.5],[69,24.5],[69,25],[68.5,25],[68.5,24.5]]"
    text = f'{{"type":"MultiPolygon","coordinates":[[{ring},{hole}]]}}'
    index = DistrictIndex([District(id="ring", name="Ring", geometry=text)])
    assert index.district_of(24.7, 68.7) is None
    assert index.district_of(24.2, 68.2) == "ring"


def test_nonsense_coordinates_lie_in_no_district():
    nan, infinite = float("nan"), float("inf")
    assert INDEX.districts_of([(nan, 68.5), (24.5, infinite), (500, 68), (24.5, 68.5)]) == [
        None,
        None,
        None,
        "badin",
    ]


@given(st.lists(st.tuples(st.floats(23, 26), st.floats(67, 71)), max_size=30))
def test_asking_about_many_places_gives_what_asking_one_by_one_gives(points):
    assert INDEX.districts_of(points) == [INDEX.district_of(lat, lon) for lat, lon in points]


def test_the_nearest_district_of_a_place_outside_all_is_named_with_its_distance():
    nearest = INDEX.nearest(24.5, 67.9)
    assert nearest is not None
    assert nearest.id == "badin"
    assert nearest.metres == pytest.approx(10_118, rel=0.01)  # 0.1 degree of longitude at latitude 24.5


def test_near_means_near_on_the_ground_where_a_degree_of_longitude_is_short():
    # 1.5 degrees of longitude at latitude 60 are 83 km; one degree of latitude is 111 km.
    index = DistrictIndex([square("East", 11.5, 59.5), square("South", 9.5, 58.0)])
    nearest = index.nearest(60.0, 10.0)
    assert nearest is not None
    assert nearest.id == "east"


def test_the_distance_to_a_slanting_border_is_the_shortest_on_the_ground():
    text = '{"type":"MultiPolygon","coordinates":[[[[10,62],[14,60],[14,62],[10,62]]]]}'
    nearest = DistrictIndex([District(id="wedge", name="Wedge", geometry=text)]).nearest(60.0, 10.0)
    assert nearest is not None
    along = (metres_between(60.0, 10.0, 62 - part / 5_000, 10 + part / 2_500) for part in range(10_001))
    assert nearest.metres == pytest.approx(min(along), rel=0.01)


def test_a_place_inside_is_no_distance_away():
    nearest = INDEX.nearest(24.5, 69.5)
    assert nearest is not None
    assert (nearest.id, nearest.metres) == ("dadu", 0.0)


def test_without_districts_nothing_is_near_and_nothing_is_inside():
    index = DistrictIndex([])
    assert index.district_of(24.5, 68.5) is None
    assert index.nearest(24.5, 68.5) is None
    assert index.named("Badin") is None


def test_two_districts_with_one_id_are_refused():
    with pytest.raises(Problem, match="same id"):
        DistrictIndex([BADIN, BADIN])


def test_a_register_may_spell_a_district_in_its_own_way():
    index = DistrictIndex(
        [
            square("Shaheed Benazirabad", 68, 26, aliases=("S.B.A.",), headquarters="Nawabshah"),
            square("Naushahro Feroze", 67, 26, aliases=("نوشهرو فيروز",)),
        ]
    )
    assert index.named("SHAHEED  BENAZIRABAD") == "shaheed-benazirabad"
    assert index.named("District Shaheed-Benazirabad") == "shaheed-benazirabad"
    assert index.named("sba") is None
    assert index.named("s b a") == "shaheed-benazirabad"
    assert index.named("Nawabshah") == "shaheed-benazirabad"
    assert index.named("نوشهرو فيروز") == "naushahro-feroze"
    assert index.named("Lahore") is None
    assert index.named("") is None


def test_a_name_that_two_districts_share_names_neither():
    index = DistrictIndex(
        [
            square("Karachi East", 68, 24, aliases=("Karachi",)),
            square("Karachi West", 67, 24, aliases=("Karachi",)),
        ]
    )
    assert index.named("Karachi") is None
    assert index.named("karachi east") == "karachi-east"


def test_a_name_wins_over_another_districts_headquarters():
    index = DistrictIndex([square("Alpha", 68, 24, headquarters="Beta"), square("Beta", 67, 24)])
    assert index.named("Beta") == "beta"


def test_a_slug_is_stable_under_case_accents_and_spaces():
    assert slug("  Khairpur   Mir's ") == slug("KHAIRPUR MIR’S") == "khairpur-mir-s"
    assert slug("Umarkōt") == "umarkot"
    assert slug("!!!") == ""
