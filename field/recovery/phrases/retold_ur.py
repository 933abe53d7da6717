"""The sentences of assessments and flags in Urdu: each as it is kept in English, and as it is retold.

In the English ones `(s)` is an ending that may be there, `(was/were)` one of two words, and `{name:kind}` a
value (`field.recovery.retelling`). A sentence that is missing here stays English: tests tell which are.
"""

from collections.abc import Mapping

PIECES: tuple[tuple[str, str], ...] = (
    # Reasons of an assessment.
    (
        "No contribution was paid for {m:months}, and there are no wage lines to work out what is owed.",
        "{m} کی کنٹری بیوشن ادا نہیں ہوئی، اور واجب رقم نکالنے کے لیے اجرت کی کوئی سطر نہیں۔",
    ),
    ("No contribution was paid for {m:months}.", "{m} کی کنٹری بیوشن ادا نہیں ہوئی۔"),
    ("For {n:n} worker(s), {how:how}, {a:rs} is owed.", "{n} کارکنوں کے لیے، {how}، {a} واجب ہیں۔"),
    ("{n:n} worker(s) (was/were) not registered in {m:months}.", "{m} میں {n} کارکن رجسٹرڈ نہیں تھے۔"),
    (
        "Their contribution is counted with the unpaid months.",
        "ان کی کنٹری بیوشن غیر ادا شدہ مہینوں میں شمار ہے۔",
    ),
    (
        "Their contribution in paid months, {how:how}, comes to {a:rs}.",
        "ادا شدہ مہینوں میں ان کی کنٹری بیوشن، {how}، {a} بنتی ہے۔",
    ),
    (
        "The wages of {n:n} worker(s) were declared {a:rs} too low in {m:months}.",
        "{m} میں {n} کارکنوں کی اجرت {a} کم ظاہر کی گئی۔",
    ),
    (
        "By {how:how}, nothing is added for paid months.",
        "{how} کے حساب سے ادا شدہ مہینوں میں کچھ نہیں بڑھتا۔",
    ),
    (
        "The difference in contribution for paid months, {how:how}, comes to {a:rs}.",
        "ادا شدہ مہینوں کی کنٹری بیوشن کا فرق، {how}، {a} بنتا ہے۔",
    ),
    (
        "{n:n} worker(s) (was/were) paid less than the minimum wage in {m:months}.",
        "{m} میں {n} کارکنوں کو کم از کم اجرت سے کم ملا۔",
    ),
    ("No contribution is claimed on what is missing.", "کمی پر کوئی کنٹری بیوشن نہیں مانگی جاتی۔"),
    (
        "The contribution on what is missing, {how:how}, comes to {a:rs}.",
        "کمی پر کنٹری بیوشن، {how}، {a} بنتی ہے۔",
    ),
    (
        "The wage records were refused. What is owed beyond the wage lines is a matter for the hearing.",
        "اجرت کا ریکارڈ دکھانے سے انکار کیا گیا۔ اجرت کی سطروں سے زائد واجبات سماعت میں طے ہوں گے۔",
    ),
    # What else to know before signing.
    (
        "Nothing is counted for {m:months}: unpaid, but without wage lines.",
        "{m} کے لیے کچھ شمار نہیں: ادائیگی نہیں ہوئی مگر اجرت کی سطریں نہیں ہیں۔",
    ),
    (
        "No minimum wage is on file for {m:months}: wages were not compared with it.",
        "{m} کی کم از کم اجرت درج نہیں: اجرتوں کا اس سے موازنہ نہیں ہوا۔",
    ),
    (
        "No limit of coverage is on file for {m:months}: every worker is taken as coverable.",
        "{m} کی شمولیت کی حد درج نہیں: ہر کارکن قابلِ شمولیت سمجھا گیا۔",
    ),
    (
        "{n:n} wage line(s) above the limit of coverage: registration is not required.",
        "اجرت کی {n} سطریں شمولیت کی حد سے اوپر: رجسٹریشن لازم نہیں۔",
    ),
    (
        (
            "{n:n} wage line(s) above the limit of coverage, and nobody noted whether the worker is "
            "registered: "
            "nothing is counted ({ids:any}). Ask, and note it."
        ),
        (
            "اجرت کی {n} سطریں شمولیت کی حد سے اوپر ہیں، اور درج نہیں کہ کارکن رجسٹرڈ ہے یا نہیں: "
            "کچھ شمار نہیں "
            "کیا گیا ({ids})۔ پوچھیں اور درج کریں۔"
        ),
    ),
    (
        (
            "{n:n} wage line(s) with a declared wage for a worker noted as not registered "
            "({ids:any}): the whole "
            "contribution is counted. Check what was paid."
        ),
        (
            "اجرت کی {n} سطروں میں غیر رجسٹرڈ کارکن کی ظاہر کردہ اجرت لکھی ہے ({ids}): پوری کنٹری "
            "بیوشن شمار کی "
            "گئی۔ دیکھیں کیا ادا ہوا تھا۔"
        ),
    ),
    (
        "{n:n} people were counted at work; {m:months} has lines for {k:n}.",
        "کام پر {n} افراد گنے گئے؛ {m} میں {k} کی سطریں ہیں۔",
    ),
    (
        "{n:n} wage line(s) left out, of months not checked: {m:months}.",
        "اجرت کی {n} سطریں چھوڑ دی گئیں، ان مہینوں کی جو نہیں دیکھے گئے: {m}۔",
    ),
    (
        (
            "{n:n} wage line(s) left out: the same worker has another line in that month, and only "
            "one of them counts."
        ),
        (
            "اجرت کی {n} سطریں چھوڑ دی گئیں: اسی کارکن کی اس مہینے میں ایک اور سطر ہے، اور ان میں سے "
            "ایک ہی شمار ہوتی ہے۔"
        ),
    ),
    (
        "They differ: decide which is right ({ids:any}).",
        "دونوں الگ بات کہتی ہیں: طے کریں کون سی درست ہے ({ids})۔",
    ),
    ("They say the same ({ids:any}).", "دونوں ایک ہی بات کہتی ہیں ({ids})۔"),
    (
        "No rate of contribution is on file for {m:months}: the month is left out. Add it and assess again.",
        "{m} کی کنٹری بیوشن کی شرح درج نہیں: مہینہ چھوڑ دیا گیا۔ شرح درج کر کے دوبارہ حساب کریں۔",
    ),
    (
        (
            "No rule for the base of the contribution is on file for {m:months}: the month is left "
            "out. Add it "
            "and assess again."
        ),
        (
            "{m} کے لیے یہ قاعدہ درج نہیں کہ کنٹری بیوشن کس اجرت پر ہے: مہینہ چھوڑ دیا گیا۔ قاعدہ "
            "درج کر کے دوبارہ "
            "حساب کریں۔"
        ),
    ),
    (
        (
            "The contribution of {m:months} is due on {b:base}, which is not on file: the month is "
            "left out. Add "
            "it and assess again."
        ),
        "{m} کی کنٹری بیوشن {b} پر واجب ہے، جو درج نہیں: مہینہ چھوڑ دیا گیا۔ اسے درج کر کے دوبارہ حساب کریں۔",
    ),
    (
        "{a:rs} for 0 days: the month's limit was taken. Look at the days.",
        "{a} مگر دن 0: مہینے کی حد لی گئی۔ دن دیکھ لیں۔",
    ),
    (
        "{a:rs} paid by the day, but no days are noted: the month's limit was taken.",
        "{a} یومیہ اجرت ہے مگر دن درج نہیں: مہینے کی حد لی گئی۔",
    ),
    (
        (
            "{m:months} (lies/lie) more than {n:n} year(s) before the check of {d:day} {row:row}. "
            "Decide whether "
            "these months can be claimed."
        ),
        (
            "{m} معائنے ({d}) سے {n} سال سے زیادہ پہلے کے ہیں {row}۔ طے کریں کہ ان مہینوں کا مطالبہ "
            "ہو سکتا ہے یا "
            "نہیں۔"
        ),
    ),
    (
        (
            "The records were checked {n:n} time(s) within a year, up to {d:day}; the check before was on "
            "{e:day}. {k:n} a year is allowed {row:row}. Decide whether this check can be relied on."
        ),
        (
            "{d} تک ایک سال میں ریکارڈ {n} بار دیکھا گیا؛ اس سے پہلے {e} کو۔ سال میں {k} بار کی "
            "اجازت ہے {row}۔ طے "
            "کریں کہ اس معائنے پر بھروسا ہو سکتا ہے یا نہیں۔"
        ),
    ),
    # Answers to a checklist.
    (
        "{n:n} required question(s) of the checklist {c:any} (is/are) not answered: {what:known}.",
        "چیک لسٹ {c} کے {n} لازمی سوالوں کا جواب نہیں دیا گیا: {what}۔",
    ),
    (
        "The checklist {c:any} does not ask {what:any}: these answers are kept and not judged.",
        "چیک لسٹ {c} میں {what} کا سوال نہیں: یہ جواب محفوظ ہیں مگر جانچے نہیں گئے۔",
    ),
    (
        "{n:n} answer(s) in dispute: {what:any}. The earliest counts until the supervisor decides.",
        "{n} جواب متنازع ہیں: {what}۔ سپروائزر کے فیصلے تک سب سے پہلا شمار ہو گا۔",
    ),
    (
        "{what:known} was answered twice, and differently. The later answer counts; both are kept.",
        "{what} کا جواب دو بار اور مختلف دیا گیا۔ بعد والا شمار ہو گا؛ دونوں محفوظ ہیں۔",
    ),
    (
        "The answer to {what:known} cannot be: it does not fit the question.",
        "{what} کا جواب درست نہیں: سوال سے میل نہیں کھاتا۔",
    ),
    (
        "{n:n} answer(s) to a checklist, but the report names none: they are kept and not judged.",
        "چیک لسٹ کے {n} جواب ہیں مگر رپورٹ کوئی چیک لسٹ نہیں بتاتی: محفوظ ہیں مگر جانچے نہیں گئے۔",
    ),
    # Flags.
    (
        "Of these months a later report speaks for all but {m:months}.",
        "ان میں سے {m} کے سوا تمام مہینوں کے لیے بعد کی رپورٹ شمار ہوتی ہے۔",
    ),
    (
        "{a:rs} of these months was paid by the office's records; {b:rs} is open.",
        "دفتر کے ریکارڈ کے مطابق ان مہینوں کے {a} ادا ہوئے؛ {b} باقی ہیں۔",
    ),
    (
        (
            "By the schedules of {m:months} {a:rs} is due, the last of it since {d:day}, and no "
            "payment is left "
            "for any of it."
        ),
        "{m} کے شیڈول کے مطابق {a} واجب ہیں، آخری حصہ {d} سے، اور اس کے لیے کوئی ادائیگی باقی نہیں۔",
    ),
    (
        "By the schedules of {m:months} {a:rs} is due; payments settle {b:rs} of it, {c:rs} is short.",
        "{m} کے شیڈول کے مطابق {a} واجب ہیں؛ ادائیگیوں سے {b} بے باق ہوئے، {c} کم ہیں۔",
    ),
    (
        (
            "The schedules of {m:months} say a contribution of {a:rs}; by the law of those months it "
            "is {b:rs}, "
            "{c:rs} more."
        ),
        "{m} کے شیڈول میں کنٹری بیوشن {a} لکھی ہے؛ ان مہینوں کے قانون کے مطابق {b} ہے، {c} زیادہ۔",
    ),
    (
        (
            "Payments came late or short, and the increase for delay was not paid with them: by the ledger, "
            "something of {m:months} is open beyond what other flags say."
        ),
        (
            "ادائیگیاں دیر سے یا کم ہوئیں، اور تاخیر کا اضافہ ساتھ ادا نہیں ہوا: کھاتے کے مطابق {m} "
            "کا کچھ حصہ دوسرے "
            "نشانوں کے علاوہ بھی باقی ہے۔"
        ),
    ),
    (
        (
            "The last schedule is of {m:months}, for {n:n} worker(s); none came for {k:months}. The "
            "unit is not "
            "known to have closed."
        ),
        "آخری شیڈول {m} کا ہے، {n} کارکنوں کے لیے؛ {k} کا کوئی نہیں آیا۔ ادارے کے بند ہونے کی اطلاع نہیں۔",
    ),
    (
        "Others sent their schedules of {m:months}; this employer has never sent any.",
        "دوسروں نے {m} کے شیڈول بھیجے؛ اس آجر نے کبھی نہیں بھیجا۔",
    ),
    (
        "{list:returned}: such a payment settles nothing.",
        "{list}: ایسی ادائیگی سے کچھ بے باق نہیں ہوتا۔",
    ),
    (
        "A report noted {m:months} as paid: ask for the challan.",
        "ایک رپورٹ میں {m} ادا شدہ لکھا ہے: چالان مانگیں۔",
    ),
    ("Looked at anew because of {what:causes}.", "دوبارہ دیکھنے کی وجہ: {what}۔"),
    ("Raised with {a:rs} of contribution.", "{a} کنٹری بیوشن کے ساتھ نشان لگا۔"),
    ("Raised again with {a:rs} of contribution.", "{a} کنٹری بیوشن کے ساتھ دوبارہ نشان لگا۔"),
    ("From {a:rs} of contribution to {b:rs} of contribution.", "کنٹری بیوشن {a} سے {b} ہو گئی۔"),
    (
        "The reasons or the evidence differ; the amount stays {a:rs} of contribution.",
        "وجوہ یا ثبوت بدلے ہیں؛ رقم وہی ہے: {a} کنٹری بیوشن۔",
    ),
    (
        "Nothing of {a:rs} of contribution is left under this rule.",
        "{a} کنٹری بیوشن میں سے اس نشان کے تحت کچھ باقی نہیں۔",
    ),
    ("What the rule looks for is no longer there.", "جس بات پر نشان لگا تھا وہ اب نہیں رہی۔"),
)

