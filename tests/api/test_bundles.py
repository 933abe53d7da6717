"""An evidence bundle is verified with openssl and sha256sum alone, and tells no employer who spoke."""

import contextlib
import io
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import select, update

from field.store import assessments, audit_sealing, erasing
from field.store.holding import CHANGES
from field.sync.changes import digest
from tests import pdf_text
from tests.api.conftest import CNIC, MET, WORKER, Office
from tests.api.test_uploads import Camera
from tests.helpers import Tablet

SPOKEN = "Qamar-un-Nisa"
"""A worker who spoke: occurs in her interview, and in what the inspector wrote of it."""

TOLD = "zafran"
"""A word that stands in every place from which it might leak: answers, remarks, a picture's notes."""

NEEDED = ("openssl", "sha256sum", "sh", "find", "grep", "od", "fold")


def picture(words: str, shade: int = 90) -> bytes:
    """A photo with words in the camera's notes, in a comment, and tacked on behind its end."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = words
    Image.new("RGB", (64, 48), (shade, 120, 40)).save(made, "JPEG", exif=exif, comment=words.encode())
    return made.getvalue() + words.encode()


class Case(msgspec.Struct):
    """A report with wage lines, an interview, a photo of the gate and one of the worker who spoke."""

    office: Office
    report: str
    establishment: str
    gate: bytes
    worker: bytes

    def ask(self, edition: str, login: str = "recovery_officer-korangi", **more: Any):
        return self.office.post(f"/api/reports/{self.report}/bundle", login, {"edition": edition, **more})

    def unpacked(self, edition: str, folder: Path) -> Path:
        """The bundle in a folder of its own."""
        answer = self.ask(edition)
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            archive.extractall(folder)
        return folder


@pytest.fixture
def case(office: Office) -> Case:
    work = office.work["korangi"]
    tablet, world = work.tablet, office.world
    visit = world.visit(work.establishment, "korangi", work.inspector, status="planned")
    wages = [
        {"month": "2024-07", "wage_rs": 30_000 + n, "cnic": CNIC, "worker_name": WORKER} for n in range(3)
    ]
    values = {"checklist": "full-inspection@1", "remarks": f"{SPOKEN} told me: {TOLD}"}
    report, (line, *_) = tablet.report(visit, wages, **values)
    tablet.change("wage_line", line, {"remarks": f"{TOLD}, says {SPOKEN}"})
    tablet.push(office.client)
    gate, worker = picture(TOLD), picture(TOLD, 30)
    _photo(office, tablet, report, gate)
    portrait = _photo(office, tablet, report, worker)
    item = world.clock.uuid7()
    for question, value in (
        ("unit_status", "open"),
        ("visit_scope", "complete"),
        ("interview_wage_rs", 21_357),
        ("interview_pay_mode", TOLD),
        ("interview_kind", portrait),
        ("made_up_question", TOLD),
    ):
        where = {"item": item} if question.startswith("interview") else {}
        _answer(tablet, report, {"question": question, "value": value, **where})
    _answer(tablet, report, {"question": "interview_name", "item": item}, SPOKEN)
    tablet.push(office.client)
    assessments.refresh(world.store, world.clock.now_ms())
    return Case(office, report, work.establishment, gate, worker)


def _answer(tablet: Tablet, report: str, values: dict[str, Any], personal: str = "") -> None:
    private = {"private_value": personal} if personal else None
    tablet.change("answer", tablet.world.clock.uuid7(), {"report": report, **values}, "create", private)


def _photo(office: Office, tablet: Tablet, report: str, content: bytes) -> str:
    camera = Camera(office.client, tablet, report, content)
    assert camera.begin(first=content).headers["field-photo"] == "kept"
    tablet.change("photo", camera.record, {"caption": TOLD})
    tablet.push(office.client)
    return camera.record


def commands(page: str) -> str:
    """What the page on verifying tells to type."""
    return "\n".join(line[4:] for line in page.splitlines() if line.startswith("    "))


def verify(folder: Path) -> str:
    """Type what VERIFY.txt says, in a shell, and give what is bad. Nothing of ours takes part."""
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    assert not missing, (
        f"Install {', '.join(missing)}, on Debian by: apt-get install openssl coreutils findutils"
    )
    script = commands((folder / "VERIFY.txt").read_text(encoding="utf-8"))
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    return "\n".join(line for line in said if line.startswith("BAD") or "rror" in line or "FAILED" in line)


@pytest.mark.parametrize("edition", ["court", "employer"])
def test_a_bundle_is_verified_with_openssl_and_sha256sum_alone(
    case: Case, tmp_path: Path, edition: str
) -> None:
    folder = case.unpacked(edition, tmp_path / "bundle")
    assert verify(folder) == ""
    script = commands((folder / "VERIFY.txt").read_text(encoding="utf-8"))
    assert script == commands((folder / "VERIFY.ur.txt").read_text(encoding="utf-8"))
    # What is to be verified is there: else the loops above would find nothing bad in nothing.
    for pattern in ("batches/*.signed", "keys/device-*.pem", "reports/*/lines-device-*.ndjson"):
        assert list(folder.glob(pattern)), pattern
    assert len(list(folder.glob("reports/*/photos/*.server-sig"))) == (2 if edition == "court" else 1)


def test_a_flipped_byte_in_any_file_is_found(case: Case, tmp_path: Path) -> None:
    folder = case.unpacked("court", tmp_path / "bundle")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "VERIFY.txt")
    assert len(files) > 20
    for path in files:
        was = path.read_bytes()
        at = len(was) // 2
        path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :] if was else b"x")
        assert verify(folder), f"nobody saw that {path.relative_to(folder)} was altered"
        path.write_bytes(was)
    assert verify(folder) == ""
    (folder / "reports" / "more.txt").write_text("slipped in")
    assert "more.txt" in verify(folder)


def test_an_entry_that_no_tablet_signed_is_found_even_under_a_new_manifest(
    case: Case, tmp_path: Path
) -> None:
    """Whoever holds the server's key could sign another manifest, but no tablet's entries."""
    folder = case.unpacked("court", tmp_path / "bundle")
    (lines,) = folder.glob("reports/*/lines-device-*.ndjson")
    lines.write_bytes(lines.read_bytes().replace(b'"wage_rs":30001', b'"wage_rs":90001'))
    found = verify(folder)
    assert "no tablet signed this entry" in found


def test_an_entry_that_was_altered_in_the_database_is_bad_in_the_bundle(case: Case, tmp_path: Path) -> None:
    """Whoever owns the database raised a wage and put its hash right; the export signed the rest happily."""
    with case.office.world.store.write() as tx:
        rows = tx.execute(select(CHANGES).where(CHANGES.c.kind == "wage_line")).all()
        (row,) = [each for each in rows if b'"wage_rs":30001' in each.line]
        other = row.line.replace(b'"wage_rs":30001', b'"wage_rs":90001')
        mine = (CHANGES.c.device == row.device) & (CHANGES.c.seq == row.seq)
        tx.execute(update(CHANGES).where(mine).values(line=other, hash=digest(other)))
    for edition in ("court", "employer"):
        found = verify(case.unpacked(edition, tmp_path / edition))
        assert "without its signature" in found, edition
        assert "no tablet signed this entry" in found, edition


def test_what_is_slipped_in_under_the_manifests_name_or_without_a_line_end_is_found(
    case: Case, tmp_path: Path
) -> None:
    folder = case.unpacked("court", tmp_path / "bundle")
    more = folder / "reports" / "manifest.txt"
    more.write_text("slipped in")
    assert "manifest.txt" in verify(folder)
    more.unlink()
    (lines,) = folder.glob("reports/*/lines-device-*.ndjson")
    lines.write_bytes(lines.read_bytes() + b'{"wage_rs":90001}')
    assert "no tablet signed this entry" in verify(folder)


def test_a_case_with_a_visit_of_another_district_is_for_who_holds_both(case: Case) -> None:
    """An establishment was moved; what was told at a visit elsewhere went to who does not hold that place."""
    office, sukkur = case.office, case.office.work["sukkur"]
    visit = office.world.visit(case.establishment, "sukkur", sukkur.inspector, status="planned")
    sukkur.tablet.report(visit, [{"month": "2024-07", "wage_rs": 1}])
    sukkur.tablet.push(office.client)
    path = f"/api/flags/{case.establishment}/bundle"
    answer = office.post(path, "recovery_officer-korangi", {"edition": "court"})
    assert (answer.status_code, answer.json()["code"]) == (403, "no-right")
    assert "sukkur" in answer.json()["detail"]
    assert office.post(path, "directorate-None", {"edition": "court"}).status_code == 200


def texts(content: bytes) -> Iterator[bytes]:
    """A file's bytes; of a PDF also what its compressed parts hold, and the text that it draws."""
    yield content
    if content.startswith(b"%PDF"):
        for stream in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
            with contextlib.suppress(zlib.error):
                yield zlib.decompress(stream[1])
        yield pdf_text.text(content).encode()


