"""Registers as offices export them, and what becomes of each row."""

import contextlib
import io
import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.geo.districts import District, DistrictIndex
from field.geo.placing import Disagreement
from field.inspections.registry_file import Row, read
from field.inspections.table_file import Reject, fingerprint
from field.problems import Problem
from tests.recovery.workbooks import xlsx


def district(district_id, west):
    ring = f"[[{west},24],[{west + 1},24],[{west + 1},25],[{west},25],[{west},24]]"
    geometry = f'{{"type":"MultiPolygon","coordinates":[[{ring}]]}}'
    return District(id=district_id, name=district_id.title(), geometry=geometry)


DISTRICTS = DistrictIndex([district("korangi", 67), district("thatta", 68)])
HEADING = "registration_no,name,address,lat,lon,district,sector,workers_declared,owner,phone\n"


def opened(content):
    file = io.BytesIO(content)
    return file, fingerprint(file).encoding


def rows(text, districts=DISTRICTS, **more):
    return list(read(*opened(text.encode() if isinstance(text, str) else text), districts, **more))


def the_row(text, districts=DISTRICTS):
    (row,) = rows(text, districts)
    assert isinstance(row, Row), row
    return row


def the_reject(text, districts=DISTRICTS):
    (reject,) = rows(text, districts)
    assert isinstance(reject, Reject), reject
    return reject


def test_a_full_row_is_read():
    line = '2004070001,"Textile Mill 0412, Korangi",Plot 7,24.5,67.5,Korangi,textile,268,Owner 12,+92300\n'
    assert the_row(HEADING + line) == Row(
        line=2,
        registration_no="2004070001",
        name="Textile Mill 0412, Korangi",
        address="Plot 7",
        lat=24.5,
        lon=67.5,
        district="korangi",
        sector="textile",
        workers_declared=268,
        owner="Owner 12",
        phone="+92300",
    )


@pytest.mark.parametrize(
    "file",
    [
        b"\xef\xbb\xbfregistration_no,name,lat,lon\r\n1,Mill,24.5,67.5\r\n",
        b"Registration No.;Name;Latitude;Longitude\r\n1;Mill;24,5;67,5\r\n",
        b"sep=;\r\nreg no;Unit Name;LAT;LNG\r\n1;Mill;24.5;67.5",
        b"registration_no|name|lat|lon\n\n1|Mill|24.5|67.5\n\n\n",
        b"lon,lat,registration_no,name\r67.5,24.5,1,Mill\r",
        "\ufeffregistration_no\tname\tlat\tlon\r\n1\tMill\t24.5\t67.5\r\n".encode("utf-16-le"),
        "registration_no,name,lat,lon\n۱,Mill,۲۴٫۵,۶۷٫۵\n".encode(),
        "registration_no,name,lat,lon\n١,Mill,٢٤٫٥,٦٧٫٥\n".encode(),
    ],
)
def test_every_spreadsheets_dialect_gives_the_same_row(file):
    row = the_row(file)
    assert (row.registration_no, row.name, row.lat, row.lon, row.district) == (
        "1",
        "Mill",
        24.5,
        67.5,
        "korangi",
    )


def test_digits_are_converted_in_numbers_and_kept_in_names():
    row = the_row("registration_no,name,district,workers_declared,phone\n۲۰۰۴,مل ۱۲,Korangi,۲۶۸,۰۳۰۰۱۱۱\n")
    assert (row.registration_no, row.name, row.workers_declared, row.phone) == (
        "2004",
        "مل ۱۲",
        268,
        "0300111",
    )


def test_a_row_without_a_place_goes_to_the_district_named():
    row = the_row(HEADING + "1,Mill,,,,thatta,,,,\n")
    assert (row.lat, row.lon, row.district) == (None, None, "thatta")


