/** The receipt of a report, to hand to the employer: on the screen, and on a sheet of paper. */
import { Printer } from "lucide-preact";
import { whole } from "../../shared/format";
import { Banner, Button } from "../../shared/parts";
import { ReceiptSheet } from "../../shared/receipt";
import type { ReceiptShown, ReportOpened } from "../../shared/wire.gen";
import { Folded } from "./folded";
import { receiptWords } from "./receipt-words";

export function Receipt({ report }: { report: ReportOpened }) {
  const path = `/api/reports/${encodeURIComponent(report.id)}/receipt`;
  return (
    <Folded<ReceiptShown> part="receipt-part" button="receipt-open" said={receiptWords()} path={path}>
      {(shown) => <Shown shown={shown} report={report} />}
    </Folded>
  );
}

function Shown({ shown, report }: { shown: ReceiptShown; report: ReportOpened }) {
  const said = receiptWords();
  const { verdict } = shown;
  const { added = 0, corrected = 0 } = shown.since;
  const state = said[STATES[verdict] ?? "notBelieved"];
  const sheet = { text: shown.receipt, receivedMs: shown.received_ms, name: report.establishment?.name ?? null, registrationNo: report.establishment?.registration_no ?? null };
  if (!(verdict in STATES)) return <Banner tone="err" title={state} />;
  return (
    <>
      <Banner tone={verdict === "as-received" ? "ok" : "warn"} title={state} action={<Button icon={Printer} onClick={print} data-testid="receipt-print">{said.print}</Button>}>
        {added + corrected > 0 && said.since(whole(corrected), whole(added))}
      </Banner>
      <ReceiptSheet said={sheet} origin={location.origin} />
    </>
  );
}

/** What became of a report whose receipt may be handed out. */
const STATES: Readonly<Record<string, "asReceived" | "addedTo" | "corrected" | "withdrawn" | "disputed">> = {
  "as-received": "asReceived",
  "added-to": "addedTo",
  corrected: "corrected",
  withdrawn: "withdrawn",
  disputed: "disputed",
};

/** Print the sheet alone: web/shared/receipt.css leaves out the rest while the page says that this is printed. */
function print(): void {
  const page = document.documentElement;
  page.dataset["print"] = "receipt";
  addEventListener("afterprint", () => delete page.dataset["print"], { once: true });
  window.print();
}
