"""What the console shows of a person."""

import pytest

from field.inspections.masking import hide_cnics, masked, masked_fields


def test_a_cnic_shows_five_digits_and_a_name_one_letter():
    assert masked("cnic", "42101-1234567-1") == masked("cnic", "4210112345671") == "42101-*******-*"
    assert masked("cnic", "4210") == "*"
    assert masked("worker_name", " Z. Worker 17") == "Z…"
    assert masked("worker_name", "زینب") == "ز…"
    assert masked("worker_name", " ") == ""


def test_only_what_is_committed_to_is_masked():
    private = {"C1": ("salt", "42101-1234567-1")}
    assert masked_fields({"cnic": "C1", "wage_rs": 3, "remarks": "x"}, private) == {"cnic": "42101-*******-*"}


@pytest.mark.parametrize(
    "text",
    [
        '{"cnic":"42101-1234567-1"}',
        '{"cnic":"4210112345671"}',
        "of 42101-1234567-1.",
        '{"remarks":"ask 4210112345671, he knows"}',
        "CNIC:42101 1234567 1",
        "wages_4210112345671.csv",
        "42101–1234567–1",
    ],
)
def test_a_cnic_in_a_text_is_hidden(text):
    assert "1234567" not in hide_cnics(text)
    assert "42101-*******-*" in hide_cnics(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"wall_ms":1767225600000}',
        '"019b76da-a800-7033-8be0-3db0dc2574bd"',
        '{"lat":24.8607123456789}',
        "a4210112345671f",
    ],
)
def test_times_and_ids_are_left_alone(text):
    assert hide_cnics(text) == text
