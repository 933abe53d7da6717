/** What a sum must never be read without: that it may change, and that the law behind it is not confirmed. */
import { Banknote, BookX, CalendarX2, CircleHelp, Clock3, Flag, OctagonAlert, ShieldCheck, TrendingDown, UserX, type LucideIcon } from "lucide-preact";
import { rupees } from "../../shared/format";
import { Chip } from "../../shared/parts";
import type { Sum } from "./sums";
import { flagWords } from "./words";

const REASONS: Readonly<Record<string, LucideIcon>> = {
  "month-unpaid": CalendarX2,
  "worker-not-registered": UserX,
  "wage-under-declared": TrendingDown,
  "wage-under-minimum": Banknote,
  "records-refused": BookX,
};

/** The shape that goes with a reason's words. */
export function reasonIcon(code: string): LucideIcon {
  return REASONS[code] ?? Flag;
}

/** The marks of a sum; nothing where there is none. */
export function Marks({ provisional, unconfirmed, small = true }: { provisional: boolean; unconfirmed: boolean; small?: boolean }) {
  const said = flagWords();
  if (!provisional && !unconfirmed) return null;
  return (
    <span class="line wrap flags-marks">
      {provisional && (
        <span title={said.provisionalWhy}>
          <Chip icon={Clock3} small={small}>
            {said.provisional}
          </Chip>
        </span>
      )}
      {unconfirmed && (
        <span title={said.unconfirmedWhy}>
          <Chip icon={CircleHelp} tone="warn" small={small}>
            {said.unconfirmed}
          </Chip>
        </span>
      )}
    </span>
  );
}

/** Whether a sum is that of its parts; where it is not, by how much. */
export function AddsUp({ sum }: { sum: Sum }) {
  const said = flagWords();
  if (sum.gap === null)
    return (
      <span class="flags-sound">
        <ShieldCheck size={16} aria-hidden="true" />
        {said.addsUp}
      </span>
    );
  const less = sum.gap.startsWith("-");
  const gap = rupees(sum.gap.replace("-", ""));
  return (
    <span class="flags-gap" data-testid="gap">
      <OctagonAlert size={16} aria-hidden="true" />
      {less ? said.gapMore(gap) : said.gapLess(gap)}
    </span>
  );
}
