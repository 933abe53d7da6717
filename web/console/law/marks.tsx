/** How a row of the law stands and whether it was read: shape, then word, then colour. */
import { CircleCheck, CircleHelp, Clock3, PauseCircle } from "lucide-preact";
import { plainDate } from "../../shared/format";
import { Chip } from "../../shared/parts";
import type { RateRow } from "../../shared/wire.gen";
import type { Standing } from "./standing";
import { lawWords, standingWords } from "./words";

export function StandingMark({ standing }: { standing: Standing }) {
  const name = standingWords()[standing];
  if (standing === "counts") return <Chip small icon={CircleCheck} tone="ok">{name}</Chip>;
  if (standing === "suspended") return <Chip small icon={PauseCircle} tone="err">{name}</Chip>;
  if (standing === "coming") return <Chip small icon={Clock3}>{name}</Chip>;
  return <span class="muted">{name}</span>;
}

export function ConfirmedMark({ row }: { row: Pick<RateRow, "confirmed"> }) {
  const said = lawWords();
  if (row.confirmed) return <span class="muted">{said.confirmed}</span>;
  return (
    <Chip small icon={CircleHelp} tone="warn">
      {said.unconfirmed}
    </Chip>
  );
}

/** From when to when a row holds, and for which time it is suspended. */
export function Validity({ row }: { row: RateRow }) {
  const said = lawWords();
  const from = plainDate(row.valid_from);
  return (
    <>
      {row.valid_to ? said.fromTo(from, plainDate(row.valid_to)) : said.from(from)}
      {row.suspended_from && <p class="law-suspended">{said.suspended(plainDate(row.suspended_from), row.suspended_to ? plainDate(row.suspended_to) : "")}</p>}
    </>
  );
}
