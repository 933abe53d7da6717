/** How the status of a lead looks: shape, then word, then colour. "Found" is the rest state and has no chip. */
import { BadgeCheck, Copy, IdCard, Send, Undo2, X, type LucideIcon } from "lucide-preact";
import { Chip, type Tone } from "../../shared/parts";
import type { LeadListed } from "../../shared/wire.gen";
import { statusName } from "../values";

const LOOKS: Readonly<Record<Exclude<LeadListed["status"], "found">, { icon: LucideIcon; tone: Tone }>> = {
  handed_over: { icon: Send, tone: "accent" },
  registered: { icon: BadgeCheck, tone: "ok" },
  card_issued: { icon: IdCard, tone: "ok" },
  rejected: { icon: X, tone: "plain" },
  duplicate: { icon: Copy, tone: "plain" },
  lifted: { icon: Undo2, tone: "plain" },
};

export function LeadChip({ status }: { status: LeadListed["status"] }) {
  if (status === "found") return <span class="muted">{statusName(status)}</span>;
  const { icon, tone } = LOOKS[status];
  return (
    <Chip small icon={icon} tone={tone}>
      {statusName(status)}
    </Chip>
  );
}
