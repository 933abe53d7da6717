"""The phrases in Urdu. Numbers stay in western digits."""

from field.recovery.phrases.table import Phrases

PHRASES = Phrases(
    right_to_left=True,
    comma="، ",
    months_run="{first} تا {last}",
    # What is counted.
    worker_one="{number} کارکن",
    worker_many="{number} کارکن",
    day_one="{number} دن",
    day_many="{number} دن",
    line_one="اجرت کی {number} سطر",
    line_many="اجرت کی {number} سطریں",
    photo_one="{number} تصویر",
    photo_many="{number} تصاویر",
    row_one="{number} شق",
    row_many="{number} شقیں",
    # The ledger of an establishment.
    owed=(
        "{day} کو {owed} واجب الادا ہیں: کنٹری بیوشن {principal} اور تاخیر کا اضافہ {increase}، جن میں سے "
        "{received} وصول ہوئے۔"
    ),
    credit="واجب رقم سے {credit} زیادہ ادا ہوئے۔ یہ جمع رہیں گے اور اگلی کنٹری بیوشن میں شمار ہوں گے۔",
    principal="{months} کی کنٹری بیوشن: {amount}۔",
    increase="{day} تک تاخیر کا اضافہ: {amount}۔",
    received="{day} کو برقرار ادائیگیاں: {amount}۔",
    month="{month}: کنٹری بیوشن {amount}، ادائیگی کی آخری تاریخ {due_on}۔ اضافے سمیت اب تک باقی: {open}۔",
    proof_schedule=(
        "آجر کے اپنے گوشوارے (نسخہ {version}) میں {workers} درج ہیں: قانون کے مطابق {amount} واجب ہیں۔"
    ),
    schedule_by_day=(
        "ان میں سے {workers} کی اجرت یومیہ ہے: ان کے لیے حد وہ ہے جو یومیہ اجرت کی ہے، "
        "گوشوارے میں درج دنوں کے لیے۔"
    ),
    proof_schedule_and_beyond=(
        "معائنے کے وقت موجود گوشوارے سے {declared} بنتے ہیں، اور رپورٹ میں اس سے زائد {beyond} ملے: کل "
        "{amount}۔ گوشوارے میں درج رقم دوبارہ نہیں مانگی جاتی۔"
    ),
    proof_register=(
        "انسپکٹر کے دیکھے ہوئے اجرت کے رجسٹر سے {amount} واجب ہیں اور گوشوارے سے {declared}۔ زیادہ رقم شمار "
        "ہوتی ہے؛ دونوں جمع نہیں کی جاتیں۔"
    ),
    proof_matched=(
        "گوشوارے اور اجرت رجسٹر کا کارکن بہ کارکن ملان {amount} بناتا ہے: "
        "ہر کارکن ایک بار، دونوں میں سے زیادہ رقم پر۔"
    ),
    matched=(
        "شناختی نمبر سے ملان: دونوں میں {both}، صرف گوشوارے میں {schedule_only}، صرف رجسٹر میں "
        "{register_only}۔ {unknown} بغیر پڑھے جا سکنے والے شناختی نمبر کے: "
        "انہیں دوسرے ریکارڈ کے لوگ مانا گیا۔"
    ),
    proof_found_unpaid="رپورٹ کے مطابق یہ مہینہ غیر ادا شدہ تھا: اس کی سطروں سے {amount} واجب ہیں۔",
    proof_found_beyond="رپورٹ کے مطابق یہ مہینہ ادا شدہ تھا: ظاہر کی گئی رقم سے زائد {amount} واجب ہیں۔",
    taken_as_paid=(
        "{amount} ادا شدہ سمجھے گئے اور نہیں مانگے جاتے: رپورٹ نے مہینہ ادا شدہ پایا، اور ریکارڈ میں کوئی "
        "ادائیگی ایسی نہیں جو اس کے لیے ہو سکتی ہو۔"
    ),
    report="اس کے پیچھے کی رپورٹ میں ان مہینوں کی {lines} اور {photos} ہیں۔",
    photo="تصویر: {caption}۔",
    # Workers of a month who are alike.
    group="{workers}، اجرت {wage}: اس کا {percent} فی کس {each} ہے، کل {amount}۔",
    group_capped=(
        "{workers}، اجرت {wage}، جس میں سے {base} شمار ہوتے ہیں: اس کا {percent} فی کس {each} ہے، کل "
        "{amount}۔"
    ),
    group_declared=(
        "{workers}، اجرت {wage}، ظاہر کی گئی {declared}: فی کس {each} واجب ہیں، ظاہر کی گئی اجرت پر {said} "
        "تھے۔ سب کا فرق: {amount}۔"
    ),
    group_not_registered=(
        "{workers} رجسٹر نہیں، اجرت {wage}، جس میں سے {base} شمار ہوتے ہیں: اس کا {percent} فی کس {each} "
        "ہے، کل {amount}۔"
    ),
    group_under_minimum="{workers}، اجرت {wage}، کم از کم اجرت سے کم: کمی کے لیے {amount} شامل کیے گئے۔",
    group_nothing="{workers} کے لیے ظاہر کی گئی رقم سے زائد کچھ نہیں مانگا جاتا۔",
    group_not_covered="{workers}، جن کی اجرت تحفظ کی حد سے اوپر ہے: کچھ واجب نہیں۔",
    group_by_day=(
        "اجرت یومیہ ہے اور {days} کی ہے: ایسی اجرت میں سے ان دنوں کے لیے زیادہ سے زیادہ {cap} شمار ہوتے ہیں۔"
    ),
    group_by_day_unknown=("اجرت یومیہ ہے مگر دن درج نہیں: مہینے کی حد {cap} لی گئی۔ دن دیکھیں۔"),
    group_disputed="ان میں سے {lines} میں کوئی قدر متنازع ہے: رقم عارضی ہے۔",
    # Delay.
    month_increase="{month}: اضافہ {amount}۔",
    late_by_day="{day} کو {days} کی تاخیر: {rate} روزانہ کے حساب سے {left} کا {percent}: {amount}۔",
    late_flat="{day} کو {days} کی تاخیر: {most} کے بعد {left} کا یکمشت {percent}: {amount}۔",
    late_capped=(
        "{day} کو {days} کی تاخیر: {most} کے بعد اضافہ نہیں بڑھتا اور {left} کا {percent} ہے: {amount}۔"
    ),
    late_paid="کنٹری بیوشن میں سے {left} {day} کو آئے، {days} کی تاخیر سے: اس کا {percent} {amount} ہے۔",
    # Payments.
    payment="{day} کو {amount} وصول ہوئے۔",
    payment_bounced=(
        "{day} کے {amount}، {reversed} کو چیک واپس ہوا: اس سے کچھ ادا نہیں ہوا، اور اضافہ ایسے چلتا ہے جیسے "
        "وہ کبھی آیا ہی نہ ہو۔"
    ),
    payment_set_aside="{day} کے {amount}، {months} کے لیے تھے: ان سے جو ادا ہوا وہ یہاں نہیں مانگا جاتا۔",
    settles_principal="{day} کو اس میں سے {amount} سے {month} کی کنٹری بیوشن ادا ہوئی۔",
    settles_increase="{day} کو اس میں سے {amount} سے {month} کا اضافہ ادا ہوا۔",
    # Dated rows of the law.
    law="اس کی بنیاد قانون کی {rows} ہیں۔",
    row="{kind}: {value}، {day} سے نافذ۔ قانونی بنیاد: {basis}۔",
    row_unconfirmed="{kind}: {value}، {day} سے نافذ۔ قانونی بنیاد: {basis}۔ غیر مصدقہ: {note}",
    # Why to look again.
    doubts="یہ رقم عارضی ہے۔ دستخط سے پہلے دیکھیں:",
    doubt_report_provisional=(
        "{months}: رپورٹ کی کوئی قدر متنازع ہے یا اس کی سطریں آپس میں نہیں ملتیں۔ پہلے اس کا فیصلہ کریں۔"
    ),
    doubt_found_paid_but_open=(
        "{months}: رپورٹ نے اسے ادا شدہ پایا، مگر ریکارڈ کی ادائیگیوں سے یہ ادا نہیں ہوتا۔ ادائیگی تلاش کریں۔"
    ),
    doubt_taken_as_paid=(
        "{months}: {amount} ادا شدہ سمجھے گئے کیونکہ رپورٹ نے ایسا پایا۔ ریکارڈ میں کوئی ادائیگی اسے ظاہر "
        "نہیں کرتی۔"
    ),
    doubt_bounced_after_visit=(
        "{months}: رپورٹ نے اسے ادا شدہ پایا، مگر اس کا چیک واپس ہوا: {amount} دوبارہ واجب ہیں۔"
    ),
    doubt_set_aside=(
        "{months}: {amount} کی ادائیگیاں شامل نہیں، کیونکہ جس گوشوارے کے لیے تھیں وہ ریکارڈ میں نہیں۔"
    ),
    doubt_credit_unsure=(
        "{months}: کوئی گوشوارہ ریکارڈ میں نہیں، اس لیے {amount} کی جمع رقم وہاں ظاہر اور ادا کی گئی رقم ہو "
        "سکتی ہے۔"
    ),
    doubt_worker_twice=(
        "{months}: گوشوارے میں ایک ہی کارکن کی ایک سے زیادہ سطریں ہیں، اور ہر سطر کی رقم شامل ہے۔ دیکھیں کہ "
        "کوئی سطر دو بار تو نہیں لکھی گئی۔"
    ),
    doubt_earlier_found_more=(
        "{months}: ایک پہلی رپورٹ کی اجرت کی سطروں سے {amount} زیادہ واجب بنتے ہیں۔ شمار وہ رپورٹ ہوتی ہے "
        "جو سب سے بعد میں لکھی گئی۔ دیکھیں کہ اس میں ہر کارکن موجود ہے۔"
    ),
    doubt_no_law=(
        "{months} کے لیے قانون کی کوئی شرح درج نہیں: یہاں شامل نہیں۔ قانون کی شق شامل کریں اور دوبارہ پوچھیں۔"
    ),
    doubt_no_due_day=(
        "{months} کے لیے آخری تاریخ درج نہیں: یہاں شامل نہیں۔ قانون کی شق شامل کریں اور دوبارہ پوچھیں۔"
    ),
    doubt_month_not_over="{months} کا مہینہ {day} کو ختم نہیں ہوا تھا: اس کے لیے ابھی کچھ واجب نہ تھا۔",
    doubt_unconfirmed="اس رقم کے پیچھے {rows} غیر مصدقہ ہیں۔ نیچے ان پر نشان ہے۔",
    # Best judgement.
    judged_refused=(
        "بہترین اندازہ، سماعت کے لیے تجویز: {months} کی کنٹری بیوشن {amount} اور {day} تک اضافہ {increase}، "
        "کیونکہ اجرت کا ریکارڈ دینے سے انکار کیا گیا۔"
    ),
    judged_missing=(
        "بہترین اندازہ، سماعت کے لیے تجویز: {months} کی کنٹری بیوشن {amount} اور {day} تک اضافہ {increase}، "
        "کیونکہ غیر ادا شدہ مہینوں کا اجرت کا ریکارڈ موجود نہیں۔"
    ),
    judged_rules=(
        "کون سی تعداد اور کون سی اجرت فرض کی جائے، یہ قانون کا قاعدہ ہے: {workers_rule}؛ {wage_rule}۔"
    ),
    judged_workers_unknown=(
        "کارکنوں کی تعداد معلوم نہیں: نہ کسی کو کام پر گنا گیا، نہ کچھ ظاہر کیا گیا۔ اندازہ نہیں لگایا جا "
        "سکتا۔"
    ),
    judged_apart="یہ عارضی ہے اور اصل ریکارڈ کے مطابق واجب رقم کا حصہ نہیں: دونوں جمع نہیں کی جاتیں۔",
    judged_workers_headcount="کارکنوں کی فرض کردہ تعداد: {workers}، جو معائنے کے وقت کام پر گنے گئے۔",
    judged_workers_declared="کارکنوں کی فرض کردہ تعداد: {workers}، آجر کے {month} کے گوشوارے کے مطابق۔",
    judged_workers_registered="کارکنوں کی فرض کردہ تعداد: {workers}، اداروں کے رجسٹر کے مطابق۔",
    judged_workers_other="استعمال نہیں ہوا: ایک اور ذریعہ {workers} بتاتا ہے۔",
    judged_wage_minimum="فرض کردہ اجرت: ہر مہینے کی کم از کم اجرت، سب کے لیے۔",
    judged_wage_last_known=(
        "فرض کردہ اجرت: {wage}، {month} کی آخری دیکھی گئی {lines} کی اوسط؛ کسی مہینے میں کم از کم اجرت سے "
        "کم نہیں۔"
    ),
    judged_wage_fallback="وہاں کبھی کوئی اجرت نہیں دیکھی گئی: اس کی جگہ کم از کم اجرت لی گئی۔",
    judged_months="فرض کردہ مہینے: {months}، جن کا ریکارڈ مانگا گیا تھا۔",
    judged_left_actual="{months}: شامل نہیں، کیونکہ اجرت کی اصل سطریں موجود ہیں۔",
    judged_left_paid=(
        "{months}: شامل نہیں، کیونکہ رپورٹ نے اسے ادا شدہ پایا اور کوئی گوشوارہ نہیں بتاتا کہ کتنا۔"
    ),
    judged_left_law="{months}: شامل نہیں، کیونکہ قانون کی کوئی شرح یا کم از کم اجرت درج نہیں۔",
    judged_month="{month}: {workers} x {each} ({base} کا {percent}) کل {amount}۔",
    judged_less="{month}: آجر کا اپنا گوشوارہ اس میں سے {declared} پہلے ہی مانگتا ہے؛ باقی {amount}۔",
    # The calculator without a case.
    calculated="{months} کی کنٹری بیوشن {amount} اور {day} تک اضافہ {increase} واجب ہے؛ {open} باقی ہیں۔",
    calculated_month=(
        "{month}: {workers} x {each} ({base} کا {percent}) = {amount}، ادائیگی کی آخری تاریخ {due_on}۔"
    ),
    due_day_given="آخری تاریخ ہاتھ سے دی گئی، قانون کی شقوں سے نہیں لی گئی۔",
    kinds={
        "contribution_rate_percent": "کنٹری بیوشن کی شرح",
        "contribution_base_rule": "وہ اجرت جس پر کنٹری بیوشن واجب ہے",
        "contribution_base_limit_rs_month": "زیادہ سے زیادہ ماہانہ اجرت جس پر کنٹری بیوشن واجب ہے",
        "contribution_base_limit_rs_day": "زیادہ سے زیادہ یومیہ اجرت جس پر کنٹری بیوشن واجب ہے",
        "under_minimum_base_rule": "بنیاد جہاں کم از کم اجرت سے کم ادا ہوا",
        "minimum_wage_rs_month": "غیر ہنر مند کارکن کی کم از کم اجرت",
        "working_days_in_month": "کام کے دن جن سے مہینے کی اجرت بنتی ہے",
        "upper_limit_rs_month": "زیادہ سے زیادہ اجرت جس پر کارکن نیا تحفظ پاتا ہے",
        "upper_limit_addition_rs": "تحفظ کی حد کم از کم اجرت سے کتنی اوپر ہے",
        "over_upper_limit_rule": "محفوظ کارکن جس کی اجرت تحفظ کی حد سے بڑھ جائے",
        "due_day_of_following_month": "اگلے مہینے میں ادائیگی کا آخری دن",
        "payment_order_rule": "ادائیگی سب سے پہلے کس مد میں شمار ہوتی ہے",
        "late_increase_percent_day": "تاخیر کے ہر دن کا اضافہ",
        "late_increase_days_max": "تاخیر کے دن جن کا اضافہ روزانہ گنا جاتا ہے",
        "late_increase_flat_percent": "ان دنوں کے بعد یکمشت اضافہ",
        "part_month_rule": "حد جہاں ماہانہ اجرت مہینے سے کم دنوں میں کمائی گئی",
        "daily_wage_rule": "حد جہاں اجرت روزانہ دی جاتی ہے",
        "judgement_workers_rule": "بہترین اندازے میں کارکنوں کی تعداد",
        "judgement_wage_rule": "بہترین اندازے میں اجرت",
    },
    choices={
        "actual-wage": "اصل اجرت",
        "up-to-base-limit": "مقررہ زیادہ سے زیادہ اجرت تک",
        "up-to-minimum-wage": "کم از کم اجرت تک",
        "up-to-upper-limit": "تحفظ کی حد تک",
        "minimum-wage": "کم از کم اجرت",
        "stays-covered": "محفوظ رہتا ہے",
        "no-longer-covered": "محفوظ نہیں رہتا",
        "oldest-month-principal-first": "سب سے پرانا مہینہ: پہلے کنٹری بیوشن، پھر اضافہ",
        "oldest-month-increase-first": "سب سے پرانا مہینہ: پہلے اضافہ، پھر کنٹری بیوشن",
        "all-principal-first": "پہلے تمام کنٹری بیوشن، پرانی سے نئی، پھر تمام اضافے",
        "wage-as-written": "اجرت جیسے درج ہے، پورے مہینے کی حد تک",
        "limit-by-days": "اجرت جیسے درج ہے، کام کے دنوں کے حساب سے حد تک",
        "day-limit-by-days": "ہر ادا شدہ دن کی یومیہ حد",
        "day-limit-by-days-within-month": "ہر ادا شدہ دن کی یومیہ حد، مہینے کی حد کے اندر",
        "month-limit-by-days": "مہینے کی حد کام کے دنوں پر تقسیم",
        "month-limit": "مہینے کی حد، دن جتنے بھی ہوں",
        "headcount-first": "کام پر گنے گئے لوگ، ورنہ ظاہر کیے گئے کارکن",
        "higher-of-both": "کام پر گنے گئے لوگوں اور ظاہر کیے گئے کارکنوں میں سے زیادہ",
        "last-known-wage": "آخری دیکھی گئی اوسط اجرت، مگر کم از کم اجرت سے کم نہیں",
    },
)
