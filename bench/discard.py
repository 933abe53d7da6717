"""The same web server with nothing behind it: what is streamed to it is thrown away."""

from typing import Any


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application that reads a request to its end and says 201."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
