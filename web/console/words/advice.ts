/** What can be done about an entry that nobody can release, by the code of what keeps it. */
import { words } from "../../shared/words";

const adviceWords = words(
  {
    unreadable: "Nobody can say what it would write. Ask its author to enter it again on the tablet.",
    "wrong-device": "It was captured under another tablet’s name and could have been forged. Ask its author to enter it again.",
    "seq-mismatch": "Its place in the tablet’s line is not the one it names. Ask its author to enter it again.",
    "id-reused": "Another entry landed under the same id. Ask its author to enter it again.",
    "storage-refused": "The database could not keep it. Ask whoever looks after the server.",
    "already-made": "The record is there already. If something in it is wrong, correct that record.",
    "server-field": "Only the office writes this. If it is right, enter it at the office.",
    "private-missing": "Its personal values did not come along, or were erased. Ask its author to enter it again.",
    "cannot-undo": "The record was made by it. Withdraw the record.",
    otherwise: "It says something that cannot be, whoever allows it. If it is right, enter it anew as it can be.",
  },
  {
    unreadable: "کوئی نہیں بتا سکتا کہ یہ کیا لکھتا۔ لکھنے والے سے کہیں کہ ٹیبلٹ پر دوبارہ درج کرے۔",
    "wrong-device": "یہ کسی اور ٹیبلٹ کے نام سے لکھا گیا اور جعلی ہو سکتا ہے۔ لکھنے والے سے کہیں کہ دوبارہ درج کرے۔",
    "seq-mismatch": "ٹیبلٹ کی ترتیب میں اس کی جگہ وہ نہیں جو اس پر لکھی ہے۔ لکھنے والے سے کہیں کہ دوبارہ درج کرے۔",
    "id-reused": "اسی شناخت سے ایک اور اندراج آ چکا ہے۔ لکھنے والے سے کہیں کہ دوبارہ درج کرے۔",
    "storage-refused": "ڈیٹابیس اسے محفوظ نہیں کر سکا۔ سرور کے ذمہ دار سے رابطہ کریں۔",
    "already-made": "یہ ریکارڈ پہلے سے موجود ہے۔ اس میں کچھ غلط ہو تو اسی ریکارڈ کو درست کریں۔",
    "server-field": "یہ صرف دفتر لکھتا ہے۔ اگر درست ہے تو دفتر میں درج کریں۔",
    "private-missing": "اس کی ذاتی معلومات ساتھ نہیں آئیں یا مٹا دی گئیں۔ لکھنے والے سے کہیں کہ دوبارہ درج کرے۔",
    "cannot-undo": "ریکارڈ اسی سے بنا تھا۔ ریکارڈ کو واپس لیں۔",
    otherwise: "یہ ایسی بات کہتا ہے جو ہو نہیں سکتی، چاہے کوئی بھی اجازت دے۔ اگر بات درست ہے تو اسے نئے سرے سے اس طرح درج کریں جیسے ہو سکتی ہے۔",
  },
);

/** The advice about a code, in the language of the page. */
export function advice(code: string): string {
  const known: Readonly<Record<string, string>> = adviceWords();
  return known[code] ?? adviceWords().otherwise;
}
