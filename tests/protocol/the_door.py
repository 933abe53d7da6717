"""How a tablet enrols, signs its requests and believes the office, as docs/protocol.md says it."""

import json
import random
from collections.abc import Callable

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.protocol.bytes_of_it import Json, Refused, b64, holds, name_of, sha


class Door:
    """The identity of a tablet. `clock` gives monotonic milliseconds."""

    def __init__(self, http: httpx.Client, clock: Callable[[], int]) -> None:
        self.http, self.clock = http, clock
        self.count = 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.device, self.epoch, self.token, self.person = "", "", "", ""
        self.keys: dict[str, str] = {}
        self.revoked: dict[str, int] = {}
        self.anchor, self.anchored_ms = "", 0
        self.failures, self.ask_again_s = 0, 60.0
        self.retry_after_s = 0.0

    def _held(self) -> dict[str, str]:
        return {}

    def enrol(self, code: str, name: str) -> None:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = self.key.public_key().public_bytes(serialization.Encoding.DER, form)
        asked = {"code": code, "public_key": b64(public), "name": name}
        found = self._well(self.http.post("/api/devices/enrol", json=asked)).json()
        self.device, self.epoch = found["device"], found["epoch"]
        self.keys[name_of(found["server_key"])] = found["server_key"]
        self._anchored(found["anchor"])

    def sign(self, message: bytes) -> str:
        r, s = utils.decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return b64(r.to_bytes(32) + s.to_bytes(32))

    def request(self, path: str, purpose: str, asked: Json, numbered: bool = True) -> httpx.Response:
        """A signed request; a number that the server calls behind is told and passed over."""
        behind: Json = {}
        while True:
            if numbered:
                self.count += 1
            body = json.dumps({**asked, **({"count": self.count} if numbered else {}), **behind}).encode()
            message = f"field-{purpose}-1\n{self.device}\n".encode() + sha(body)
            headers = {"Field-Device": self.device, "Field-Signature": self.sign(message)}
            headers |= {"Content-Type": "application/json", **self._held()}
            headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
            answer = self.http.post(path, content=body, headers=headers)
            if answer.status_code != 409 or answer.json()["code"] != "count-behind" or behind:
                return self._well(answer)
            behind = {"behind": self.count}
            self.count = answer.json()["count"]

    def sign_in(self, login: str, password: str) -> None:
        asked = {"login": login, "password": password, "device": self.device}
        self.token = ""
        found = self.request("/api/sign-in", "sign-in", asked).json()
        self.token, self.person = found["token"], found["person"]

    def believed(self, name: str) -> str | None:
        """The key of that name, if one that is believed handed over to it, over however many."""
        if name not in self.keys:
            for key in self._well(self.http.get("/api/keys")).json()["keys"]:
                id, public, by = key["id"], key["public"], self.keys.get(key.get("endorsed_by", ""))
                said = f"field-key-1\n{id}\n{public}\n{key['since_ms']}\n".encode()
                if by and name_of(public) == id and holds(by, key["endorsement"], said):
                    self.keys[id] = public
                if (gone := key.get("revoked")) and id in self.keys:
                    self.revoked[id] = gone["since_ms"]
        return None if name in self.revoked else self.keys.get(name)

    def _anchored(self, anchor: str) -> None:
        self.anchor, self.anchored_ms = anchor, self.clock()

    def _well(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code < 300:
            return answer
        self.failures += 1
        waits = min(120 * 2 ** (self.failures - 1), 960) * random.uniform(1, 1.25)
        self.retry_after_s = float(answer.headers.get("Retry-After", 0))
        self.ask_again_s = max(waits, self.retry_after_s)
        raise Refused(answer.status_code, answer.text)

    def _went_well(self, next_s: float) -> None:
        self.failures, self.ask_again_s = 0, min(next_s, 960)
