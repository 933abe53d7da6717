"""The files of a bundle: each report's folder, the signed batches, the keys, and the page on verifying."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from field.evidence import codes, proofs, typesetting, verify
from field.evidence.archive import File, of_bytes
from field.evidence.document import Placed, further, lines_file, pages, portions, when
from field.evidence.editions import Cut, Edition
from field.evidence.facts import BatchKept, DeviceKept, LineKept, PhotoKept, ReportKept
from field.evidence.words import LANGUAGES
from field.sync.keyring import Key
from field.sync.signing import ServerKey, photo_receipt, unb64

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic"}

Picture = tuple[int, Iterator[bytes]]
"""How many bytes a photo's file has, and the bytes, read while they are written."""


class Bundle:
    """One bundle while it is made: what went into it already, since two reports share batches and keys.

    `key` signs it; `keys` are all that the server ever signed with, by which older receipts are checked.
    `original` gives a photo's bytes as they were taken, `bare` a copy without the camera's notes; None where
    there are none, or no such copy can be made.
    """

    def __init__(
        self,
        key: ServerKey,
        keys: Sequence[Key],
        edition: Edition,
        original: Callable[[PhotoKept], Picture | None],
        bare: Callable[[PhotoKept], Picture | None],
    ) -> None:
        self._key = key
        self._keys = keys
        self._edition = edition
        self._picture = original if edition == "court" else bare
        self._there: set[str] = set()

    def sign(self, content: bytes) -> bytes:
        """The server's raw signature over some bytes."""
        return unb64(self._key.sign(content))

    def opening(self, day: str, id: str) -> Iterator[File]:
        """The page on how to verify, as text and as PDF, and the server's keys."""
        for language in LANGUAGES:
            text = verify.text(self._edition, language).encode()
            yield of_bytes("VERIFY.txt" if language == "en" else f"VERIFY.{language}.txt", text)
            page = verify.page(self._edition, language, id, day)
            yield of_bytes(f"VERIFY.{language}.pdf", typesetting.pdf("verify", page))
        yield of_bytes("keys/server.pem", proofs.server_pem(self._key.public))
        for key in self._keys:
            yield of_bytes(f"keys/server-{key.id}.pem", proofs.server_pem(key.public))
        yield of_bytes(
            "keys/server-keys.json", msgspec.json.format(msgspec.json.encode(self._keys), indent=1)
        )

    def report(self, report: ReportKept, cut: Cut) -> Iterator[File]:
        """The folder of a report, and of the batches and keys those that are not there yet."""
        folder = f"reports/{report.id}"
        placed: list[Placed] = []
        for number, photo in enumerate(cut.photos, 1):
            file = None
            for each in self._photo(f"{folder}/photos/{number:03}-{photo.id[-8:]}", photo):
                file = file or each.name.removeprefix(f"{folder}/")
                yield each
            placed.append(Placed(photo, file))
        lines = _by_file(report, cut)
        for name, several in lines.items():
            yield of_bytes(f"{folder}/{name}", b"".join(line.public + b"\n" for line in several))
        yield of_bytes(f"{folder}/entries.csv", _entries(report, cut))
        yield from self._signed(f"{folder}/receipts.ndjson", _receipts(cut))
        if report.receipt is not None:
            yield of_bytes(f"{folder}/receipt.txt", f"{report.receipt.text}\n".encode())
            yield of_bytes(f"{folder}/receipt.statement.txt", report.receipt.statement.encode())
            yield of_bytes(f"{folder}/receipt.svg", codes.svg(report.receipt.text))
        if cut.court:
            yield of_bytes(f"{folder}/personal.tsv", _personal(cut))
        yield of_bytes(f"{folder}/audit.ndjson", b"".join(each.line + b"\n" for each in cut.audit))
        counts = {name: len(several) for name, several in lines.items()}
        for language in LANGUAGES:
            content = typesetting.pdf("report", pages(report, cut, placed, counts, language))
            yield of_bytes(f"{folder}/report.{language}.pdf", content)
            for number in range(2, len(portions(report, cut)) + 1):
                content = typesetting.pdf("lines", further(report, cut, number, language))
                yield of_bytes(f"{folder}/{lines_file(number, language)}", content)
        for device in report.devices:
            yield from self._device(device)
        for batch in report.batches:
            yield from self._batch(batch)

    def closing(self, told: Any) -> Iterator[File]:
        """What the bundle says of itself: when it was made, for whom, and of what."""
        yield of_bytes("bundle.json", msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")

    def _photo(self, name: str, photo: PhotoKept) -> Iterator[File]:
        found = self._picture(photo)
        if found is None:
            return
        size, chunks = found
        which = "original" if self._edition == "court" else "copy"
        ending = _ENDINGS.get(photo.values.get("media_type", ""), "bin")
        yield File(f"{name}-{which}.{ending}", size, chunks, packed=False)
        yield from self._signed(f"{name}.receipt", photo_receipt(photo.id, photo.values["sha256"]))

    def _signed(self, name: str, content: bytes) -> Iterator[File]:
        yield of_bytes(name, content)
        yield of_bytes(f"{name}.server-sig", self.sign(content))

    def _device(self, device: DeviceKept) -> Iterator[File]:
        name = f"keys/device-{device.id}.pem"
        if device.public_key is not None and name not in self._there:
            self._there.add(name)
            yield of_bytes(name, proofs.device_pem(device.public_key))

    def _batch(self, batch: BatchKept) -> Iterator[File]:
        name = f"batches/{batch.device}.{batch.first_seq}-{batch.last_seq}"
        if name not in self._there:
            self._there.add(name)
            yield of_bytes(f"{name}.signed", proofs.batch_signed(batch))
            yield of_bytes(f"{name}.sig", proofs.batch_signature(batch))


def _writer(report: ReportKept, line: LineKept) -> str:
    """Who vouches for a line: the tablet that signed it, the office, or nobody that is known here."""
    if any(batch.covers(line) for batch in report.batches):
        return "device"
    signs = {each.id for each in report.devices if each.public_key is not None}
    return "unsigned" if line.device in signs else "office"


def _by_file(report: ReportKept, cut: Cut) -> dict[str, list[LineKept]]:
    found: dict[str, list[LineKept]] = {}
    for line in sorted(cut.lines, key=lambda each: (each.device, each.seq)):
        writer = _writer(report, line)
        name = f"lines-device-{line.device}.ndjson" if writer == "device" else f"lines-{writer}.ndjson"
        found.setdefault(name, []).append(line)
    return found


def _entries(report: ReportKept, cut: Cut) -> bytes:
    """Every entry by its hash: those that are here, and those that this edition leaves out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("writer_id", "writer", "seq", "sha256", "here", "captured", "received"))
    here = {id(each) for each in cut.lines}
    for line in sorted((*cut.lines, *cut.left_out), key=lambda each: (each.device, each.seq)):
        said = "yes" if id(line) in here else "no"
        row = (line.device, _writer(report, line), line.seq, line.hash, said)
        writer.writerow((*row, when(line.t), when(line.received_ms)))
    return text.getvalue().encode()


def _receipts(cut: Cut) -> bytes:
    """What the server states of each entry. Of one that is left out: that it arrived, and when."""
    here = {id(each) for each in cut.lines}
    told = []
    for line in sorted((*cut.lines, *cut.left_out), key=lambda each: (each.device, each.seq)):
        receipt: dict[str, Any] = {
            "device": line.device,
            "seq": line.seq,
            "sha256": line.hash,
            "received_ms": line.received_ms,
        }
        if id(line) in here:
            receipt |= {"id": line.id, "status": line.status, "t": line.t, "scope": line.scope, "n": line.n}
        told.append(msgspec.json.encode(receipt) + b"\n")
    return b"field-receipts-1\n" + b"".join(told)


def _personal(cut: Cut) -> bytes:
    """The personal values behind the commitments in the lines: commitment, salt, value."""
    rows: dict[str, tuple[str, str]] = {}
    for line in cut.lines:
        if line.private is not None:
            rows |= msgspec.json.decode(line.private, type=dict[str, tuple[str, str]])
    # A value with a tab or a new line in it would be two in the file; it stands in the report's pages.
    whole = {sign: pair for sign, pair in rows.items() if not any(ord(letter) < 32 for letter in pair[1])}
    return "".join(f"{sign}\t{salt}\t{value}\n" for sign, (salt, value) in sorted(whole.items())).encode()
