/** Words about photos: what the office found when it opened them. */
import { words } from "../../shared/words";

export const photoWords = words(
  {
    opening: "The office is opening this picture. It is shown in a moment.",
    notOpened: "The office could not open this photo.",
    keptWhole: "Its bytes are kept whole, as they were received. The tablet may free its copy.",
    save: "Save the original",
    saveOf: (title: string) => `Save the original: ${title}`,
    notSaved: "The original could not be fetched. Try again.",
    sides: (width: string, height: string) => `${width} × ${height}`,
    fileSays: "The file says",
    camera: "Camera",
    list: "Photos",
    none: "Every photo could be opened",
    noneNext: "A photo that cannot be opened is listed here, with the reason. Its bytes are kept.",
    choose: "Choose a photo to see what is wrong with it.",
    about: "About the photo",
    photo: "Photo",
    establishment: "Establishment",
    inspector: "Inspector",
    tablet: "Tablet",
    received: "Arrived",
    size: "Size",
    fingerprint: "SHA-256",
    next: "What to do",
    nextWords: "If the moment has not passed, ask the inspector for a new photo. The report stands as it is.",
    openReport: "Open the report",
    noReport: "Its entry has not landed: it may be among those held back.",
    noEstablishment: "Not known yet",
  },
  {
    opening: "دفتر یہ تصویر کھول رہا ہے۔ ابھی نظر آ جائے گی۔",
    notOpened: "دفتر یہ تصویر نہیں کھول سکا۔",
    keptWhole: "فائل جیسی آئی تھی ویسی ہی پوری محفوظ ہے۔ ٹیبلٹ اپنی نقل ہٹا سکتا ہے۔",
    save: "اصل فائل محفوظ کریں",
    saveOf: (title: string) => `اصل فائل محفوظ کریں: ${title}`,
    notSaved: "اصل فائل نہیں مل سکی۔ دوبارہ کوشش کریں۔",
    sides: (width: string, height: string) => `${width} × ${height}`,
    fileSays: "فائل کے مطابق",
    camera: "کیمرا",
    list: "تصاویر",
    none: "ہر تصویر کھل گئی",
    noneNext: "جو تصویر نہ کھل سکے وہ وجہ کے ساتھ یہاں درج ہوتی ہے۔ اس کی فائل محفوظ رہتی ہے۔",
    choose: "کیا خرابی ہے، یہ دیکھنے کے لیے کوئی تصویر چنیں۔",
    about: "تصویر کے بارے میں",
    photo: "تصویر",
    establishment: "ادارہ",
    inspector: "انسپکٹر",
    tablet: "ٹیبلٹ",
    received: "کب پہنچی",
    size: "حجم",
    fingerprint: "SHA-256",
    next: "اب کیا کریں",
    nextWords: "اگر موقع باقی ہے تو انسپکٹر سے نئی تصویر مانگیں۔ رپورٹ جیسی ہے ویسی رہے گی۔",
    openReport: "رپورٹ کھولیں",
    noReport: "اس کا اندراج ابھی درج نہیں ہوا: شاید وہ روکے گئے اندراجات میں ہو۔",
    noEstablishment: "ابھی معلوم نہیں",
  },
);

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
