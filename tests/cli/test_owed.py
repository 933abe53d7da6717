"""`field owed` as it is typed: sums, the explanation in three languages, and best judgement."""

from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import Type

C1 = "reg no,month,name,cnic,days,wage,contribution\n"
BANK = "reg no,date,amount,challan,dishonoured on\n"


@pytest.fixture
def mill(field: Type, data: Path, tmp_path: Path) -> str:
    """The number of a mill with a schedule of two workers for August 2024, and a cheque that bounced."""
    assert field("migrate").code == 0
    districts = tmp_path / "districts.geojson"
    ring = [[67, 24], [68, 24], [68, 25], [67, 25], [67, 24]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    korangi = {"type": "Feature", "properties": {"name": "Korangi"}, "geometry": shape}
    districts.write_bytes(msgspec.json.encode({"type": "FeatureCollection", "features": [korangi]}))
    units = tmp_path / "units.csv"
    units.write_text("registration no,name,district\n2004070001,A mill,Korangi\n")
    c1, bank = tmp_path / "c1.csv", tmp_path / "bank.csv"
    c1.write_text(C1 + "2004070001,2024-08,A,,26,37000,\n2004070001,2024-08,B,,26,41000,\n")
    bank.write_text(BANK + "2004070001,2024-09-20,1000,A-1,\n2004070001,2024-09-21,4000,A-2,2024-09-28\n")
    for arguments in (
        ("import", "districts", str(districts)),
        ("import", "establishments", str(units)),
        ("import", "schedules", str(c1)),
        ("import", "payments", str(bank)),
    ):
        run = field(*arguments)
        assert run.code == 0, run.err + run.out
    return "2004070001"


def test_an_establishment_owes_by_its_number_what_was_worked_out_by_hand(field: Type, mill: str) -> None:
    """2 x 2,220 = 4,440, due on 15 September. 1,000 came five days late: 2.5 % = 25. On 25 September 3,440
    are ten days late: 5 % = 172. Owed: 3,440 + 197 = 3,637; the cheque stands until the 28th, and then not.
    """
    shown = field("owed", mill, "--day", "2024-10-05").out
    # On 5 October 3,440 are 20 days late: 10 % = 344; with 25 it is 369.
    assert "2024-08: Rs 4,440 due on 2024-09-15, 20 days late: 10 %; increase Rs 369; open Rs 3,809" in shown
    assert "2024-09-21: Rs 4,000 received, dishonoured on 2024-09-28" in shown
    assert "Still owed   Rs 3,809" in shown
    assert "Unconfirmed rows of the law:" in shown
    told = field("owed", mill, "--day", "2024-10-05", "--json", "-").json()
    assert isinstance(told, dict)
    assert (told["owed_rs"], told["received_rs"]) == ("3809.00", "1000.00")


def test_by_the_schedules_alone_it_is_told_where_a_form_says_another_figure(
    field: Type, mill: str, tmp_path: Path
) -> None:
    (tmp_path / "c2.csv").write_text(
        C1 + "2004070001,2024-07,A,,26,37000,3000\n2004070001,2024-07,B,,26,37000,\n"
    )
    assert field("import", "schedules", str(tmp_path / "c2.csv")).code == 0
    run = field("owed", mill, "--day", "2024-10-05", "--schedules", "--json", "-")
    assert "2024-07: the schedule says Rs 3,000, the law asks for Rs 2,220, Rs 780 less." in run.err
    assert "2024-07: the schedule says no contribution for 1 line." in run.err
    assert "By the schedules alone, reports left out:" in run.err
    assert [month["month"] for month in run.json()["months"]] == ["2024-07", "2024-08"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Rs 4,000 of 2024-09-21 was dishonoured on 2024-09-28"),
        ("ur", "چیک واپس ہوا"),
        ("sd", "چيڪ واپس ٿيو"),
    ],
)
def test_the_figure_opens_in_three_languages(field: Type, mill: str, language: str, words: str) -> None:
    shown = field("owed", mill, "--day", "2024-10-05", "--explain", "--language", language).out
    assert words in shown
    assert "1.1.1" in shown


def test_what_cannot_be_found_is_said(field: Type, mill: str) -> None:
    assert "No establishment has the number" in field("owed", "999", "--day", "2024-10-05").err
    assert "no language" in field("owed", mill, "--day", "2024-10-05", "--language", "fr").err
    assert "no day" in field("owed", mill, "--day", "soon").err
    judged = field("owed", mill, "--day", "2024-10-05", "--judgement")
    assert (judged.code, "neither refused nor missing" in judged.out) == (0, True)