def found(folder: Path, words: list[str], pattern: str = "*") -> set[str]:
    """Those of some words that occur anywhere in a bundle's files."""
    read = [path.read_bytes() for path in folder.rglob(pattern) if path.is_file()]
    every = [text for each in read for text in texts(each)]
    return {word for word in words if any(word.encode() in text for text in every)}


def test_what_workers_said_is_in_no_byte_of_the_employers_edition(case: Case, tmp_path: Path) -> None:
    court = case.unpacked("court", tmp_path / "court")
    employer = case.unpacked("employer", tmp_path / "employer")
    secrets = [TOLD, SPOKEN, CNIC, WORKER, "interview", "21357", "21,357", "made_up_question"]
    # The words would be seen if they were there: the court has them, on its pages too.
    assert found(court, secrets) == set(secrets)
    assert found(court, secrets, "report.*.pdf") >= {TOLD, SPOKEN, CNIC, WORKER, "21,357"}
    assert found(employer, secrets) == set()
    assert found(employer, ["30,001", "Mill of korangi"], "report.en.pdf") == {"30,001", "Mill of korangi"}


def test_the_employers_pages_are_set_from_nothing_that_was_said(case: Case, monkeypatch) -> None:
    """What typst is given, before it turns letters into glyphs."""
    given: list[str] = []
    from field.evidence import contents

    def note(template: str, data: Any) -> bytes:
        given.append(repr(data))
        return b"%PDF"

    monkeypatch.setattr(contents.typesetting, "pdf", note)
    assert case.ask("employer").status_code == 200
    said = "".join(given)
    assert "30,001" in said
    for word in (TOLD, SPOKEN, CNIC, WORKER, MET, "21,357", "made_up_question"):
        assert word not in said


