"""What the framework cannot know of the API: who may call a route, what it answers when it cannot, and the
bodies that are read by hand. Added to the description that it makes of the handlers."""

from collections.abc import Iterable
from typing import Any, get_type_hints

import msgspec

from field.api.errors import MEDIA_TYPE
from field.api.sessions import SignIn
from field.problems import CATALOGUE
from field.sync import apps
from field.sync.changes import Change
from field.sync.pull import Checkpoint, End, Enter, Leave, PullRequest, Reset
from field.sync.receipts import Answer, PushAnswer
from field.sync.rights import ROUTES
from field.sync.wire import Gone, Row

Schema = dict[str, Any]

NDJSON = "application/x-ndjson"
_REFERENCE = "#/components/schemas/{name}"

TAGS = {
    "sync": "Tablets hand in changes and fetch rows. docs/protocol.md shows every message.",
    "identity": "Signing in, and who has an account.",
    "devices": "Tablets: one-time codes, enrolment, revocation.",
    "register": "Districts, establishments, and single records with their history.",
    "visits": "Planning, assigning and reading visits and reports.",
    "leads": "Who should be registered and is not, from lead to card.",
    "photos": "The bytes of photos, by tus 1.0.",
    "evidence": "Custody of a report, and the bundle that proves it to a court or an employer.",
    "supervision": "Conflicts, quarantine and alarms.",
    "recovery": "What is owed and why, and the dated law behind it.",
    "server": "Health, and what problem codes mean.",
}

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. `code` is for ever; `detail` says what is wrong here and what to do.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/problems/no-right"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(CATALOGUE)},
    },
}


DISTRICT_SHAPES: Schema = {
    "type": "object",
    "description": "RFC 7946. Outer rings run counterclockwise.",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "properties", "geometry"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string"},
                    "properties": {
                        "type": "object",
                        "required": ["id", "name", "division"],
                        "properties": {
                            "id": {"type": "string"},
                            "name": {"type": "string"},
                            "division": {"type": ["string", "null"]},
                        },
                    },
                    "geometry": {"type": "object", "description": "A Polygon or MultiPolygon."},
                },
            },
        },
    },
}


def _header(name: str, words: str) -> Schema:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": words,
    }


_DEVICE = _header("Field-Device", "The tablet's id.")
_SIGNATURE = _header("Field-Signature", "ECDSA P-256 SHA-256 by the tablet's key, raw r||s, base64url.")
_FIRST_SEQ = _header("Field-First-Seq", "The seq of the first line; the others follow without a gap.")
_VERSION: Schema = {
    **_header(apps.HEADER, "The version (`schema`) that the app writes; absent: 1."),
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": 9999},
}
_ENCODING: Schema = {
    "name": "Content-Encoding",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "enum": ["gzip", "zstd", "identity"]},
}
_LINES: Schema = {
    "type": "string",
    "description": "Changes, one a line: PUBLIC or PUBLIC, TAB, PRIVATE. PUBLIC is a `Change`.",
}
_FILE: Schema = {"type": "string", "format": "binary", "description": "CSV, or a workbook (XLSX, XLS, ODS)."}
_ROWS: Schema = {
    "type": "string",
    "description": (
        "One object a line: rows by scope, each scope followed by its checkpoint, receipts, and a last line "
        "`end`. A line is a `PullLine`; a row may be followed by TAB and its personal values."
    ),
}


def _json(name: str) -> Schema:
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(name=name)}}}


BY_HAND: dict[str, Schema] = {
    "POST /api/sync/push": {
        "parameters": [_DEVICE, _FIRST_SEQ, _SIGNATURE, _VERSION, _ENCODING],
        "requestBody": {"required": True, "content": {NDJSON: {"schema": _LINES}}},
        "answer": _json("PushAnswer"),
        "headers": {
            "Field-Receipt": {"schema": {"type": "string"}, "description": "The server's Ed25519 signature."}
        },
    },
    "POST /api/sync/pull": {
        "parameters": [_DEVICE, _SIGNATURE, _VERSION, _ENCODING],
        "requestBody": {"required": True, "content": _json("PullRequest")},
        "answer": {NDJSON: {"schema": _ROWS}},
        "security": [{"bearer": []}],
    },
    "POST /api/sign-in": {
        "parameters": [{**_SIGNATURE, "required": False}],
        "requestBody": {"required": True, "content": _json("SignIn")},
    },
    "POST /api/reports/{report_id}/register": {
        "parameters": [_ENCODING],
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": _FILE}}},
    },
    "GET /api/districts/shapes": {
        "answer": {"application/geo+json": {"schema": {"$ref": _REFERENCE.format(name="DistrictShapes")}}}
    },
    "GET /problems/{code}": {"answer": {**_json("Explained"), "text/html": {"schema": {"type": "string"}}}},
}
"""Bodies, headers and answers that handlers read and write by hand."""


