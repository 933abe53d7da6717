/** On the page of a report that was kept: whether its receipt has come, and the way to show it. */
import { ReceiptText } from "lucide-preact";
import { useReceipt } from "../state/receipt";
import { receiptAt } from "../state/route";
import { receiptWords } from "../words/receipt";

export function ReceiptCard({ report }: { report: string }) {
  const t = receiptWords();
  const found = useReceipt(report);
  if (found === undefined) return null;
  const { standing } = found;
  return (
    <section class="card section" aria-labelledby={`r-${report} q-${report}`} data-testid="receipt-card" data-standing={standing}>
      <div class="line spread wrap">
        <div class="grow">
          <h2 id={`q-${report}`}>{t.title}</h2>
          <p class={standing === "here" ? "" : "muted"}>{t[standing]}</p>
        </div>
        {standing === "here" && (
          <a class="button button--main button--large" href={receiptAt(report)} data-testid="receipt-show">
            <ReceiptText size={20} aria-hidden="true" />
            {t.show}
          </a>
        )}
      </div>
    </section>
  );
}