def test_where_place_and_district_column_disagree_nothing_is_guessed_and_a_remark_says_so():
    row = the_row(HEADING + "1,Mill,,24.5,67.5,Thatta,,,,\n")
    assert row.district is None
    assert row.disagreement == Disagreement("korangi", "thatta", "district", "Thatta")
    assert row.remarks == (
        "The place lies in korangi, the column says Thatta; nothing is guessed, it is listed.",
    )


def test_a_place_outside_every_district_is_a_remark_and_the_column_is_taken():
    row = the_row(HEADING + "1,Mill,,23.5,67.5,Thatta,,,,\n")
    assert row.district == "thatta"
    assert "outside every district" in row.remarks[0]


def test_a_place_just_off_the_coast_counts_to_the_nearest_district():
    row = the_row(HEADING + "1,Jetty,,23.99,67.5,,,,,\n")
    assert row.district == "korangi"
    assert row.remarks == ("The place lies 1,112 m outside korangi, which is taken.",)


def test_an_unknown_district_name_is_a_remark_when_the_place_tells():
    row = the_row(HEADING + "1,Mill,,24.5,67.5,Atlantis,,,,\n")
    assert (row.district, row.remarks) == ("korangi", ("No district is called Atlantis.",))


def test_without_a_map_the_column_is_taken_as_it_is():
    row = the_row(HEADING + "1,Mill,,24.5,67.5,Tando Allah Yar,,,,\n", None)
    assert (row.district, row.remarks) == ("tando-allah-yar", ())


@pytest.mark.parametrize(
    ("line", "column", "value", "words"),
    [
        (",Mill,,,,Thatta,,,,", "registration_no", "", "missing"),
        ("2.00407E+09,Mill,,,,Thatta,,,,", "registration_no", "2.00407E+09", "as text"),
        ("1,,,,,Thatta,,,,", "name", "", "missing"),
        ("1,Mill,,91,67,Thatta,,,,", "lat", "91", "between -90 and 90"),
        ("1,Mill,,24,-180.1,Thatta,,,,", "lon", "-180.1", "between -180 and 180"),
        ("1,Mill,,NaN,67,Thatta,,,,", "lat", "NaN", "not a number"),
        ("1,Mill,,24,inf,Thatta,,,,", "lon", "inf", "between"),
        ("1,Mill,,1e999,67,Thatta,,,,", "lat", "1e999", "between"),
        ("1,Mill,,2_4,67,Thatta,,,,", "lat", "2_4", "not a number"),
        ("1,Mill,,near the mosque,67,Thatta,,,,", "lat", "near the mosque", "24.8607"),
        ("1,Mill,,24,,Thatta,,,,", "lon", "", "both or neither"),
        ("1,Mill,,,67,Thatta,,,,", "lat", "", "both or neither"),
        ("1,Mill,,0,0.0,Thatta,,,,", "lat", "0", "Atlantic"),
        ("1,Mill,,,,,,,,", "district", "", "place or its district"),
        ("1,Mill,,,,Atlantis,,,,", "district", "Atlantis", "No district is called Atlantis"),
        ("1,Mill,,52.5,13.4,,,,,", "lat", "52.5, 13.4", "far outside"),
        ("1,Mill,,,,Thatta,,many,,", "workers_declared", "many", "whole number"),
        ("1,Mill,,,,Thatta,,-5,,", "workers_declared", "-5", "whole number"),
        ("1,Mill,,,,Thatta,,2.5,,", "workers_declared", "2.5", "whole number"),
        ("1,Mill,,,,Thatta,,9999999,,", "workers_declared", "9999999", "whole number"),
        ("1,Mill,,,,Thatta,,,,,,surplus", "", "surplus", "12 cells for 10 columns"),
        (f"1,{'x' * 301},,,,Thatta,,,,", "name", "x" * 80, "Shorten"),
    ],
)  # fmt: skip
def test_a_bad_row_is_rejected_with_its_line_column_value_and_what_to_do(line, column, value, words):
    reject = the_reject(HEADING + line + "\n")
    assert (reject.line, reject.column, reject.value) == (2, column, value)
    assert words in reject.reason


