/** The dated rows of the law in words: what a row is about, and its value with its unit. */
import { rupees } from "../../shared/format";
import { ltr, words } from "../../shared/words";
import type { RateRow } from "../../shared/wire.gen";

const kinds = words(
  {
    contribution_rate_percent: "Rate of contribution",
    contribution_base_rule: "Wages on which the contribution is due",
    contribution_base_limit_rs_month: "Highest wage on which a contribution is due",
    contribution_base_limit_rs_day: "Highest daily wage on which a contribution is due",
    under_minimum_base_rule: "Wages counted where less than the minimum wage was paid",
    minimum_wage_rs_month: "Minimum wage of an unskilled worker",
    working_days_in_month: "Days of work that earn a month’s wage",
    upper_limit_rs_month: "Highest wage at which a worker is newly covered",
    upper_limit_addition_rs: "Limit of coverage above the minimum wage by",
    over_upper_limit_rule: "A covered worker whose wage rises above the limit",
    coverage_employees_min: "Number of employees from which an establishment is covered",
    due_day_of_following_month: "Last day for paying a month’s contribution",
    part_month_rule: "Limit for a monthly wage of fewer days",
    daily_wage_rule: "Limit for a wage paid by the day",
    judgement_workers_rule: "Workers that a best judgement assumes",
    judgement_wage_rule: "Wage that a best judgement assumes",
    notice_reply_days: "Days to reply to a notice",
    notice_to_hearing_days: "Days between a notice and its hearing",
    complaint_days: "Days to complain of a demand",
    appeal_days: "Days to appeal",
    arbitration_days_max: "Days after which arbitration holds nothing up",
    payment_order_rule: "What a payment settles first",
    late_increase_percent_day: "Increase for each day of delay",
    late_increase_days_max: "Days of delay counted by day",
    late_increase_flat_percent: "Flat increase after those days",
    records_check_years_back_max: "Years back for which records may be checked",
    records_checks_year_max: "How often records may be checked in a year",
    land_revenue_rule: "Recovery as arrears of land revenue",
  },
  {
    contribution_rate_percent: "کنٹری بیوشن کی شرح",
    contribution_base_rule: "وہ اجرت جس پر کنٹری بیوشن واجب ہے",
    contribution_base_limit_rs_month: "زیادہ سے زیادہ ماہانہ اجرت جس پر کنٹری بیوشن واجب ہے",
    contribution_base_limit_rs_day: "زیادہ سے زیادہ روزانہ اجرت جس پر کنٹری بیوشن واجب ہے",
    under_minimum_base_rule: "کم از کم اجرت سے کم ملنے پر گنی جانے والی اجرت",
    minimum_wage_rs_month: "غیر ہنر مند کارکن کی کم از کم اجرت",
    working_days_in_month: "پوری ماہانہ اجرت کے کام کے دن",
    upper_limit_rs_month: "زیادہ سے زیادہ اجرت جس پر نیا کارکن شامل ہوتا ہے",
    upper_limit_addition_rs: "شمولیت کی حد، کم از کم اجرت سے زیادہ",
    over_upper_limit_rule: "شامل کارکن جس کی اجرت حد سے بڑھ جائے",
    coverage_employees_min: "ملازمین کی تعداد جس سے ادارہ شامل ہوتا ہے",
    due_day_of_following_month: "مہینے کی کنٹری بیوشن جمع کرانے کا آخری دن",
    part_month_rule: "کم دنوں کی ماہانہ اجرت کی حد",
    daily_wage_rule: "یومیہ اجرت کی حد",
    judgement_workers_rule: "بہترین اندازے میں کارکنوں کی تعداد",
    judgement_wage_rule: "بہترین اندازے میں اجرت",
    notice_reply_days: "نوٹس کے جواب کے دن",
    notice_to_hearing_days: "نوٹس اور سماعت کے درمیان دن",
    complaint_days: "مطالبے کے خلاف شکایت کے دن",
    appeal_days: "اپیل کے دن",
    arbitration_days_max: "وہ دن جن کے بعد ثالثی وصولی نہیں روکتی",
    payment_order_rule: "ادائیگی سے پہلے کیا بے باق ہوتا ہے",
    late_increase_percent_day: "تاخیر کے ہر دن کا اضافہ",
    late_increase_days_max: "تاخیر کے وہ دن جو روزانہ گنے جاتے ہیں",
    late_increase_flat_percent: "ان دنوں کے بعد یکمشت اضافہ",
    records_check_years_back_max: "کتنے سال پیچھے تک ریکارڈ دیکھا جا سکتا ہے",
    records_checks_year_max: "سال میں ریکارڈ کتنی بار دیکھا جا سکتا ہے",
    land_revenue_rule: "مالیہ اراضی کے بقایا کی طرح وصولی",
  },
);