def test_the_photo_of_somebody_who_spoke_stays_out_and_others_lose_their_notes(
    case: Case, tmp_path: Path
) -> None:
    court = case.unpacked("court", tmp_path / "court")
    employer = case.unpacked("employer", tmp_path / "employer")
    originals = {path.read_bytes() for path in court.glob("reports/*/photos/*-original.jpg")}
    assert originals == {case.gate, case.worker}
    (copy,) = employer.glob("reports/*/photos/*-copy.jpg")
    bare, gate = Image.open(copy), Image.open(io.BytesIO(case.gate))
    assert TOLD.encode() not in copy.read_bytes()
    assert bare.tobytes() == gate.tobytes()
    assert not bare.getexif()


def test_what_is_left_out_stands_there_by_its_hash(case: Case, tmp_path: Path) -> None:
    employer = case.unpacked("employer", tmp_path / "employer")
    (entries,) = employer.glob("reports/*/entries.csv")
    rows = entries.read_text().splitlines()[1:]
    assert {row.split(",")[4] for row in rows} == {"yes", "no"}
    court = case.unpacked("court", tmp_path / "court")
    (every,) = court.glob("reports/*/entries.csv")
    hashes = [row.split(",")[3] for row in rows]
    assert hashes == [row.split(",")[3] for row in every.read_text().splitlines()[1:]]


def test_the_same_bundle_twice_has_the_same_bytes_but_for_when_it_was_made(
    case: Case, tmp_path: Path
) -> None:
    first = case.unpacked("court", tmp_path / "first")
    case.office.world.clock.advance(60_000)
    second = case.unpacked("court", tmp_path / "second")
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert names == {path.relative_to(second) for path in second.rglob("*") if path.is_file()}
    differ = {str(name) for name in names if (first / name).read_bytes() != (second / name).read_bytes()}
    assert differ - {f"reports/{case.report}/audit.ndjson"} == {
        "bundle.json",
        "manifest.sha256",
        "manifest.sig",
    }


def test_an_export_is_written_down_with_its_edition_and_manifest(case: Case, tmp_path: Path) -> None:
    import hashlib

    from field.store.audit import NOTES
    from field.sync import audit

    folder = case.unpacked("employer", tmp_path / "employer")
    with case.office.world.store.read() as tx:
        notes = [
            audit.noted(bytes(body))
            for body in tx.execute(NOTES.select()).mappings().all()
            for body in [body["body"]]
        ]
    begun, whole = [each for each in notes if each.act == "exported"]
    assert (begun.facts["edition"], begun.facts["step"]) == ("employer", "begun")
    manifest = hashlib.sha256((folder / "manifest.sha256").read_bytes()).hexdigest()
    assert whole.facts["manifest"] == manifest
    assert begun.by == whole.by is not None
    assert case.report in begun.about


