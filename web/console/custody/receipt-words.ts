/** Words about a report's receipt, for the office. What the employer reads is in web/shared/receipt.tsx. */
import { words } from "../../shared/words";

export const receiptWords = words(
  {
    title: "Receipt for the employer",
    show: "Show the receipt",
    hide: "Hide the receipt",
    hint: "Signed by the office; anybody can check it.",
    print: "Print the receipt",
    asReceived: "Nothing in the report was changed since this receipt.",
    addedTo: "Entries were added to the report since this receipt.",
    corrected: "The report was corrected since this receipt. Whoever checks it is told so.",
    withdrawn: "The report was withdrawn since this receipt. Whoever checks it is told so.",
    disputed: "Whether this report stands is being decided. Whoever checks the receipt is told so.",
    notBelieved: "This receipt must not be handed out: its key is no longer believed, or the report is not here.",
    since: (corrected: string, added: string) => `Entries that corrected it: ${corrected}. Entries added: ${added}.`,
  },
  {
    title: "آجر کے لیے رسید",
    show: "رسید دکھائیں",
    hide: "رسید چھپائیں",
    hint: "دفتر کے دستخط کے ساتھ؛ ہر کوئی جانچ سکتا ہے۔",
    print: "رسید چھاپیں",
    asReceived: "اس رسید کے بعد رپورٹ میں کچھ نہیں بدلا گیا۔",
    addedTo: "اس رسید کے بعد رپورٹ میں اندراجات شامل ہوئے۔",
    corrected: "اس رسید کے بعد رپورٹ کی تصحیح ہوئی۔ جانچنے والے کو یہ بتایا جاتا ہے۔",
    withdrawn: "اس رسید کے بعد رپورٹ واپس لے لی گئی۔ جانچنے والے کو یہ بتایا جاتا ہے۔",
    disputed: "یہ رپورٹ قائم ہے یا نہیں، اس کا فیصلہ ہو رہا ہے۔ جانچنے والے کو یہ بتایا جاتا ہے۔",
    notBelieved: "یہ رسید کسی کو نہ دی جائے: اس کی کلید اب معتبر نہیں، یا رپورٹ یہاں نہیں ہے۔",
    since: (corrected: string, added: string) => `تصحیح کے اندراجات: ${corrected}۔ شامل ہونے والے اندراجات: ${added}۔`,
  },
);
