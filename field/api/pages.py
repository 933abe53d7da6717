"""The front page, what each problem means, and whether the server is well."""

from html import escape
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from field.api import html
from field.api.context import Context
from field.problems import CATALOGUE, Problem
from field.store import health

_FRONT = """
<h1><i></i>Field</h1>
<p class="lead">The sync server for inspectors who work where there is no signal. Tablets hand in what was
found, signed and in order; offices plan, decide and recover.</p>
<h2>For people</h2>
<ul>
<li><a href="/console/">The office</a>
<span>Visits and conflicts for supervisors, flagged employers for recovery officers, districts for
directorates.</span></li>
<li><a href="/tablet/">A tablet</a>
<span>Inspections, with or without a signal. Begins with a code from a supervisor.</span></li>
<li><a href="/api/docs">The API, page by page</a>
<span>Every route with its roles, bodies and problems; try it from the browser.</span></li>
</ul>
<h2>For programs</h2>
<ul>
<li><a href="/api/openapi.json">OpenAPI 3.1 description</a>
<span>For generating a client.</span></li>
<li><a href="/api/health">Health</a>
<span>Whether the database is there and has the schema that this program needs.</span></li>
<li><a href="/api/keys">The server's public key</a>
<span>By which a tablet checks its receipts.</span></li>
</ul>
"""


class Well(msgspec.Struct, frozen=True):
    """The server is well. `epoch` names the unbroken life of its database."""

    status: Literal["ok"]
    database: str
    schema: str | None
    epoch: str


@get("/", sync_to_thread=False, include_in_schema=False)
def front() -> Response[str]:
    """What this server is, with the ways on."""
    return html.page("Field", _FRONT)


@get("/api/health", sync_to_thread=True, tags=["server"])
def well(context: NamedDependency[Context]) -> Well:
    """Whether the server can work: the database answers and has the schema that this program needs."""
    found = health.look(context.store)
    if not found.is_current:
        raise Problem(
            "storage-failed",
            f"The database has the schema {found.schema}, and this program needs {found.schema_needed}. "
            "Run: field migrate",
        )
    return Well("ok", context.store.engine.dialect.name, found.schema, found.epoch)


class Explained(msgspec.Struct, frozen=True):
    """What is true of every problem with this code."""

    code: str
    title: str
    status: int
    advice: str


@get("/problems/{code:str}", sync_to_thread=False, tags=["server"])
def problem(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
    """What a problem's code means, as a page for a browser and as JSON otherwise."""
    kind = CATALOGUE.get(code)
    if kind is None:
        raise Problem("not-found", "There is no problem with this code.")
    explained = Explained(code, kind.title, kind.status, _advice(code, kind.status))
    if "text/html" not in request.headers.get("accept", ""):
        return Response(explained, media_type="application/json")
    body = (
        f'<h1><i></i>{escape(kind.title)}</h1><p class="lead">{escape(explained.advice)}</p>'
        f"<p><code>{escape(code)}</code> comes with the HTTP status {kind.status}. The answer's own "
        "<code>detail</code> says what it was in your case. The code is for ever; programs decide by it.</p>"
        '<p><a href="/">Field</a></p>'
    )
    return html.page(kind.title, body)


def _advice(code: str, status: int) -> str:
    if code in ("internal", "storage-failed", "storage-full"):
        return "Nothing that a tablet has is lost: it keeps its work and sends it again."
    if status in (429, 503):
        return "Wait as long as the header Retry-After says, then send the same again."
    if status == 401:
        return "Prove again who you are: sign in, or enrol the tablet anew. Work on a tablet is kept."
    if status == 403:
        return "Ask whoever gives postings and codes in your office. Sending the same again will not help."
    return "Sending the same again will not help: change what was asked, as the answer's detail says."