def test_a_case_has_the_reports_of_its_days(case: Case) -> None:
    path = f"/api/flags/{case.establishment}/bundle"
    answer = case.office.post(path, "directorate-None", {"edition": "court"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = msgspec.json.decode(archive.read("bundle.json"))
        assert "figures.ur.pdf" in archive.namelist()
    assert len(told["reports"]) == 2
    days = {"first_day": "2019-01-01", "last_day": "2019-12-31"}
    nothing = case.office.post(path, "directorate-None", {"edition": "court", **days})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not-found")


def test_only_who_recovers_or_directs_takes_evidence_away(case: Case) -> None:
    for login in (
        "supervisor-korangi",
        "administrator-korangi",
        "recovery_officer-sukkur",
        "directorate-sukkur",
    ):
        answer = case.ask("employer", login)
        assert (answer.status_code, answer.json()["code"]) == (403, "no-right"), login


def test_custody_tells_who_captured_what_and_when_it_came(case: Case) -> None:
    answer = case.office.get(f"/api/reports/{case.report}/custody", "supervisor-korangi")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    kinds = [each["kind"] for each in told["captured"]]
    assert kinds == ["report", "photo", "photo"]
    assert {each["by_name"] for each in told["captured"]} == {"Name of inspector"}
    assert all(each["bytes_ms"] for each in told["captured"][1:])
    elsewhere = case.office.get(f"/api/reports/{case.report}/custody", "supervisor-sukkur")
    assert elsewhere.json()["code"] == "no-right"


def test_custody_tells_who_looked_at_a_report_and_who_took_it_away(case: Case) -> None:
    told = case.office.get(f"/api/reports/{case.report}/custody", "supervisor-korangi").json()
    assert told["acts"] == []
    photo = told["captured"][1]["record"]
    for _ in range(3):  # a screen that is left open asks again and again
        case.office.get(f"/api/reports/{case.report}", "supervisor-korangi")
    case.office.get(f"/api/photos/{photo}", "supervisor-korangi")
    assert case.ask("employer").status_code == 200
    world = case.office.world
    audit_sealing.seal(world.store, world.clock.now_ms(), world.context.key.public)
    acts = case.office.get(f"/api/reports/{case.report}/custody", "supervisor-korangi").json()["acts"]
    acts = [each for each in acts if each["act"] != "photo-kept"]
    assert [(each["act"], each["step"]) for each in reversed(acts)] == [
        ("report-viewed", None),
        ("photo-viewed", None),
        ("exported", "begun"),
        ("exported", "whole"),
    ]
    assert acts[0]["edition"] == "employer"
    assert {each["by_name"] for each in acts} == {"Name of supervisor", "Name of recovery_officer"}


def test_the_audit_extract_tells_of_arrival_and_of_earlier_exports(case: Case, tmp_path: Path) -> None:
    world = case.office.world
    assert case.ask("court").status_code == 200
    audit_sealing.seal(world.store, world.clock.now_ms(), world.context.key.public)
    for edition in ("court", "employer"):
        (extract,) = case.unpacked(edition, tmp_path / edition).glob("reports/*/audit.ndjson")
        acts = [msgspec.json.decode(entry)["act"] for entry in extract.read_bytes().splitlines()]
        assert {"pushed", "exported"} <= set(acts)


def test_a_bundle_without_typefaces_says_what_to_do_before_an_answer_begins(case: Case, monkeypatch) -> None:
    from field.evidence import typesetting

    typesetting._fonts.cache_clear()
    monkeypatch.setattr(typesetting, "TYPEFACES", Path("nowhere"))
    answer = case.ask("court")
    typesetting._fonts.cache_clear()
    assert (answer.status_code, answer.json()["code"]) == (503, "storage-failed")
    assert "make pages" in answer.json()["detail"]


def test_an_erased_photo_leaves_its_hash_and_the_bundle_is_verified_all_the_same(
    case: Case, tmp_path: Path
) -> None:
    context = case.office.world.context
    told = case.office.get(f"/api/reports/{case.report}/custody", "supervisor-korangi").json()
    photo = next(each for each in told["captured"] if each["kind"] == "photo")
    erasing.erase(context.store, context.clock, context.office, photo["record"], "asked for", "somebody")
    folder = case.unpacked("court", tmp_path / "court")
    assert verify(folder) == ""
    assert len(list(folder.glob("reports/*/photos/*-original.jpg"))) == 1
    (page,) = folder.glob("reports/*/report.en.pdf")
    drawn = pdf_text.text(page.read_bytes())
    assert "erased; its hash is left" in drawn
    assert photo["sha256"] in drawn
