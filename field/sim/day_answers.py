"""What the demonstration's inspectors answer to the checklist: made up, some of it against employers."""

import random
from typing import Any

from field.tablet.tablet import Tablet

CHECKLIST = "full-inspection"
NOT_COVERED_SHARE = 0.35
NO_CARD_SHARE = 0.4


def in_force(tablet: Tablet) -> str | None:
    """The version by which this tablet captures, "full-inspection@1"; None before one arrived."""
    found = [tablet.row(record) or {} for record in tablet.replica.records("checklist")]
    versions = [row["version"] for row in found if row.get("checklist") == CHECKLIST]
    return f"{CHECKLIST}@{max(versions)}" if versions else None


def answers(draw: random.Random, people: int, worker: str) -> list[dict[str, Any]]:
    """The answers of one report, beside its own fields. `people`: how many were at work."""
    not_covered = draw.randint(1, people) if draw.random() < NOT_COVERED_SHARE else 0
    family = draw.randint(0, min(2, people - not_covered))
    covered = people - not_covered - family
    of_unit = {
        "unit_status": "open",
        "particulars_agree": "yes",
        "visit_type": "routine",
        "identity_shown": "yes",
        "visit_scope": "complete",
        "contractors_workers": 0,
        "covered": covered,
        "coverable": not_covered,
        "not_coverable": family,
        "cards_held": draw.randint(0, covered),
        "earlier_any": "no",
        "told": "yes",
    }
    of_worker = {
        "interview_kind": "permanent",
        "interview_days": draw.randint(20, 26),
        "interview_wage_rs": draw.randrange(28_000, 45_000, 500),
        "interview_card": "no" if draw.random() < NO_CARD_SHARE else "yes",
    }
    return [
        *({"question": name, "value": value} for name, value in of_unit.items()),
        {"question": "interview_name", "item": "1", "private_value": worker},
        *({"question": name, "item": "1", "value": value} for name, value in of_worker.items()),
    ]
