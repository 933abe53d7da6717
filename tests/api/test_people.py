"""Accounts, given by administrators within their own districts."""

import pytest

from tests.api.conftest import Office
from tests.helpers import sign_in


def asked(login="new-one", role="inspector", district="korangi", **more):
    posting = {"role": role, "district": district}
    return {"login": login, "name": "New One", "postings": [posting], **more}


def test_a_new_person_signs_in_with_the_password_that_was_drawn(office: Office):
    made = office.post("/api/people", "administrator-korangi", asked())
    assert made.status_code == 201
    body = {"login": "new-one", "password": made.json()["password"]}
    signed_in = office.client.post("/api/sign-in", json=body).json()
    assert signed_in["person"] == made.json()["person"]["id"]
    assert signed_in["postings"][0]["district"] == "korangi"


def test_a_password_that_was_given_is_not_told_again(office: Office):
    made = office.post("/api/people", "administrator-korangi", asked(password="rose-water"))
    assert made.json()["password"] is None
    sign_in(office.client, "new-one")


def test_a_login_is_given_once(office: Office):
    answer = office.post("/api/people", "administrator-None", asked(login="supervisor-sukkur"))
    assert (answer.status_code, answer.json()["code"]) == (409, "already-there")


@pytest.mark.parametrize("district", ["sukkur", None])
def test_an_administrator_gives_no_posting_beyond_their_own(office: Office, district):
    answer = office.post("/api/people", "administrator-korangi", asked(district=district))
    assert (answer.status_code, answer.json()["code"]) == (403, "no-right")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (asked(district="atlantis"), "not-found"),
        (asked(role="minister"), "bad-request"),
        (asked(password="short"), "bad-request"),
        ({**asked(), "postings": []}, "bad-request"),
        (
            {
                **asked(),
                "postings": [{"role": "inspector", "district": "korangi", "from_ms": 2, "to_ms": 1}],
            },
            "refused",
        ),
        (asked(shoes=9), "bad-request"),
    ],
)
def test_what_cannot_be_an_account_is_refused(office: Office, body, code):
    assert office.post("/api/people", "administrator-None", body).json()["code"] == code
    assert "new-one" not in office.get("/api/people", "administrator-None").text
