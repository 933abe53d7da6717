"""The words of a bundle's documents, in English and Urdu: headings, labels, the names of fields."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Language = Literal["en", "ur"]
LANGUAGES: tuple[Language, ...] = ("en", "ur")


class DocumentWords(msgspec.Struct, frozen=True, kw_only=True):
    """Every word on a report's pages."""

    report: str
    court: str
    employer: str
    establishment: str
    registration: str
    address: str
    visit: str
    inspector: str
    captured: str
    device: str
    received: str
    found: str
    answers: str
    not_answered: str
    wage_lines: str
    no_wage_lines: str
    more_wage_lines: str
    month: str
    worker: str
    cnic: str
    days: str
    wage: str
    declared: str
    card: str
    remarks: str
    photos: str
    no_photos: str
    file: str
    taken: str
    place: str
    awaited: str
    erased: str
    original_hash: str
    findings: str
    no_findings: str
    section: str
    assessment_remarks: str
    entries: str
    entries_told: str
    left_out: str
    copies: str
    withdrawn: str
    disputed: str
    yes: str
    comma: str
    no: str
    nothing: str
    page: str
    men: str
    women: str
    total: str
    figures: str
    owed: str
    provisional: str
    law: str
    fields: Mapping[str, str]
    statuses: Mapping[str, str]


ENGLISH = DocumentWords(
    report="Inspection report",
    court="Edition for the court: complete",
    employer="Edition for the employer",
    establishment="Establishment",
    registration="Registration",
    address="Address",
    visit="Visit",
    inspector="Inspector",
    captured="Captured",
    device="Tablet",
    received="Received",
    found="What was found",
    answers="Answers",
    not_answered="not answered",
    wage_lines="Wage lines",
    no_wage_lines="No wage lines were taken down.",
    more_wage_lines="There are {count} wage lines. Those after the first {first} are in {files}.",
    month="Month",
    worker="Worker",
    cnic="CNIC",
    days="Days",
    wage="Wage, Rs",
    declared="Declared, Rs",
    card="Card",
    remarks="Remarks",
    photos="Photos",
    no_photos="No photos were taken.",
    file="File",
    taken="Taken",
    place="Place",
    awaited="not in this bundle",
    erased="erased; its hash is left",
    original_hash="SHA-256 of the original",
    findings="What speaks against the employer",
    no_findings="Nothing was found to speak against the employer.",
    section="Provision",
    assessment_remarks="Remarks of the assessment",
    entries="Entries and signatures",
    entries_told="Entries from tablet {device}: {count}. They are in {file}, as captured and signed.",
    left_out="{count} entries are left out of this edition; their hashes are in entries.csv.",
    copies="Pictures are copies without the camera's notes; the hash of each original is beside it.",
    withdrawn="withdrawn",
    disputed="in dispute",
    yes="yes",
    comma=", ",
    no="no",
    nothing="nothing",
    page="Page {page} of {pages}",
    men="men",
    women="women",
    total="total",
    figures="How the figures come about",
    owed="Owed on {day}",
    provisional="The figure is provisional.",
    law="Dated rows of the law",
    fields={
        "months_checked": "Months checked",
        "months_paid": "Months found paid",
        "headcount": "People at work",
        "records_produced": "Records produced",
        "records_refused": "Records refused",
        "person_met": "Person met",
        "place": "Place of the report",
        "remarks": "Remarks",
        "checklist": "Checklist",
        "checklist_note": "Note on the checklist",
        "status": "Outcome of the visit",
        "due": "Planned for",
        "check_in_ms": "Arrival",
        "check_out_ms": "Departure",
        "minutes_on_site": "Minutes on site",
        "documents_seen": "Documents seen",
        "notes": "Notes on the visit",
    },
    statuses={
        "planned": "planned",
        "started": "begun",
        "done": "carried out",
        "refused": "entry refused",
        "not_found": "not found",
    },
)

