"""Settings, sentences and hashes of remarks about evidence, by themselves."""

import random
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.inspections import evidence_settings, evidence_words, hash_bands
from field.inspections.evidence_settings import CODES, EvidenceSettings
from field.inspections.evidence_words import Metres, Moment, Span, Speed
from field.problems import Problem

HASHES = st.integers(0, 2**64 - 1)
TODAY = date(2026, 11, 22)


@given(HASHES, st.sets(st.integers(0, 63), max_size=hash_bands.BITS_MAX))
def test_hashes_within_five_bits_are_found_by_a_band(hash: int, changed: set[int]):
    other = hash ^ sum(1 << bit for bit in changed)
    pairs = enumerate(zip(hash_bands.bands(hash), hash_bands.bands(other), strict=True))
    assert any(mine in hash_bands.keys(number, theirs) for number, (mine, theirs) in pairs)
    assert hash_bands.distance(hash, other) == len(changed)
    assert hash_bands.distance(hash_bands.signed(hash), other) == len(changed)


@given(HASHES)
def test_a_signed_hash_has_the_same_bands_and_fits_a_database(hash: int):
    signed = hash_bands.signed(hash)
    assert -(2**63) <= signed < 2**63
    assert hash_bands.bands(signed) == hash_bands.bands(hash)
    assert {band < 2**16 for band in hash_bands.bands(hash)} == {True}


@pytest.mark.parametrize("hash", [0, 2**64 - 1, 0xF0F0F0F0F0F0F0F0, 0x0000000000000FFF])
def test_a_picture_that_says_little_is_not_compared(hash: int):
    assert not hash_bands.tells(hash, 12, 5)
    assert hash_bands.tells(random.Random(1).getrandbits(64), 12, 5)


def test_every_remark_has_a_shipped_weight_and_every_row_says_what_is_in_doubt():
    settings = evidence_settings.shipped()
    assert all(settings.weight(code, TODAY)[1] is not None for code in CODES)
    assert all(row.note and row.legal_basis and not row.confirmed for row in settings.rows)


def test_a_later_row_counts_from_its_day_on():
    rows = evidence_settings.shipped().rows
    (known,) = [row for row in rows if row.key == "fix_far_m_max"]
    later = msgspec.structs.replace(known, id="later", value="500", valid_from=TODAY)
    settings = EvidenceSettings([*rows, later])
    assert [settings.limit("fix_far_m_max", day).number for day in (date(2026, 11, 21), TODAY)] == [200, 500]
    assert settings.digest != evidence_settings.shipped().digest


@pytest.mark.parametrize(
    ("key", "change", "told"),
    [
        ("fix_far_m_max", {"value": "near"}, "must be a number"),
        ("fix_far_m_max", {"value": "-1"}, "0 or more"),
        ("fix_far_m_max", {"unit": "km"}, "the unit of"),
        ("fix_far_m_max", {"key": "fix_farr_m_max"}, "is not known"),
        ("fix_far_m_max", {"note": " "}, "what is in doubt"),
        ("alike_bits_max", {"value": "6"}, "at most 5 bits"),
        ("weight:fix-far", {"value": "huge"}, "a weight is"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_name(key: str, change: dict[str, str], told: str):
    (row,) = [row for row in evidence_settings.shipped().rows if row.key == key]
    with pytest.raises(Problem, match=told) as caught:
        EvidenceSettings([msgspec.structs.replace(row, **change)])
    assert row.id in caught.value.detail


@pytest.mark.parametrize("purpose", ["page of register", " Wage Register ", "signature of Who met you"])
def test_pages_and_signatures_are_known_by_their_purpose(purpose: str):
    assert evidence_settings.shipped().page(purpose, TODAY)


@pytest.mark.parametrize("purpose", [None, "", "unit", "other", "photo for Fire exit"])
def test_other_photos_are_no_pages(purpose: str | None):
    assert not evidence_settings.shipped().page(purpose, TODAY)


def test_every_language_has_every_sentence_with_the_same_places_for_values():
    english, urdu = (evidence_words._TABLES[language] for language in ("en", "ur"))
    assert english.keys() == urdu.keys()
    for name, sentence in english.items():
        assert sorted(_places(sentence)) == sorted(_places(urdu[name])), name


def _places(sentence: str) -> list[str]:
    return [part.partition("}")[0] for part in sentence.split("{")[1:]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Metres(0), "0 m"),
        (Metres(9_999), "9,999 m"),
        (Metres(48_930), "48.9 km"),
        (Speed(176_014.0), "176,014 km/h"),
        (Span(119_000), "119 s"),
        (Span(120_000), "2 min"),
        (Span(3 * 3_600_000), "3.0 h"),
        (Span(300 * 86_400_000), "300 days"),
        (Moment(0), "1970-01-01 05:00"),
        (Moment(9_999_999_999_999), "2286-11-20 22:46"),
        (7, "7"),
    ],
)
def test_values_are_said_as_people_read_them(value, said: str):
    assert evidence_words._say("en", value) == said
