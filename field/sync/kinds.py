"""The kinds of record that travel, with their fields, rules and decoders, read off the Structs once."""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

import msgspec

from field.inspections.answers import Answer, ChecklistVersion
from field.inspections.establishments import Establishment
from field.inspections.fields import LATEST, SERVER, WITHDRAWAL, Confidential, Line, Personal, RecordId, Rule
from field.inspections.leads import Lead
from field.inspections.photos import Photo
from field.inspections.reports import Report
from field.inspections.visits import Visit
from field.inspections.wage_lines import WageLine

Commitment = Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
"""Its letters need no check: a value must come along that commits to exactly it (`field.sync.checks`)."""

WITHDRAWN = "withdrawn"

RULES = ("review", "latest", "earliest", "furthest", "add", "union", "steps", "server", "fixed")


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a record was withdrawn, and the ids of the live writes that its author had seen."""

    reason: Line
    seen: list[RecordId]


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Derived by the server from the live writes of (record, field); never written by a device."""

    record: Annotated[RecordId, SERVER]
    of: Annotated[Line, SERVER]
    about: Annotated[Line, SERVER]
    open: Annotated[bool, SERVER]
    candidates: Annotated[list[Any], SERVER]


class Field(msgspec.Struct, frozen=True):
    """One field of a kind: its merge rule, whether its value identifies a person, who must not read it."""

    name: str
    rule: Rule
    personal: bool = False
    confidential: bool = False


NEWER = Field("", LATEST)
"""Stands for every field that this server does not know."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of record. `parent` names the field and kind of the record that it belongs to, if any.

    `for_employer`: the employer may be handed records of it, but for what is confidential in them. A kind of
    which nobody said so is kept from him whole.
    """

    name: str
    struct: type[msgspec.Struct]
    fields: Mapping[str, Field]
    required: frozenset[str]
    personal: frozenset[str]
    confidential: frozenset[str]
    composite: frozenset[str]
    by_rule: Mapping[str, frozenset[str]]
    decoder: msgspec.json.Decoder[Any]
    parent_field: str | None = None
    parent_kind: str | None = None
    for_employer: bool = False

    def field(self, name: str) -> Field:
        """A field by its name; one that a newer app brought shows its latest live write."""
        return self.fields.get(name, NEWER)

    def read(self, raw: bytes | msgspec.Raw) -> dict[str, Any]:
        """The validated values in `raw`, as plain values by field name.

        Raises msgspec.ValidationError, naming the field, for a value of the wrong type or range or a field
        that this kind does not have; msgspec.DecodeError for what is no JSON.
        """
        given = msgspec.structs.asdict(self.decoder.decode(raw))
        values = {name: value for name, value in given.items() if value is not msgspec.UNSET}
        for name in self.composite & values.keys():
            values[name] = msgspec.to_builtins(values[name])
        return values


def _describe(struct: type[msgspec.Struct]) -> dict[str, tuple[Field, Any]]:
    described = {}
    for name, hint in get_type_hints(struct, include_extras=True).items():
        marks = get_args(hint)[1:]
        rule = next(mark for mark in marks if isinstance(mark, Rule))
        personal = any(isinstance(mark, Personal) for mark in marks)
        wire: Any = Commitment | None if personal else hint
        confidential = any(isinstance(mark, Confidential) for mark in marks)
        described[name] = Field(name, rule, personal, confidential), wire
    return described


def _composite(wire: Any) -> bool:
    """Whether a field's values are Structs, to be kept as plain mappings."""
    return any(isinstance(part, type) and issubclass(part, msgspec.Struct) for part in _parts(wire))


def _parts(hint: Any) -> list[Any]:
    return [hint, *(deeper for part in get_args(hint) for deeper in _parts(part))]


def _kind(
    name: str,
    struct: type[msgspec.Struct],
    parent: tuple[str, str] | None = None,
    *,
    for_employer: bool = False,
) -> Kind:
    described = _describe(struct)
    partial = msgspec.defstruct(
        f"{struct.__name__}Set",
        [
            *((field, wire | msgspec.UnsetType, msgspec.UNSET) for field, (_, wire) in described.items()),
            (WITHDRAWN, Withdrawal | None | msgspec.UnsetType, msgspec.UNSET),
        ],
        forbid_unknown_fields=True,
    )
    fields = {field: info for field, (info, _) in described.items()}
    return Kind(
        name=name,
        struct=struct,
        fields={**fields, WITHDRAWN: Field(WITHDRAWN, WITHDRAWAL)},
        required=frozenset(
            field.name for field in msgspec.structs.fields(struct) if field.required and field.name in fields
        ),
        personal=frozenset(field for field, info in fields.items() if info.personal),
        # Why a record was withdrawn is said in somebody's own words.
        confidential=frozenset({WITHDRAWN, *(name for name, info in fields.items() if info.confidential)}),
        composite=frozenset(
            {*(name for name, (_, wire) in described.items() if _composite(wire)), WITHDRAWN}
        ),
        by_rule={
            rule: frozenset(name for name, info in fields.items() if info.rule.name == rule) for rule in RULES
        },
        decoder=msgspec.json.Decoder(partial),
        parent_field=parent[0] if parent else None,
        parent_kind=parent[1] if parent else None,
        for_employer=for_employer,
    )


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name."""
    every = (
        _kind("establishment", Establishment),
        _kind("visit", Visit, for_employer=True),
        _kind("report", Report, ("visit", "visit"), for_employer=True),
        _kind("wage_line", WageLine, ("report", "report"), for_employer=True),
        _kind("photo", Photo, ("report", "report"), for_employer=True),
        _kind("lead", Lead),
        _kind("answer", Answer, ("report", "report"), for_employer=True),
        _kind("checklist", ChecklistVersion),
        _kind("conflict", Conflict),
    )
    return {kind.name: kind for kind in every}


KINDS: Mapping[str, Kind] = kinds()
