"""A client of the protocol written from docs/protocol.md alone: nothing of Field is imported here.

It keeps everything in memory and has no screen. Where the page is wrong or silent, it could not be written.
"""

import base64
import gzip
import json
import os
from collections.abc import Callable
from typing import Any

import httpx

from tests.protocol.bytes_of_it import (
    DIFFERING,
    OPEN,
    PERSONAL,
    START,
    Json,
    Refused,
    b64,
    commitment,
    holds,
    part_of_sum,
    read_receipt,
    sha,
    unpacked,
    uuid7,
)
from tests.protocol.the_door import Door


class AClient(Door):
    """One tablet with one identity."""

    def __init__(self, http: httpx.Client, clock: Callable[[], int]) -> None:
        super().__init__(http, clock)
        self.lines: list[bytes] = []
        self.receipts: dict[int, Json] = {}
        self.acknowledged, self.known = 0, 0
        self.scopes: dict[str, dict[str, bytes]] = {}
        self.cursors: dict[str, tuple[str, int]] = {}
        self.caught_up: set[str] = set()
        self.refetched: set[str] = set()
        self.by_rows: set[str] = set()
        self.alarms: list[str] = []
        self.report_receipts: dict[str, str] = {}
        self.photos: dict[str, tuple[bytes, str]] = {}
        self.answers: list[tuple[bytes, str]] = []
        self.proof, self.fork = "", False
        self.seen: list[Json] = []
        self.heard: Json = {}
        self.healing, self.deaf = False, False

    # Capturing

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self.clock())

    def hash_of(self, seq: int) -> str:
        return sha(self.lines[seq - 1].partition(b"\t")[0]).hex() if seq else START

    def capture(self, *entries: Json) -> list[str]:
        """Encode changes as one group: each names op, kind, record, set and perhaps was, base, reason."""
        first, ids = len(self.lines) + 1, []
        group = {"first": first, "last": first + len(entries) - 1} if len(entries) > 1 else {}
        for entry in entries:
            seq, private = len(self.lines) + 1, {}
            given, salt = dict(entry["set"]), b64(os.urandom(16))
            for known in self._opened(entry["record"]).values():
                salt = known[0]
            for field in PERSONAL & given.keys():
                value = given[field]
                given[field] = commitment(salt, value)
                private[given[field]] = [salt, value]
            ids.append(self.new_id())
            line = {"id": ids[-1], "device": self.device, "seq": seq, "prev": self.hash_of(seq - 1), **entry}
            line |= {"by": self.person, "set": given, "schema": 2, **group, "anchor": self.anchor}
            line |= {"elapsed_ms": self.clock() - self.anchored_ms, "boot": "b", "wall_ms": self.clock()}
            if entry["op"] == "set":
                line["over"] = {
                    field: over for field in given if (over := self._over(entry["record"], field))
                }
            public = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
            self.lines.append(public + (b"\t" + json.dumps(private).encode() if private else b""))
        return ids

    def _pending(self, record: str, field: str) -> list[Json]:
        found = (json.loads(line.partition(b"\t")[0]) for line in self.lines)
        return [c for c in found if c["record"] == record and field in c["set"] and not self._shown(c["seq"])]

    def _shown(self, seq: int) -> bool:
        """Whether the rows show a change: the cursor of its receipt's scope has reached the receipt's n."""
        told = self.receipts.get(seq, {})
        if told.get("status") == "quarantined":
            return True
        if "scope" not in told or seq > self.acknowledged:
            return False
        cursor = self.cursors.get(told["scope"])
        if told.get("epoch", self.epoch) != self.epoch:
            return told["scope"] in self.caught_up
        return cursor is None or cursor[1] >= told["n"]

    def _over(self, record: str, field: str) -> list[str]:
        pending = self._pending(record, field)
        over = [id for change in pending for id in (*change.get("over", {}).get(field, []), change["id"])]
        row = self.row(record)
        if row is None or field not in row["values"]:
            return over
        writes = row.get("writes", {}).get(field, [row.get("write")])
        if field in DIFFERING and field in row.get("disputed", []):
            said = {c["write"]: c["value"] for c in self._candidates(record, field)}
            writes = (
                [] if pending else [w for w in writes if said.get(w) == row["values"][field] and w in said]
            )
        elif field in DIFFERING and pending:
            writes = []
        return list(dict.fromkeys([*over, *(write for write in writes if write)]))

    def _candidates(self, record: str, field: str) -> list[Json]:
        rows = (self.row(id) for held in self.scopes.values() for id in held)
        asked = [row["values"] for row in rows if row and row["kind"] == "conflict"]
        return [c for v in asked if (v["record"], v["about"]) == (record, field) for c in v["candidates"]]

    # Pushing

    def _held(self) -> dict[str, str]:
        held = f"{self.epoch} {self.known} {self.hash_of(self.known)} {self.proof}"
        return {"Field-Held": held} if self.proof else {}

    def push(self, upto: int | None = None, first: int | None = None) -> Json:
        """Send what is not acknowledged; give the answer once its signature and chain are believed."""
        first = first or self.acknowledged + 1
        lines = self.lines[first - 1 : upto][:500]
        each = b"".join(sha(line.partition(b"\t")[0]) for line in lines)
        message = f"field-push-1\n{self.device}\n{first}\n".encode() + each
        headers = {"Field-Device": self.device, "Field-First-Seq": str(first), **self._held()}
        headers |= {"Field-Signature": self.sign(message), "Content-Encoding": "gzip"}
        body = gzip.compress(b"".join(line + b"\n" for line in lines))
        answer = self._well(self.http.post("/api/sync/push", content=body, headers=headers))
        if self.deaf:
            raise Refused("the answer was lost")
        key = self.believed(answer.headers["Field-Key"])
        if key is None or not holds(key, answer.headers["Field-Receipt"], answer.content):
            raise Refused("the answer is not signed by the office")
        said: Json = answer.json()
        self.answers.append((answer.content, answer.headers["Field-Receipt"]))
        self._anchored(said["anchor"])
        self.proof, self.fork = said.get("proof", ""), "fork" in said
        for told in said["answers"]:
            seq = told.pop("seq")
            self.receipts[seq] = {**told.get("first", told), "epoch": said["epoch"]}
        self._hear(said["epoch"], said["acknowledged"], said["chain"])
        self._went_well(said.get("next_sync_s", 60))
        return said

    def _hear(self, epoch: str, acknowledged: int, chain: str) -> None:
        if acknowledged > len(self.lines) or chain != self._declared(acknowledged):
            raise Refused("the office speaks of lines that are not mine")
        if epoch != self.epoch:
            self.caught_up.clear()
            self.healing = True
        self.epoch, self.acknowledged, self.known = epoch, acknowledged, acknowledged

    def _declared(self, seq: int) -> str:
        lost = json.loads(self.lines[seq - 1].partition(b"\t")[0]).get("lost") if seq else None
        return lost or self.hash_of(seq)

    # Pulling

    def pull(self, limit: int = 1000) -> Json:
        """One page, applied whole; give its last line."""
        wanted = [seq for seq, told in self.receipts.items() if told["status"] in OPEN]
        wanted += [seq for seq in range(1, self.acknowledged + 1) if seq not in self.receipts]
        asked: Json = {"cursors": self.cursors, "open": wanted, "limit": limit, "snapshots": True}
        asked |= {"checksums": {scope: self.sum(scope) for scope in self.cursors}}
        asked |= {"told": {"captured": len(self.lines), "acknowledged": self.acknowledged}}
        asked |= {"by_rows": sorted(self.by_rows), "reports": self._reports()}
        answer = self.request("/api/sync/pull", "pull", asked)
        lines = [line for line in answer.content.split(b"\n") if line]
        end = json.loads(lines[-1].partition(b"\t")[0])
        if "end" not in end:
            raise Refused("the page was cut off")
        rows: list[tuple[str, bytes | None]] = []
        began = self.epoch
        for line in lines[:-1]:
            said = json.loads(line.partition(b"\t")[0])
            self.seen.append(said)
            if "reset" in said:
                self._testify_rows(said["reset"], said.get("survived", 0))
            if dropped := said.get("enter") or said.get("leave") or said.get("reset"):
                self.scopes.pop(dropped, None)
                self.cursors.pop(dropped, None)
            elif "checkpoint" in said:
                self._checkpoint(said, rows)
                rows = []
            elif "snapshot" in said:
                self._snapshot(said["snapshot"])
            elif "receipt" in said:
                self.receipts[said["receipt"].pop("seq")] = {**said["receipt"], "epoch": began}
            elif "report_receipt" in said:
                self._handed(**said["report_receipt"])
            else:
                rows.append((said.get("record") or said["gone"], None if "gone" in said else line))
        self._anchored(end["anchor"])
        if "acknowledged" in end:
            self._hear(end["epoch"], end["acknowledged"], end["chain"])
        if not end["more"]:
            self.caught_up |= self.scopes.keys()
        self._went_well(end.get("next_sync_s", 60))
        return end

    def _checkpoint(self, said: Json, rows: list[tuple[str, bytes | None]]) -> None:
        scope = said["checkpoint"]
        held = self.scopes.setdefault(scope, {})
        for id, line in rows:
            if line is None:
                held.pop(id, None)
            else:
                held[id] = line
        self.cursors[scope] = said["epoch"], said["n"]
        if not said.get("head"):
            return
        if said["checksum"] == self.sum(scope):
            self.refetched.discard(scope)
        elif scope in self.refetched:
            self.alarms.append(scope)
        else:
            self.refetched.add(scope)
            self.by_rows.add(scope)
            del self.cursors[scope]

    def sum(self, scope: str) -> int:
        held = self.scopes.get(scope, {}).values()
        return sum(part_of_sum(line.partition(b"\t")[0]) for line in held) % 2**48

    def _snapshot(self, said: Json, piece: int = 700) -> None:
        file = next(file for file in said["files"] if file["type"] == "application/gzip")
        message = f"field-snapshot-1\n{self.device}\n".encode() + sha(said["id"].encode())
        headers = {"Authorization": f"Bearer {self.token}", "Field-Device": self.device}
        headers |= {"Field-Signature": self.sign(message), "Accept": file["type"]}
        whole = b""
        while len(whole) < file["bytes"]:
            upto = min(len(whole) + piece, file["bytes"]) - 1
            ranged = {"Range": f"bytes={len(whole)}-{upto}", "If-Range": f'"{file["sha256"]}"'}
            answer = self._well(self.http.get(said["url"], headers={**headers, **ranged}))
            whole = whole + answer.content if answer.status_code == 206 else answer.content
        rows = unpacked(whole, file["sha256"], said)
        if rows is None:
            self.by_rows.add(said["scope"])
            return
        self.scopes[said["scope"]] = rows
        self.cursors[said["scope"]] = said["epoch"], said["n"]

    def row(self, record: str) -> Json | None:
        """A row as the office sent it."""
        found = (held[record] for held in self.scopes.values() if record in held)
        line = next(found, None)
        return None if line is None else json.loads(line.partition(b"\t")[0])

    def _opened(self, record: str) -> dict[str, list[str]]:
        line = next((held[record] for held in self.scopes.values() if record in held), b"")
        return json.loads(line.partition(b"\t")[2] or b"{}")

    def value(self, record: str, field: str) -> Any:
        """What a screen would show of a row: personal values opened."""
        row = self.row(record)
        shown = None if row is None else row["values"].get(field)
        opened = self._opened(record).get(shown) if isinstance(shown, str) else None
        return (
            opened[1]
            if opened and b64(sha(opened[0].encode() + b"\0" + opened[1].encode())) == shown
            else shown
        )

    # Receipts of reports, photos

    def _reports(self) -> list[str]:
        mine = (json.loads(line.partition(b"\t")[0]) for line in self.lines)
        made = [c["record"] for c in mine if (c["op"], c["kind"]) == ("create", "report")]
        return [id for id in made if id not in self.report_receipts][:100]

    def _handed(self, report: str, text: str) -> None:
        key, about, signed, signature = read_receipt(text)
        known = self.believed(key)
        if known and about == report and holds(known, signature, b"field-report-1\n" + signed):
            self.report_receipts[report] = text

    def described(self, picture: bytes) -> tuple[str, Json]:
        """A fresh id for a photo, and what its entry says of the bytes."""
        return self.new_id(), {"sha256": sha(picture).hex(), "size": len(picture)}

    def upload(self, photo: str, picture: bytes, cut: int) -> httpx.Response:
        """Send a picture by tus, in two pieces, asking in between how far it is."""
        digest, tus = sha(picture).hex(), {"Tus-Resumable": "1.0.0"}
        named = ",".join(
            f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in (("photo", photo), ("sha256", digest))
        )
        claim = sha(f"{photo}\n{digest}\n{len(picture)}\n".encode())
        headers = {"Upload-Length": str(len(picture)), "Upload-Metadata": named, "Field-Device": self.device}
        headers["Field-Signature"] = self.sign(f"field-photo-1\n{self.device}\n".encode() + claim)
        answer = self._well(self.http.post("/api/photos/uploads", headers={**tus, **headers}))
        at, url = int(answer.headers["Upload-Offset"]), answer.headers["Location"]
        while at < len(picture):
            more = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream", **tus}
            upto = cut if at < cut else len(picture)
            answer = self._well(self.http.patch(url, headers=more, content=picture[at:upto]))
            at = int(self._well(self.http.head(url, headers=tus)).headers["Upload-Offset"])
        key = self.believed(answer.headers["Field-Key"]) if "Field-Key" in answer.headers else None
        said = f"field-photo-1\n{photo}\n{digest}\n".encode()
        signature = answer.headers["Field-Receipt"]
        if any(holds(one, signature, said) for one in ([key] if key else self.keys.values())):
            self.photos[photo] = picture, signature
        return answer

    # After a restore

    def testify(self) -> Json:
        """Show the office its own signed answers about lines that it no longer has, newest first."""
        unsent = range(self.acknowledged + 1, len(self.lines) + 1)
        spoken = [
            (b, s) for b, s in self.answers if any(t["seq"] in unsent for t in json.loads(b)["answers"])
        ]
        told = [
            {"body": body.decode(), "signature": signature} for body, signature in reversed(spoken[-100:])
        ]
        kept = [
            {"photo": id, "sha256": sha(raw).hex(), "size": len(raw), "signature": signature}
            for id, (raw, signature) in self.photos.items()
        ]
        return self._testify({"answers": told, "rows": [], "photos": kept})

    def heal(self) -> None:
        """In a new epoch: testify, then send again in the batches that the old answers spoke of."""
        self.heard = self.testify()
        for upto in sorted({json.loads(body)["acknowledged"] for body, _ in self.answers}):
            if self.acknowledged < upto:
                self.push(upto)
        for photo in self.heard["lacking"]:
            self.upload(photo, self.photos[photo][0], cut=0)
        self.healing = False

    def _testify_rows(self, scope: str, survived: int) -> None:
        epoch = self.cursors.get(scope, (self.epoch, 0))[0]
        held = self.scopes.get(scope, {}).values()
        beyond = [line for line in held if json.loads(line.partition(b"\t")[0])["n"] > survived]
        rows = [{"scope": scope, "epoch": epoch, "line": line.decode()} for line in beyond]
        for at in range(0, len(rows), 1000):
            self._testify({"answers": [], "rows": rows[at : at + 1000], "photos": []})

    def _testify(self, told: Json) -> Json:
        return self.request("/api/sync/testimony", "testimony", told, numbered=False).json()


def settle(client: AClient) -> None:
    """Push and pull until all is sent and the pages are at the head; after a restore, heal first."""
    for _ in range(20):
        end = client.pull()
        if client.healing:
            client.heal()
        elif client.acknowledged < len(client.lines):
            client.push()
        elif not end["more"]:
            return
