"""Snapshots at the door: offering them in a pull, and sending their files from whatever byte on.

The file goes out as it lies on the disk, in pieces or by the server itself: no transaction is open and no
thread waits while a slow tablet reads. It has no Content-Encoding, so that a browser can resume it.
"""

import os
import re
from pathlib import Path
from typing import Any

import anyio.to_thread
import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from field.api.bodies import header
from field.api.context import Context, bearer
from field.api.errors import answer
from field.api.snapshot_files import path_of
from field.api.sync import check_signature, public_key
from field.problems import Problem
from field.store import snapshots
from field.sync.signing import request_message
from field.sync.snapshots import TYPES, File

PIECE_BYTES = 256 * 1024
HANDED_EVERY_MS = 600_000
HEADERS = {
    "Accept-Ranges": "bytes",
    # A proxy that packed the bytes anew would make them another file.
    "Cache-Control": "private, no-transform, max-age=31536000, immutable",
    "Vary": "Accept, Authorization, Field-Device",
    "X-Content-Type-Options": "nosniff",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Part(msgspec.Struct, frozen=True):
    """The bytes of a file to send: from `start` to before `end`, of `size`; `asked`: by a range."""

    start: int
    end: int
    size: int
    asked: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is the file from its first to its last byte."""
        return self.start == 0 and self.end == self.size


def part_of(asked: str | None, if_range: str | None, etag: str, size: int) -> Part | None:
    """The part that Range and If-Range ask for (RFC 9110, 13.1.5 and 14.2); None where there is none.

    What is no single range, or is about another file, is answered by the whole.
    """
    match = _RANGE.fullmatch(asked.replace(" ", "")) if asked else None
    if match is None or (if_range is not None and if_range.strip() != etag) or match[0] == "bytes=-":
        return Part(0, size, size)
    first, last = match[1], match[2]
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return Part(0, size, size)
    return Part(start, end, size, asked=True) if start < end else None


class Sent(Response[bytes]):
    """A file, or a part of it."""

    def __init__(self, path: Path, part: Part, *, status_code: int, headers: dict[str, str]) -> None:
        super().__init__(b"", status_code=status_code, headers=headers)
        self._path = path
        self._part = part

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """What the server calls: it sends the file itself where it can."""
        return self._send

    async def _send(self, scope: Any, _: Any, send: Any) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        if self._part.whole and "http.response.pathsend" in (scope.get("extensions") or {}):
            await send({"type": "http.response.pathsend", "path": str(self._path)})
            return
        at = self._part.start
        with self._path.open("rb") as file:
            while at < self._part.end:
                most = min(PIECE_BYTES, self._part.end - at)
                piece = await anyio.to_thread.run_sync(os.pread, file.fileno(), most, at)
                if not piece:
                    break
                at += len(piece)
                more = at < self._part.end
                await send({"type": "http.response.body", "body": piece, "more_body": more})


@get("/api/sync/snapshots/{snapshot_id:str}", sync_to_thread=True, tags=["sync"])
def fetch(
    snapshot_id: FromPath[str], request: Request[Any, Any, Any], context: NamedDependency[Context]
) -> Response[bytes]:
    """A snapshot's file, as gzip or (Accept: application/zstd) as zstd; from any byte on by Range, If-Range.

    The tablet signs the snapshot's id. Raises snapshot-gone (410): ask for another by a pull.
    """
    found = _found(context, request, snapshot_id)
    accepted = {each.partition(";")[0].strip() for each in request.headers.get("accept", "").split(",")}
    name = "zstd" if TYPES["zstd"] in accepted else "gzip"
    file, path = found.files[name], _lying(context, snapshot_id, name)
    etag = f'"{file.sha256}"'
    headers = {**HEADERS, "ETag": etag, "Content-Type": file.type}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    part = part_of(request.headers.get("range"), request.headers.get("if-range"), etag, file.bytes)
    if part is None:
        problem = Problem("range-not-satisfiable", f"The snapshot has {file.bytes} bytes. Begin it anew.")
        return answer(problem, {"Content-Range": f"bytes */{file.bytes}"})
    return _sent(path, part, file, headers)


def _sent(path: Path, part: Part, file: File, headers: dict[str, str]) -> Sent:
    headers = {**headers, "Content-Length": str(part.end - part.start)}
    if not part.asked:
        return Sent(path, part, status_code=200, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.bytes}"
    return Sent(path, part, status_code=206, headers=headers)


def _found(context: Context, request: Request[Any, Any, Any], id: str) -> snapshots.Found:
    """The snapshot, where this tablet may have it now. Raises Problem."""
    device = header(request.headers, "Field-Device")
    signature = header(request.headers, "Field-Signature")
    check_signature(public_key(context, device), signature, request_message("snapshot", device, id.encode()))
    now_ms = context.clock.now_ms()
    with context.store.ask() as tx:
        found = snapshots.asked_for(tx, device, bearer(request.headers) or "", id, now_ms)
    if found is None:
        raise Problem("snapshot-gone", "This snapshot is not handed out any more. Pull again.")
    if now_ms - context.handed.get(id, found.handed_ms) >= HANDED_EVERY_MS:
        context.handed[id] = now_ms
        with context.store.write() as tx:
            snapshots.handed(tx, id, now_ms)
    return found


def _lying(context: Context, id: str, name: str) -> Path:
    path = path_of(context.snapshots, id, name) if context.snapshots is not None else None
    if path is None or not path.is_file():
        raise Problem("snapshot-gone", "The file of this snapshot is not here. Pull again.")
    return path
