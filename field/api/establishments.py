"""The register, asked by people: finding an establishment, and its file."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api.context import Caller, Context
from field.inspections.register_search import TEXT_LENGTH_MIN, words_of
from field.problems import Problem
from field.store import establishment_file, establishment_search
from field.store.establishment_file import EstablishmentFile
from field.store.establishment_search import EstablishmentFound

Asked = Annotated[str, msgspec.Meta(max_length=200)]


@get("/api/establishments/search", sync_to_thread=True, tags=["register"])
def search(
    text: FromQuery[Asked],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
) -> list[EstablishmentFound]:
    """The caller's establishments that fit some words best, by number, name, alias or address; at most 50.

    A registration number may be given by its beginning, and with spaces or hyphens.
    """
    if len("".join(words := words_of(text))) < TEXT_LENGTH_MIN:
        raise Problem("bad-request", "Type at least two letters or digits to look for.")
    with context.store.read() as tx:
        return establishment_search.search(tx, caller.within(district), words)


@get("/api/establishments/{establishment_id:str}/file", sync_to_thread=True, tags=["register"])
def file(
    establishment_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> EstablishmentFile:
    """What the register says of an establishment, its links, and its visits with their reports."""
    with context.store.read() as tx:
        return establishment_file.opened(tx, establishment_id, caller.within(None))
