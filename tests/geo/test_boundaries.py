"""Boundary files as offices have them: other people's property names, broken rings, missing things."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.geo import boundaries
from field.geo.districts import DistrictIndex
from field.problems import Problem


def box(west, south, size=1.0):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(properties, *rings, kind="Polygon"):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": list(rings)},
    }


def file_of(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


NAN, INFINITE = float("nan"), float("inf")
BADIN = feature({"name": "Badin"}, box(68, 24))
DADU = feature({"name": "Dadu"}, box(70, 24))


def codes(found):
    return [(remark.feature, remark.code) for remark in found.remarks]


def test_a_tidy_file_gives_its_districts_by_id_and_no_remark():
    found = boundaries.read(file_of(DADU, BADIN))
    assert [district.id for district in found.districts] == ["badin", "dadu"]
    assert found.remarks == ()


def test_the_ids_do_not_depend_on_the_order_of_the_file():
    assert boundaries.read(file_of(DADU, BADIN)).districts == boundaries.read(file_of(BADIN, DADU)).districts


@pytest.mark.parametrize("key", ["name", "NAME", "district", "shapeName", "ADM2_EN", "NAME_2", "District"])
def test_the_name_is_found_under_the_usual_properties(key):
    found = boundaries.read(file_of(feature({key: "  Mirpur   Khas ", "area": 3}, box(68, 24))))
    assert (found.districts[0].id, found.districts[0].name) == ("mirpur-khas", "Mirpur Khas")


def test_a_given_id_is_kept():
    found = boundaries.read(file_of(feature({"name": "Badin", "id": "PK 701"}, box(68, 24))))
    assert found.districts[0].id == "pk-701"


def test_a_single_feature_will_do_and_so_will_a_byte_order_mark():
    found = boundaries.read(b"\xef\xbb\xbf" + json.dumps(BADIN).encode())
    assert found.districts[0].name == "Badin"


def test_headquarters_division_and_aliases_are_read():
    properties = {
        "name": "Shaheed Benazirabad",
        "headquarters": "Nawabshah",
        "headquarters_lat": 24.5,
        "headquarters_lon": 68.5,
        "division": "Shaheed Benazirabad",
        "aliases": ["SBA", "Nawab Shah"],
        "name_ur": "شہید بینظیر آباد",
    }
    district = boundaries.read(file_of(feature(properties, box(68, 24)))).districts[0]
    assert district.headquarters == "Nawabshah"
    assert (district.headquarters_lat, district.headquarters_lon) == (24.5, 68.5)
    assert district.division == "Shaheed Benazirabad"
    assert district.aliases == ("SBA", "Nawab Shah", "شہید بینظیر آباد")


def test_a_bow_tie_is_repaired_and_said():
    bow_tie = [[68, 24], [69, 25], [69, 24], [68, 25], [68, 24]]
    found = boundaries.read(file_of(feature({"name": "Badin"}, bow_tie)))
    assert codes(found) == [(0, "repaired")]
    assert "Self-intersection" in found.remarks[0].detail
    index = DistrictIndex(found.districts)
    assert index.district_of(24.5, 68.1) == "badin"  # both wings are kept
    assert index.district_of(24.5, 68.9) == "badin"
    assert index.district_of(24.9, 68.5) is None


def test_parts_that_overlap_become_one_area_and_no_hole():
    two = feature({"name": "Badin"}, [box(68, 24)], [box(68.5, 24)], kind="MultiPolygon")
    found = boundaries.read(file_of(two))
    assert codes(found) == [(0, "repaired")]
    assert DistrictIndex(found.districts).district_of(24.5, 68.75) == "badin"


def test_a_part_drawn_within_another_part_is_no_hole():
    two = feature({"name": "Badin"}, [box(68, 24)], [box(68.4, 24.4, 0.2)], kind="MultiPolygon")
    found = boundaries.read(file_of(two))
    assert DistrictIndex(found.districts).district_of(24.5, 68.5) == "badin"


def test_an_unclosed_ring_is_closed_and_a_third_dimension_is_dropped():
    ring = [[68, 24, 12], [69, 24, 12], [69, 25, 12], [68, 25, 12]]
    found = boundaries.read(file_of(feature({"name": "Badin"}, ring)))
    assert DistrictIndex(found.districts).district_of(24.5, 68.5) == "badin"
    assert json.loads(found.districts[0].geometry)["coordinates"][0][0][0].__len__() == 2


def test_a_ring_of_two_points_is_dropped_and_said():
    found = boundaries.read(file_of(feature({"name": "Badin"}, box(68, 24), [[68.2, 24.2], [68.3, 24.3]])))
    assert codes(found) == [(0, "repaired")]


def test_a_repaired_geometry_holds_polygons_only_with_outer_rings_counter_clockwise():
    spike = [[68, 24], [68, 25], [69, 25], [70, 25], [69, 25], [69, 24], [68, 24]]
    found = boundaries.read(file_of(feature({"name": "Badin"}, spike)))
    geometry = json.loads(found.districts[0].geometry)
    assert geometry["type"] == "MultiPolygon"
    ring = geometry["coordinates"][0][0]
    turning = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring))
    assert turning < 0


def test_districts_that_overlap_are_named_with_the_area():
    found = boundaries.read(
        file_of(feature({"name": "Badin"}, box(68, 24)), feature({"name": "Dadu"}, box(68.9, 24)))
    )
    assert codes(found) == [(1, "overlap")]
    assert "Badin (features[0]) and Dadu (features[1]) overlap by about 1,125" in found.remarks[0].detail


def test_districts_that_share_a_border_do_not_overlap():
    assert boundaries.read(file_of(BADIN, feature({"name": "Dadu"}, box(69, 24)))).remarks == ()


def test_a_name_in_two_features_is_one_district_in_parts():
    found = boundaries.read(file_of(BADIN, feature({"name": "BADIN"}, box(70, 24))))
    assert len(found.districts) == 1
    assert codes(found) == [(1, "in-parts")]
    assert DistrictIndex(found.districts).districts_of([(24.5, 68.5), (24.5, 70.5)]) == ["badin", "badin"]


def test_two_names_under_one_id_leave_the_second_out():
    one = feature({"name": "Badin", "id": 7}, box(68, 24))
    other = feature({"name": "Dadu", "id": 7}, box(70, 24))
    found = boundaries.read(file_of(one, other))
    assert [district.name for district in found.districts] == ["Badin"]
    assert codes(found) == [(1, "same-id")]
    assert found.remarks[0].left_out


@pytest.mark.parametrize(
    ("broken", "code", "words"),
    [
        (feature({"area": 3}, box(70, 24)), "no-name", "its properties are: area"),
        (feature({"name": "?!"}, box(70, 24)), "no-name", '"name"'),
        (feature({"name": "Dadu"}), "geometry-empty", "Draw its polygon"),
        ({"type": "Feature", "properties": {"name": "Dadu"}, "geometry": None}, "geometry-empty", "no geo"),
        (feature({"name": "Dadu"}, [[70, 24], [71, 25], [72, 26], [70, 24]]), "geometry-empty", "empty"),
        (feature({"name": "Dadu"}, 70, 24, kind="Point"), "not-a-polygon", "Point"),
        (feature({"name": "Dadu"}, box(370, 24)), "coordinate-out-of-range", "EPSG:4326"),
        (feature({"name": "Dadu"}, box(2e6, 7e6)), "coordinate-out-of-range", "EPSG:4326"),
        (feature({"name": "Dadu"}, [[NAN, 24], [71, 25], [72, 24]]), "coordinate-not-a-number", "nan"),
        (feature({"name": "Dadu"}, [[70, INFINITE], [71, 25], [72, 24]]), "coordinate-not-a-number", "inf"),
        (feature({"name": "Dadu"}, [["70", "24"], [71, 25], [72, 24]]), "geometry-malformed", "position"),
        (feature({"name": "Dadu"}, 12), "geometry-malformed", "rings"),
        ({"properties": {"name": "Dadu"}}, "not-a-feature", "Feature"),
        ("Dadu", "not-a-feature", "Feature"),
    ],
)  # fmt: skip
def test_a_feature_that_cannot_be_used_is_left_out_with_its_number_and_what_to_do(broken, code, words):
    found = boundaries.read(file_of(BADIN, broken))
    assert [district.id for district in found.districts] == ["badin"]
    assert codes(found) == [(1, code)]
    assert found.remarks[0].left_out
    assert found.remarks[0].detail.startswith("features[1]")
    assert words in found.remarks[0].detail


def test_a_headquarters_outside_its_polygon_is_said_because_latitude_and_longitude_may_be_swapped():
    swapped = [[lat, lon] for lon, lat in box(68, 24)]
    properties = {"name": "Badin", "hq_name": "Badin", "hq_lat": 24.656, "hq_lon": 68.837}
    assert codes(boundaries.read(file_of(feature(properties, swapped)))) == [(0, "headquarters-outside")]


@pytest.mark.parametrize(
    "source",
    [b"", b"name,lat,lon\n", b"{", b"[]", b"12", b'{"type": "Topology"}', b'{"type": "FeatureCollection"}',
     b"\xff\xfe\x00", b"[" * 100_000, b'{"type":"FeatureCollection","features":[]}'],
)  # fmt: skip
def test_what_is_not_geojson_of_districts_is_refused_in_words(source):
    with pytest.raises(Problem) as caught:
        boundaries.read(source)
    assert caught.value.code == "unknown-format"


def test_a_file_of_which_nothing_can_be_used_is_refused_with_every_reason():
    with pytest.raises(Problem) as caught:
        boundaries.read(file_of(feature({}, box(68, 24)), feature({"name": "Dadu"})))
    assert len(caught.value.extra["remarks"]) == 2


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometry", "name", "id", "geometries"]), inner
        )
    ),
    max_leaves=12,
)


@given(
    anything,
    anything,
    st.sampled_from(["Polygon", "MultiPolygon", "GeometryCollection", "Point"]),
)
def test_whatever_stands_in_a_feature_the_good_one_beside_it_is_read(properties, coordinates, kind):
    strange = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates, "geometries": coordinates},
    }
    found = boundaries.read(file_of(BADIN, strange))
    assert "badin" in [district.id for district in found.districts]


positions = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda pair: [68 + pair[0], 24 + pair[1]])


@given(st.lists(st.lists(st.lists(positions, max_size=7), max_size=2), max_size=3))
def test_every_polygon_that_is_read_is_valid_however_it_was_drawn(parts):
    found = boundaries.read(file_of(DADU, feature({"name": "Scribble"}, *parts, kind="MultiPolygon")))
    index = DistrictIndex(found.districts)
    assert index.get("dadu") is not None
    for district in found.districts:
        again = boundaries.read(
            file_of(
                {"type": "Feature", "properties": {"name": "x"}, "geometry": json.loads(district.geometry)}
            )
        )
        assert again.remarks == ()


def test_a_ring_that_stands_twice_is_one_area_and_said():
    found = boundaries.read(
        file_of(feature({"name": "Badin"}, [box(68, 24)], [box(68, 24)], kind="MultiPolygon"))
    )
    assert codes(found) == [(0, "repaired")]
    index = DistrictIndex(found.districts)
    assert index.district_of(24.5, 68.5) == "badin"


def test_a_hole_is_no_part_of_the_district_and_one_outside_its_ring_harms_nothing():
    found = boundaries.read(file_of(feature({"name": "Badin"}, box(68, 24), box(68.4, 24.4, 0.2))))
    index = DistrictIndex(found.districts)
    assert (index.district_of(24.5, 68.5), index.district_of(24.1, 68.1)) == (None, "badin")
    assert found.remarks == ()
    outside = boundaries.read(file_of(feature({"name": "Badin"}, box(68, 24), box(72, 24, 0.2))))
    assert codes(outside) == [(0, "repaired")]
    assert DistrictIndex(outside.districts).district_of(24.1, 68.1) == "badin"


def test_of_a_collection_of_geometries_the_polygons_are_taken_however_deep():
    inner = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Point", "coordinates": [1, 1]},
            {"type": "Polygon", "coordinates": [box(68, 24)]},
        ],
    }
    collection = {"type": "GeometryCollection", "geometries": [inner["geometries"][1], inner]}
    found = boundaries.read(
        file_of({"type": "Feature", "properties": {"name": "Badin"}, "geometry": collection})
    )
    assert DistrictIndex(found.districts).district_of(24.5, 68.5) == "badin"


def test_a_district_that_lies_in_pakistan_only_with_its_numbers_exchanged_is_told():
    swapped = [[lat, lon] for lon, lat in box(68, 24)]
    found = boundaries.read(file_of(feature({"name": "Badin"}, swapped)))
    assert codes(found) == [(0, "perhaps-swapped")]
    assert "latitude 68.00 to 69.00" in found.remarks[0].detail


def test_a_file_with_one_district_tells_of_its_overlap_with_those_that_are_not_in_it():
    known = boundaries.read(file_of(BADIN, DADU)).districts
    (fresh,) = boundaries.read(file_of(feature({"name": "Thatta"}, box(68.5, 24)))).districts
    (remark,) = boundaries.overlaps([*known, fresh], {"thatta"})
    assert (remark.code, remark.feature) == ("overlap", None)
    assert "Badin and Thatta overlap by about 5,6" in remark.detail
    assert boundaries.overlaps([*known, fresh], {"badin", "dadu", "thatta"}) == []