def test_a_bad_row_does_not_harm_its_neighbours():
    found = rows(HEADING + "1,A,,,,Thatta,,,,\n2,B,,99,67,Thatta,,,,\n3,C,,,,Thatta,,,,\n")
    assert [(type(row).__name__, row.line) for row in found] == [("Row", 2), ("Reject", 3), ("Row", 4)]


def test_a_number_that_comes_twice_is_rejected_naming_the_first_line():
    found = rows(HEADING + "200407-0001,A,,,,Thatta,,,,\n2,B,,,,Thatta,,,,\n2004070001,C,,,,Thatta,,,,\n")
    assert isinstance(found[2], Reject)
    assert found[2].column == "registration_no"
    assert "line 2 already" in found[2].reason


def test_a_rejected_row_does_not_take_the_number_from_a_good_one():
    found = rows(HEADING + "1,A,,99,67,Thatta,,,,\n1,A,,24.5,68.5,Thatta,,,,\n")
    assert [type(row).__name__ for row in found] == ["Reject", "Row"]


def test_a_field_may_run_over_lines_and_the_next_row_keeps_its_line_number():
    found = rows(HEADING + '1,"Mill\nKorangi",,,,Thatta,,,,\n2,B,,,,Thatta,,,,\n')
    assert [(row.line, row.name) for row in found] == [(2, "Mill Korangi"), (4, "B")]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_alone():
    lines = [f"{number},Mill {number},,,,Thatta,,,,\n" for number in range(1, 41)]
    lines[4] = '5,"Mill,,,,Thatta,,,,\n'
    lines[38] = '39,"Mill,,,,Thatta,,,,\n'
    found = rows(HEADING + "".join(lines))
    assert [row.line for row in found] == list(range(2, 42))
    assert [row.line for row in found if isinstance(row, Reject)] == [6, 40]


def test_an_inch_mark_within_a_name_is_no_quotation_mark():
    assert the_row(HEADING + '1,Pipe 12" mill,,,,Thatta,,,,\n').name == 'Pipe 12" mill'


def test_a_row_that_is_no_utf_8_is_rejected_and_the_next_is_read():
    found = rows(HEADING.encode() + b"1,Caf\xe9,,,,Thatta,,,,\n" + "2,مل,,,,Thatta,,,,\n".encode())
    assert [type(row).__name__ for row in found] == ["Reject", "Row"]
    assert "UTF-8" in found[0].reason


def test_letters_that_cannot_be_stored_or_seen_do_not_come_through():
    row = the_row(HEADING + "\u200f1\u200e,Mill\x00 A\u00a0B,,,,Thatta,,,,\n")
    assert (row.registration_no, row.name) == ("1", "Mill A B")


def test_the_joiner_within_an_urdu_name_is_kept():
    assert the_row(HEADING + "1,می\u200cرود,,,,Thatta,,,,\n").name == "می\u200cرود"


def test_a_column_that_nobody_knows_is_said_once_and_left_out():
    found = rows("registration_no,name,workers_declard,district\n1,A,12,Thatta\n2,B,13,Thatta\n")
    assert [type(row).__name__ for row in found] == ["Reject", "Row", "Row"]
    assert (found[0].line, found[0].column) == (1, "workers_declard")
    assert "workers_declared" in found[0].reason


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"PK\x03\x04rest of a workbook", "Save it as CSV"),
        (b"name,address\nMill,Plot 7\n", "registration_no is missing"),
        (b"registration_no\n1\n", "name is missing"),
        (b"registration_no,name,lat,latitude\n1,Mill,24,24\n", "Two columns mean lat"),
        (b'{"type": "FeatureCollection"}', "is missing"),
    ],
)
def test_what_is_no_register_is_refused_at_once(file, words):
    with pytest.raises(Problem, match=words) as caught:
        read(*opened(file), DISTRICTS)
    assert caught.value.code == "unknown-format"


