/** Whether an establishment is open: the rest state has no chip. */
import { DoorClosed, MapPinOff, Truck, type LucideIcon } from "lucide-preact";
import { Chip } from "../../shared/parts";
import { statusName } from "../values";

const ICONS: Readonly<Record<string, LucideIcon>> = { closed: DoorClosed, shifted: Truck, untraceable: MapPinOff };

export function StatusMark({ status }: { status: string }) {
  const icon = Object.hasOwn(ICONS, status) ? ICONS[status] : undefined;
  if (icon === undefined) return <span class="muted">{statusName(status)}</span>;
  return (
    <Chip small icon={icon} tone="rest">
      {statusName(status)}
    </Chip>
  );
}