const choices = words(
  {
    "actual-wage": "the actual wage",
    "up-to-base-limit": "the wage up to the highest on which it is due",
    "up-to-minimum-wage": "the wage up to the minimum wage",
    "up-to-upper-limit": "the wage up to the limit of coverage",
    "minimum-wage": "the minimum wage for the days worked",
    "stays-covered": "stays covered",
    "no-longer-covered": "is no longer covered",
    "wage-as-written": "the wage as written, up to the limit of the whole month",
    "limit-by-days": "the wage as written, up to the limit’s share for the days worked",
    "day-limit-by-days": "the daily limit for each day paid",
    "day-limit-by-days-within-month": "the daily limit for each day paid, at most the month’s limit",
    "month-limit-by-days": "the month’s limit shared out over the days of work in a month",
    "month-limit": "the month’s limit, whatever the days",
    "headcount-first": "the people counted at work, else the workers declared",
    "higher-of-both": "the higher of the people counted and the workers declared",
    "last-known-wage": "the average wage last seen, but at least the minimum wage",
    "oldest-month-principal-first": "the oldest month: its contribution, then its increase",
    "oldest-month-increase-first": "the oldest month: its increase, then its contribution",
    "all-principal-first": "all contributions, the oldest first, then all increases",
    "after-determination": "only after the dues were determined",
    "after-arbitration": "only after determination, and arbitration at the industry association",
  },
  {
    "actual-wage": "اصل اجرت",
    "up-to-base-limit": "اجرت، واجب ہونے کی حد تک",
    "up-to-minimum-wage": "اجرت، کم از کم اجرت کی حد تک",
    "up-to-upper-limit": "اجرت، شمولیت کی حد تک",
    "minimum-wage": "کام کے دنوں کی کم از کم اجرت",
    "stays-covered": "شامل رہتا ہے",
    "no-longer-covered": "شامل نہیں رہتا",
    "wage-as-written": "لکھی ہوئی اجرت، پورے مہینے کی حد تک",
    "limit-by-days": "لکھی ہوئی اجرت، کام کے دنوں کے حساب سے حد تک",
    "day-limit-by-days": "ہر ادا شدہ دن کی یومیہ حد",
    "day-limit-by-days-within-month": "ہر ادا شدہ دن کی یومیہ حد، زیادہ سے زیادہ مہینے کی حد تک",
    "month-limit-by-days": "مہینے کی حد، کام کے دنوں پر تقسیم",
    "month-limit": "مہینے کی حد، دن جتنے بھی ہوں",
    "headcount-first": "کام پر گنے گئے افراد، ورنہ ظاہر کردہ کارکن",
    "higher-of-both": "گنے گئے افراد اور ظاہر کردہ کارکنوں میں سے زیادہ",
    "last-known-wage": "آخری معلوم اوسط اجرت، مگر کم از کم اجرت سے کم نہیں",
    "oldest-month-principal-first": "سب سے پرانا مہینہ: پہلے اس کی کنٹری بیوشن، پھر اس کا اضافہ",
    "oldest-month-increase-first": "سب سے پرانا مہینہ: پہلے اس کا اضافہ، پھر اس کی کنٹری بیوشن",
    "all-principal-first": "تمام کنٹری بیوشن، سب سے پرانی پہلے، پھر تمام اضافے",
    "after-determination": "صرف واجبات طے ہونے کے بعد",
    "after-arbitration": "صرف واجبات طے ہونے اور صنعتی انجمن میں ثالثی کے بعد",
  },
);

const units = words(
  {
    percent: (value: string) => `${value} %`,
    "percent/day": (value: string) => `${value} % a day`,
    "Rs/month": (value: string) => `${value} a month`,
    "Rs/day": (value: string) => `${value} a day`,
    days: (value: string) => `${value} days`,
    employees: (value: string) => `${value} employees`,
    "day of the next month": (value: string) => `day ${value} of the next month`,
    years: (value: string) => `${value} years`,
    checks: (value: string) => `${value} times`,
  },
  {
    percent: (value: string) => `${value} فیصد`,
    "percent/day": (value: string) => `${value} فیصد روزانہ`,
    "Rs/month": (value: string) => `${value} ماہانہ`,
    "Rs/day": (value: string) => `${value} روزانہ`,
    days: (value: string) => `${value} دن`,
    employees: (value: string) => `${value} ملازمین`,
    "day of the next month": (value: string) => `اگلے مہینے کی ${value} تاریخ`,
    years: (value: string) => `${value} سال`,
    checks: (value: string) => `${value} بار`,
  },
);

const AMOUNT = /^-?\d+(\.\d{2})?$/;

/** What a row is about. A kind that these pages do not know yet stays as it is. */
export function kindName(row: Pick<RateRow, "kind">): string {
  const known: Readonly<Record<string, string>> = kinds();
  return known[row.kind] ?? row.kind;
}

/** A row's value with its unit; never less than the row itself says. */
export function valueName(row: Pick<RateRow, "value" | "unit">): string {
  const chosen: Readonly<Record<string, string>> = choices();
  if (row.unit === "rule") return chosen[row.value] ?? row.value;
  const known: Readonly<Record<string, (value: string) => string>> = units();
  const figure = row.unit.startsWith("Rs") && AMOUNT.test(row.value) ? rupees(row.value) : ltr(row.value);
  return known[row.unit]?.(figure) ?? `${figure} ${row.unit}`;
}

/** A choice that a rule may have, in words. */
export function choiceName(choice: string): string {
  const chosen: Readonly<Record<string, string>> = choices();
  return chosen[choice] ?? choice;
}
