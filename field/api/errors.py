"""Problems on the wire: RFC 9457, `application/problem+json`, with a stable code and words for a person."""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DataError

from field.problems import Problem
from field.store.engine import Retry

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

_CODES = {400: "bad-request", 404: "not-found", 405: "wrong-method", 413: "too-large", 415: "unknown-format"}
_WORDS = {
    404: "There is nothing at this address. The API's description is at /api/docs.",
    405: "This address does not take that method. The API's description is at /api/docs.",
    413: "The body is too large. Send it in smaller parts.",
}

_log = structlog.get_logger()


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """A problem as a response."""
    sent = dict(headers or {})
    if problem.status in (429, 503, 507):
        sent.setdefault("Retry-After", str(problem.extra.get("retry_after_s", RETRY_AFTER_S)))
    body = msgspec.json.encode(problem.as_dict())
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=sent)


def on_problem(_: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    """What a room raised on purpose."""
    return answer(problem)


def on_retry(_: Request[Any, Any, Any], __: Retry) -> Response[bytes]:
    """A transaction that collided outside of a loop that tries again."""
    return answer(Problem("busy", "The office is busy with the same records. Nothing is lost; try again."))


def on_data(_: Request[Any, Any, Any], __: DataError) -> Response[bytes]:
    """A value that the database cannot even look for, such as text with a NUL in it."""
    return answer(Problem("bad-request", "A value in the request is none that could be on file. Check it."))


def on_deep(_: Request[Any, Any, Any], __: RecursionError) -> Response[bytes]:
    """A body nested deeper than the reader goes; nothing of ours comes near that."""
    return answer(Problem("unreadable-body", "The body is nested too deeply to be read. Send plain values."))


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the framework found wrong with a request."""
    code = _CODES.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    detail = _WORDS.get(error.status_code) or _words(error)
    if error.status_code >= 500:
        return on_bug(request, error)
    allow = (error.headers or {}).get("allow")
    return answer(Problem(code, detail), {"Allow": allow} if allow else None)


def _words(error: HTTPException) -> str:
    found = error.extra if isinstance(error.extra, list) else []
    parts = [
        f"{part.get('key', '')}: {part.get('message', '')}".strip(": ")
        for part in found
        if isinstance(part, dict)
    ]
    return f"{error.detail}. {'; '.join(parts)}".strip() if parts else str(error.detail)


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """What nobody foresaw: logged whole, told in one sentence."""
    _log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    return answer(
        Problem("internal", "Something went wrong in the office. Your work is kept; it will be sent again.")
    )


HANDLERS: dict[Any, Any] = {
    Problem: on_problem,
    Retry: on_retry,
    DataError: on_data,
    RecursionError: on_deep,
    HTTPException: on_http,
    Exception: on_bug,
}
