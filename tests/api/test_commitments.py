"""A personal value is the one that its line commits to; where it is not, that line alone is set aside."""

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.sync.changes import commit
from tests.api.test_bad_input import captured, chained, edited, send
from tests.helpers import Tablet, World

RIGHT = ("salt", "42101-1234567-1")
WAGE = {"month": "2026-03", "wage_rs": 32_000}

WRONG = {
    "another value": (commit(*RIGHT), {commit(*RIGHT): ("salt", "42101-1234567-3")}, "private-mismatch"),
    "another salt": (commit(*RIGHT), {commit(*RIGHT): ("pepper", RIGHT[1])}, "private-mismatch"),
    "letters that are none of base64": ("!" * 43, {"!" * 43: RIGHT}, "private-mismatch"),
    "letters that are not ASCII": ("ش" * 43, {"ش" * 43: RIGHT}, "private-mismatch"),
    "a letter too many": (commit(*RIGHT) + "=", {commit(*RIGHT) + "=": RIGHT}, "bad-value"),
    "no value": (commit(*RIGHT), {}, "private-missing"),
    "a value that nobody asked for": (None, {commit(*RIGHT): RIGHT}, "private-unneeded"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_is_not_the_one_committed_to_sets_its_line_aside_and_stops_nothing(
    name: str, world: World, client: TestClient[Litestar], tablet: Tablet
) -> None:
    commitment, private, code = WRONG[name]
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    report, (line_id,) = tablet.report(visit, [WAGE])
    tablet.push(client)
    tablet.change("wage_line", line_id, {"cnic": ""})
    tablet.change("report", report, {"remarks": "after the wrong line"})
    line, after = captured(tablet)
    bad = edited(line, set={"cnic": commitment})
    sent = [bad + b"\t" + msgspec.json.encode(private), chained(after, bad)]
    answer = send(client, tablet, 3, sent)
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["answers"]
    assert (first["status"], first["code"], second["status"]) == ("quarantined", code, "applied")
