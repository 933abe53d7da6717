"""The browser's pages, as `hatch_build.py` made them from web/: the tablet's and the console's.

Nothing on them comes from elsewhere, and their policy lets nothing else in: no script or style within a page.
"""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from field.problems import Problem

FOLDER = Path(__file__).parent.parent / "web"
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Vary": "Accept-Encoding",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


class File(msgspec.Struct, frozen=True):
    """A file of the pages, plain and as gzip where that is smaller."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str
    caching: str


def load(folder: Path) -> dict[str, File]:
    """Every file below a folder that a browser may ask for, by its path."""
    paths = (path for path in sorted(folder.rglob("*")) if path.suffix in TYPES and path.is_file())
    return {path.relative_to(folder).as_posix(): _file(path, folder) for path in paths}


def _file(path: Path, folder: Path) -> File:
    body = path.read_bytes()
    packed = gzip.compress(body, 9, mtime=0)
    named_by_content = "assets" in path.relative_to(folder).parts
    return File(
        body,
        packed if len(packed) < len(body) else None,
        TYPES[path.suffix],
        f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        FOR_EVER if named_by_content else ASK_AGAIN,
    )


@cache
def _pages() -> dict[str, File]:
    return load(FOLDER)


def find(files: Mapping[str, File], app: str, path: str) -> File | None:
    """The file at an app's path. A path that names no file is a screen of the app: its page opens it."""
    name = path.strip("/")
    if "." in name.rpartition("/")[2]:
        return files.get(f"{app}/{name}")
    return files.get(f"{app}/index.html")


def _answer(request: Request[Any, Any, Any], app: str, path: str) -> Response[bytes]:
    file = find(_pages(), app, path)
    if file is None and f"{app}/index.html" not in _pages():
        raise Problem("not-found", "The browser's pages are not built here. Run: make pages")
    if file is None:
        raise Problem("not-found", "There is no such file.")
    headers = {**HEADERS, "ETag": file.etag, "Cache-Control": file.caching}
    if request.headers.get("if-none-match") == file.etag:
        return Response(b"", status_code=304, headers=headers)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            file.packed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(file.body, media_type=file.media_type, headers=headers)


@get("/tablet", sync_to_thread=False, include_in_schema=False)
def tablet(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The tablet's page."""
    return _answer(request, "tablet", "")


@get("/tablet/{file:path}", sync_to_thread=False, include_in_schema=False)
def tablet_file(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """A file of the tablet's page, or one of its screens."""
    return _answer(request, "tablet", file)


@get("/console", sync_to_thread=False, include_in_schema=False)
def console(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The office's page."""
    return _answer(request, "console", "")


@get("/console/{file:path}", sync_to_thread=False, include_in_schema=False)
def console_file(request: Request[Any, Any, Any], file: FromPath[str]) -> Response[bytes]:
    """A file of the office's page, or one of its screens."""
    return _answer(request, "console", file)
