"""Made-up data that must pass every door that real data passes."""

import io
import json
import random
import re

import pytest

from field.geo import boundaries
from field.geo.districts import DistrictIndex
from field.inspections import registry_file
from field.inspections.registry_file import Row
from field.recovery import statute
from field.recovery.assessment import LineFacts, ReportFacts, assess
from field.sim import demo_data

DISTRICTS = boundaries.read(demo_data.districts_geojson())
INDEX = DistrictIndex(DISTRICTS.districts)
MONTHS = ("2024-05", "2024-06", "2024-07")


@pytest.fixture(scope="module")
def rows():
    found = list(registry_file.read(io.BytesIO(demo_data.establishments_csv(7)), "utf-8", INDEX))
    assert all(isinstance(row, Row) for row in found)
    return found


def test_there_are_thirty_districts_without_gaps_or_overlaps_each_around_its_headquarters():
    assert len(DISTRICTS.districts) == 30
    assert DISTRICTS.remarks == ()
    for district in DISTRICTS.districts:
        assert INDEX.district_of(district.headquarters_lat, district.headquarters_lon) == district.id
    rng = random.Random(3)
    inland = [(rng.uniform(24.8, 28.2), rng.uniform(67.9, 68.9)) for _ in range(2000)]
    assert None not in INDEX.districts_of(inland)


def test_the_register_is_read_without_a_reject_or_a_remark(rows):
    assert len(rows) == 2000
    assert all(row.remarks == () for row in rows)
    assert len({row.registration_no for row in rows}) == 2000
    assert all(re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])\d{4}", row.registration_no) for row in rows)
    assert all(5 <= row.workers_declared <= 800 for row in rows)


def test_most_establishments_stand_in_karachi_hyderabad_and_sukkur_and_none_is_left_out(rows):
    cities = ("karachi", "korangi", "malir", "keamari", "hyderabad", "sukkur")
    in_cities = sum(row.district.startswith(cities) for row in rows)
    assert 0.6 < in_cities / len(rows) < 0.85
    assert len({row.district for row in rows}) == 30


def test_few_firms_are_large_and_many_are_small(rows):
    sizes = sorted(row.workers_declared for row in rows)
    assert sizes[len(sizes) // 2] < 40
    assert sizes[-20] > 200


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others():
    assert demo_data.establishments_csv(7, 50) == demo_data.establishments_csv(7, 50)
    assert demo_data.establishments_csv(7, 50) != demo_data.establishments_csv(8, 50)
    assert demo_data.districts_geojson() == demo_data.districts_geojson()


def test_any_other_map_will_do():
    ring = [[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]
    sliver = [[11, 50], [11.00001, 50], [11.00001, 51], [11, 50]]
    told = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"shapeName": name},
             "geometry": {"type": "MultiPolygon", "coordinates": [[outline]]}}
            for name, outline in (("Somewhere", ring), ("A Sliver", sliver))
        ],
    }  # fmt: skip
    source = json.dumps(told).encode()
    index = DistrictIndex(boundaries.read(source).districts)
    found = list(registry_file.read(io.BytesIO(demo_data.establishments_csv(1, 60, source)), "utf-8", index))
    assert {row.district for row in found} == {"somewhere", "a-sliver"}


def register(seed, row):
    return demo_data.wage_register(random.Random(seed), row, MONTHS, workers_max=30)


def test_a_wage_register_has_a_line_for_each_worker_and_month(rows):
    found = register(1, rows[0])
    workers = min(rows[0].workers_declared, 30)
    assert len(found) == workers * len(MONTHS)
    assert len({line["cnic"] for line in found}) == workers
    for line in found:
        assert re.fullmatch(r"4\d{4}-\d{7}-[1-9]", line["cnic"])
        assert re.fullmatch(r"Worker \d+", line["worker_name"])
        assert 0 < line["days"] <= 26
        assert line["wage_rs"] > 0
    assert register(1, rows[0]) == found


def test_about_a_third_of_the_establishments_have_something_to_find(rows):
    flagged = 0
    codes = set()
    for seed, row in enumerate(rows[:400]):
        lines = tuple(
            LineFacts(
                id=str(number),
                month=line["month"],
                wage_rs=line["wage_rs"],
                days=line["days"],
                declared_wage_rs=line["declared_wage_rs"],
                registered=line["registered"],
                worker_key=line["cnic"],
            )
            for number, line in enumerate(register(seed, row))
        )
        facts = ReportFacts(
            report_id="r",
            establishment_id="e",
            visit_id="v",
            months_checked=MONTHS,
            months_paid=MONTHS,
            lines=lines,
        )
        found = assess(facts, statute.shipped())
        flagged += found.flagged
        codes |= {reason.code for reason in found.reasons}
    assert 0.24 < flagged / 400 < 0.42
    assert codes == {"worker-not-registered", "wage-under-declared", "wage-under-minimum"}


def test_one_establishment_in_six_has_stopped_paying():
    rng = random.Random(4)
    paid = [demo_data.months_paid(rng, MONTHS) for _ in range(600)]
    assert 60 < sum(months != MONTHS for months in paid) < 140
    assert all(MONTHS[: len(months)] == months for months in paid)
    assert demo_data.months_paid(rng, ()) == ()
