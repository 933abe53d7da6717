"""The same web server with nothing behind it: what is streamed to it is thrown away."""

from typing import Any

from litestar import Litestar, Request, post

from bench.photo_world import UPLOADS


@post(UPLOADS, request_max_body_size=None)
async def discard(request: Request[Any, Any, Any]) -> None:
    """Read a request to its end."""
    async for _ in request.stream():
        pass


app = Litestar([discard], openapi_config=None)
