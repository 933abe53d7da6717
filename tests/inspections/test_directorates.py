"""Who holds which district, from when to when, and what may be counted for one directorate alone."""

import io

import pytest

from field.geo.districts import DistrictIndex
from field.inspections import directorate_file
from field.inspections.directorate_file import HoldingRow
from field.inspections.directorates import Holding, decide, sole_holders
from field.inspections.table_file import Reject
from tests.helpers import KORANGI, SUKKUR

INDEX = DistrictIndex([KORANGI, SUKKUR])
HEAD = "directorate,district,from,to,area\n"


def read(text):
    return list(directorate_file.read(io.BytesIO((HEAD + text).encode()), "utf-8", INDEX))


def held(directorate="east", district="korangi", area="", first="2020-01-01", last=None):
    return Holding(directorate, district, area, first, last)


def test_rows_are_read_with_dates_as_offices_write_them():
    (row,) = read("Karachi East,District Korangi,01/07/2024,30-06-2025,Landhi\n")
    holding = Holding("karachi-east", "korangi", "Landhi", "2024-07-01", "2025-06-30")
    assert row == HoldingRow(2, "Karachi East", holding)
    (row,) = read("Karachi East,korangi,۲۰۲۴-۰۷-۰۱,,\n")
    assert (row.holding.from_day, row.holding.to_day) == ("2024-07-01", None)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (",korangi,2024-07-01,,", "directorate", "name"),
        ("East,Atlantis,2024-07-01,,", "district", "No district is called Atlantis"),
        ("East,,2024-07-01,,", "district", "missing"),
        ("East,korangi,,,", "from", "missing"),
        ("East,korangi,July 2024,,", "from", "no date"),
        ("East,korangi,31/02/2024,,", "from", "no such day"),
        ("East,korangi,1924-07-01,,", "from", "before 1965"),
        ("East,korangi,2024-07-01,2024-06-30,", "to", "ends before it begins"),
    ],
)
def test_a_bad_row_is_rejected_with_what_to_do(line, column, words):
    (reject,) = read(line + "\n")
    assert isinstance(reject, Reject)
    assert (reject.column, words in reject.reason) == (column, True)


def test_the_same_again_is_as_before_and_an_end_is_told_anew():
    before = held()
    assert decide([before], [before]).unchanged == 1
    closed = held(last="2024-12-31")
    assert decide([before], [closed]).changed == (closed,)


def test_a_file_may_close_a_holding_below_the_line_of_the_next_one():
    later, closed = held(first="2025-01-01"), held(last="2024-12-31")
    done = decide([held()], [later, closed])
    assert (done.added, done.changed, done.refused) == ((later,), (closed,), ())


def test_a_holding_that_overlaps_with_its_own_is_refused():
    again = held(first="2024-01-01")
    assert decide([held()], [again]).refused == ((again, held()),)
    longer = held(last="2026-01-01")
    following = held(first="2025-01-01")
    done = decide([held(last="2024-12-31"), following], [longer])
    assert (done.changed, done.refused) == ((), ((longer, following),))


def test_two_directorates_may_share_a_district_and_it_is_told():
    west = held("west", area="Landhi")
    done = decide([held()], [west])
    assert (done.added, done.shared) == ((west,), ((west, held()),))
    later = held("west", first="2030-01-01")
    assert decide([held(last="2029-12-31")], [later]).shared == ()


def test_a_district_counts_for_a_directorate_only_where_that_one_holds_it_alone_and_whole():
    all_of = [
        held(last="2024-12-31"),
        held("west", first="2025-01-01"),
        held("east", "sukkur"),
        held("west", "sukkur", "Rohri"),
        held("west", "thatta", "Makli"),
    ]
    assert sole_holders(all_of, "2024-12-31") == {"korangi": "east"}
    assert sole_holders(all_of, "2025-01-01") == {"korangi": "west"}
    assert sole_holders(all_of, "2019-12-31") == {}