CAUSES: Mapping[str, str] = {
    "a new report": "نئی رپورٹ",
    "a report or wage line that was corrected": "رپورٹ یا اجرت کی سطر کی درستی",
    "a row of the law that was added": "قانون کی نئی شق",
    "a rule of flagging that was changed": "نشان کے قاعدے میں تبدیلی",
    "schedules that were taken in": "نئے شیڈول",
    "payments that were taken in or came back": "نئی یا واپس آئی ادائیگیاں",
    "the register's entry that was changed": "رجسٹر کے اندراج میں تبدیلی",
    "a day that passed": "ایک اور دن گزرنا",
}
"""Why flags are looked at again, by the English words for it."""

BASES: Mapping[str, str] = {
    "the wage up to the highest that counts (contribution_base_limit_rs_month)": "مقررہ حد تک کی اجرت",
    "the wage up to the minimum wage": "کم از کم اجرت تک کی اجرت",
    "the wage up to the limit of coverage": "شمولیت کی حد تک کی اجرت",
}
"""On what a contribution is due, by the English words for it."""

MONTHS = (
    "جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
)  # fmt: skip

HOW, HOW_UP_TO = "اجرت کا {percent} فیصد", "{up_to} تک کی اجرت کا {percent} فیصد"
RETURNED = "{day} کے {amount} {back} کو واپس آ گئے"
LONG_MONTH = "{month} میں {days} دن ہیں"
ROW, ROW_UNCONFIRMED = "(شق {id})", "(شق {id}، غیر مصدقہ)"
AND = " اور "