URDU = DocumentWords(
    report="معائنے کی رپورٹ",
    court="عدالت کے لیے نسخہ: مکمل",
    employer="آجر کے لیے نسخہ",
    establishment="ادارہ",
    registration="رجسٹریشن",
    address="پتہ",
    visit="دورہ",
    inspector="انسپکٹر",
    captured="درج کی گئی",
    device="ٹیبلٹ",
    received="موصول ہوئی",
    found="کیا پایا گیا",
    answers="جوابات",
    not_answered="جواب نہیں دیا گیا",
    wage_lines="اجرت کی سطریں",
    no_wage_lines="اجرت کی کوئی سطر درج نہیں کی گئی۔",
    more_wage_lines="اجرت کی کل {count} سطریں ہیں۔ پہلی {first} کے بعد کی سطریں {files} میں ہیں۔",
    month="مہینہ",
    worker="کارکن",
    cnic="شناختی کارڈ",
    days="دن",
    wage="اجرت، روپے",
    declared="ظاہر کردہ، روپے",
    card="کارڈ",
    remarks="کیفیت",
    photos="تصاویر",
    no_photos="کوئی تصویر نہیں لی گئی۔",
    file="فائل",
    taken="لی گئی",
    place="مقام",
    awaited="اس بنڈل میں نہیں",
    erased="مٹا دی گئی؛ اس کا ہیش باقی ہے",
    original_hash="اصل کا SHA-256",
    findings="آجر کے خلاف کیا ہے",
    no_findings="آجر کے خلاف کچھ نہیں پایا گیا۔",
    section="دفعہ",
    assessment_remarks="تشخیص پر کیفیت",
    entries="اندراجات اور دستخط",
    entries_told="ٹیبلٹ {device} کے اندراجات: {count}۔ یہ {file} میں اسی طرح ہیں جیسے درج اور دستخط ہوئے۔",
    left_out="{count} اندراجات اس نسخے میں شامل نہیں؛ ان کے ہیش entries.csv میں ہیں۔",
    copies="تصاویر کیمرے کی معلومات کے بغیر نقول ہیں؛ ہر اصل کا ہیش اس کے ساتھ ہے۔",
    withdrawn="واپس لی گئی",
    disputed="متنازع",
    yes="ہاں",
    comma="، ",
    no="نہیں",
    nothing="کچھ نہیں",
    page="صفحہ {page} از {pages}",
    men="مرد",
    women="خواتین",
    total="کل",
    figures="یہ رقوم کیسے بنیں",
    owed="{day} کو واجب الادا",
    provisional="یہ رقم عارضی ہے۔",
    law="قانون کی تاریخ وار سطریں",
    fields={
        "months_checked": "جانچے گئے مہینے",
        "months_paid": "ادا شدہ پائے گئے مہینے",
        "headcount": "کام پر موجود افراد",
        "records_produced": "پیش کردہ ریکارڈ",
        "records_refused": "ریکارڈ دینے سے انکار",
        "person_met": "جس سے ملاقات ہوئی",
        "place": "رپورٹ کا مقام",
        "remarks": "کیفیت",
        "checklist": "چیک لسٹ",
        "checklist_note": "چیک لسٹ پر نوٹ",
        "status": "دورے کا نتیجہ",
        "due": "مقررہ تاریخ",
        "check_in_ms": "آمد",
        "check_out_ms": "روانگی",
        "minutes_on_site": "موقع پر منٹ",
        "documents_seen": "دیکھی گئی دستاویزات",
        "notes": "دورے پر نوٹ",
    },
    statuses={
        "planned": "طے شدہ",
        "started": "شروع",
        "done": "مکمل",
        "refused": "داخلے سے انکار",
        "not_found": "نہیں ملا",
    },
)

WORDS: Mapping[Language, DocumentWords] = {"en": ENGLISH, "ur": URDU}


def plain(words: DocumentWords) -> dict[str, Any]:
    """The words as the templates take them."""
    found: dict[str, Any] = msgspec.to_builtins(words)
    return found
