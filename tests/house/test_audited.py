"""Whatever changes something leaves an entry in the audit trail, or says here why it need not."""

import re
from collections.abc import Iterable
from pathlib import Path

from typer.main import get_command

from field.cli import app
from field.sync.audit import ACTS
from field.sync.rights import ROUTES

ROOT = Path(__file__).parents[2]

ROUTES_NOTED = {
    "POST /api/sign-in": ["signed-in", "sign-in-failed"],
    "POST /api/sign-out": ["signed-out"],
    "POST /api/people": ["person-added"],
    "POST /api/people/{person_id}/postings": ["posting-changed"],
    "POST /api/people/{person_id}/postings/end": ["posting-changed", "assigned"],
    "POST /api/people/{person_id}/postings/transfer": ["posting-changed", "assigned"],
    "POST /api/people/{person_id}/password": ["password-reset"],
    "POST /api/devices/codes": ["device-code"],
    "POST /api/devices/enrol": ["device-enrolled"],
    "POST /api/devices/{device_id}/revoke": ["device-revoked"],
    "POST /api/devices/{device_id}/wipe": ["device-revoked", "wipe-ordered"],
    "POST /api/devices/orders": ["wiped"],
    "POST /api/sync/push": ["pushed"],
    "POST /api/sync/sealed": ["sealed-brought", "pushed", "photo-kept"],
    "POST /api/sync/testimony": ["testified", "photo-kept"],
    "POST /api/photos/uploads": ["photo-kept"],
    "PATCH /api/photos/uploads/{secret}": ["photo-kept"],
    "POST /api/photos/direct-uploads": ["photo-kept"],
    "POST /api/photos/uploads/{secret}": ["photo-kept"],
    "POST /api/visits/assign": ["assigned"],
    "POST /api/establishments/{establishment_id}/district": ["assigned", "office-wrote"],
    "POST /api/visits/{visit_id}/inspector": ["assigned"],
    "POST /api/reports/{report_id}/register": ["imported", "office-wrote"],
    "POST /api/conflicts/{conflict_id}/decide": ["decided"],
    "POST /api/conflicts/{conflict_id}/undo": ["undone"],
    "POST /api/quarantine/{entry}/release": ["released"],
    "POST /api/quarantine/{entry}/reject": ["rejected"],
    "POST /api/quarantine/{entry}/undo": ["reopened", "undone"],
    "POST /api/leads/{lead_id}/hand-over": ["lead-step"],
    "POST /api/leads/{lead_id}/registered": ["lead-step"],
    "POST /api/leads/{lead_id}/card": ["lead-step"],
    "POST /api/leads/{lead_id}/reject": ["lead-step"],
    "POST /api/disagreements/{establishment_id}/settle": ["settled"],
    "POST /api/statute": ["statute"],
    "POST /api/directorates": ["imported"],
    "POST /api/reports/{report_id}/bundle": ["exported"],
    "POST /api/flags/{establishment_id}/bundle": ["exported"],
    "POST /api/holds": ["hold-placed"],
    "POST /api/holds/{hold_id}/lift": ["hold-lifted"],
    "POST /api/records/{record_id}/erase": ["erased"],
    "GET /api/photos/{photo_id}": ["photo-viewed"],
    "GET /api/photos/{photo_id}/seen": ["photo-viewed"],
    "GET /api/reports/{report_id}": ["report-viewed"],
}
"""What each route notes, or what the sealer makes of the changes that it writes."""

ROUTES_WITHOUT = {
    "POST /api/sync/pull": "it only reads; the tablet holds its scopes by its enrolment and sign-in",
    "DELETE /api/photos/uploads/{secret}": "what it ends was never kept; no record and no right is touched",
    "POST /api/statute/impact": "it only reads",
    "POST /api/scopes/preview": "it only reads",
    "POST /api/reports/{report_id}/register/preview": "it only reads the file sent, and keeps nothing of it",
    "POST /api/photos/{photo_id}/link": "it shows nothing; whoever follows the link is noted then",
}

