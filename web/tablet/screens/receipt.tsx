/** A report's receipt, turned to the employer: nothing else is on the screen, and no way leads elsewhere but back. */
import { ArrowLeft, FileQuestion } from "lucide-preact";
import { Empty, LanguageButton, Loading } from "../../shared/parts";
import { ReceiptSheet } from "../../shared/receipt";
import { readReceipt } from "../../sync/report_receipt";
import { useReceipt } from "../state/receipt";
import { visitAt } from "../state/route";
import { frame } from "../words/frame";
import { receiptWords } from "../words/receipt";
import "./receipt.css";

export function Receipt({ report }: { report: string }) {
  const t = receiptWords();
  const found = useReceipt(report);
  const back = found?.visit ? visitAt(found.visit) : "#/";
  return (
    <div class="handing">
      <header class="handing__bar">
        <a class="button button--quiet button--icon" href={back} aria-label={frame().back} data-testid="back">
          <ArrowLeft size={24} class="mirrored" aria-hidden="true" />
        </a>
        <h1 class="grow">{t.title}</h1>
        <LanguageButton />
      </header>
      <main class="handing__main" id="main" tabIndex={0}>
        {found === undefined && <Loading />}
        {found !== undefined && <Found {...found} />}
      </main>
    </div>
  );
}

function Found({ standing, text, place }: Omit<NonNullable<ReturnType<typeof useReceipt>>, "visit">) {
  const t = receiptWords();
  const receipt = text === null ? null : readReceipt(text);
  if (text === null || receipt === null) {
    return (
      <Empty icon={FileQuestion} title={t.notNow}>
        {t[standing]}
      </Empty>
    );
  }
  const said = { text, receivedMs: receipt.receivedMs, name: word(place["name"]), registrationNo: word(place["registration_no"]) };
  return <ReceiptSheet said={said} origin={location.origin} />;
}

const word = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
