/** What supervisors decided about this tablet's work that was in quarantine, with their reasons. */
import { PackageCheck, PackageX, Undo2 } from "lucide-preact";
import { clock, day } from "../../shared/format";
import { Chip } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { BETWEEN } from "../logic/between";
import { useAsked } from "../state/field";
import { subjectOf } from "../state/subject";
import { arrivalWords, kindWords } from "../words/arrivals";
import { About } from "./about";

const SHOWN_MAX = 20;
const ICONS: Readonly<Record<string, typeof Undo2>> = { released: PackageCheck, rejected: PackageX, undone: Undo2 };

export function Verdicts() {
  const t = arrivalWords();
  const found = useAsked(async (from) => {
    const decided = (await from.decided()).slice(0, SHOWN_MAX);
    return Promise.all(decided.map(async (each) => ({ ...each, subject: await subjectOf(from, each.record) })));
  }, "decided");
  if (found === undefined || found.length === 0) return null;
  const kinds: Readonly<Record<string, string>> = kindWords();
  const said: Readonly<Record<string, string>> = { released: t.released, rejected: t.rejected, undone: t.undone };
  return (
    <>
      <h3>{t.supervised}</h3>
      <ul class="rows">
        {found.map(({ device, seq, kind, subject, verdict, reason, atMs }) => (
          <li key={`${device} ${seq}`} data-testid="verdict-row" data-verdict={verdict}>
            <div class="line spread wrap">
              <About of={kinds[kind] ?? t.entry(seq)} subject={subject} />
              <Chip small tone={verdict === "released" ? "ok" : "warn"} icon={ICONS[verdict] ?? PackageX}>
                {t.entry(seq)}
              </Chip>
            </div>
            <p>{said[verdict]}</p>
            <p>{t.decidedReason(`\u2068${reason}\u2069`)}</p>
            <p class="muted dense">
              {day(atMs)}
              {BETWEEN}
              {ltr(clock(atMs))}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
