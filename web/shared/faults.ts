/** Why the office could not open a photo, in words for the office and for tablets. */
import { words } from "./words";

const faultWords = words(
  {
    "not-a-picture": "It is no photo: its bytes are none of JPEG, PNG, WebP or HEIC.",
    damaged: "It is damaged or cut off.",
    "too-many-pixels": "It claims more pixels than any camera takes.",
    "too-large": "The file is larger than any photo.",
    moving: "It is a moving picture, and evidence shows one moment.",
    unreadable: "Opening it takes more time or memory than allowed.",
    "bytes-changed": "The bytes that are kept are missing or have changed since they were received. Tell the administrator.",
  },
  {
    "not-a-picture": "یہ تصویر نہیں: فائل JPEG، PNG، WebP یا HEIC میں سے کوئی نہیں۔",
    damaged: "یہ خراب ہے یا ادھوری ہے۔",
    "too-many-pixels": "اس میں اتنے پکسل بتائے گئے ہیں جتنے کوئی کیمرا نہیں لیتا۔",
    "too-large": "یہ فائل کسی بھی تصویر سے بڑی ہے۔",
    moving: "یہ متحرک تصویر ہے، جبکہ ثبوت ایک ہی لمحہ دکھاتا ہے۔",
    unreadable: "اسے کھولنے میں مقررہ حد سے زیادہ وقت یا میموری لگتی ہے۔",
    "bytes-changed": "محفوظ فائل موجود نہیں یا وصولی کے بعد بدل گئی ہے۔ منتظم کو بتائیں۔",
  },
);

/** Why a photo could not be opened; in the server's words where this program does not know the reason yet. */
export function faultName(reason: string | null | undefined, why: string | null | undefined): string {
  const known: Readonly<Record<string, string | undefined>> = faultWords();
  return known[reason ?? ""] ?? why ?? "";
}