class Receipt(msgspec.Struct):
    """The receipt of a line that the tablet asked about in `open`."""

    receipt: Answer


PULL_LINE = (Row, Gone, Enter, Leave, Reset, Checkpoint, Receipt, End)
"""What a line of the answer to a pull may be."""


def described(schema: Schema) -> Schema:
    """The description, completed: summaries, roles, security, problems, and what is read by hand."""
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    _, by_hand = msgspec.json.schema_components(
        [SignIn, PullRequest, PushAnswer, *PULL_LINE, _public(), _explained()], ref_template=_REFERENCE
    )
    pull_line = {"anyOf": [{"$ref": _REFERENCE.format(name=each.__name__)} for each in PULL_LINE]}
    schemas.update({**by_hand, "PullLine": pull_line, "Problem": PROBLEM})
    schemas["DistrictShapes"] = DISTRICT_SHAPES
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {"Problem": _problem_response()}
    schema["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    schema["servers"] = [{"url": "/"}]
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            _complete(f"{method.upper()} {path}", operation)
    return schema


def _public() -> type[msgspec.Struct]:
    """`Change` as it is read on the wire; there the values that it sets are an object of their own."""
    hints = {**get_type_hints(Change, include_extras=True), "set": dict[str, Any]}
    fields = [
        (field.name, hints[field.name]) if field.required else (field.name, hints[field.name], msgspec.UNSET)
        for field in msgspec.structs.fields(Change)
    ]
    return msgspec.defstruct("Change", fields, kw_only=True, forbid_unknown_fields=True)


def _explained() -> type[msgspec.Struct]:
    return msgspec.defstruct("Explained", [("code", str), ("title", str), ("status", int), ("advice", str)])


def _problem_response() -> Schema:
    content = {"schema": {"$ref": _REFERENCE.format(name="Problem")}}
    return {"description": "Why it could not be done, and what to do.", "content": {MEDIA_TYPE: content}}


def _complete(route: str, operation: Schema) -> None:
    words = " ".join(str(operation.get("description") or operation.get("summary") or "").split())
    first, dot, rest = words.partition(". ")
    operation["summary"] = first.removesuffix(".")
    roles = ROUTES.get(route, frozenset())
    who = f"For {', '.join(sorted(roles))}." if roles else "Needs no session."
    operation["description"] = " ".join(part for part in (rest if dot else "", who) if part)
    operation["security"] = [{"bearer": []}] if roles else []
    extra = BY_HAND.get(route, {})
    own = [given for given in operation.get("parameters", []) if given.get("in") != "header"]
    if own or "parameters" in extra:
        operation["parameters"] = [*own, *extra.get("parameters", [])]
    operation.update({name: extra[name] for name in ("requestBody", "security") if name in extra})
    responses = {code: told for code, told in operation.get("responses", {}).items() if code.startswith("2")}
    for told in responses.values():
        told["description"] = "Done."
        if "answer" in extra:
            told["content"] = extra["answer"]
        if "headers" in extra:
            told["headers"] = extra["headers"]
    problems = {code: {"$ref": "#/components/responses/Problem"} for code in _problems(route, bool(roles))}
    operation["responses"] = {**responses, **problems}


def _problems(route: str, signed_in: bool) -> Iterable[str]:
    """The statuses with which a route may say that it could not."""
    yield "400"
    if signed_in or route.startswith("POST /api/s"):
        yield from ("401", "403")
    yield "404"
    if route.startswith("POST"):
        yield from ("409", "410", "413", "415", "422", "429")
    yield from ("500", "503")