def test_many_rows_stream_through_with_flat_memory():
    lines = (f"{number},Mill {number} {'x' * 100},Plot 1,,,,,,,\n" for number in itertools.count(1))
    found = read(*opened("".join([HEADING, *itertools.islice(lines, 20_000)]).encode()))
    tracemalloc.start()
    assert sum(isinstance(row, Row) for row in found) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6_000_000  # the numbers seen; the rows would be ten times that


cells = st.text(max_size=12) | st.sampled_from(["1", "24.5", "67.5", "Thatta", "Mill", '"', ";", "۱۲"])


@given(st.lists(st.lists(cells, max_size=11), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_whatever_stands_below_the_heading_every_answer_is_a_row_or_a_reject_in_the_order_of_lines(
    table, delimiter
):
    body = "\n".join(delimiter.join(line) for line in table)
    text = HEADING.replace(",", delimiter) + body
    found = rows(text.encode("utf-8", "surrogatepass"))
    numbers = [row.line for row in found]
    assert numbers == sorted(set(numbers))
    for row in found:
        if isinstance(row, Row):
            assert row.name
            assert row.registration_no
            assert row.district in ("korangi", "thatta")
            assert all(text.isprintable() for text in (row.registration_no, row.phone or ""))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(file):
    with contextlib.suppress(Problem):
        rows(file)
    assert all(isinstance(row, Row | Reject) for row in rows(HEADING.encode() + file))


LINKED = "registration_no,name,district,status,aliases,branch_of,principals\n"


def test_other_names_links_and_the_status_are_read():
    row = the_row(LINKED + '1,Mill,Thatta,Closed Down,Mill Ltd; Old Mill|Mill,\'2004-07,"3, 4; 3 & ۵"\n')
    assert (row.status, row.aliases) == ("closed", ("Mill Ltd", "Old Mill"))
    assert (row.branch_of, row.principals) == ("2004-07", ("3", "4", "5"))


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("1,Mill,Thatta,sleeping,,,", "status", "open, closed, shifted or untraceable"),
        ("1,Mill,Thatta,,,4.21E+12,", "branch_of", "as text"),
        ("1,Mill,Thatta,,,-,", "branch_of", "no registration number"),
        (f"1,Mill,Thatta,,,,{';'.join(map(str, range(51)))}", "principals", "more than 50"),
    ],
)
def test_a_status_or_a_link_that_cannot_be_is_rejected(line, column, words):
    reject = the_reject(LINKED + line + "\n")
    assert (reject.column, words in reject.reason) == (column, True)


def test_addresses_full_of_commas_do_not_part_a_table_of_semicolons():
    text = (
        "reg no;name;address;district\n" + "1;Mill;Plot 7, Sector 12, Phase 2, near the mosque;Thatta\n" * 3
    )
    assert the_row(text.rsplit("1;", 2)[0]).address == "Plot 7, Sector 12, Phase 2, near the mosque"


def test_letters_of_an_old_windows_are_read():
    row = the_row(HEADING.encode() + b"1,Caf\xe9,,,,Thatta,,,,\n")
    assert row.name == "Café"


def test_a_workbook_is_read_with_its_lines_and_a_heading_of_ones_own():
    content = xlsx([["Register of units"], ["Nr", "Unit", "District"], [2004070001, "Mill", "Thatta"]])
    (row,) = rows(content, chosen={"registration_no": "Nr"})
    assert (row.line, row.registration_no, row.district) == (3, "2004070001", "thatta")


def test_a_place_with_an_address_of_another_district_is_a_disagreement():
    row = the_row(HEADING + '1,Mill,"Plot 7, Thatta",24.5,67.5,,,,,\n')
    assert row.district is None
    assert row.disagreement == Disagreement("korangi", "thatta", "address", "Plot 7, Thatta")
