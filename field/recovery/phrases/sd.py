"""The phrases in Sindhi. Numbers stay in western digits."""

from field.recovery.phrases.table import Phrases

PHRASES = Phrases(
    right_to_left=True,
    comma="، ",
    months_run="{first} کان {last} تائين",
    # What is counted.
    worker_one="{number} ڪارڪن",
    worker_many="{number} ڪارڪن",
    day_one="{number} ڏينهن",
    day_many="{number} ڏينهن",
    line_one="اجرت جي {number} سٽ",
    line_many="اجرت جون {number} سٽون",
    photo_one="{number} تصوير",
    photo_many="{number} تصويرون",
    row_one="{number} شق",
    row_many="{number} شقون",
    # The ledger of an establishment.
    owed=(
        "{day} تي {owed} واجب الادا آهن: ڪنٽريبيوشن {principal} ۽ دير جو واڌارو {increase}، جن مان "
        "{received} وصول ٿيا."
    ),
    credit="واجب رقم کان {credit} وڌيڪ ادا ٿيا. اهي جمع رهندا ۽ ايندڙ ڪنٽريبيوشن ۾ ڳڻيا ويندا.",
    principal="{months} جي ڪنٽريبيوشن: {amount}.",
    increase="{day} تائين دير جو واڌارو: {amount}.",
    received="{day} تي برقرار ادائگيون: {amount}.",
    month="{month}: ڪنٽريبيوشن {amount}، ادائگي جي آخري تاريخ {due_on}. واڌاري سميت اڃا باقي: {open}.",
    proof_schedule=(
        "مالڪ جي پنهنجي گوشواري (نسخو {version}) ۾ {workers} لکيل آهن: قانون موجب {amount} واجب آهن."
    ),
    schedule_by_day=(
        "انهن مان {workers} جي اجرت ڏهاڙي جي حساب سان آهي: انهن لاءِ حد اها آهي جيڪا ڏهاڙي اجرت جي آهي، "
        "گوشواري ۾ لکيل ڏينهن لاءِ."
    ),
    proof_schedule_and_beyond=(
        "معائني وقت موجود گوشواري مان {declared} ٿين ٿا، ۽ رپورٽ ۾ ان کان وڌيڪ {beyond} مليا: ڪل {amount}. "
        "گوشواري ۾ لکيل رقم ٻيهر نٿي گهري وڃي."
    ),
    proof_register=(
        "انسپيڪٽر جي ڏٺل اجرت جي رجسٽر مان {amount} واجب آهن ۽ گوشواري مان {declared}. وڌيڪ رقم ڳڻي وڃي ٿي؛ "
        "ٻئي جمع نٿيون ڪيون وڃن."
    ),
    proof_matched=(
        "گوشواري ۽ اجرت رجسٽر جو ڪارڪن بہ ڪارڪن ملاپ {amount} ٺاهي ٿو: هر ڪارڪن هڪ ڀيرو، "
        "ٻنهي مان وڌيڪ رقم تي."
    ),
    matched=(
        "شناختي نمبر سان ملاپ: ٻنهي ۾ {both}، رڳو گوشواري ۾ {schedule_only}، رڳو رجسٽر ۾ {register_only}. "
        "{unknown} بنا پڙهي سگهجڻ واري شناختي نمبر جي: انهن کي ٻئي رڪارڊ جا ماڻهو سمجهيو ويو."
    ),
    proof_found_unpaid="رپورٽ موجب هي مهينو ادا ٿيل نه هو: ان جي سٽن مان {amount} واجب آهن.",
    proof_found_beyond="رپورٽ موجب هي مهينو ادا ٿيل هو: ظاهر ڪيل رقم کان وڌيڪ {amount} واجب آهن.",
    taken_as_paid=(
        "{amount} ادا ٿيل سمجهيا ويا ۽ نٿا گهريا وڃن: رپورٽ مهينو ادا ٿيل ڏٺو، ۽ رڪارڊ ۾ اهڙي ڪا ادائگي "
        "ناهي جيڪا ان لاءِ ٿي سگهي."
    ),
    report="ان جي پويان رپورٽ ۾ انهن مهينن جون {lines} ۽ {photos} آهن.",
    photo="تصوير: {caption}.",
    # Workers of a month who are alike.
    group="{workers}، اجرت {wage}: ان جو {percent} في ڪارڪن {each} آهي، ڪل {amount}.",
    group_capped=(
        "{workers}، اجرت {wage}، جنهن مان {base} ڳڻجن ٿا: ان جو {percent} في ڪارڪن {each} آهي، ڪل {amount}."
    ),
    group_declared=(
        "{workers}، اجرت {wage}، ظاهر ڪيل {declared}: في ڪارڪن {each} واجب آهن، ظاهر ڪيل اجرت تي {said} "
        "هئا. سڀني جو فرق: {amount}."
    ),
    group_not_registered=(
        "{workers} رجسٽر ٿيل ناهن، اجرت {wage}، جنهن مان {base} ڳڻجن ٿا: ان جو {percent} في ڪارڪن {each} "
        "آهي، ڪل {amount}."
    ),
    group_under_minimum="{workers}، اجرت {wage}، گهٽ ۾ گهٽ اجرت کان گهٽ: کوٽ لاءِ {amount} شامل ڪيا ويا.",
    group_nothing="{workers} لاءِ ظاهر ڪيل رقم کان وڌيڪ ڪجهه نٿو گهريو وڃي.",
    group_not_covered="{workers}، جن جي اجرت تحفظ جي حد کان مٿي آهي: ڪجهه واجب ناهي.",
    group_by_day=(
        "اجرت ڏهاڙي جي حساب سان آهي ۽ {days} جي آهي: اهڙي اجرت مان انهن ڏينهن لاءِ وڌ ۾ وڌ {cap} ڳڻجن ٿا."
    ),
    group_by_day_unknown=(
        "اجرت ڏهاڙي جي حساب سان آهي پر ڏينهن لکيل نه آهن: مهيني جي حد {cap} ورتي وئي. ڏينهن ڏسو."
    ),
    group_disputed="انهن مان {lines} ۾ ڪو قدر تڪراري آهي: رقم عارضي آهي.",
    # Delay.
    month_increase="{month}: واڌارو {amount}.",
    late_by_day="{day} تي {days} جي دير: {rate} روزانو جي حساب سان {left} جو {percent}: {amount}.",
    late_flat="{day} تي {days} جي دير: {most} کان پوءِ {left} جو هڪ ئي ڀيرو {percent}: {amount}.",
    late_capped="{day} تي {days} جي دير: {most} کان پوءِ واڌارو نٿو وڌي ۽ {left} جو {percent} آهي: {amount}.",
    late_paid="ڪنٽريبيوشن مان {left} {day} تي آيا، {days} جي دير سان: ان جو {percent} {amount} آهي.",
    # Payments.
    payment="{day} تي {amount} وصول ٿيا.",
    payment_bounced=(
        "{day} جا {amount}، {reversed} تي چيڪ واپس ٿيو: ان سان ڪجهه ادا نه ٿيو، ۽ واڌارو ائين هلي ٿو ڄڻ اهو "
        "ڪڏهن آيو ئي نه هو."
    ),
    payment_set_aside="{day} جا {amount}، {months} لاءِ هئا: انهن سان جيڪو ادا ٿيو اهو هتي نٿو گهريو وڃي.",
    settles_principal="{day} تي ان مان {amount} سان {month} جي ڪنٽريبيوشن ادا ٿي.",
    settles_increase="{day} تي ان مان {amount} سان {month} جو واڌارو ادا ٿيو.",
    # Dated rows of the law.
    law="ان جو بنياد قانون جون {rows} آهن.",
    row="{kind}: {value}، {day} کان لاڳو. قانوني بنياد: {basis}.",
    row_unconfirmed="{kind}: {value}، {day} کان لاڳو. قانوني بنياد: {basis}. غير تصديق ٿيل: {note}",
    # Why to look again.
    doubts="هيءَ رقم عارضي آهي. صحيح ڪرڻ کان اڳ ڏسو:",
    doubt_report_provisional=(
        "{months}: رپورٽ جو ڪو قدر تڪراري آهي يا ان جون سٽون پاڻ ۾ نٿيون ملن. پهرين ان جو فيصلو ڪريو."
    ),
    doubt_found_paid_but_open=(
        "{months}: رپورٽ ان کي ادا ٿيل ڏٺو، پر رڪارڊ جي ادائگين سان هي ادا نٿو ٿئي. ادائگي ڳوليو."
    ),
    doubt_taken_as_paid=(
        "{months}: {amount} ادا ٿيل سمجهيا ويا ڇاڪاڻ ته رپورٽ ائين ڏٺو. رڪارڊ ۾ ڪا ادائگي اهو نٿي ڏيکاري."
    ),
    doubt_bounced_after_visit=(
        "{months}: رپورٽ ان کي ادا ٿيل ڏٺو، پر ان جو چيڪ واپس ٿيو: {amount} ٻيهر واجب آهن."
    ),
    doubt_set_aside=(
        "{months}: {amount} جون ادائگيون شامل ناهن، ڇاڪاڻ ته جنهن گوشواري لاءِ هيون اهو رڪارڊ ۾ ناهي."
    ),
    doubt_credit_unsure=(
        "{months}: ڪو گوشوارو رڪارڊ ۾ ناهي، تنهنڪري {amount} جي جمع رقم اتي ظاهر ڪيل ۽ ادا ٿيل رقم ٿي سگهي "
        "ٿي."
    ),
    doubt_worker_twice=(
        "{months}: گوشواري ۾ ساڳئي ڪارڪن جون هڪ کان وڌيڪ سٽون آهن، ۽ هر سٽ جي رقم شامل آهي. ڏسو ته ڪا سٽ ٻه "
        "ڀيرا ته ناهي لکي وئي."
    ),
    doubt_earlier_found_more=(
        "{months}: هڪ اڳئين رپورٽ جي اجرت جي سٽن موجب {amount} وڌيڪ واجب ٿين ٿا. شمار اها رپورٽ ٿئي ٿي "
        "جيڪا آخر ۾ لکي وئي. ڏسو ته ان ۾ هر ڪارڪن موجود آهي."
    ),
    doubt_no_law="{months} لاءِ قانون جو ڪو شرح درج ناهي: هتي شامل ناهي. قانون جي شق شامل ڪريو ۽ ٻيهر پڇو.",
    doubt_no_due_day="{months} لاءِ آخري تاريخ درج ناهي: هتي شامل ناهي. قانون جي شق شامل ڪريو ۽ ٻيهر پڇو.",
    doubt_month_not_over="{months} جو مهينو {day} تي ختم نه ٿيو هو: ان لاءِ اڃا ڪجهه واجب نه هو.",
    doubt_unconfirmed="هن رقم جي پويان {rows} غير تصديق ٿيل آهن. هيٺ انهن تي نشان آهي.",
    # Best judgement.
    judged_refused=(
        "بهترين اندازو، ٻڌڻيءَ لاءِ تجويز: {months} جي ڪنٽريبيوشن {amount} ۽ {day} تائين واڌارو {increase}، "
        "ڇاڪاڻ ته اجرت جو رڪارڊ ڏيڻ کان انڪار ڪيو ويو."
    ),
    judged_missing=(
        "بهترين اندازو، ٻڌڻيءَ لاءِ تجويز: {months} جي ڪنٽريبيوشن {amount} ۽ {day} تائين واڌارو {increase}، "
        "ڇاڪاڻ ته ادا نه ٿيل مهينن جو اجرت جو رڪارڊ موجود ناهي."
    ),
    judged_rules="ڪهڙو تعداد ۽ ڪهڙي اجرت فرض ڪئي وڃي، اهو قانون جو قاعدو آهي: {workers_rule}؛ {wage_rule}.",
    judged_workers_unknown=(
        "ڪارڪنن جو تعداد معلوم ناهي: نه ڪنهن کي ڪم تي ڳڻيو ويو، نه ڪجهه ظاهر ڪيو ويو. اندازو نٿو لڳائي سگهجي."
    ),
    judged_apart="هي عارضي آهي ۽ اصل رڪارڊ موجب واجب رقم جو حصو ناهي: ٻئي جمع نٿيون ڪيون وڃن.",
    judged_workers_headcount="ڪارڪنن جو فرض ڪيل تعداد: {workers}، جيڪي معائني وقت ڪم تي ڳڻيا ويا.",
    judged_workers_declared="ڪارڪنن جو فرض ڪيل تعداد: {workers}، مالڪ جي {month} جي گوشواري موجب.",
    judged_workers_registered="ڪارڪنن جو فرض ڪيل تعداد: {workers}، ادارن جي رجسٽر موجب.",
    judged_workers_other="استعمال نه ٿيو: ٻيو ذريعو {workers} ٻڌائي ٿو.",
    judged_wage_minimum="فرض ڪيل اجرت: هر مهيني جي گهٽ ۾ گهٽ اجرت، سڀني لاءِ.",
    judged_wage_last_known=(
        "فرض ڪيل اجرت: {wage}، {month} جي آخري ڏٺل {lines} جي سراسري؛ ڪنهن به مهيني ۾ گهٽ ۾ گهٽ اجرت کان "
        "گهٽ نه."
    ),
    judged_wage_fallback="اتي ڪڏهن ڪا اجرت نه ڏٺي وئي: ان جي جاءِ تي گهٽ ۾ گهٽ اجرت ورتي وئي.",
    judged_months="فرض ڪيل مهينا: {months}، جن جو رڪارڊ گهريو ويو هو.",
    judged_left_actual="{months}: شامل ناهي، ڇاڪاڻ ته اجرت جون اصل سٽون موجود آهن.",
    judged_left_paid="{months}: شامل ناهي، ڇاڪاڻ ته رپورٽ ان کي ادا ٿيل ڏٺو ۽ ڪو گوشوارو نٿو ٻڌائي ته ڪيترو.",
    judged_left_law="{months}: شامل ناهي، ڇاڪاڻ ته قانون جو ڪو شرح يا گهٽ ۾ گهٽ اجرت درج ناهي.",
    judged_month="{month}: {workers} x {each} ({base} جو {percent}) ڪل {amount}.",
    judged_less="{month}: مالڪ جو پنهنجو گوشوارو ان مان {declared} اڳ ئي گهري ٿو؛ باقي {amount}.",
    # The calculator without a case.
    calculated="{months} جي ڪنٽريبيوشن {amount} ۽ {day} تائين واڌارو {increase} واجب آهي؛ {open} باقي آهن.",
    calculated_month=(
        "{month}: {workers} x {each} ({base} جو {percent}) = {amount}، ادائگي جي آخري تاريخ {due_on}."
    ),
    due_day_given="آخري تاريخ هٿ سان ڏني وئي، قانون جي شقن مان نه ورتي وئي.",
    kinds={
        "contribution_rate_percent": "ڪنٽريبيوشن جي شرح",
        "contribution_base_rule": "اها اجرت جنهن تي ڪنٽريبيوشن واجب آهي",
        "contribution_base_limit_rs_month": "وڌ ۾ وڌ ماهوار اجرت جنهن تي ڪنٽريبيوشن واجب آهي",
        "contribution_base_limit_rs_day": "وڌ ۾ وڌ روزاني اجرت جنهن تي ڪنٽريبيوشن واجب آهي",
        "under_minimum_base_rule": "بنياد جتي گهٽ ۾ گهٽ اجرت کان گهٽ ادا ٿيو",
        "minimum_wage_rs_month": "اڻ هنرمند ڪارڪن جي گهٽ ۾ گهٽ اجرت",
        "working_days_in_month": "ڪم جا ڏينهن جن سان مهيني جي اجرت ٺهي ٿي",
        "upper_limit_rs_month": "وڌ ۾ وڌ اجرت جنهن تي ڪارڪن نئون تحفظ حاصل ڪري ٿو",
        "upper_limit_addition_rs": "تحفظ جي حد گهٽ ۾ گهٽ اجرت کان ڪيترو مٿي آهي",
        "over_upper_limit_rule": "محفوظ ڪارڪن جنهن جي اجرت تحفظ جي حد کان وڌي وڃي",
        "due_day_of_following_month": "ايندڙ مهيني ۾ ادائگي جو آخري ڏينهن",
        "payment_order_rule": "ادائگي سڀ کان پهرين ڪهڙي مد ۾ ڳڻي وڃي ٿي",
        "late_increase_percent_day": "دير جي هر ڏينهن جو واڌارو",
        "late_increase_days_max": "دير جا ڏينهن جن جو واڌارو روز ڳڻيو وڃي ٿو",
        "late_increase_flat_percent": "انهن ڏينهن کان پوءِ هڪ ئي ڀيرو واڌارو",
        "part_month_rule": "حد جتي ماهوار اجرت مهيني کان گهٽ ڏينهن ۾ ڪمائي وئي",
        "daily_wage_rule": "حد جتي اجرت روزانو ڏني وڃي ٿي",
        "judgement_workers_rule": "بهترين اندازي ۾ ڪارڪنن جو تعداد",
        "judgement_wage_rule": "بهترين اندازي ۾ اجرت",
    },
    choices={
        "actual-wage": "اصل اجرت",
        "up-to-base-limit": "مقرر وڌ ۾ وڌ اجرت تائين",
        "up-to-minimum-wage": "گهٽ ۾ گهٽ اجرت تائين",
        "up-to-upper-limit": "تحفظ جي حد تائين",
        "minimum-wage": "گهٽ ۾ گهٽ اجرت",
        "stays-covered": "محفوظ رهي ٿو",
        "no-longer-covered": "محفوظ نٿو رهي",
        "oldest-month-principal-first": "سڀ کان پراڻو مهينو: پهرين ڪنٽريبيوشن، پوءِ واڌارو",
        "oldest-month-increase-first": "سڀ کان پراڻو مهينو: پهرين واڌارو، پوءِ ڪنٽريبيوشن",
        "all-principal-first": "پهرين سڀ ڪنٽريبيوشنون، پراڻي کان نئين تائين، پوءِ سڀ واڌارا",
        "wage-as-written": "اجرت جيئن لکيل آهي، سڄي مهيني جي حد تائين",
        "limit-by-days": "اجرت جيئن لکيل آهي، ڪم جي ڏينهن جي حساب سان حد تائين",
        "day-limit-by-days": "هر ادا ٿيل ڏينهن جي روزاني حد",
        "day-limit-by-days-within-month": "هر ادا ٿيل ڏينهن جي روزاني حد، مهيني جي حد اندر",
        "month-limit-by-days": "مهيني جي حد ڪم جي ڏينهن تي ورهايل",
        "month-limit": "مهيني جي حد، ڏينهن ڪيترا به هجن",
        "headcount-first": "ڪم تي ڳڻيل ماڻهو، نه ته ظاهر ڪيل ڪارڪن",
        "higher-of-both": "ڪم تي ڳڻيل ماڻهن ۽ ظاهر ڪيل ڪارڪنن مان وڌيڪ",
        "last-known-wage": "آخري ڏٺل سراسري اجرت، پر گهٽ ۾ گهٽ اجرت کان گهٽ نه",
    },
)
