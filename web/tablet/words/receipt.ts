/** Words about a report's receipt, for the inspector. What the employer reads is in web/shared/receipt.tsx. */
import { words } from "../../shared/words";

export const receiptWords = words(
  {
    title: "Receipt for the employer",
    show: "Show the receipt",
    here: "The office has signed for this report. Show it to the employer, who can photograph it.",
    typing: "Something is being corrected. The receipt is shown again once the correction is kept and sent.",
    unsent: "Not everything of this visit is at the office yet. The receipt is shown once it is.",
    awaited: "The receipt comes with one of the next syncs, once the office has taken the report.",
    elsewhere: "This report was written on another tablet. The receipt is there, and at the office.",
    notNow: "No receipt can be shown now",
  },
  {
    title: "آجر کے لیے رسید",
    show: "رسید دکھائیں",
    here: "دفتر نے اس رپورٹ کے وصول ہونے پر دستخط کر دیے ہیں۔ آجر کو دکھائیں؛ وہ اس کی تصویر لے سکتا ہے۔",
    typing: "کچھ درست کیا جا رہا ہے۔ درستی محفوظ ہو کر بھیج دی جائے تو رسید پھر دکھائی جائے گی۔",
    unsent: "اس معائنے کا سب کچھ ابھی دفتر نہیں پہنچا۔ پہنچنے پر رسید دکھائی جائے گی۔",
    awaited: "دفتر رپورٹ لے لے تو رسید اگلے کسی رابطے کے ساتھ آ جائے گی۔",
    elsewhere: "یہ رپورٹ دوسرے ٹیبلٹ پر لکھی گئی تھی۔ رسید وہاں ہے، اور دفتر میں۔",
    notNow: "ابھی کوئی رسید نہیں دکھائی جا سکتی",
  },
);
