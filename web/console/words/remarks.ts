/** Words of the remarks about a report's evidence: fixes, clocks and photos that do not fit. */
import { words } from "../../shared/words";

export const remarkWords = words(
  {
    title: "Remarks about the evidence",
    hint: "What does not fit about fixes, clocks and photos. A remark refuses nothing, changes no amount and accuses nobody: look, and decide.",
    none: "Nothing was remarked.",
    waiting: "Something is still to be compared.",
    high: "Weighs heavily",
    medium: "Weighs",
    low: "Weighs little",
    photo: "the photo",
    since: (when: string) => `since ${when}`,
    other: "The other record",
    elsewhere: "The other record is of a district that is not yours.",
    unconfirmed: "The limits and weights are set by the office, and not confirmed by any rule.",
    limits: "The rows behind this",
    before: "What was remarked when",
    raised: "Raised",
    changed: "Changed",
    lifted: "Lifted",
    lifts: (count: string) => `${count} lifted`,
    column: "Remarks",
    count: (count: string, weight: string) => `${count} remarks about the evidence. ${weight}`,
  },
  {
    title: "شواہد پر تبصرے",
    hint: "مقام، گھڑی اور تصاویر میں جو بات میل نہیں کھاتی۔ تبصرہ کچھ رد نہیں کرتا، کوئی رقم نہیں بدلتا، کسی پر الزام نہیں: دیکھیں اور فیصلہ کریں۔",
    none: "کوئی تبصرہ نہیں۔",
    waiting: "کچھ کا موازنہ ابھی باقی ہے۔",
    high: "بہت وزنی",
    medium: "وزنی",
    low: "کم وزنی",
    photo: "تصویر",
    since: (when: string) => `${when} سے`,
    other: "دوسرا ریکارڈ",
    elsewhere: "دوسرا ریکارڈ ایسے ضلع کا ہے جو آپ کے پاس نہیں۔",
    unconfirmed: "حدیں اور وزن دفتر نے مقرر کیے ہیں؛ کسی قاعدے سے تصدیق شدہ نہیں۔",
    limits: "اس کے پیچھے کی سطریں",
    before: "کب کیا تبصرہ ہوا",
    raised: "اٹھایا گیا",
    changed: "بدلا",
    lifted: "ختم ہوا",
    lifts: (count: string) => `${count} ختم`,
    column: "تبصرے",
    count: (count: string, weight: string) => `شواہد پر ${count} تبصرے۔ ${weight}`,
  },
);

const names = words(
  {
    "fix-far": "Far from the establishment",
    "fix-outside-district": "Outside the district",
    "journey-impossible": "Impossible journey",
    "clock-off": "Tablet's clock wrong",
    "picture-time-off": "Picture of another time",
    "picture-place-off": "Picture of another place",
    "photo-again": "Same photo in another report",
    "photo-alike": "Nearly the same photo in another report",
    "fix-repeats": "Fix repeats to the last digit",
  },
  {
    "fix-far": "ادارے سے دور",
    "fix-outside-district": "ضلع سے باہر",
    "journey-impossible": "ناممکن سفر",
    "clock-off": "ٹیبلٹ کی گھڑی غلط",
    "picture-time-off": "کسی اور وقت کی تصویر",
    "picture-place-off": "کسی اور جگہ کی تصویر",
    "photo-again": "یہی تصویر ایک اور رپورٹ میں",
    "photo-alike": "تقریباً یہی تصویر ایک اور رپورٹ میں",
    "fix-repeats": "مقام آخری ہندسے تک دہرایا گیا",
  },
);

/** What a remark is about, in the language in use. */
export function remarkName(code: string): string {
  return (names() as Record<string, string>)[code] ?? code;
}
