"""What the page on a receipt says, in English and Urdu."""

from collections.abc import Mapping

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One language. `verdicts`: a heading and a sentence for each state or fault; `asked`: to type one."""

    verdicts: Mapping[str, tuple[str, str]]
    asked: tuple[str, str]
    check: str
    report: str
    establishment: str
    registration: str
    tablet: str
    received: str
    key: str
    ends: str
    changed: str
    erased: str
    offline: str


EN = Words(
    verdicts={
        "as-received": (
            "This receipt is genuine",
            "The office received this report as the receipt says, and nothing in it was changed since.",
        ),
        "added-to": (
            "This receipt is genuine; entries were added since",
            "What the receipt attests is unchanged. Further entries were added to the report later.",
        ),
        "corrected": (
            "This receipt is genuine; the report was corrected since",
            "What the receipt attests was received. Some of it was corrected later; both are kept.",
        ),
        "withdrawn": (
            "This receipt is genuine; the report was withdrawn since",
            "What the receipt attests was received. The office or the inspector has withdrawn it later.",
        ),
        "disputed": (
            "This receipt is genuine; whether the report stands is being decided",
            "The report was withdrawn while others worked on it. A supervisor decides.",
        ),
        "not-here": (
            "This receipt was signed by this office, but the report is not here",
            "Keep the receipt and tell the office: a report that was received must be found.",
        ),
        "not-issued": (
            "This receipt was signed by this office's key, but is not in its records",
            "Keep the receipt and tell the office. It may be older than a restored copy of its records.",
        ),
        "not-a-receipt": (
            "This is no receipt",
            "A receipt has 200 letters and digits. Compare what was typed with the paper, or scan it again.",
        ),
        "unknown-key": (
            "This is no receipt of this office",
            "It names a key that this office never had. Another office may know it.",
        ),
        "bad-signature": (
            "This receipt does not hold",
            "Its signature does not fit what it says: it was mistyped, or this office did not make it.",
        ),
        "key-revoked": (
            "This receipt is not valid",
            "The key that signed it was revoked before the time that it names. Ask the office for a new one.",
        ),
        "key-ended": (
            "This receipt is not valid",
            "The key that signed it was no longer in use at the time that it names. Ask the office.",
        ),
    },
    asked=(
        "Check a receipt",
        "Type the 200 letters and digits. Blanks, dashes and small letters do no harm.",
    ),
    check="Check",
    report="Report",
    establishment="Establishment, end of its number in the register",
    registration="Registration number",
    tablet="Tablet, end of its number",
    received="Received by the office",
    key="Key",
    ends="ends in",
    changed="{corrected} entries corrected it since, {added} were added.",
    erased="Personal values of {erased} entries were erased since, as the law on keeping them asks.",
    offline="Anybody can check a receipt without this page, with the office's published key and openssl.",
)

UR = Words(
    verdicts={
        "as-received": (
            "یہ رسید اصلی ہے",
            "دفتر کو یہ رپورٹ رسید کے مطابق ملی، اور اس کے بعد اس میں کچھ نہیں بدلا گیا۔",
        ),
        "added-to": (
            "یہ رسید اصلی ہے؛ بعد میں اندراجات بڑھائے گئے",
            "رسید جس کی گواہی دیتی ہے وہ جوں کا توں ہے۔ بعد میں رپورٹ میں مزید اندراجات شامل ہوئے۔",
        ),
        "corrected": (
            "یہ رسید اصلی ہے؛ رپورٹ کی بعد میں تصحیح ہوئی",
            "رسید جس کی گواہی دیتی ہے وہ موصول ہوا تھا۔ بعد میں کچھ حصے کی تصحیح ہوئی؛ دونوں محفوظ ہیں۔",
        ),
        "withdrawn": (
            "یہ رسید اصلی ہے؛ رپورٹ بعد میں واپس لی گئی",
            "رسید جس کی گواہی دیتی ہے وہ موصول ہوا تھا۔ دفتر یا انسپکٹر نے اسے بعد میں واپس لے لیا۔",
        ),
        "disputed": (
            "یہ رسید اصلی ہے؛ رپورٹ قائم ہے یا نہیں، اس کا فیصلہ ہو رہا ہے",
            "رپورٹ واپس لی گئی جب کہ دوسرے اس پر کام کر رہے تھے۔ فیصلہ نگران کرے گا۔",
        ),
        "not-here": (
            "اس رسید پر اسی دفتر کے دستخط ہیں، مگر رپورٹ یہاں نہیں ہے",
            "رسید سنبھال کر رکھیں اور دفتر کو بتائیں: جو رپورٹ موصول ہوئی وہ ملنی چاہیے۔",
        ),
        "not-issued": (
            "اس رسید پر اسی دفتر کی کلید کے دستخط ہیں، مگر یہ اس کے ریکارڈ میں نہیں",
            "رسید سنبھال کر رکھیں اور دفتر کو بتائیں۔ شاید یہ ریکارڈ کی بحال شدہ نقل سے پہلے کی ہو۔",
        ),
        "not-a-receipt": (
            "یہ رسید نہیں ہے",
            "رسید میں 200 حروف اور ہندسے ہوتے ہیں۔ لکھے ہوئے کا کاغذ سے موازنہ کریں، یا دوبارہ سکین کریں۔",
        ),
        "unknown-key": (
            "یہ اس دفتر کی رسید نہیں ہے",
            "اس میں ایسی کلید کا نام ہے جو اس دفتر کے پاس کبھی نہیں تھی۔ شاید کوئی اور دفتر اسے جانتا ہو۔",
        ),
        "bad-signature": (
            "یہ رسید درست نہیں",
            "اس کے دستخط اس کی تحریر سے نہیں ملتے: یا تو غلط لکھی گئی، یا اس دفتر نے نہیں بنائی۔",
        ),
        "key-revoked": (
            "یہ رسید معتبر نہیں",
            "جس کلید نے اس پر دستخط کیے وہ اس وقت سے پہلے منسوخ ہو چکی تھی۔ دفتر سے نئی رسید مانگیں۔",
        ),
        "key-ended": (
            "یہ رسید معتبر نہیں",
            "جس کلید نے اس پر دستخط کیے وہ اس وقت استعمال میں نہیں تھی۔ دفتر سے پوچھیں۔",
        ),
    },
    asked=(
        "رسید کی جانچ",
        "200 حروف اور ہندسے لکھیں۔ خالی جگہ، لکیر یا چھوٹے حروف سے فرق نہیں پڑتا۔",
    ),
    check="جانچیں",
    report="رپورٹ",
    establishment="ادارہ، رجسٹر میں اس کے نمبر کا آخری حصہ",
    registration="رجسٹریشن نمبر",
    tablet="ٹیبلٹ، اس کے نمبر کا آخری حصہ",
    received="دفتر کو موصول ہوئی",
    key="کلید",
    ends="آخری حصہ",
    changed="اس کے بعد {corrected} اندراجات نے اس کی تصحیح کی، {added} شامل ہوئے۔",
    erased="اس کے بعد {erased} اندراجات کی ذاتی معلومات مٹا دی گئیں، جیسا کہ انہیں رکھنے کا قانون کہتا ہے۔",
    offline="کوئی بھی شخص دفتر کی شائع شدہ کلید اور openssl سے، اس صفحے کے بغیر، رسید کی جانچ کر سکتا ہے۔",
)