COMMANDS_NOTED = {
    "field import districts": ["imported"],
    "field import establishments": ["imported"],
    "field import directorates": ["imported"],
    "field import nightly": ["imported"],
    "field import schedules": ["imported"],
    "field import payments": ["imported"],
    "field import register": ["imported"],
    "field export evidence": ["exported"],
    "field leads export": ["exported"],
    "field leads import": ["imported"],
    "field user add": ["person-added"],
    "field user give": ["posting-changed"],
    "field user end": ["posting-changed", "assigned"],
    "field user transfer": ["posting-changed", "assigned"],
    "field user password": ["password-reset"],
    "field device enrol": ["device-code"],
    "field device revoke": ["device-revoked"],
    "field device wipe": ["device-revoked", "wipe-ordered"],
    "field import sealed": ["sealed-brought", "pushed", "photo-kept"],
    "field quarantine release": ["released"],
    "field quarantine reject": ["rejected"],
    "field quarantine reopen": ["reopened", "undone"],
    "field checklist import": ["checklist"],
    "field statute add": ["statute"],
    "field flags set": ["flag-rules"],
    "field retention set": ["retention"],
    "field retention run": ["retention", "erased"],
    "field hold add": ["hold-placed"],
    "field hold lift": ["hold-lifted"],
    "field erase": ["erased"],
    "field photos again": ["photos-again"],
    "field keys rotate": ["key"],
    "field keys revoke": ["key-revoked"],
    "field backup make": ["backed-up"],
    "field restore": ["epoch-begun"],
    "field epoch new": ["epoch-begun"],
    "field audit seal": ["head-signed", "head-written"],
}

COMMANDS_WITHOUT = {
    "field serve": "what is done through it notes itself; the server's key is an entry of the sealer",
    "field migrate": "it makes tables; the trail begins with the first seal after it",
    "field demo": "made-up data in a folder of its own",
    "field sim": "made-up data in a folder of its own",
    "field receipt show": "it makes what the server itself makes once a report has landed, and nothing else",
    "field photos open": "it derives copies and readings from bytes that are never altered",
    "field snapshot build": "it writes what every tablet of the scope may pull anyway, and can be made again",
    "field flags evaluate": "it derives figures from what is there, and can be run again",
}

READS = {
    "user list", "scope preview",
    "assess", "owed", "doctor", "registry disagreements", "directorates list", "payments unmatched",
    "photos list", "leads list", "device list", "device ledger",
    "checklist check", "checklist export", "checklist list",
    "statute list", "statute impact", "flags rules", "audit list", "audit head", "audit verify",
    "snapshot list", "quarantine list", "quarantine show", "conflicts list", "conflicts show",
    "hold list", "retention list", "keys list", "keys publish", "receipt verify",
    "backup verify", "epoch testimony",
}  # fmt: skip
"""Commands that change nothing."""


def commands(command: object = None, path: tuple[str, ...] = ("field",)) -> Iterable[str]:
    command = get_command(app) if command is None else command
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path)
        return
    for name, each in below.items():
        yield from commands(each, (*path, name))


def test_every_route_that_changes_something_is_accounted_for() -> None:
    """A supervisor moved a visit, and nobody could say later who it had been."""
    changing = {route for route in ROUTES if not route.startswith(("GET ", "HEAD "))}
    accounted = {*ROUTES_NOTED, *ROUTES_WITHOUT}
    assert changing - accounted == set()
    assert accounted - set(ROUTES) == set()
    assert not ROUTES_NOTED.keys() & ROUTES_WITHOUT.keys()


def test_every_command_is_accounted_for() -> None:
    accounted = {*COMMANDS_NOTED, *COMMANDS_WITHOUT, *(f"field {each}" for each in READS)}
    assert set(commands()) == accounted


def test_every_act_that_is_promised_is_noted_somewhere() -> None:
    """An act whose only line was removed would be promised for ever, and never written."""
    source = "\n".join(
        path.read_text() for path in (ROOT / "field").rglob("*.py") if path.name != "audit_shown.py"
    )
    said = {act for acts in (*ROUTES_NOTED.values(), *COMMANDS_NOTED.values()) for act in acts}
    assert said <= set(ACTS)
    for act in said:
        # Once in the list of acts, once where it is noted.
        assert len(re.findall(rf'"{act}"', source)) >= 2, act


def test_the_console_names_every_act_in_both_languages() -> None:
    """A room showed a code in the middle of an Urdu page."""
    names = (ROOT / "web/console/trail/words.ts").read_text(encoding="utf-8")
    words = names.split("export const actNames")[1]
    for act in ACTS:
        assert len(re.findall(rf'^    "?{act}"?: "', words, re.MULTILINE)) == 2, act
