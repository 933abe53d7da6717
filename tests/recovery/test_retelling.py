"""Every sentence that the office reads can be said in Urdu: whole, and with the same figures in it."""

import re
from pathlib import Path

import msgspec
import pytest

from field.recovery import retelling
from field.recovery.findings import Finding
from field.recovery.phrases import retold_register_ur, retold_ur
from field.recovery.retelling import retell, retold

SENTENCES = (Path(__file__).parent / "retold.txt").read_text(encoding="utf-8").splitlines()
"""What assessments, checks and flags said in tests; each piece of the tables is in one of them."""

PIECES = (*retold_ur.PIECES, *retold_register_ur.PIECES)
RUPEES = re.compile(r"Rs.(\d(?:[\d,]*\d)?(?:\.\d\d)?)")
# Names of files, checklists, questions, rows and records stay as they are.
NAMES = re.compile("\u2066[^\u2069]*\u2069|“[^”]*”|«[^»]*»|Rs")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_said_whole_in_urdu_with_its_figures(sentence: str):
    told = retold(sentence, "ur")
    assert not re.search("[A-Za-z]", NAMES.sub("", told)), told
    assert sorted(RUPEES.findall(told)) == sorted(RUPEES.findall(sentence))
    assert retold(sentence, "en") == sentence


def test_every_piece_of_the_tables_is_said_somewhere():
    said = "\n".join(retold(sentence, "ur") for sentence in SENTENCES)
    for english, urdu in PIECES:
        parts = [re.escape(part) for part in re.split(r"\{\w+\}", urdu)]
        assert re.search(".+?".join(parts), said), english


@pytest.mark.parametrize(("english", "urdu"), PIECES)
def test_both_sides_of_a_piece_have_the_same_values(english: str, urdu: str):
    named = {name for name, _ in retelling._SLOT.findall(english)}
    assert set(re.findall(r"\{(\w+)\}", urdu)) <= named
    # An example within a sentence may be left as it is; figures may not be lost.
    assert {name for name, kind in retelling._SLOT.findall(english) if kind != "any"} <= set(
        re.findall(r"\{(\w+)\}", urdu)
    )


def test_what_is_not_known_stays_as_it_was_written_and_is_never_said_half():
    known = "Who is missing?"
    assert retold(known, "ur") != known
    assert retold(f"{known} Something new.", "ur") == f"{known} Something new."
    assert retold("", "ur") == ""


def test_months_days_and_rupees_are_said_as_on_the_screens():
    told = retold("Nothing is counted for 2026-08 to 2026-10, 2027-01: unpaid, but without wage lines.", "ur")
    assert told.startswith("اگست – اکتوبر 2026، جنوری 2027 ")
    assert "\u2066Rs\u00a012,000\u2069" in retold("Raised with Rs 12,000 of contribution.", "ur")


def test_a_checklists_own_words_are_taken_for_its_findings_and_questions():
    known = {"Fewer workers hold a card than are covered.": "کارڈ کم ہیں۔", "Cards": "کارڈ"}
    assert retold("Fewer workers hold a card than are covered.", "ur", known) == "کارڈ کم ہیں۔"
    told = retold(
        "“Cards” was answered twice, and differently. The later answer counts; both are kept.", "ur", known
    )
    assert told.startswith("«کارڈ» ")


def test_only_sentences_of_an_answer_are_retold():
    finding = Finding(code="Who is missing?", sentence="Who is missing?", months=("2026-10",))
    (told,) = retell([finding], "ur")
    assert told == msgspec.structs.replace(finding, sentence="کون رہ گیا؟")
    assert retell([finding], "en") == [finding]
