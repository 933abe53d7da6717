"""The office of the recordings: what was fixed when they were made, and the day that was played."""

from typing import Any

import msgspec

from field.tablet.tablet import Tablet

SEED = 7
SERVER_SEED = bytes(range(7, 39))
KINDS = ("visit", "report", "wage_line", "photo")


class Push(msgspec.Struct, frozen=True):
    """A request: its headers, and its body in base64url."""

    headers: dict[str, str]
    body: str


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A tablet's pushes in their order, who it was, and what its screen showed at the end by record.

    `claims` began the uploads of its photos, each with the photo's bytes.
    """

    device: str
    public_key: str
    person: str
    establishment: str
    visits: list[str]
    at_ms: int
    pushes: list[Push]
    claims: list[Push] = []
    values: dict[str, dict[str, Any]]


def written(made: Recording) -> bytes:
    """The file of a recording: a line for each of its parts, and for each record's values."""
    parts = msgspec.to_builtins(made)
    values = ",\n".join(f"  {_json(id)}: {_json(shown)}" for id, shown in parts.pop("values").items())
    rest = "".join(f" {_json(name)}: {_json(value)},\n" for name, value in parts.items())
    return f'{{\n{rest} "values": {{\n{values}\n }}\n}}\n'.encode()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def day(tablet: Tablet, visit: str) -> None:
    """A visit from arriving to leaving, with a report, a correction and a photo."""
    tablet.open_form(visit).save({"status": "started", "check_in_ms": 1_790_000_000_000})
    assert tablet.push() is False
    with tablet.group():
        report = tablet.new_record(
            "report",
            {
                "visit": visit,
                "months_checked": ["2024-06", "2024-07"],
                "months_paid": ["2024-06"],
                "headcount": {"men": 11, "women": 4, "total": 15},
                "person_met": "Manager of unit 1",
                "remarks": "محنت کش گیٹ پر ملے",
            },
        )
        lines = [
            tablet.new_record(
                "wage_line",
                {"report": report, "month": "2024-07", "wage_rs": 32000 + at, "worker_name": f"Worker {at}"},
            )
            for at in range(3)
        ]
    described = {"report": report, "media_type": "image/jpg", "purpose": "gate"}
    tablet.new_photo(described, b"bytes of a picture")
    tablet.open_form(lines[1]).save({"wage_rs": 33500})
    tablet.open_form(visit).save({"status": "done", "minutes_on_site": 45})


def shown(tablet: Tablet) -> dict[str, dict[str, Any]]:
    """What the screen shows, by record."""
    ids = [id for kind in KINDS for id in tablet.replica.records(kind)]
    return {id: tablet.row(id) or {} for id in ids}
