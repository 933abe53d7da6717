/** How the status of a visit looks: shape, then word, then colour. "Planned" is the rest state and has no chip. */
import { Ban, CircleCheck, CircleDot, CircleHelp, SearchX, type LucideIcon } from "lucide-preact";
import { Chip, type Tone } from "../shared/parts";
import { statusName } from "./values";

const LOOKS: Readonly<Record<string, { icon: LucideIcon; tone: Tone }>> = {
  started: { icon: CircleDot, tone: "accent" },
  done: { icon: CircleCheck, tone: "ok" },
  refused: { icon: Ban, tone: "err" },
  not_found: { icon: SearchX, tone: "warn" },
};

export function StatusChip({ status }: { status: string }) {
  if (status === "planned") return <span class="muted">{statusName(status)}</span>;
  const { icon, tone } = LOOKS[status] ?? { icon: CircleHelp, tone: "plain" as const };
  return (
    <Chip small icon={icon} tone={tone}>
      {statusName(status)}
    </Chip>
  );
}
