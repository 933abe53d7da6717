/** The receipt of a report, as an employer is shown it or is handed it on paper: what it is, and how anybody checks it. */
import { day, clock } from "./format";
import { Num } from "./parts";
import { QrCode } from "./qr";
import "./receipt.css";
import { ltr, words } from "./words";

const GROUP = /.{5}/g;

const t = words(
  {
    title: "Receipt of the inspection report",
    received: "Received by the office",
    registration: "Registration number",
    at: (day: string, clock: string) => `${day}, ${clock}`,
    code: "The receipt as a QR code",
    proves: "What it proves",
    provesSaid: "The office has received the report of this inspection. Only the office can sign such a receipt, and what it stands for cannot be changed without being noticed.",
    check: "How to check it",
    scan: "Scan the code with the camera of any phone. The office’s page opens and says whether the receipt is genuine, and what became of the report since.",
    type: (address: string) => `Without a camera: open ${address} and type the letters and digits below.`,
    free: "Checking costs nothing, and nobody is asked for a name.",
    letters: "The receipt in letters and digits",
  },
  {
    title: "معائنے کی رپورٹ کی رسید",
    received: "دفتر کو موصول ہوئی",
    registration: "رجسٹریشن نمبر",
    at: (day: string, clock: string) => `${day}، ${clock}`,
    code: "رسید کا کیو آر کوڈ",
    proves: "یہ کیا ثابت کرتی ہے",
    provesSaid: "دفتر کو اس معائنے کی رپورٹ مل چکی ہے۔ ایسی رسید پر صرف دفتر دستخط کر سکتا ہے، اور جس رپورٹ کی یہ رسید ہے اسے چپکے سے بدلا نہیں جا سکتا۔",
    check: "جانچ کیسے کریں",
    scan: "کسی بھی فون کے کیمرے سے کوڈ سکین کریں۔ دفتر کا صفحہ کھلے گا اور بتائے گا کہ رسید اصلی ہے یا نہیں، اور اس کے بعد رپورٹ کا کیا ہوا۔",
    type: (address: string) => `کیمرہ نہ ہو تو ${address} کھولیں اور نیچے کے حروف اور ہندسے لکھیں۔`,
    free: "جانچ مفت ہے، اور کسی کا نام نہیں پوچھا جاتا۔",
    letters: "رسید حروف اور ہندسوں میں",
  },
);

/** What a receipt is shown with: nothing that is not in the receipt, or is not the employer's own. */
export interface ReceiptSaid {
  /** 200 characters. */
  readonly text: string;
  readonly receivedMs: number;
  readonly name: string | null;
  readonly registrationNo: string | null;
}

/** The address that a camera opens. In capital letters alone the code has fewer and larger squares. */
export const scanned = (origin: string, text: string): string => `${origin}/VERIFY/${text}`.toUpperCase();

/** `origin`: where the office's page is, as in `location.origin`. */
export function ReceiptSheet({ said, origin }: { said: ReceiptSaid; origin: string }) {
  const w = t();
  return (
    <article class="receipt" aria-label={w.title} data-testid="receipt">
      <div class="receipt__code">
        <QrCode text={scanned(origin, said.text)} label={w.code} />
      </div>
      <div class="receipt__said">
        <h2>{w.title}</h2>
        {said.name !== null && (
          <p class="receipt__name">
            <bdi>{said.name}</bdi>
          </p>
        )}
        <dl class="receipt__facts">
          {said.registrationNo !== null && (
            <>
              <dt>{w.registration}</dt>
              <dd>
                <Num>{said.registrationNo}</Num>
              </dd>
            </>
          )}
          <dt>{w.received}</dt>
          <dd>{w.at(day(said.receivedMs), ltr(clock(said.receivedMs)))}</dd>
        </dl>
        <h3>{w.proves}</h3>
        <p>{w.provesSaid}</p>
        <h3>{w.check}</h3>
        <p>{w.scan}</p>
        <p>
          {w.type(ltr(`${origin}/verify`))} {w.free}
        </p>
      </div>
      <div class="receipt__letters">
        <h3>{w.letters}</h3>
        <p dir="ltr" class="receipt__text" data-testid="receipt-text">
          {(said.text.match(GROUP) ?? []).map((group, at) => (
            <span key={at}>{group} </span>
          ))}
        </p>
      </div>
    </article>
  );
}
