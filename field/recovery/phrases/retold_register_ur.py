"""The sentences of the wage-record check in Urdu (`retold_ur` says how a piece is written)."""

PIECES: tuple[tuple[str, str], ...] = (
    # The wage register by itself.
    ("{n:n} line(s) in {m:months}:", "{m} کی {n} سطروں میں:"),
    ("Compare with the card.", "کارڈ سے ملا لیں۔"),
    (
        "A spreadsheet has shortened this CNIC. Format the column as text and enter it again.",
        "اسپریڈ شیٹ نے شناختی نمبر مختصر کر دیا ہے۔ خانے کو متن بنا کر دوبارہ لکھیں۔",
    ),
    (
        "This is no CNIC: it has other signs than digits. It has 13 digits, as in {x:any}.",
        "یہ شناختی نمبر نہیں: اس میں ہندسوں کے سوا بھی کچھ ہے۔ 13 ہندسے ہوتے ہیں، جیسے {x}۔",
    ),
    (
        "This is no CNIC: it has {k:n} digits. It has 13 digits, as in {x:any}.",
        "یہ شناختی نمبر نہیں: اس میں {k} ہندسے ہیں۔ 13 ہوتے ہیں، جیسے {x}۔",
    ),
    (
        "This is no CNIC: the first digit is 1 to 8.",
        "یہ شناختی نمبر نہیں: پہلا ہندسہ 1 سے 8 تک ہوتا ہے۔",
    ),
    (
        (
            "{n:n} CNIC(s) (stands/stand) more than once in the register of a month ({m:months}), on {k:n} "
            "line(s): {a:n} under different names and {b:n} with different wages."
        ),
        (
            "رجسٹر میں {n} شناختی نمبر ایک ہی مہینے میں ایک سے زیادہ بار ہیں ({m})، {k} سطروں پر: "
            "{a} الگ ناموں سے "
            "اور {b} الگ اجرت کے ساتھ۔"
        ),
    ),
    (
        (
            "{n:n} CNIC(s) (stands/stand) more than once in the register of a month ({m:months}), on {k:n} "
            "line(s): {a:n} under different names."
        ),
        (
            "رجسٹر میں {n} شناختی نمبر ایک ہی مہینے میں ایک سے زیادہ بار ہیں ({m})، {k} سطروں پر: {a} "
            "الگ ناموں سے۔"
        ),
    ),
    (
        (
            "{n:n} CNIC(s) (stands/stand) more than once in the register of a month ({m:months}), on {k:n} "
            "line(s): {b:n} with different wages."
        ),
        (
            "رجسٹر میں {n} شناختی نمبر ایک ہی مہینے میں ایک سے زیادہ بار ہیں ({m})، {k} سطروں پر: "
            "{b} الگ اجرت کے "
            "ساتھ۔"
        ),
    ),
    (
        (
            "{n:n} CNIC(s) (stands/stand) more than once in the register of a month ({m:months}), on {k:n} "
            "line(s), each time with the same wage."
        ),
        (
            "رجسٹر میں {n} شناختی نمبر ایک ہی مہینے میں ایک سے زیادہ بار ہیں ({m})، {k} سطروں پر، ہر "
            "بار ایک ہی اجرت "
            "کے ساتھ۔"
        ),
    ),
    (
        (
            "{n:n} worker(s) of this register (stands/stand) also with another employer in the same month "
            "({m:months}): two jobs, a wrong CNIC, or a name that was lent."
        ),
        (
            "اس رجسٹر کے {n} کارکن اسی مہینے ({m}) کسی اور آجر کے ہاں بھی درج ہیں: دو نوکریاں، غلط "
            "شناختی نمبر، یا "
            "مستعار نام۔"
        ),
    ),
    (
        "{n:n} line(s) for {m:months}, and the visit was on {d:day}: that month had not begun.",
        "{m} کی {n} سطریں ہیں، اور معائنہ {d} کو ہوا: وہ مہینہ ابھی شروع نہیں ہوا تھا۔",
    ),
    (
        "{n:n} line(s) for {m:months}, before there was a contribution.",
        "{m} کی {n} سطریں، جب کنٹری بیوشن تھی ہی نہیں۔",
    ),
    (
        (
            "{n:n} line(s) for {m:months}, which the report does not name among the months checked: "
            "nothing is "
            "worked out for them."
        ),
        "{m} کی {n} سطریں، جو رپورٹ کے دیکھے گئے مہینوں میں نہیں: ان کا حساب نہیں کیا گیا۔",
    ),
    (
        "{n:n} line(s) with more days than the month has: {list:long_months}.",
        "{n} سطروں میں مہینے سے زیادہ دن ہیں: {list}۔",
    ),
    (
        "{n:n} line(s) with a wage of Rs 0 in {m:months}, {k:n} of them for days that were worked.",
        "{m} کی {n} سطروں میں اجرت Rs 0 ہے، ان میں سے {k} میں کام کے دن درج ہیں۔",
    ),
    ("{n:n} line(s) with a wage of Rs 0 in {m:months}.", "{m} کی {n} سطروں میں اجرت Rs 0 ہے۔"),
    (
        "{n:n} line(s) with a wage but 0 days in {m:months}: leave, or days left out?",
        "{m} کی {n} سطروں میں اجرت ہے مگر دن 0 ہیں: چھٹی تھی، یا دن چھوٹ گئے؟",
    ),
    (
        (
            "{n:n} line(s) with a full month's wage for few days in {m:months}. It may be paid "
            "leave; or days of "
            "work are left out of the register."
        ),
        (
            "{m} کی {n} سطروں میں کم دنوں کی پورے مہینے کی اجرت ہے۔ شاید تنخواہ کے ساتھ چھٹی تھی؛ یا "
            "رجسٹر میں کام "
            "کے دن کم لکھے گئے۔"
        ),
    ),
    (
        "{n:n} line(s) below the minimum wage for the days worked in {m:months}: together {a:rs} short.",
        "{m} کی {n} سطروں میں اجرت کام کے دنوں کی کم از کم اجرت سے کم ہے: کل {a} کی کمی۔",
    ),
    (
        (
            "{n:n} line(s) above the limit of coverage in {m:months}, with a card: covered before, they stay "
            "covered."
        ),
        "{m} کی {n} سطریں شمولیت کی حد سے اوپر، کارڈ کے ساتھ: پہلے شامل تھے، شامل رہیں گے۔",
    ),
    (
        (
            "{n:n} line(s) above the limit of coverage in {m:months}, without a card: they need not be "
            "registered."
        ),
        "{m} کی {n} سطریں شمولیت کی حد سے اوپر، کارڈ کے بغیر: رجسٹریشن لازم نہیں۔",
    ),
    (
        (
            "{n:n} line(s) above the limit of coverage in {m:months}, and whether they hold a card was not "
            "noted."
        ),
        "{m} کی {n} سطریں شمولیت کی حد سے اوپر، اور درج نہیں کہ کارڈ ہے یا نہیں۔",
    ),
    # The wage register beside schedules, payments and people.
    (
        "{m:months}: the register has {a:rs} for {n:n} line(s), the schedule {b:rs} for {k:n}.",
        "{m}: رجسٹر میں {n} سطروں کے {a} ہیں، شیڈول میں {k} کے {b}۔",
    ),
    ("{a:rs} of wages are not declared.", "{a} کی اجرت ظاہر نہیں کی گئی۔"),
    (
        "The schedule has {a:rs} more: were all lines of the register entered?",
        "شیڈول میں {a} زیادہ ہیں: کیا رجسٹر کی تمام سطریں درج ہوئیں؟",
    ),
    (
        "{n:n} worker(s) of the register not on the schedule of {m:months}, {k:n} of the lines with a card.",
        "رجسٹر کے {n} کارکن {m} کے شیڈول میں نہیں، جن میں سے {k} سطروں میں کارڈ ہے۔",
    ),
    (
        "{n:n} worker(s) of the register not on the schedule of {m:months}.",
        "رجسٹر کے {n} کارکن {m} کے شیڈول میں نہیں۔",
    ),
    (
        (
            "{n:n} worker(s) of the register not on the schedule of {m:months}, {k:n} of the lines "
            "with a card; "
            "but {j:n} line(s) of the schedule without a CNIC may be theirs."
        ),
        (
            "رجسٹر کے {n} کارکن {m} کے شیڈول میں نہیں، جن میں سے {k} سطروں میں کارڈ ہے؛ مگر شیڈول کی "
            "{j} سطریں جن پر "
            "شناختی نمبر نہیں، شاید انہی کی ہوں۔"
        ),
    ),
    (
        (
            "{n:n} worker(s) of the register not on the schedule of {m:months}; but {j:n} line(s) of the "
            "schedule without a CNIC may be theirs."
        ),
        (
            "رجسٹر کے {n} کارکن {m} کے شیڈول میں نہیں؛ مگر شیڈول کی {j} سطریں جن پر شناختی نمبر "
            "نہیں، شاید انہی کی "
            "ہوں۔"
        ),
    ),
    (
        (
            "{m:months}: {n:n} worker(s) on the schedule and not in the register ((line/lines) {ids:any} of "
            "{file:any})."
        ),
        "{m}: شیڈول کے {n} کارکن رجسٹر میں نہیں ({file} کی سطر {ids})۔",
    ),
    (
        "{n:n} line(s) of the register without a CNIC may be theirs.",
        "رجسٹر کی {n} سطریں جن پر شناختی نمبر نہیں، شاید انہی کی ہوں۔",
    ),
    ("Were all lines of the register entered?", "کیا رجسٹر کی تمام سطریں درج ہوئیں؟"),
    (
        (
            "{n:n} line(s) with a higher wage in the register than on the schedule of {m:months}: together "
            "{a:rs}."
        ),
        "{n} سطروں میں رجسٹر کی اجرت {m} کے شیڈول سے زیادہ ہے: کل {a}۔",
    ),
    (
        (
            "{n:n} line(s) with a lower wage in the register than on the schedule of {m:months}: together "
            "{a:rs}."
        ),
        "{n} سطروں میں رجسٹر کی اجرت {m} کے شیڈول سے کم ہے: کل {a}۔",
    ),
    (
        "{n:n} line(s) with other days of work than on the schedule of {m:months}.",
        "{n} سطروں میں کام کے دن {m} کے شیڈول سے مختلف ہیں۔",
    ),
    (
        (
            "{n:n} line(s) of {m:months} where the declared wage that was noted is not the one on "
            "the schedule "
            "on file: another version, or a slip."
        ),
        "{m} کی {n} سطروں میں لکھی گئی ظاہر کردہ اجرت ریکارڈ کے شیڈول والی نہیں: کوئی اور نسخہ، یا بھول۔",
    ),
    (
        "{n:n} people were counted at work and the register of {m:months} names {k:n}.",
        "کام پر {n} افراد گنے گئے اور {m} کے رجسٹر میں {k} نام ہیں۔",
    ),
    (
        "{n:n} people were counted at work, the register of {m:months} names {k:n} and its schedule {j:n}.",
        "کام پر {n} افراد گنے گئے، {m} کے رجسٹر میں {k} نام ہیں اور شیڈول میں {j}۔",
    ),
    ("Who is missing?", "کون رہ گیا؟"),
    (
        "Ask where the others were: names of people who do not work there are possible.",
        "پوچھیں باقی کہاں تھے: ایسے نام بھی ہو سکتے ہیں جو وہاں کام نہیں کرتے۔",
    ),
    ("Not all of them are declared.", "سب ظاہر نہیں کیے گئے۔"),
    ("Up to {p:n} % are let pass.", "{p} فیصد تک فرق چھوڑ دیا جاتا ہے۔"),
    # What interviewed workers told.
    (
        (
            "{n:n} interviewed worker(s) told of days worked in {m:months}, and the register of that month "
            "does not name them."
        ),
        "گفتگو میں {n} کارکنوں نے {m} میں کام کے دن بتائے، اور اس مہینے کے رجسٹر میں ان کا نام نہیں۔",
    ),
    ("Who is missing there?", "وہاں کون رہ گیا؟"),
    (
        (
            "{n:n} interviewed worker(s) told of another wage for {m:months} than the register has: {a:n} of "
            "a higher one, {b:n} of a lower one."
        ),
        "گفتگو میں {n} کارکنوں نے {m} کی اجرت رجسٹر سے الگ بتائی: {a} نے زیادہ، {b} نے کم۔",
    ),
    (
        (
            "{n:n} interviewed worker(s) told of another time of work than the register shows: look at "
            "{m:months}."
        ),
        "گفتگو میں {n} کارکنوں نے کام کی مدت رجسٹر سے الگ بتائی: {m} دیکھیں۔",
    ),
    (
        "{m:months}: by the schedule {a:rs} of contribution, {b:rs} was paid.",
        "{m}: شیڈول کے مطابق کنٹری بیوشن {a}، ادا ہوئے {b}۔",
    ),
    ("{a:rs} is missing.", "{a} کم ہیں۔"),
    ("{a:rs} more than declared: for whom?", "ظاہر کردہ سے {a} زیادہ: کس کے لیے؟"),
    (
        (
            "{m:months}: noted as paid, and no payment on file names the month. Note the challan, or look at "
            "payments without a month."
        ),
        (
            "{m}: ادا شدہ لکھا ہے، مگر ریکارڈ کی کسی ادائیگی پر یہ مہینہ نہیں۔ چالان درج کریں، یا "
            "بغیر مہینے کی "
            "ادائیگیاں دیکھیں۔"
        ),
    ),
    (
        "{m:months}: by the register {a:rs} of contribution for {n:n} line(s), {b:rs} was paid.",
        "{m}: رجسٹر کے مطابق {n} سطروں کی کنٹری بیوشن {a}، ادا ہوئے {b}۔",
    ),
    (
        (
            "{file:any}, line {n:n}: the register's own total of wage is {a:rs}, and the lines above it make "
            "{b:rs}."
        ),
        "{file}، سطر {n}: رجسٹر میں اجرت کا اپنا مجموعہ {a} ہے، اور اوپر کی سطروں کا {b}۔",
    ),
    (
        (
            "{file:any}, line {n:n}: the register's own total of declared_wage is {a:rs}, and the "
            "lines above it "
            "make {b:rs}."
        ),
        "{file}، سطر {n}: رجسٹر میں ظاہر کردہ اجرت کا اپنا مجموعہ {a} ہے، اور اوپر کی سطروں کا {b}۔",
    ),
)
