"""The API described: OpenAPI 3.1 as JSON, and a page to read it by. Nothing is loaded from elsewhere."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.openapi.config import OpenAPIConfig
from litestar.params import FromPath

from field.api import openapi
from field.problems import Problem

TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
CACHE = "public, max-age=86400"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Field: the API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"><link rel="stylesheet" href="/api/docs/index.css">
</head><body><div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>
"""
_START = """window.ui = SwaggerUIBundle({
  url: "/api/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
  docExpansion: "none", tagsSorter: "alpha", presets: [SwaggerUIBundle.presets.apis],
});
"""


class NoPages(Router):
    """Litestar's own pages load their scripts from somebody's network: none of them is registered."""

    def register(self, value: Any) -> list[Any]:
        """Register nothing."""
        del value
        return []


def config() -> OpenAPIConfig:
    """What Litestar needs to know to describe the routes; the pages are ours."""
    return OpenAPIConfig(
        title="Field",
        version="1",
        description="An offline-first sync server for inspectors. The protocol is in docs/protocol.md.",
        use_handler_docstrings=True,
        openapi_router=NoPages("/api/schema", route_handlers=[], include_in_schema=False),
    )


@get("/api/openapi.json", sync_to_thread=True, include_in_schema=False)
def description(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI 3.1 description of every route."""
    app = request.app
    if "openapi" not in app.state:
        app.state.openapi = msgspec.json.encode(openapi.described(app.openapi_schema.to_schema()))
    return Response(app.state.openapi, media_type="application/json")


@get("/api/docs", sync_to_thread=True, include_in_schema=False)
def page() -> Response[str]:
    """The page to read the description by."""
    _folder()
    headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(_PAGE, media_type="text/html", headers=headers)


@get("/api/docs/{asset:str}", sync_to_thread=True, include_in_schema=False)
def asset(asset: FromPath[str]) -> Response[bytes]:
    """A file that the page needs."""
    headers = {"Cache-Control": CACHE, "X-Content-Type-Options": "nosniff"}
    if asset == "start.js":
        return Response(_START.encode(), media_type=TYPES[".js"], headers=headers)
    # Looked up by name among what there is: no path from outside is ever put together.
    found = next((path for path in _folder().iterdir() if path.name == asset and path.suffix in TYPES), None)
    if found is None:
        raise Problem("not-found", "There is no such file for the API's pages.")
    return Response(found.read_bytes(), media_type=TYPES[found.suffix], headers=headers)


def _folder() -> Path:
    """Where Swagger UI's files are. The package is looked up and never imported: it would need Flask."""
    spec = find_spec("flask_swagger_ui")
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    folder = Path(places[0]) / "dist" if places else None
    if folder is None or not folder.is_dir():
        raise Problem(
            "not-found",
            "The API's pages are not installed: the package flask-swagger-ui is missing. The description "
            "itself is at /api/openapi.json.",
        )
    return folder
